/* follow_int.h - what the files of track/follow*.c share. */
#ifndef DUNLIN_TRACK_FOLLOW_INT_H
#define DUNLIN_TRACK_FOLLOW_INT_H

#include "core/facts.h"
#include "core/zone.h"
#include "store/claims.h"
#include "store/promises.h"
#include "track/follow.h"

#define FOLLOW_ACTOR "planner"
#define FOLLOW_DAY 86400
#define FOLLOW_NEVER INT64_C(7258118400)	/* 2200: the ledger wakes it */

struct follow {
	struct db *db;
	const struct config_company *company;
	const struct facts *f;
	const struct zone *zone;
	struct judge_rules rules;
	int64_t now;
	int32_t today;
};

/* What is open of an item now. */
int64_t follow_open(const struct follow *w, int64_t item_id);

/* A paid claim: by the balances of what it names, else by a receipt that is
 * not allocated; the customer is told how it ended. */
int follow_claim(struct follow *w, struct claim *c, struct err *err);

/* An offer for paying by a day; w->f is older afterwards. */
struct offer;
int follow_offer(struct follow *w, struct offer *o, struct err *err);

/* A running plan: the ledger may set what was paid against other items than
 * the instalment held that it was for.  What the plan has of its items, and no
 * hold any more, its next instalment holds from now on, unless a person
 * released it.  w->f is as it is after all that was judged. */
struct follow_plan {
	struct promise *next;
	struct promise *const *list;	/* of the account, also of others */
	size_t n;
};
int follow_cover(struct follow *w, const struct follow_plan *plan,
    struct err *err);

#endif
