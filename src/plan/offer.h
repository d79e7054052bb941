/* offer.h - an incentive for paying what is overdue by a day.
 *
 * Pure.  It covers every item that is overdue in the currency of the carrying
 * one, wholly: "pay so much less by that day, and these items are settled", or
 * "pay all of it by that day, and so much is credited on the next order".  A
 * percentage is rounded up to the minor unit, in the debtor's favour.  The
 * last day counts; where it is no working day at the debtor's place, the next
 * one is the last.
 *
 * Who has none: whom the rule pack guards (consumers); a recipient who has not
 * agreed to offers, unless the policy quotes a lawyer; an account with any
 * hold, claim, dispute, promise or plan; stages M0 and M4; what does not go by
 * mail; sums below the policy's least; an account that had one in again_days,
 * or had a smaller one at any time.  Judged: track/redeem.h. */
#ifndef DUNLIN_PLAN_OFFER_H
#define DUNLIN_PLAN_OFFER_H

#include "plan/plan.h"

/* What the message of plan r (PLAN_SEND) offers when it goes out at its slot,
 * or now where that has passed.  NULL with ret->made, or why it offers
 * nothing, in English. */
const char *offer_make(const struct facts *f, const struct policy *p,
    int64_t now, const struct plan *r, struct offer_terms *ret);

/* The items that it covers, as plan_items() says; out has room for
 * f->n_items.  Returns how many. */
size_t offer_items(const struct facts *f, const struct offer_terms *o,
    struct plan_item *out);

/* "offer" in a trail. */
void offer_tell(struct plan_trail *t, const char *why,
    const struct offer_terms *o);

/* The last one that was made, and what became of it. */
void offer_tell_last(struct plan_trail *t, const struct fact_offer *f);

#endif
