/* channel.h - one way to hand messages over.
 *
 * A channel asks for the next message when it is ready for one, calls begin
 * when the first byte of it is about to leave, and reports the outcome of
 * each message that was begun exactly once; it never repeats anything by
 * itself.  All three may be called from inside a protocol event.
 *
 * next: 1 with a message, 0 when there is none, -1 on an error that ends the
 *   session.  Its memory stays valid until the next call of next, which comes
 *   when all that were begun have their outcomes.
 * more: the same, beside those that next and more have given and that are
 *   not begun yet: for a channel of several connections.  They are a wave: at
 *   most CHANNEL_WAVE, no two of one debtor or to one address.
 * begin: of the whole wave, in one commit.  1: the attempts of those that
 *   have `go` set are durable; 0: none is to go, ask for the next; -1 end the
 *   session.  Only after 1, and with `go`, may anything leave.
 * idle: called by a channel that waits for an answer: time to make the next
 *   message.  Writes nothing.  True: there may be one more to make. */
#ifndef DUNLIN_SEND_CHANNEL_H
#define DUNLIN_SEND_CHANNEL_H

#include "base/err.h"
#include "core/kinds.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHANNEL_WAVE 16		/* messages begun at once */

struct gateway_message;

struct channel_message {
	int64_t outbox_id;
	const char *from, *to;		/* envelope */
	const char *envid;		/* DSN */
	const char *bytes;
	size_t len;
	const struct gateway_message *sms;	/* what bytes say; NULL: it is
						 * read from them */
	const char *name;		/* file name part for a maildir */
	bool go;			/* set by begin */
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
	int (*more)(void *arg, struct channel_message *ret_m, struct err *err);
	int (*begin)(void *arg, struct channel_message *m, size_t n,
	    struct err *err);
	void (*outcome)(void *arg, const struct channel_message *m,
	    const struct channel_outcome *o);
	bool (*idle)(void *arg);
	void *arg;
};

#endif
