/* sniff.h - the form of a ledger file, found in its first bytes: encoding,
 * separator, and lines of a title above the header.
 *
 * Nothing is guessed: a byte order mark or valid UTF-8 says the encoding, or
 * else the one in which the header has known column names; the separator is
 * the one with which the header has the most of them.  Where two would do,
 * or none, it is a mistake that says which option settles it. */
#ifndef DUNLIN_IMPORT_SNIFF_H
#define DUNLIN_IMPORT_SNIFF_H

#include "base/err.h"
#include "import/decode.h"

struct csv_form {
	enum encoding encoding;	/* ENCODING_AUTO: to be found */
	char delimiter;		/* '\0': to be found */
	size_t above;		/* lines above the header, to be left out */
	/* Whether a name is that of a column; NULL: none is known. */
	bool (*knows)(const char *name, const void *arg);
	const void *arg;
};

/* The first n bytes of a file, all of it when whole.  ERR_PERM with a text
 * that has no place in it. */
int sniff(void *tmp, const char *bytes, size_t n, bool whole,
    const struct csv_form *want, struct csv_form *ret_form, struct err *err);

#endif
