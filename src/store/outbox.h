/* outbox.h - communications and outbox rows: written by the planner, claimed
 * and finished by senders.  States: track/outbox.def.
 *
 * Everything here but the lists runs inside store_tx.  A claim has a random
 * token; every change of a claimed row names its id, state and token and must
 * hit one row: the functions that take a struct outbox_row or a token return
 * 1, with nothing written, when it is no longer ours.
 *
 * communication.at (what caps, gaps and stages count) is set when the first
 * row of a communication enters `sending`, and cleared when no row of it is
 * sending, accepted or uncertain any more. */
#ifndef DUNLIN_STORE_OUTBOX_H
#define DUNLIN_STORE_OUTBOX_H

#include "base/id.h"
#include "config/config.h"
#include "core/kinds.h"
#include "plan/plan.h"
#include "store/db.h"
#include "track/outbox_state.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The conditions of the partial indexes outbox_planned and outbox_busy, as
 * they stand in the schema: a query that says it otherwise cannot use them.
 * (A list after IN would cost SQLite a table in memory for each row
 * written.) */
#define OUTBOX_PLANNED(state) state " = 'draft' OR " state " = 'queued' OR " \
    state " = 'claimed' OR " state " = 'deferred' OR " state " = 'uncertain'"
#define OUTBOX_BUSY(state) state " = 'claimed' OR " state " = 'sending' OR " \
    state " = 'uncertain'"

/* --- the planner's side --- */

struct outbox_recipient {
	int64_t contact_id, address_id;
	const char *language;
	enum channel channel;
	const char *route;		/* SMS: its route; NULL */
};

struct outbox_item {
	int64_t item_id, amount;
};

struct outbox_new {
	int64_t company_id, account_id;
	enum class class;
	const char *cause;		/* "7/m1-first/0" */
	enum channel channel;
	const char *policy;		/* name and hash */
	const char *step;		/* reminders; else NULL */
	int stage, level;		/* reminders; else -1 */
	int64_t episode;
	int nth;
	int wording;			/* 1, 2: of two; 0: only one */
	const char *template;
	int64_t due_at, not_after, priority;
	bool first_contact;
	int approve;			/* > 0: draft until approved */
	const char *topic;		/* answers: intent and content; NULL */
	const char *in_reply_to;	/* answers: what is answered; NULL */
	const char *references;		/* and its References; NULL */
	const struct outbox_item *items;
	size_t n_items;
	const struct outbox_recipient *to;	/* at least one */
	size_t n_to;
};

/* One communication, its items and a row for each recipient.  Nothing is
 * written and *ret_communication_id is 0 when the occurrence is taken: it was
 * sent, is being sent, or was refused for good and a task tells so.  A reminder
 * whose refusal a person has dealt with may be tried again. */
int outbox_plan(struct db *db, const struct outbox_new *o, int64_t now,
    int64_t *ret_communication_id, struct err *err);

/* Answers queued for an account since: all, and those of one topic.  *ret_last
 * is when the last one was queued, CLOCK_NONE: none. */
int outbox_answers(struct db *db, int64_t account_id, const char *topic,
    int64_t since, int64_t *ret_all, int64_t *ret_topic, int64_t *ret_last,
    struct err *err);

/* Cancels the account's rows of one cause that no sender has touched. */
int outbox_cancel_cause(struct db *db, int64_t account_id, enum class class,
    const char *cause, int64_t now, const char *why, struct err *err);

/* Cancels the account's rows of class that no sender has touched (draft,
 * queued, deferred) and each communication left without a live row. */
int outbox_cancel_planned(struct db *db, int64_t account_id,
    enum class class, int64_t now, const char *why, int64_t *ret_n,
    struct err *err);

/* What stands in the outbox for an account and class and has no outcome yet
 * (draft, queued, claimed, sending, deferred), the newest; *ret_planned is
 * NULL when there is none (outside store_tx as well). */
struct outbox_planned {
	int64_t communication_id;
	const char *cause, *template, *language;
	int64_t contact_id, address_id;	/* of the first row */
	int64_t due_at, not_after, priority;
	enum outbox_state state;
};
int outbox_planned(void *owner, struct db *db, int64_t account_id,
    enum class class, struct outbox_planned **ret_planned, struct err *err);

/* --- the sender's side --- */

struct outbox_row {
	int64_t id, company_id, account_id, communication_id;
	int64_t contact_id, address_id;
	enum class class;
	enum channel channel;
	enum outbox_state state;
	const char *route;		/* SMS; else "" */
	const char *template, *language, *cause;
	const char *in_reply_to, *references;	/* NULL: no answer */
	int stage;			/* -1: none */
	int64_t due_at, not_after;
	int approve;			/* > 0: only what was approved goes */
	const char *approved_hash;	/* NULL: nobody approved it */
	int64_t approved_as_of;
	int tries, crashes;
	bool first_contact;
	int64_t first_try;		/* CLOCK_NONE: not tried yet; what
					 * was settled as not sent counts
					 * from then */
	int64_t deadline;
	char token[ID_TOKEN_MAX];	/* of the claim */
};

/* Cancels rows of SMS routes that the company has no more, and touches their
 * accounts.  A transaction of its own, where there are any. */
int outbox_orphans(struct db *db, int64_t company_id,
    const struct config_company *c, int64_t now, struct err *err);

/* Ids of rows that are due, best priority first, at most max; staff: only
 * those to our own people. */
int outbox_due(void *owner, struct db *db, int64_t company_id,
    const char *route, bool staff, int64_t now, size_t max,
    int64_t **ret_ids, size_t *ret_n, struct err *err);

/* 1 with the row, 0 when somebody else has it or it is not due.  The claim
 * is a lease: it is given back when its deadline passes. */
int outbox_claim(void *owner, struct db *db, int64_t id, const char *by,
    int64_t deadline, int64_t now, struct outbox_row **ret_row,
    struct err *err);

/* A claimed row goes back as it was. */
int outbox_release(struct db *db, const struct outbox_row *row, int64_t now,
    struct err *err);
/* A claimed row is tried again at due_at; detail is one line. */
int outbox_postpone(struct db *db, const struct outbox_row *row,
    int64_t due_at, const char *detail, int64_t now, struct err *err);
/* A claimed row is no longer wanted: cancelled, the account planned anew. */
int outbox_stale(struct db *db, const struct outbox_row *row,
    const char *why, int64_t now, struct err *err);
/* A claimed row is given up: failed, with a task. */
int outbox_give_up(struct db *db, const struct outbox_row *row,
    const char *why, int64_t now, struct err *err);

struct attempt_new {
	const char *token, *message_id, *envid, *recipient;
	const void *bytes;
	size_t len;
};

/* Row -> sending and the attempt stored, counted from now on. */
int outbox_begin(struct db *db, const struct outbox_row *row,
    const struct attempt_new *a, int64_t deadline, int64_t now,
    int64_t *ret_attempt_id, struct err *err);

struct outbox_result {
	enum outcome outcome;
	int code;
	const char *reply;		/* one line, may be NULL */
	const char *enhanced;		/* "5.1.1" or NULL */
	bool recipient;			/* the reply was about the address */
	bool sms;
	const char *remote_id;		/* SMS: the gateway's; NULL */
	bool opted_out;			/* SMS: the gateway knows so */
	int64_t retry_at;		/* deferred and not sent */
	const char *actor;		/* "sender", "user:LOGIN" */
};

/* The outcome of an attempt: row, attempt, communication, address, event and
 * tasks.  token is the claim's; NULL: settles an uncertain row (a person, or
 * evidence found later).  1: somebody else was first, nothing was changed.
 * ERR_PERM when the row is in no state for it. */
int outbox_finish(struct db *db, int64_t outbox_id, const char *token,
    const struct outbox_result *r, int64_t now, struct err *err);

/* Rows in claimed, sending or uncertain, for the reaper and for settling. */
struct outbox_busy {
	int64_t id, company_id, account_id;
	enum outbox_state state;
	enum channel channel;
	const char *claim, *claimed_by;
	int64_t deadline;
	int tries, crashes;
	const char *attempt;		/* token of its last attempt or NULL */
	int64_t started_at;		/* of that attempt */
	int64_t priority, due_at;
};
int outbox_busy(void *owner, struct db *db, struct outbox_busy **ret_rows,
    size_t *ret_n, struct err *err);

/* What a sender that is gone (or late: only what is past its deadline) had
 * claimed: back to queued, in one transaction.  Rows are made in the order of
 * outbox_due, so the first of them was in its hands, unless another was being
 * handed over: that one counts a crash, and the second in a row parks it for a
 * person: a draft, a hold sender-crash on its account, and a task. */
#define OUTBOX_CRASHES 2
int outbox_reap_claims(struct db *db, const char *by, bool gone, int64_t now,
    struct err *err);
/* The hold was released: what is parked is queued again, the task closed.
 * Reminders are planned anew instead: the planner has cancelled theirs. */
int outbox_unpark(struct db *db, int64_t company_id, int64_t account_id,
    int64_t now, const char *actor, struct err *err);
/* A row in sending whose owner is gone or late is lost by outbox_finish. */

/* Attempts of a company that began after t, at most `most`: for the pace.
 * Looks back from the last attempt to the first that is older. */
int outbox_begun_since(struct db *db, int64_t company_id, const char *route,
    int64_t t,
    int64_t most, int64_t *ret_n, struct err *err);

/* --- lists for people --- */

struct outbox_line {
	int64_t id, due_at, changed_at, not_after, priority;
	const char *account, *name, *template, *language, *address, *detail;
	const char *cause;
	enum outbox_state state;
	enum class class;
	enum channel channel;
	int tries;
};
/* In order of due_at; state OUTBOX_COUNT: all but the final ones.  fn
 * returns 0 to go on. */
int outbox_each(struct db *db, int64_t company_id, enum outbox_state state,
    int64_t since, int (*fn)(const struct outbox_line *l, void *arg),
    void *arg, struct err *err);

#endif
