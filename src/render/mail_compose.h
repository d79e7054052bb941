/* mail_compose.h - the bytes of one mail (RFC 5322, 2045-2049).
 *
 * multipart/alternative, text before HTML, UTF-8 in quoted-printable or
 * base64, CRLF, lines of at most 78 characters where the format allows it.
 * The boundary is derived from the Message-ID: same input, same bytes. */
#ifndef DUNLIN_RENDER_MAIL_COMPOSE_H
#define DUNLIN_RENDER_MAIL_COMPOSE_H

#include "base/err.h"
#include "render/render.h"

#include <stddef.h>
#include <stdint.h>

struct mail_parts {
	const char *from_name, *from;	/* addresses as mail_address gives */
	const char *to_name, *to;	/* names may be NULL */
	const char *reply_to;
	const char *subject;
	const char *language;
	const char *message_id;		/* "<...>" */
	const char *in_reply_to;	/* "<...>" or NULL */
	const char *const *references;	/* NULL-ended, or NULL */
	const char *auto_submitted;	/* "auto-generated" */
	int64_t date;
	int32_t offset;			/* of the Date, seconds east */
	const char *text, *html;
	const struct mail_file *pictures;	/* of the HTML (RFC 2387): it
					 * shows one as "cid:NAME@dunlin" */
	size_t n_pictures;
	const struct mail_file *files;	/* then all is multipart/mixed */
	size_t n_files;
};

/* CR or LF in any header value: ERR_CONFIG. */
int mail_compose(void *owner, const struct mail_parts *p, char **ret_bytes,
    size_t *ret_len, struct err *err);

/* Checks an address and gives it with its domain as A-labels (RULES B4).  A
 * local part with other than ASCII characters needs SMTPUTF8 and is refused
 * as such; ERR_PERM. */
int mail_address(void *owner, const char *address, char **ret_address,
    struct err *err);

/* "ar@example.com", '+', "r.abc" to "ar+r.abc@example.com"; a local part
 * over 64 octets is ERR_CONFIG. */
int mail_sub_address(void *owner, const char *address, char separator,
    const char *tag, char **ret_address, struct err *err);

#endif
