/* channel.h - one way to hand messages over.
 *
 * A channel asks for the next message when it is ready for one, calls begin
 * when the first byte of it is about to leave, and reports the outcome of
 * each message that was begun exactly once; it never repeats anything by
 * itself.  All three may be called from inside a protocol event.
 *
 * next: 1 with a message, 0 when there is none, -1 on an error that ends the
 *   session.  Its memory stays valid until the next call of next.
 * begin: 1 the attempt is durable, go; 0 not this one, ask for the next;
 *   -1 end the session.  Only after 1 may anything leave.
 * idle: called by a channel that waits for an answer: time to make the next
 *   message.  Writes nothing. */
#ifndef DUNLIN_SEND_CHANNEL_H
#define DUNLIN_SEND_CHANNEL_H

#include "base/err.h"
#include "core/kinds.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct channel_message {
	int64_t outbox_id;
	const char *from, *to;		/* envelope */
	const char *envid;		/* DSN */
	const char *bytes;
	size_t len;
	const char *name;		/* file name part for a maildir */
};

struct channel_outcome {
	enum outcome outcome;
	int code;			/* 250, 451, ...; 0: none */
	const char *reply;		/* one line */
	const char *enhanced;		/* "5.1.1" or NULL */
	bool recipient;			/* the reply is about the address */
	bool about_us;			/* it speaks of us, not of the
					 * address: policy, relaying */
	const char *remote_id;		/* SMS: the gateway's reference */
	bool opted_out;			/* SMS: the gateway knows so */
};

struct channel_feed {
	int (*next)(void *arg, struct channel_message *ret_m, struct err *err);
	int (*begin)(void *arg, const struct channel_message *m,
	    struct err *err);
	void (*outcome)(void *arg, const struct channel_message *m,
	    const struct channel_outcome *o);
	void (*idle)(void *arg);
	void *arg;
};

#endif
