#include "report/csv.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What begins a formula, also as full-width characters. */
static bool
begins_formula(const char *s)
{
	static const char *const signs[] = { "=", "+", "-", "@", "\t", "\r",
		"＝", "＋", "－", "＠" };
	size_t i;

	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (text_starts(s, signs[i]))
			return true;
	return false;
}

static bool
is_number(const char *s)
{
	size_t n;

	if (*s == '+' || *s == '-')
		s++;
	n = strspn(s, "0123456789");
	if (n == 0)
		return false;
	s += n;
	if (*s == '.') {
		n = strspn(++s, "0123456789");
		s += n;
		return n > 0 && *s == '\0';
	}
	return *s == '\0';
}

static bool
is_formula(const char *s)
{
	const char *p = s;

	if (is_number(s))
		return false;
	while (p != NULL) {
		/* A tab or return begins one, so only spaces are skipped. */
		while (*p == ' ' || text_starts(p, "　") ||
		    text_starts(p, "\xc2\xa0"))
			p += *p == ' ' ? 1 : *p == '\xc2' ? 2 : 3;
		if (begins_formula(p))
			return true;
		p = strchr(p, '\n');
		if (p != NULL)
			p++;
	}
	return false;
}

void
csv_cell(struct text *t, const char *s)
{
	const char *all = text_str(t);
	size_t n = text_len(t);
	bool first = n == 0 || all[n - 1] == '\n' ||
	    (n == strlen(CSV_MARK) && strcmp(all, CSV_MARK) == 0);
	bool quoted;

	if (s == NULL)
		s = "";
	if (!first)
		text_addc(t, ',');
	quoted = strpbrk(s, ",\"\r\n") != NULL || (first && *s == '\0') ||
	    *s == ' ' || is_formula(s);
	if (quoted)
		text_addc(t, '"');
	if (is_formula(s))
		text_addc(t, '\'');
	for (; *s != '\0'; s++) {
		if (*s == '"')
			text_addc(t, '"');
		text_addc(t, *s);
	}
	if (quoted)
		text_addc(t, '"');
}

void
csv_cellf(struct text *t, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = mem_check(talloc_vasprintf(NULL, fmt, ap));
	va_end(ap);
	csv_cell(t, s);
	talloc_free(s);
}

void
csv_end(struct text *t)
{
	text_add(t, "\r\n");
}
