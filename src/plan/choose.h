/* choose.h - the carrying item and the next step with its slot.  Internal to
 * plan/. */
#ifndef DUNLIN_PLAN_CHOOSE_H
#define DUNLIN_PLAN_CHOOSE_H

#include "plan/parts.h"

/* One decision in the making. */
struct work {
	const struct facts *f;
	const struct policy *p;
	int64_t now;
	struct plan_trail *trail;	/* may be NULL */
	struct place w;
	int shift;			/* of the tier, days */
	int64_t episode;		/* the one that touches are held
					 * against */
	int level;			/* highest level sent in it; -1 */
	int32_t free_from;		/* first day that limits leave */
	bool first_contact;
};

void choose_begin(struct work *k, const struct facts *f,
    const struct policy *p, int64_t now, struct plan_trail *trail);

/* The first day on which an item concerns us at all. */
int32_t choose_entry(const struct work *k, const struct fact_item *it);

/* Index of the oldest open, undisputed, unpromised item above the minimum;
 * -1.  ret_small: something is open, but all of it is below. */
int choose_carrying(const struct work *k, bool *ret_small);

/* Fills step, nth, cause, slot and not_after of r for the carrying item;
 * false when the schedule has no more steps. */
bool choose_step(struct work *k, int carrying, struct plan *r);

/* Stage of an item on a day, tier counted; -1 before the first. */
int choose_stage(const struct work *k, int32_t due, int32_t day);

#endif
