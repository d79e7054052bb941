#include "base/log.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
	const char *role;
	enum log_level max;
	bool prefix;
} the = { "dunlin", LOG_INFO, false };

void
log_init(const char *role, enum log_level max)
{
	the.role = role;
	the.max = max;
	the.prefix = getenv("JOURNAL_STREAM") != NULL;
}

void
log_prefix(bool on)
{
	the.prefix = on;
}

void
log_line(enum log_level level, const char *fmt, ...)
{
	char line[2048], stamp[CLOCK_TEXT_MAX];
	va_list ap;
	char *p;

	if (level > the.max)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	for (p = line; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	clock_format(clock_now(), stamp);
	if (the.prefix)
		fprintf(stderr, "<%d>%s: %s\n", (int)level, the.role, line);
	else
		fprintf(stderr, "%s %s: %s\n", stamp, the.role, line);
}

char *
log_quote(void *owner, const char *text)
{
	struct text *t = text_new(owner);
	char *out;
	size_t i;

	text_addc(t, '"');
	for (i = 0; text != NULL && text[i] != '\0' && i < 200; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < ' ' || c == 0x7f)
			text_addf(t, "\\x%02x", c);
		else if (c == '"' || c == '\\')
			text_addf(t, "\\%c", c);
		else
			text_addc(t, (char)c);
	}
	text_addc(t, '"');
	out = mem_str(owner, text_str(t));
	text_free(t);
	return out;
}
