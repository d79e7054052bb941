#include "import/mistakes.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdarg.h>
#include <string.h>

struct mistakes *
mistakes_new(void *owner)
{
	return mem_new(owner, struct mistakes);
}

void
mistakes_text(struct mistakes *p, const char *text)
{
	p->total++;
	if (p->n < MISTAKES_MAX)
		p->lines[p->n++] = mem_str(p, text);
}

/* Strangers' text is quoted in these lines, cut to a length: no control bytes
 * get out, and no half of a character. */
static void
clean(char *s)
{
	char *out = s;
	size_t n = strlen(s), k;
	uint32_t cp;

	for (; n > 0; s += k, n -= k) {
		k = text_decode(s, n, &cp);
		if (k == 0) {
			k = 1;
			continue;
		}
		memmove(out, s, k);
		if (cp < ' ' || cp == 0x7f)
			*out = '?';
		out += k;
	}
	*out = '\0';
}

void
mistakes_add(struct mistakes *p, const char *file, size_t line,
    const char *column, const char *fmt, ...)
{
	va_list ap;
	char *text, *where;

	p->total++;
	if (p->n == MISTAKES_MAX)
		return;
	va_start(ap, fmt);
	text = mem_check(talloc_vasprintf(p, fmt, ap));
	va_end(ap);
	where = line > 0 ? mem_fmt(text, "%s:%zu", file, line) :
	    mem_str(text, file);
	p->lines[p->n] = column != NULL ?
	    mem_fmt(p, "%s: %s: %s", where, column, text) :
	    mem_fmt(p, "%s: %s", where, text);
	clean(p->lines[p->n++]);
	talloc_free(text);
}
