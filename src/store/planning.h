/* planning.h - what the planner reads and writes besides facts and outbox:
 * which accounts are due, what was decided, holds to be reviewed. */
#ifndef DUNLIN_STORE_PLANNING_H
#define DUNLIN_STORE_PLANNING_H

#include "plan/plan.h"
#include "store/db.h"

/* Accounts whose facts changed, then those whose time has come; at most max.
 * ret_ids has room for them. */
int planning_due(struct db *db, int64_t company_id, int64_t now, size_t max,
    int64_t *ret_ids, size_t *ret_n, struct err *err);

struct planning {
	int64_t account_id, rev, plan_at;
	const char *verdict, *why;
	int64_t episode;
	int32_t episode_from;		/* DATE_NONE: none is open */
};
/* Inside store_tx.  Does not bump rev: it is no fact. */
int planning_write(struct db *db, const struct planning *p, struct err *err);

/* Accounts that were held by one of the company's own holds are due again.
 * Works on ids from *at on, moves it; *at is INT64_MAX at the end.  Inside
 * store_tx, a slice at a time. */
int planning_wake(struct db *db, int64_t company_id, int64_t *at,
    struct err *err);

/* Planned first contacts by slot: fn is called for each. */
int planning_first_contacts(struct db *db, int64_t company_id,
    void (*fn)(int64_t slot, int n, void *arg), void *arg, struct err *err);

/* The hold whose review date has passed and that nobody has been told of:
 * 1 with it, 0. */
struct planning_review {
	int64_t hold_id, company_id, account_id;	/* account 0: none */
	enum hold_kind kind;
	char owner[64];
};
int planning_review(struct db *db, int64_t now, struct planning_review *ret,
    struct err *err);

/* A task of this reason for the account: was one opened since, closed or not;
 * or is one open, or was one closed by a person since? */
enum planning_asked { PLANNING_ASKED, PLANNING_DEALT };
int planning_has_task(struct db *db, int64_t account_id, const char *reason,
    int64_t since, enum planning_asked how, bool *ret_has,
    struct err *err);

/* Has a person of theirs written since, or one of ours got hold of them? */
int planning_heard(struct db *db, int64_t account_id, int64_t since,
    bool *ret_heard, struct err *err);

/* A person lifts the stage cap of an account (or sets it: -1 lifts).  Inside
 * store_tx; writes an event. */
int planning_cap(struct db *db, int64_t company_id, int64_t account_id,
    int stage, int64_t now, const char *actor, struct err *err);

/* First and last account id of a company; both 0 when it has none. */
int planning_range(struct db *db, int64_t company_id, int64_t *ret_first,
    int64_t *ret_last, struct err *err);

#endif
