/* place.h - where and when a debtor may be written to: zone, working days,
 * hours of policy and rule pack, and the choice of a slot.  Internal to
 * plan/. */
#ifndef DUNLIN_PLAN_PLACE_H
#define DUNLIN_PLAN_PLACE_H

#include "core/facts.h"
#include "policy/calendar.h"
#include "policy/policy.h"
#include "policy/rulepack.h"

struct place {
	const struct policy *policy;
	const struct zone *zone;
	bool zone_known;
	const struct calendar *calendar;
	struct rulepack pack;
	int64_t now;
	int32_t today, second;		/* of now, in the zone */
	int cash_in_day;		/* 1-31; 0: unknown */
};

void place_of(const struct facts *f, const struct policy *p, int64_t now,
    struct place *ret);

/* A day on which one may write at all. */
bool place_day_is_open(const struct place *w, int32_t day);
/* Is now inside the hours (of an open day)? */
bool place_is_open(const struct place *w);

/* The best slot on days from..to and not in the past: the cash-in date, else
 * the best weekday x hour score, ties earliest.  False when there is none.
 * ret_cash_in tells which rule won. */
bool place_best(const struct place *w, int32_t from, int32_t to,
    int64_t *ret_slot, bool *ret_cash_in);
/* The first allowed time on days from..to. */
bool place_first(const struct place *w, int32_t from, int32_t to,
    int64_t *ret_slot);
/* The end of the allowed time of a slot's day. */
int64_t place_day_end(const struct place *w, int32_t day);

#endif
