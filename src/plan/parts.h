/* parts.h - the parts of a decision that every class shares: what an item's
 * nameable amount is, which holds stand, who can be written to, and from
 * which day gaps and caps allow it.  Internal to plan/. */
#ifndef DUNLIN_PLAN_PARTS_H
#define DUNLIN_PLAN_PARTS_H

#include "plan/place.h"
#include "plan/plan.h"

/* What of item i a reminder may name now: open less the parts that a hold
 * on the item keeps out.  Credits: their (negative) open amount. */
int64_t part_amount(const struct facts *f, size_t i, int64_t now);

/* The hold on the account, its party or its company that stops class, the
 * one with the earliest review first; NULL when there is none. */
const struct fact_hold *part_hold(const struct facts *f, int64_t now,
    enum class class);

/* The hold that keeps item i out, NULL when nothing does. */
const struct fact_hold *part_item_hold(const struct facts *f, size_t i,
    int64_t now);

/* Whether contact c can be reached: false with the kind that stops it. */
bool part_contact(const struct facts *f, const struct place *w, int64_t now,
    enum class class, size_t c, enum hold_kind *ret_hold,
    int64_t *ret_hold_id);

/* The cheapest route of dunlin.yaml that serves the phone of contact c and may
 * say template (of ours; NULL: any).  NULL: there is none, or c has no mobile
 * number. */
const struct fact_route *part_route(const struct facts *f, size_t c,
    const char *template);

/* The first day on which gap and caps let class go out; ret_kind says which
 * of the two moved it past today (HOLD_COUNT: neither). */
int32_t part_limits(const struct facts *f, const struct place *w,
    enum class class, enum hold_kind *ret_kind);

/* An unallocated or unidentified receipt or a credit may cover an item that
 * is due by day `until`: ret_item is that item. */
bool part_unapplied(const struct facts *f, const struct policy *p,
    int64_t now, int32_t until, size_t *ret_item);

/* The start of the day n days after today, in the debtor's zone. */
int64_t part_days_on(const struct place *w, int n);

#endif
