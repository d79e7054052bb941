/* mem.h - talloc, with out of memory ending the process.
 *
 * The first argument named "owner" of a function owns what it returns: free
 * the owner and it is gone.  A step has one context and frees it at its end. */
#ifndef DUNLIN_BASE_MEM_H
#define DUNLIN_BASE_MEM_H

#include <string.h>
#include <talloc.h>

/* Call once at the start of main: talloc failures abort from then on. */
void mem_init(void);

void *mem_check(void *p);	/* aborts on NULL, else returns p */

/* mem_new(owner, struct thing): zeroed; mem_array(owner, type, n): zeroed. */
#define mem_new(owner, type) ((type *)mem_check(talloc_zero(owner, type)))
#define mem_array(owner, type, n) \
	((type *)mem_check(talloc_zero_array(owner, type, (unsigned)(n))))
#define mem_grow(owner, p, type, n) \
	((type *)mem_check(talloc_realloc(owner, p, type, (unsigned)(n))))

/* A context whose children take their memory from one piece of so many bytes,
 * while it lasts: for many small ones that go together. */
#define mem_pool(owner, bytes) mem_check(talloc_pool(owner, bytes))
/* The same for what is below a new struct thing (zeroed). */
#define mem_new_pool(owner, type, bytes) ((type *)memset(mem_check( \
	talloc_pooled_object(owner, type, 1, bytes)), 0, sizeof(type)))

char *mem_str(void *owner, const char *s);	/* NULL stays NULL */
/* At most n bytes of a text, up to its NUL: not for other bytes. */
char *mem_strn(void *owner, const char *s, size_t n);
char *mem_fmt(void *owner, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Frees a talloc context at the end of the scope it is declared in. */
void mem_auto_free(void *pp);
#define MEM_AUTO __attribute__((cleanup(mem_auto_free)))

#endif
