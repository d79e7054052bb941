#include "import/mistakes.h"

#include "base/mem.h"

#include <stdarg.h>

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

/* Strangers' text is quoted in these lines: no control bytes get out. */
static void
clean(char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			*s = '?';
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
