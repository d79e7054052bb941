/* text.h - growing text, and small questions about UTF-8 strings. */
#ifndef DUNLIN_BASE_TEXT_H
#define DUNLIN_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text;	/* a growing byte string, always ended by NUL */

struct text *text_new(void *owner);
void text_free(struct text *t);
void text_clear(struct text *t);
void text_add(struct text *t, const char *s);	/* NULL adds nothing */
void text_addn(struct text *t, const char *s, size_t n);
void text_addc(struct text *t, char c);
void text_addf(struct text *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A JSON string, with its quotes; s is UTF-8. */
void text_add_json(struct text *t, const char *s);
/* Text of an HTML document or of an attribute; control characters but line
 * ends and tabs as spaces.  NULL adds nothing. */
void text_add_html(struct text *t, const char *s);
/* Room for n more bytes, to be written there; then where they end. */
char *text_room(struct text *t, size_t n);
void text_took(struct text *t, const char *end);
const char *text_str(const struct text *t);	/* valid until t changes */
size_t text_len(const struct text *t);

bool text_is_utf8(const char *s, size_t n);	/* strict: no surrogates */
bool text_is_ascii(const char *s, size_t n);
bool text_has_control(const char *s);	/* any byte < 0x20 or 0x7f */

/* One code point from s[0..n); returns its length, 0 at the end or on
 * malformed input (then skip a byte). */
size_t text_decode(const char *s, size_t n, uint32_t *ret_cp);
size_t text_encode(uint32_t cp, char *buf);	/* buf[4]; returns length */

/* Cut leading and trailing ASCII white space, no-break and ideographic
 * spaces.  Returns a copy. */
char *text_trim(void *owner, const char *s);
char *text_lower(void *owner, const char *s);	/* ASCII letters only */
bool text_eq_nocase(const char *a, const char *b);	/* ASCII letters */
/* Where word begins in s, or NULL; ASCII letters without case. */
const char *text_find_nocase(const char *s, const char *word);
uint32_t text_hash(const char *s);	/* for tables in memory only */
bool text_starts(const char *s, const char *prefix);

/* Columns on a terminal: East Asian wide and full-width count two. */
size_t text_width(const char *s);
/* A copy padded with spaces, or cut with "…", to exactly width columns. */
char *text_fit(void *owner, const char *s, size_t width);

#endif
