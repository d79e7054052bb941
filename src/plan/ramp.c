#include "plan/ramp.h"

#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"

#include <string.h>

#define DAYS_MOST 3650
#define TRIES_MOST 64

struct ramp {
	const struct zone *zone;
	int32_t first;		/* day of counts[0] */
	int most;
	int n;
	int *counts;
	int *next;		/* a later day with room, or itself */
};

struct ramp *
ramp_new(void *owner, const struct zone *zone, int32_t today, int most)
{
	struct ramp *r = mem_new(owner, struct ramp);

	r->zone = zone;
	r->first = today;
	r->most = most;
	return r;
}

static bool
room(struct ramp *r, int32_t day, int *ret_i)
{
	int i = day - r->first, k;

	if (i < 0 || i >= DAYS_MOST)
		return false;
	if (i >= r->n) {
		r->counts = mem_grow(r, r->counts, int, i + 32);
		r->next = mem_grow(r, r->next, int, i + 32);
		for (k = r->n; k < i + 32; k++) {
			r->counts[k] = 0;
			r->next[k] = k;
		}
		r->n = i + 32;
	}
	*ret_i = i;
	return true;
}

static int32_t
day_of(const struct ramp *r, int64_t t)
{
	int32_t second;

	return zone_day(r->zone, t, &second);
}

void
ramp_add(struct ramp *r, int64_t t, int n)
{
	int i;

	if (room(r, day_of(r, t), &i))
		r->counts[i] += n;
}

/* The first day from `day` on that is not full. */
static int32_t
free_day(struct ramp *r, int32_t day)
{
	int i, k;

	while (room(r, day, &i) && r->counts[i] >= r->most) {
		k = r->next[i] > i ? r->next[i] : i + 1;
		day = r->first + k;
		if (room(r, day, &k) && r->next[k] > k)
			k = r->next[k];
		r->next[i] = k;
	}
	return day;
}

const struct fact_planned *
plan_planned(const struct facts *f, const char *cause)
{
	size_t i;

	for (i = 0; i < f->n_planned; i++)
		if (strcmp(f->planned[i].cause, cause) == 0)
			return &f->planned[i];
	return NULL;
}

void
ramp_plan(struct ramp *r, const struct facts *f, struct fact_company *c,
    const struct policy *p, int64_t now, struct plan_trail *trail,
    struct plan *ret_plan)
{
	const struct fact_planned *pl;
	int32_t day, to;
	int tries;

	plan_account(f, p, now, trail, ret_plan);
	if (r->most <= 0 || ret_plan->verdict != PLAN_SEND ||
	    !ret_plan->first_contact)
		return;
	pl = plan_planned(f, ret_plan->cause);
	if (pl != NULL && pl->slot == ret_plan->slot)
		return;
	for (tries = 0; tries < TRIES_MOST; tries++) {
		day = day_of(r, ret_plan->slot);
		to = free_day(r, day);
		if (to == day)
			break;
		if (pl != NULL && pl->first_contact && tries == 0 &&
		    pl->slot > ret_plan->slot)
			to = day_of(r, pl->slot);
		c->first_from = to;
		plan_account(f, p, now, trail, ret_plan);
		if (ret_plan->verdict != PLAN_SEND ||
		    (pl != NULL && pl->slot == ret_plan->slot))
			break;
	}
	c->first_from = DATE_NONE;
	if (ret_plan->verdict == PLAN_SEND &&
	    (pl == NULL || pl->slot != ret_plan->slot))
		ramp_add(r, ret_plan->slot, 1);
}
