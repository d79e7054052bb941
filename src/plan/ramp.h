/* ramp.h - first contacts over days: at most so many new debtors a day
 * (policy max_new_per_day).  Pure; the counts come from the outbox. */
#ifndef DUNLIN_PLAN_RAMP_H
#define DUNLIN_PLAN_RAMP_H

#include "plan/plan.h"

struct ramp;

/* most <= 0: no limit.  Days are the company's. */
struct ramp *ramp_new(void *owner, const struct zone *zone, int32_t today,
    int most);
/* n first contacts have their slot at t. */
void ramp_add(struct ramp *r, int64_t t, int n);

/* plan_account, with a first contact moved on to a day with room.  A message
 * that is planned already keeps its place.  c is f->company. */
void ramp_plan(struct ramp *r, const struct facts *f, struct fact_company *c,
    const struct policy *p, int64_t now, struct plan_trail *trail,
    struct plan *ret_plan);

/* The message of f that is planned with the same cause, or NULL. */
const struct fact_planned *plan_planned(const struct facts *f,
    const char *cause);

#endif
