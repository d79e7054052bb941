/* sender.h - what the files of the sender share; nobody else includes it.
 *
 *   sender_step.c   lanes, sessions, the order of companies
 *   sender_feed.c   the feed of a channel: next, begin, outcome
 *   sender_guard.c  render from the facts; is the row still what is wanted?
 *   sender_reap.c   rows of senders that are gone; settling by looking */
#ifndef DUNLIN_SEND_SENDER_H
#define DUNLIN_SEND_SENDER_H

#include "config/config.h"
#include "core/facts.h"
#include "render/render.h"
#include "send/channel.h"
#include "send/smtp.h"
#include "store/db.h"
#include "store/highwater.h"
#include "store/outbox.h"

#include <signal.h>

#define SENDER_BATCH 8		/* rows claimed at once */
#define SENDER_LOOK 256		/* due rows looked up at once */
#define SENDER_LEASE 600	/* seconds of a claim */
#define SENDER_HURRY_MS 5000	/* commit to first byte */
#define SENDER_ANEW 3		/* renderings of one row in a session */

/* A row with the message made for it. */
struct ready {
	struct outbox_row *row;
	struct mail *mail;
	int64_t rev, address_rev;	/* of the facts it was made from */
	const char *token, *message_id;
	int64_t attempt_id;		/* once begun */
};

/* An outcome that is not committed yet. */
struct done {
	struct outbox_row *row;
	struct outbox_result result;
};

/* One company and its transport. */
struct lane {
	struct sender *sender;
	const struct config_company *company;
	int64_t company_id;
	struct smtp *smtp;		/* opened when first needed */
	char *maildir;
	int64_t wait_ms;		/* monotonic: nothing before */
	int failures;			/* sessions in a row */
	bool refused;			/* told already why it may not open */
	bool asked;			/* a person was asked to look */
	bool failed, accepted;		/* a row was, in this session */

	int64_t *ids;			/* due, not claimed */
	size_t n_ids, next_id;
	struct outbox_row *rows[SENDER_BATCH + 1]; /* claimed, not made */
	size_t n_rows;
	struct ready *ready;		/* made or handed over */
	struct done *done;
	int anew;			/* renderings of the row in hand */
	int left;			/* messages left in this session */
	bool paced, worked;
};

struct sender {
	struct db *db;
	const struct config *config;
	const struct templates *templates;
	const volatile sig_atomic_t *stop;
	char *name;			/* who we are: claimed_by */
	struct highwater *highwater;
	struct lane **lanes;
	size_t n_lanes, turn;
	int64_t reap_ms;
};

extern const struct channel_feed sender_feed;	/* arg: struct lane */

/* Commit what is not committed, give claimed rows back. */
int lane_flush(struct lane *l, struct err *err);
int lane_give_back(struct lane *l, struct err *err);
bool sender_stopping(const struct sender *s);

enum verdict {
	GUARD_GO,
	GUARD_STALE,	/* no longer wanted: cancel, plan anew */
	GUARD_ANEW,	/* the facts changed: render again */
	GUARD_LATER,	/* the company is held: give it back */
	GUARD_DELAY,	/* not now: again at a time that can be computed */
	GUARD_LOST	/* the claim is no longer ours */
};

/* Make the message of row.  GUARD_GO with *ret_ready, or why not.  -1 with
 * ERR_CONFIG: this row's template; other kinds: nothing can be made now. */
int sender_make(void *owner, struct lane *l, struct outbox_row *row,
    int64_t now, enum verdict *ret_verdict, struct ready **ret_ready,
    char **ret_why, struct err *err);

/* The same question inside the transaction that begins the attempt. */
int sender_guard(void *owner, struct lane *l, const struct ready *r,
    int64_t now, enum verdict *ret_verdict, char **ret_why,
    struct err *err);

/* When a row that waits for the hours may go; false: not known. */
bool sender_next_time(struct lane *l, const struct outbox_row *row,
    int64_t now, int64_t *ret_at);

/* Our name, and whether the owner of a claim still lives: -1 not known (it
 * is on another host). */
char *sender_name(void *owner);
int sender_lives(const char *name);

int sender_reap(struct sender *s, int64_t now, struct err *err);

#endif
