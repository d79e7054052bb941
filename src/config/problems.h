/* problems.h - mistakes are collected, not stopped at: each is one line
 * "FILE:LINE: what is wrong, and what to do". */
#ifndef DUNLIN_CONFIG_PROBLEMS_H
#define DUNLIN_CONFIG_PROBLEMS_H

#include "base/err.h"

#include <stddef.h>

#define PROBLEMS_MAX 200	/* more are not kept */

/* Each a full line; n is 0 when all is well. */
struct config_problems {
	char **lines;
	size_t n;
};

/* Adds a line; it belongs to owner, as all lines of p do.  line 0: the file
 * as a whole, "FILE: ...". */
void problems_add(void *owner, struct config_problems *p, const char *file,
    int line, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Adds a copy of a line that is complete. */
void problems_line(void *owner, struct config_problems *p, const char *line);

/* Mistakes of one file by line. */
void problems_sort(struct config_problems *p);

/* -1 with ERR_CONFIG, the first line and how many more; 0 when p is empty. */
int problems_err(const struct config_problems *p, struct err *err);

#endif
