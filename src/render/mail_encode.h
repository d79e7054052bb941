/* mail_encode.h - what a mail is made of on the wire: encoded bodies (RFC
 * 2045 6.7 and 6.8), encoded words (RFC 2047), folded headers (RFC 5322
 * 2.2.3).  Pure; input is UTF-8 without NUL, and headers are without control
 * characters. */
#ifndef DUNLIN_RENDER_MAIL_ENCODE_H
#define DUNLIN_RENDER_MAIL_ENCODE_H

#include "base/text.h"

#include <stddef.h>

/* Bodies: every line end, LF or CRLF, becomes CRLF. */
void mail_quoted(struct text *out, const char *s, size_t n);
void mail_base64(struct text *out, const char *s, size_t n);
/* Of bytes as they are. */
void mail_base64_bytes(struct text *out, const void *bytes, size_t n);
/* Base64 where it is the shorter one by far; gives the encoding's name. */
const char *mail_body(struct text *out, const char *s);

/* "Name: value CRLF", folded at spaces; encoded words where value is not
 * ASCII, looks like one, or has a word that fills a line. */
void mail_header(struct text *out, const char *name, const char *value);
/* The same of what is never encoded: message ids, words of a standard. */
void mail_token(struct text *out, const char *name, const char *value);
/* "Name: "display" <address> CRLF"; display may be NULL. */
void mail_mailbox(struct text *out, const char *name, const char *display,
    const char *address);

#endif
