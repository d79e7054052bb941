/* smtp_call.h - one session of SMTP, as smtp.c and smtp_message.c share it;
 * nobody else includes it.
 *
 *   smtp.c          connection, TLS, AUTH, why a session ended
 *   smtp_message.c  the message in hand: its bytes, what the server answers
 *   smtp_wire.c     the socket; smtp_tls.c: certificates and implicit TLS */
#ifndef DUNLIN_SEND_SMTP_CALL_H
#define DUNLIN_SEND_SMTP_CALL_H

#include "send/channel.h"
#include "send/smtp.h"
#include "send/smtp_tls.h"
#include "send/smtp_wire.h"

#include <auth-client.h>
#include <libesmtp.h>

struct smtp {
	const struct config_transport *t;
	char *password;
	struct smtp_tls_state *tls;
};

/* How far the message in hand has come. */
enum stage_of { IDLE, READY, BEGUN, ENDED };

/* One session. */
struct call {
	struct smtp *smtp;
	const struct channel_feed *feed;
	struct err err;			/* why it ended; kind ERR_NONE: well */
	struct wire wire;
	struct smtp_relay relay;
	bool tls_on;

	/* The message in hand. */
	enum stage_of at;
	struct channel_message m;
	size_t off;
	bool rcpt_ok, no_more;
	int n;				/* messages in this session */
};

/* End the session now: nothing that the library writes leaves any more. */
void call_cut(struct call *c, enum err_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The message in hand, READY, becomes BEGUN; false: it is not to go. */
bool message_begin(struct call *c);
/* Give it to the library; false: no memory. */
bool message_add(struct call *c, smtp_session_t session);

/* What the server answered: to MAIL, to RCPT, to the end of the content. */
void message_on_mail(struct call *c, smtp_message_t msg);
void message_on_rcpt(struct call *c, smtp_session_t session,
    smtp_recipient_t to);
void message_on_sent(struct call *c, smtp_session_t session,
    smtp_message_t msg);
/* It was in hand when the session ended without an answer. */
void message_account_for(struct call *c);

#endif
