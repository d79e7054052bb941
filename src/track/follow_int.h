/* follow_int.h - what the files of track/follow*.c share. */
#ifndef DUNLIN_TRACK_FOLLOW_INT_H
#define DUNLIN_TRACK_FOLLOW_INT_H

#include "core/facts.h"
#include "core/zone.h"
#include "store/claims.h"
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

#endif
