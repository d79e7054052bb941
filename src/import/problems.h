/* problems.h - the mistakes found in files, each a line for a person:
 * "FILE:LINE: COLUMN: what is wrong".  The first PROBLEMS_MAX are kept, all
 * are counted. */
#ifndef DUNLIN_IMPORT_PROBLEMS_H
#define DUNLIN_IMPORT_PROBLEMS_H

#include <stddef.h>

#define PROBLEMS_MAX 100

struct problems {
	char *lines[PROBLEMS_MAX];	/* owned by the struct */
	size_t n;			/* kept */
	size_t total;			/* found */
};

struct problems *problems_new(void *owner);

/* line 0: the file as a whole; column NULL: the row as a whole. */
void problems_add(struct problems *p, const char *file, size_t line,
    const char *column, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* A text that is complete already. */
void problems_text(struct problems *p, const char *text);

#endif
