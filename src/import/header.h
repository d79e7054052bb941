/* header.h - which column of a file is what, by the names of header.def and
 * those that a source profile gives. */
#ifndef DUNLIN_IMPORT_HEADER_H
#define DUNLIN_IMPORT_HEADER_H

#include "import/mistakes.h"

#include <stdbool.h>
#include <stddef.h>

#define HEADER_BUCKETS_MAX 12

enum column {
#define COLUMN(NAME, word, required) COL_##NAME,
#define ALIAS(NAME, word)
#define EITHER(NAME, OTHER, word)
#define BUCKET(word)
#include "import/header.def"
#undef COLUMN
#undef ALIAS
#undef EITHER
#undef BUCKET
	COL_COUNT
};

struct header {
	int at[COL_COUNT];	/* index of the field; -1: not in the file */
	size_t n;		/* fields in the header */
	char *names[COL_COUNT];	/* as the file writes them */
	int buckets[HEADER_BUCKETS_MAX];	/* ageing columns */
	size_t n_buckets;
	char **ignored;		/* columns not understood */
	size_t n_ignored;
};

/* A user's own name of a column. */
struct header_name {
	const char *name;
	enum column column;
};

/* They go before the names of header.def. */
struct header_names {
	const struct header_name *list;
	size_t n;
};

const char *column_name(enum column c);		/* "account" */
/* By the native name only. */
bool column_find(const char *word, enum column *ret_column);

/* A name as header.def writes it. */
void header_squeeze(const char *name, char *buf, size_t size);

/* True when the name means a column. */
bool header_find(const char *name, enum column *ret_column);
/* True when it means a column or an ageing bucket; arg: struct header_names
 * or NULL. */
bool header_knows(const char *name, const void *arg);

/* Understands a header row.  Problems (a required column is missing, two
 * columns mean the same, ...) are added for file and line; false then.  own
 * may be NULL. */
bool header_read(void *owner, char *const *fields, size_t n,
    const struct header_names *own, const char *file, size_t line,
    struct mistakes *p, struct header *ret_header);

#endif
