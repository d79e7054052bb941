/* channel.h - one way to hand messages over.
 *
 * A channel asks for the next message when it is ready for one and reports
 * the outcome of each exactly once; it never repeats anything by itself.
 * next() returns 1 with a message, 0 when there is none, -1 on an error that
 * ends the session; its memory stays valid until the outcome was reported.
 * next() and outcome() may be called from inside a protocol event. */
#ifndef DUNLIN_SEND_CHANNEL_H
#define DUNLIN_SEND_CHANNEL_H

#include "base/err.h"
#include "core/kinds.h"

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
	bool session;			/* about the session, not about this
					 * message: the row goes back as it
					 * was, the session ends */
};

struct channel_feed {
	int (*next)(void *arg, struct channel_message *ret_m, struct err *err);
	void (*outcome)(void *arg, const struct channel_message *m,
	    const struct channel_outcome *o);
	void *arg;
};

#endif
