/* header.h - which column of a file is what, by the names of header.def. */
#ifndef DUNLIN_IMPORT_HEADER_H
#define DUNLIN_IMPORT_HEADER_H

#include "import/mistakes.h"

#include <stdbool.h>
#include <stddef.h>

enum column {
#define COLUMN(NAME, word, required) COL_##NAME,
#define ALIAS(NAME, word)
#include "import/header.def"
#undef COLUMN
#undef ALIAS
	COL_COUNT
};

struct header {
	int at[COL_COUNT];	/* index of the field; -1: not in the file */
	size_t n;		/* fields in the header */
	char *names[COL_COUNT];	/* as the file writes them */
	char **ignored;		/* columns not understood */
	size_t n_ignored;
};

const char *column_name(enum column c);		/* "account" */

/* True when the name means a column. */
bool header_find(const char *name, enum column *ret_column);

/* Understands a header row.  Problems (a required column is missing, two
 * columns mean the same, ...) are added for file and line; false then. */
bool header_read(void *owner, char *const *fields, size_t n,
    const char *file, size_t line, struct mistakes *p,
    struct header *ret_header);

#endif
