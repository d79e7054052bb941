/* promises.h - promises to pay and the items that they cover.  States:
 * track/promise.def.  Functions that write are for inside store_tx; each
 * writes an event and bumps the account's rev.
 *
 * A promise that is open, due soon or awaiting the ledger has a hold
 * `promise-open` on each item that it covers (on the part promised where it
 * is less); all that ends it releases them. */
#ifndef DUNLIN_STORE_PROMISES_H
#define DUNLIN_STORE_PROMISES_H

#include "core/kinds.h"
#include "core/money.h"
#include "store/covered.h"
#include "store/db.h"
#include "store/payplans.h"
#include "track/machine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROMISE_DOUBTED INT32_MAX

struct promise {
	int64_t id, company_id, account_id;
	int64_t plan_id;	/* 0: no instalment */
	enum promise_state state;
	int64_t made_at;
	int32_t made_on, day;	/* in the debtor's zone */
	int64_t amount;		/* 0: all of what it covers */
	char cur[MONEY_CUR_MAX];
	const char *made_by;	/* actor */
	int64_t inbox_id, contact_id;	/* 0: none */
	const char *note;	/* the debtor's words; NULL */
	bool by_bill;		/* a bill of exchange is to come */
	int32_t matures;	/* of it; DATE_NONE: not said */
	int64_t look_at;	/* the planner looks then */
	int32_t tell;		/* a ledger as of a later day decides;
				 * PROMISE_DOUBTED: none, a person does */
	int64_t paid;		/* counted when it was judged */
	struct covered *items;
	size_t n_items;
};

/* p->state is proposed or open; ids are filled in.  hold_until: a review date
 * for its holds. */
int promises_add(struct db *db, struct promise *p, int64_t hold_until,
    struct err *err);

/* ERR_PERM when there is none. */
int promises_get(void *owner, struct db *db, int64_t id,
    struct promise **ret_promise, struct err *err);

/* Those of an account that are not ended, by day. */
int promises_active(void *owner, struct db *db, int64_t account_id,
    struct promise ***ret_list, size_t *ret_n, struct err *err);

/* Accounts that have to be looked at: a look is due, or the ledger (as_of)
 * can tell; also for paid claims and bills.  At most max. */
int promises_due(struct db *db, int64_t company_id, int64_t now,
    int32_t as_of, size_t max, int64_t *ret_ids, size_t *ret_n,
    struct err *err);

/* Moves p by ev; its holds are placed or released as the new state wants.
 * ERR_PERM where track/promise.def does not allow it. */
int promises_move(struct db *db, struct promise *p, enum promise_event ev,
    int64_t now, const char *actor, const char *why, struct err *err);
/* When to look next; no event. */
int promises_look(struct db *db, const struct promise *p, int64_t look_at,
    struct err *err);

/* Its item i: it holds so much of it from now on. */
int promises_hold(struct db *db, struct promise *p, size_t i, int64_t amount,
    int64_t review_at, int64_t now, const char *actor, struct err *err);

/* What became of an item since the promise, for track/judge.h: receipts by
 * value date, and how it was closed. */
struct promise_paid {
	int64_t in_time, late;
	bool open, cancelled;
	int32_t paid_on;	/* DATE_NONE: the ledger does not say */
};
int promises_paid(struct db *db, const struct promise *p, int64_t item_id,
    int32_t deadline, struct promise_paid *ret, struct err *err);
/* What the instalments of its plan before it come to; 0 without a plan. */
int promises_before(struct db *db, const struct promise *p,
    int64_t *ret_amount, struct err *err);

/* Broken promises of an account since; a broken plan counts as one. */
int promises_broken(struct db *db, int64_t account_id, int64_t since,
    int64_t *ret_n, struct err *err);

/* --- lists for people --- */

struct promise_line {
	int64_t id, plan_id, made_at, amount, paid;
	int32_t day;
	const char *account, *name, *cur, *made_by, *note;
	const char *document;	/* the first of the items, NULL: none */
	int64_t n_items;
	enum promise_state state;
};
/* account_id 0: all of the company; by day.  ended: those as well. */
int promises_each(struct db *db, int64_t company_id, int64_t account_id,
    bool ended, int (*fn)(const struct promise_line *l, void *arg),
    void *arg, struct err *err);

#endif
