/* err.h - what went wrong, and what may be done about it.
 *
 * A function that can fail returns 0 or -1 and fills the struct err that its
 * caller passed as the last argument.  Libraries do not log: the step loop or
 * the command prints the text once.  err may be NULL where the caller does
 * not care.  Out of memory ends the process (mem.h). */
#ifndef DUNLIN_BASE_ERR_H
#define DUNLIN_BASE_ERR_H

#include <stdarg.h>

enum err_kind {
	ERR_NONE,
	ERR_TEMP,	/* try again later: busy, refused for now */
	ERR_PERM,	/* this one never: bad input, refused for good */
	ERR_UNCERTAIN,	/* it may have happened: never repeat it */
	ERR_CONFIG,	/* the operator has to change something */
	ERR_CORRUPT,	/* stored data is damaged: put it aside */
	ERR_KIND_COUNT
};

#define ERR_TEXT_MAX 1024

struct err {
	enum err_kind kind;
	char text[ERR_TEXT_MAX];	/* one line, UTF-8, no full stop */
};

/* Fill err; always returns -1, so that "return err_set(...)" reads well. */
int err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Put context in front of what is there: "CONTEXT: old text".  Returns -1. */
int err_add(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The sysexits.h code for a command that ends with this error. */
int err_exit_code(const struct err *err);

const char *err_kind_name(enum err_kind kind);

#endif
