#include "base/mem.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void
out_of_memory(const char *reason)
{
	fprintf(stderr, "dunlin: %s\n", reason);
	abort();
}

void
mem_init(void)
{
	talloc_set_abort_fn(out_of_memory);
#ifdef M_TRIM_THRESHOLD
	/* A step frees all that it took: without this the heap shrinks and
	 * grows, page by page, for each message. */
	mallopt(M_TRIM_THRESHOLD, 4 << 20);
	mallopt(M_TOP_PAD, 256 << 10);
	mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

void *
mem_check(void *p)
{
	if (p == NULL)
		out_of_memory("out of memory");
	return p;
}

char *
mem_str(void *owner, const char *s)
{
	return s == NULL ? NULL : mem_check(talloc_strdup(owner, s));
}

char *
mem_strn(void *owner, const char *s, size_t n)
{
	return mem_check(talloc_strndup(owner, s, n));
}

char *
mem_fmt(void *owner, const char *fmt, ...)
{
	char few[256];	/* most are short: formatted once */
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(few, sizeof(few), fmt, ap);
	va_end(ap);
	if (n >= 0 && n < (int)sizeof(few))
		return mem_strn(owner, few, (size_t)n);
	va_start(ap, fmt);
	s = talloc_vasprintf(owner, fmt, ap);
	va_end(ap);
	return mem_check(s);
}

void
mem_auto_free(void *pp)
{
	void **p = pp;

	TALLOC_FREE(*p);
}
