/* child.h - the confined child (base/confined.h) that reads mails and calls of
 * gateways: "dunlin understand --mail --frames".  It is started anew when it
 * died, and after CHILD_MAILS_MOST mails. */
#ifndef DUNLIN_RECEIVE_CHILD_H
#define DUNLIN_RECEIVE_CHILD_H

#include "base/err.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#define CHILD_MAILS_MOST 2000
#define CHILD_WAIT_MS 20000

struct child;

/* program: NULL for this one; talloc_free ends it. */
struct child *child_new(void *owner, const char *program);

struct child_mail {
	const char *raw;
	size_t len;
	int64_t received_at;
	const char *tz, *country;
};

/* The answer is the caller's to decref.  ERR_PERM: the mail killed the
 * child, made it run too long or answer nonsense, and why; ERR_TEMP: it
 * could not be started. */
int child_ask(struct child *c, const struct child_mail *m, int wait_ms,
    json_t **ret_answer, struct err *err);

/* What a gateway called us with, raw as the inbox keeps it; gateway: its
 * description.  The answer has "events", a list, or "broken", why it says
 * nothing.  Errors as child_ask. */
struct child_call {
	const char *raw;
	size_t len;
	const char *file, *gateway;
	const char *hook;		/* "report", "message" */
};
int child_ask_call(struct child *c, const struct child_call *m, int wait_ms,
    json_t **ret_answer, struct err *err);

/* Why the last child that answered could not be confined; NULL: it was. */
const char *child_unconfined(const struct child *c);

#endif
