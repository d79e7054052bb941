/* bundle.h - files that belong together, in a folder or a ZIP archive, with
 * the SHA-256 of each in SHA256SUMS.  What was begun and not ended is taken
 * away again. */
#ifndef DUNLIN_REPORT_BUNDLE_H
#define DUNLIN_REPORT_BUNDLE_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct bundle;

/* to: FILE.zip, or a folder that is not there yet or is empty. */
int bundle_new(void *owner, const char *to, int64_t at,
    struct bundle **ret_bundle, struct err *err);

/* name has slashes; letters, digits, "-", "_" and "." between them. */
int bundle_add(struct bundle *b, const char *name, const void *data,
    size_t n, struct err *err);

/* Writes SHA256SUMS and puts all of it in its place; frees b.  ret_hash: of
 * SHA256SUMS, in hex (HASH_HEX_MAX). */
int bundle_end(struct bundle *b, char *ret_hash, struct err *err);

#endif
