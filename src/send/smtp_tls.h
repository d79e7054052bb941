/* smtp_tls.h - TLS for smtp.c: a context with checks of our own, and a relay
 * process for implicit TLS, which libESMTP does not speak. */
#ifndef DUNLIN_SEND_SMTP_TLS_H
#define DUNLIN_SEND_SMTP_TLS_H

#include "config/config.h"

#include <openssl/ssl.h>
#include <sys/types.h>

struct smtp_tls_state;

/* Certificate and host name are checked while shaking hands unless tls_verify
 * is off; at least TLS 1.2 (RFC 8314, 8996). */
int smtp_tls_new(void *owner, const struct config_transport *t,
    struct smtp_tls_state **ret_tls, struct err *err);
SSL_CTX *smtp_tls_ctx(struct smtp_tls_state *s);	/* no new reference */

/* Call at SMTP_EV_STARTTLS_OK: reads the session tickets of TLS 1.3, which
 * libESMTP would take for a reply and wait for ever for its rest. */
void smtp_tls_drain(struct smtp_tls_state *s);

/* Why the last certificate was refused; NULL: it was not. */
const char *smtp_tls_refusal(const struct smtp_tls_state *s);

/* fd is a connected socket.  A child process takes it over, shakes hands and
 * passes bytes on; fd becomes the plain end of it.  Closing fd ends the
 * child. */
struct smtp_relay {
	pid_t pid;
	int why_fd;		/* one line when it could not go on */
};
int smtp_relay_start(struct smtp_tls_state *s, int fd, int timeout,
    struct smtp_relay *ret_relay);
/* Waits for its end; its last words into buf ("" when all was well). */
void smtp_relay_end(struct smtp_relay *r, char *buf, size_t n);

#endif
