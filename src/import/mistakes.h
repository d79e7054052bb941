/* mistakes.h - the mistakes found in files, each a line for a person:
 * "FILE:LINE: COLUMN: what is wrong".  The first MISTAKES_MAX are kept, all
 * are counted. */
#ifndef DUNLIN_IMPORT_MISTAKES_H
#define DUNLIN_IMPORT_MISTAKES_H

#include <stddef.h>

#define MISTAKES_MAX 100

struct mistakes {
	char *lines[MISTAKES_MAX];	/* owned by the struct */
	size_t n;			/* kept */
	size_t total;			/* found */
};

struct mistakes *mistakes_new(void *owner);

/* line 0: the file as a whole; column NULL: the row as a whole. */
void mistakes_add(struct mistakes *p, const char *file, size_t line,
    const char *column, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* A text that is complete already. */
void mistakes_text(struct mistakes *p, const char *text);

#endif
