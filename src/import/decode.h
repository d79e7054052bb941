/* decode.h - bytes of an encoding into UTF-8, block by block.  Malformed
 * bytes are never replaced: they are a mistake. */
#ifndef DUNLIN_IMPORT_DECODE_H
#define DUNLIN_IMPORT_DECODE_H

#include <stdbool.h>
#include <stddef.h>

enum encoding { ENCODING_AUTO, ENCODING_UTF8, ENCODING_UTF16LE,
	ENCODING_UTF16BE, ENCODING_GB18030, ENCODING_BIG5, ENCODING_LATIN,
	ENCODING_COUNT };

const char *encoding_name(enum encoding e);	/* "gb18030" */
/* By that name, in any letter case; not "auto". */
bool encoding_find(const char *name, enum encoding *ret_encoding);

/* The encoding that a byte order mark names, and the length of the mark;
 * ENCODING_AUTO when there is none. */
enum encoding encoding_mark(const char *s, size_t n, size_t *ret_len);

#define DECODE_SPACE(n) ((n) * 3 + 16)	/* what n bytes may become */

struct decoder;

/* For anything but UTF-8, which needs none. */
struct decoder *decoder_new(void *owner, enum encoding e);
/* Decodes n bytes into out[DECODE_SPACE(n)]; false when they are malformed:
 * *ret_len bytes come before the place then. */
bool decoder_feed(struct decoder *d, const char *in, size_t n, bool last,
    char *out, size_t *ret_len);

#endif
