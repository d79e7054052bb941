/* csv.h - a streaming reader for comma separated files (RFC 4180).
 *
 * Accepts a byte order mark, CRLF or LF, and a last line without its line
 * end; empty lines are skipped.  Encoding, separator and lines above the
 * header are as form says, or found (sniff.h).  Fields are UTF-8.  Strict
 * otherwise: quotes only around whole fields, no NUL bytes.  Memory is bounded whatever the file
 * holds.  Errors are ERR_PERM with the text "FILE:LINE: what is wrong, and
 * what to do"; the reader is at its end after one. */
#ifndef DUNLIN_IMPORT_CSV_H
#define DUNLIN_IMPORT_CSV_H

#include "base/err.h"
#include "base/hash.h"
#include "import/sniff.h"

#include <stddef.h>
#include <stdint.h>

#define CSV_FIELD_MAX 65536		/* bytes in one field */
#define CSV_ROW_MAX (1024 * 1024)	/* bytes in one row */
#define CSV_COLUMNS_MAX 256

struct csv;

struct csv_row {
	size_t line;		/* of its first byte, from 1 */
	size_t n;
	char **fields;		/* ended by NUL; the caller may change them */
};

/* Opens path ("-": standard input).  ERR_CONFIG when it is not there.
 * talloc_free closes it. */
int csv_open(void *owner, const char *path, const struct csv_form *form,
    struct csv **ret_csv, struct err *err);

/* 1 with *ret_row valid until the next call, 0 at the end, -1. */
int csv_next(struct csv *c, struct csv_row *ret_row, struct err *err);

/* What was asked for or found; complete after the first csv_next. */
const struct csv_form *csv_form(const struct csv *c);

int64_t csv_bytes(const struct csv *c);		/* read so far */
int64_t csv_size(const struct csv *c);		/* -1: not known (a pipe) */
/* Of the whole file, after the end was reached. */
void csv_hash(const struct csv *c, unsigned char ret[HASH_LEN]);

#endif
