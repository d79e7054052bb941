/* staff.h - mail to people of ours, and what group robots say: outbox rows of
 * class staff.  They are about no account, so that nothing that is counted, held or planned for a
 * customer sees them.  Texts are kept as they were made; the sender puts them
 * into a mail (sending contract as for all).
 *
 * The occurrence is company and cause: "task/ID/TIMES/LEVEL/LOGIN/REASON/
 * ACCOUNT", "confirm/INBOX", "digest/LOGIN/DAY". */
#ifndef DUNLIN_STORE_STAFF_H
#define DUNLIN_STORE_STAFF_H

#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A picture of the HTML (PNG). */
struct staff_picture {
	const char *name;
	const void *bytes;
	size_t len;
};

struct staff_new {
	int64_t company_id;
	const char *login, *name;	/* who it is to */
	const char *mail;		/* their address */
	bool robot;			/* to a group: login is its route,
					 * mail its name */
	const char *cause, *language;
	const char *subject, *text, *html;
	const struct staff_picture *pictures;
	size_t n_pictures;
	const char *in_reply_to;	/* a confirmation: "<...>"; NULL */
	int64_t due_at, not_after;
	int64_t task_id;		/* that it is about; 0: several */
};

/* Inside store_tx.  *ret_id: of the communication, 0: the occurrence is taken
 * and nothing was written. */
int staff_plan(struct db *db, const struct staff_new *n, int64_t now,
    int64_t *ret_id, struct err *err);

/* What went out after the backup that was restored (dunlin recover) goes out
 * no second time: not what is still queued here, nor a digest of that day.
 * Tasks have other numbers now, so it is the next mail within three days to
 * the same person about the same account, reason and level that is left out.
 * Confirmations are none of these: what is done again is told again. */
int staff_lost(struct db *db, int64_t company_id, const char *cause,
    int64_t at, int64_t now, struct err *err);

/* What is kept of it. */
struct staff_mail {
	char *login, *name, *mail, *subject, *text, *html;
	int64_t task_id;
	struct staff_picture *pictures;
	size_t n_pictures;
};
int staff_get(void *owner, struct db *db, int64_t communication_id,
    struct staff_mail **ret_mail, struct err *err);

/* The staff mail that has a token (reply or bounce): 1, 0: none. */
struct staff_sent {
	int64_t outbox_id, communication_id, attempt_id, task_id;
	int64_t sent_at;
	char *login, *mail;
};
int staff_by_token(void *owner, struct db *db, int64_t company_id,
    const char *token, struct staff_sent **ret_sent, struct err *err);

/* Staff mails of causes that begin with prefix, to login, since. */
int staff_count(struct db *db, int64_t company_id, const char *login,
    const char *prefix, int64_t since, int64_t *ret_n, struct err *err);

/* Cancels what has not gone out yet about a task. */
int staff_cancel_task(struct db *db, int64_t task_id, int64_t now,
    const char *why, struct err *err);

#endif
