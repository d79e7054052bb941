/* act.h - acting on what a debtor says: promises, plans, what is paid
 * already, disputes.  Everything here runs inside store_tx: rows, holds,
 * events, tasks and the answer (an outbox row of class answer) are one
 * change.  The reader calls it, and the commands.
 *
 * Committing words (promise, plan) need proof: token or thread, a known
 * contact, authentication where it is configured.  Without it the promise is
 * `proposed` and a task asks a person to accept it (dunlin promise accept).
 * Answers: one per account and topic in 7 days, 3 per account in 7 days and 1
 * an hour unless the policy says otherwise; beyond that a task
 * `answer-owed`. */
#ifndef DUNLIN_TRACK_ACT_H
#define DUNLIN_TRACK_ACT_H

#include "config/config.h"
#include "core/money.h"
#include "store/db.h"
#include "track/machine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct act_reply {
	const struct config_company *company;
	int64_t company_id, account_id;
	int64_t inbox_id;	/* 0: none */
	int64_t contact_id;	/* who wrote, a contact of the account that is
				 * not closed; 0: not known */
	bool proven;		/* see above */
	bool silent;		/* never answer: machine mail, other intents
				 * that stop */
	const char *message_id;	/* of the reply, "<...>"; NULL */
	const char *references;	/* of the reply, its References; NULL */
	const char *quote;	/* the writer's own words; NULL */
	const struct policy_reply *rule;	/* what the policy changes
						 * of its rule; NULL: none */
	const char *actor;	/* "reader", "user:LOGIN" */
	int64_t now;
};

/* A day that was named, with what is to be paid then. */
struct act_day {
	int32_t day;
	struct money amount;	/* minor 0: not said; cur "": the items' */
	int share;		/* 1/10,000 of what is covered; 0: none */
	bool rest;		/* what the days before leave open */
	bool by_bill;		/* a bill of exchange is to come then... */
	int32_t matures;	/* ...that matures on this day; 0: not said */
	const char *document;	/* NULL: all that is overdue */
	const char *const *more;	/* and these */
	size_t n_more;
};

/* What became of it, for the label of the inbox row. */
enum act_done {
	ACT_DONE,		/* recorded, and answered where allowed */
	ACT_SAME,		/* it was said before: nothing changed */
	ACT_TASK		/* a person has to look */
};

/* One day is a promise, several a plan.  ret_id: of the promise or plan. */
int act_promise(struct db *db, const struct act_reply *r,
    const struct act_day *days, size_t n, enum act_done *ret_done,
    int64_t *ret_id, struct err *err);

/* A person takes what is proposed: a promise, or a whole plan. */
int act_accept(struct db *db, const struct act_reply *r, bool plan,
    int64_t id, enum act_done *ret_done, struct err *err);

/* Answers where nothing is recorded.  about: "reply", or "invoice" for the
 * items that the reply names; wait: reminders wait for what comes back
 * (policy ask_days). */
int act_answer(struct db *db, const struct act_reply *r,
    const char *template, const char *about, bool wait,
    enum act_done *ret_done, struct err *err);

/* "soon": asks for the day, once; a person follows up. */
int act_promise_vague(struct db *db, const struct act_reply *r,
    enum act_done *ret_done, struct err *err);

struct act_paid {
	int32_t day;			/* DATE_NONE: not said */
	struct money amount;		/* minor 0: not said */
	const char *reference;		/* NULL: not said */
	const char *const *documents;	/* none: all that is overdue */
	size_t n_documents;
};
/* Holds what it names, follows it until it is found or not. */
int act_paid(struct db *db, const struct act_reply *r,
    const struct act_paid *paid, enum act_done *ret_done, struct err *err);

/* A person says that the receipt was not it (LOSE), or that nothing was paid
 * (WITHDRAW). */
int act_claim(struct db *db, const struct act_reply *r, int64_t id,
    enum claim_event ev, struct err *err);

/* A bill of exchange was received: what it covers waits for its day.  A
 * promise to give one is kept by it, and tells what it covers where nothing
 * else is said. */
struct act_bill {
	int32_t matures;		/* DATE_NONE: as it was promised */
	struct money amount;		/* minor 0: all it covers */
	const char *number, *drawee, *note;	/* NULL: not said */
	const char *const *documents;
	size_t n_documents;
};
int act_bill(struct db *db, const struct act_reply *r,
    const struct act_bill *b, int64_t *ret_id, struct err *err);
/* A person, or the ledger, says how it ended.  Dishonoured: a person has to
 * act, and nothing is sent before. */
int act_bill_end(struct db *db, const struct act_reply *r, int64_t id,
    enum bill_event ev, const char *why, struct err *err);

struct act_dispute {
	const char *reason;		/* a word: "quality", "amount" ... */
	const char *const *documents;	/* none: the whole account */
	size_t n_documents;
	struct money amount;		/* part of the one item; minor 0: all;
					 * cur "": the item's */
};
/* Holds what it names and opens a task; says who looks at it by when. */
int act_dispute(struct db *db, const struct act_reply *r,
    const struct act_dispute *d, enum act_done *ret_done, struct err *err);
/* Ends it by ACCEPT, REJECT or WITHDRAW; the customer is told how it ended,
 * unless r->silent. */
int act_dispute_close(struct db *db, const struct act_reply *r, int64_t id,
    enum dispute_event ev, const char *note, struct err *err);

#endif
