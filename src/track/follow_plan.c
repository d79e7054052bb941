#include "track/follow_int.h"

#include "base/clock.h"
#include "plan/hold.h"
#include "plan/plan.h"

/* What is open of an item beside what other holds than the plan's have. */
static int64_t
left_of(const struct follow *w, size_t i)
{
	int64_t left = w->f->items[i].open;
	const struct fact_hold *h;
	size_t k;

	for (k = 0; k < w->f->n_holds && left > 0; k++) {
		h = &w->f->holds[k];
		if (h->scope != SCOPE_ITEM ||
		    h->item_id != w->f->items[i].id ||
		    h->kind == HOLD_PLAN || hold_effect((enum hold_kind)
		    h->kind, CLASS_REMINDER) == PASS ||
		    !hold_in_force(h, w->now))
			continue;
		left = h->amount <= 0 ? 0 : left - h->amount;
	}
	return left > 0 ? left : 0;
}

/* Where an item of p is among the facts; n_items: no more there. */
static size_t
find(const struct follow *w, int64_t item_id)
{
	size_t i;

	for (i = 0; i < w->f->n_items; i++)
		if (w->f->items[i].id == item_id)
			break;
	return i;
}

static const struct fact_hold *
hold_of(const struct follow *w, int64_t hold_id)
{
	size_t k;

	for (k = 0; k < w->f->n_holds; k++)
		if (w->f->holds[k].id == hold_id)
			return &w->f->holds[k];
	return NULL;
}

/* A hold of an instalment to come is there no more: a person released it, and
 * the item is asked for again. */
static bool
released(const struct follow *w, const struct follow_plan *plan,
    int64_t item_id)
{
	const struct promise *p;
	size_t i, k;

	for (i = 0; i < plan->n; i++) {
		p = plan->list[i];
		if (p->plan_id != plan->next->plan_id ||
		    machine_is_final(&promise_machine, (int)p->state))
			continue;
		for (k = 0; k < p->n_items; k++)
			if (p->items[k].item_id == item_id &&
			    p->items[k].hold_id != 0 &&
			    hold_of(w, p->items[k].hold_id) == NULL)
				return true;
	}
	return false;
}

static int64_t
uncovered(const struct follow *w, const struct follow_plan *plan,
    int64_t item_id)
{
	size_t i = find(w, item_id);

	if (i == w->f->n_items || released(w, plan, item_id))
		return 0;
	return plan_amount(w->f, i, CLASS_REMINDER, w->now);
}

/* What of the items of the plan no hold has, though the plan has it.  Outside
 * lies what was never in the plan, or less: what is open beyond the
 * instalments to come. */
static int
missing(struct follow *w, const struct follow_plan *plan, int64_t *ret_sum,
    struct err *err)
{
	const struct promise *p = plan->next;
	int64_t all, to_come, outside = 0, left = 0, sum = 0;
	size_t i, k;

	if (payplans_sums(w->db, p->plan_id, &all, &to_come, err) < 0)
		return -1;
	for (i = 0; i < p->n_items; i++) {
		outside += p->items[i].open;
		k = find(w, p->items[i].item_id);
		left += k < w->f->n_items ? left_of(w, k) : 0;
		sum += uncovered(w, plan, p->items[i].item_id);
	}
	outside -= all;
	if (outside > left - to_come)
		outside = left - to_come;
	*ret_sum = sum - (outside > 0 ? outside : 0);
	return 0;
}

int
follow_cover(struct follow *w, const struct follow_plan *plan,
    struct err *err)
{
	struct promise *p = plan->next;
	const struct fact_hold *h;
	struct judge_days d;
	int64_t sum, part, review_at;
	size_t i;

	if (missing(w, plan, &sum, err) < 0)
		return -1;
	judge_days(&w->rules, p->day, &d);
	review_at = zone_instant(w->zone, d.tell + 7, 0);
	if (review_at <= w->now)
		review_at = CLOCK_NONE;
	for (i = 0; i < p->n_items && sum > 0; i++) {
		part = uncovered(w, plan, p->items[i].item_id);
		if (part <= 0)
			continue;
		if (part > sum)
			part = sum;
		sum -= part;
		h = hold_of(w, p->items[i].hold_id);
		if (promises_hold(w->db, p, i, part + (h != NULL ?
		    h->amount : 0), review_at, w->now, FOLLOW_ACTOR,
		    err) < 0)
			return -1;
	}
	return 0;
}
