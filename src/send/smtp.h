/* smtp.h - SMTP through libESMTP (RFC 5321, 3030, 3207, 3461, 4954).
 *
 * One session, one message at a time: the next is asked for when the outcome
 * of the last is known (DESIGN §5.4).  Outcomes rest on what was seen in the
 * protocol's events, never on statuses read after the session. */
#ifndef DUNLIN_SEND_SMTP_H
#define DUNLIN_SEND_SMTP_H

#include "config/config.h"
#include "send/channel.h"

struct smtp;

/* Reads the password and the CA file.  ERR_CONFIG when they are no good. */
int smtp_open(void *owner, const struct config_transport *t,
    struct smtp **ret_smtp, struct err *err);

/* One session of at most t->per_session messages.  -1: it ended early for a
 * reason of its own (no connection, no TLS, no AUTH, 421). */
int smtp_run(struct smtp *s, const struct channel_feed *feed,
    struct err *err);

/* The longest that one message can take, in seconds: the limit that smtp_run
 * itself keeps. */
int smtp_message_seconds(const struct config_transport *t);

/* Is every address of the transport's host a loopback name or number? */
bool smtp_is_loopback(const struct config_transport *t);

#endif
