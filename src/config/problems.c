#include "config/problems.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void
problems_line(void *owner, struct config_problems *p, const char *line)
{
	if (p->n >= PROBLEMS_MAX)
		return;
	p->lines = mem_grow(owner, p->lines, char *, p->n + 1);
	p->lines[p->n++] = mem_str(owner, line);
}

void
problems_add(void *owner, struct config_problems *p, const char *file,
    int line, const char *fmt, ...)
{
	char *text, *whole;
	va_list ap;

	va_start(ap, fmt);
	text = mem_check(talloc_vasprintf(owner, fmt, ap));
	va_end(ap);
	if (line > 0)
		whole = mem_fmt(owner, "%s:%d: %s", file, line, text);
	else
		whole = mem_fmt(owner, "%s: %s", file, text);
	problems_line(owner, p, whole);
	talloc_free(whole);
	talloc_free(text);
}

/* The length of FILE in "FILE:LINE: text", and LINE (0: none is given). */
static size_t
place(const char *text, int *ret_line)
{
	const char *p = text;
	size_t digits;

	*ret_line = 0;
	while ((p = strchr(p, ':')) != NULL) {
		digits = strspn(++p, "0123456789");
		if (digits > 0 && text_starts(p + digits, ": "))
			*ret_line = atoi(p);
		if (*ret_line > 0 || *p == ' ')
			return (size_t)(p - text) - 1;
	}
	return strlen(text);
}

/* Whether b, which was found after a, is to be told before it. */
static bool
is_before(const char *b, const char *a)
{
	int line_a, line_b;
	size_t n = place(a, &line_a);

	return n == place(b, &line_b) && memcmp(a, b, n) == 0 &&
	    line_b < line_a;
}

void
problems_sort(struct config_problems *p)
{
	char *line;
	size_t i, k, to;

	for (i = 1; i < p->n; i++) {
		line = p->lines[i];
		for (to = i, k = i; k > 0; k--)
			if (is_before(line, p->lines[k - 1]))
				to = k - 1;
		for (k = i; k > to; k--)
			p->lines[k] = p->lines[k - 1];
		p->lines[to] = line;
	}
}

int
problems_err(const struct config_problems *p, struct err *err)
{
	if (p->n == 0)
		return 0;
	if (p->n == 1)
		return err_set(err, ERR_CONFIG, "%s", p->lines[0]);
	return err_set(err, ERR_CONFIG, "%s (and %zu more, see dunlin check)",
	    p->lines[0], p->n - 1);
}
