/* fields.h - taking values out of what a gateway sent: JSON, forms, queries.
 * Internal to sms/. */
#ifndef DUNLIN_SMS_FIELDS_H
#define DUNLIN_SMS_FIELDS_H

#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define FIELDS_MOST 200

struct pair {
	char *name, *value;
	size_t len;			/* of value, which may hold NULs */
};

/* "a=1&b=%41+c", decoded.  ERR_PERM on a broken escape or too many. */
int fields_form(void *owner, const char *s, size_t n, struct pair **ret_pairs,
    size_t *ret_n, struct err *err);

/* application/x-www-form-urlencoded, and percent-encoding of RFC 3986. */
char *fields_encode(void *owner, const char *s);

void fields_sort(struct pair *pairs, size_t n);
/* Names and values in the order of their names, as signatures have them.
 * amp: "&name=value", where & and = in values become _; else nothing stands
 * between them.  leave_out: a name, or NULL. */
char *fields_joined(void *owner, const struct pair *pairs, size_t n, bool amp,
    const char *leave_out);

/* Where a value is found: "json:a.0.b", "form:NAME", "query:NAME", "body",
 * "header:signature". */
bool fields_is_place(const char *place);

/* The data that places are looked for in. */
struct fields {
	const json_t *json;		/* NULL: none */
	const struct pair *form, *query;
	size_t n_form, n_query;
	const char *body;
};

/* NULL: it is not there, or empty.  Numbers and truths of JSON as text. */
const struct pair *fields_pair(const struct fields *f, const char *place);
char *fields_get(void *owner, const struct fields *f, const char *place);
/* A part of JSON by its path; "" is all of it. */
const json_t *fields_json(const json_t *j, const char *path);

/* UTF-16BE to UTF-8; what is broken becomes U+FFFD. */
char *fields_utf16(void *owner, const char *s, size_t n);

#endif
