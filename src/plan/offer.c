#include "plan/offer.h"

#include "core/date.h"
#include "core/zone.h"
#include "plan/parts.h"
#include "policy/calendar.h"

#include <stdio.h>
#include <string.h>

#define DAYS_OFF 366	/* no run of days off is longer */

static bool
covers(const struct fact_item *it, const char *cur, int32_t day)
{
	return it->open > 0 && it->due < day && strcmp(it->cur, cur) == 0;
}

size_t
offer_items(const struct facts *f, const struct offer_terms *o,
    struct plan_item *out)
{
	size_t i, n = 0;

	for (i = 0; i < f->n_items; i++)
		if (covers(&f->items[i], o->cur, o->on)) {
			out[n].i = i;
			out[n++].amount = f->items[i].open;
		}
	return n;
}

/* --- who has none --- */

/* Whoever gets the message reads it. */
static const char *
not_to(const struct facts *f, const struct policy *p, int64_t now,
    const struct plan *r)
{
	int to[PLAN_RECIPIENTS_MAX];
	size_t n = plan_step_recipients(f, p, now, r, to), i;

	if (n == 0)
		return "nobody is written to";
	for (i = 0; i < n; i++) {
		if (plan_channel(f, to[i]) != CHANNEL_MAIL)
			return "it does not go by mail";
		if (p->offers.advice == NULL && !f->contacts[to[i]].offers)
			return "a recipient has not agreed to offers";
	}
	return NULL;
}

/* More than before, by the measure of either; a sum is compared with a
 * percentage by what it comes to. */
static bool
is_raised(const struct offer_terms *was, const struct offer_terms *o)
{
	if (was->percent > 0 && o->percent > 0)
		return o->percent > was->percent;
	if (was->percent == 0 && o->percent == 0 &&
	    strcmp(was->cur, o->cur) == 0)
		return o->discount > was->discount;
	return (__int128)o->discount * was->full >
	    (__int128)was->discount * o->full;
}

static const char *
not_again(const struct facts *f, const struct policy *p, int32_t today,
    const struct offer_terms *o)
{
	const struct fact_offer *was = f->offer;

	if (was == NULL)
		return NULL;
	if (was->state == OFFER_IS_LEAVING || was->state == OFFER_IS_OPEN ||
	    was->state == OFFER_IS_KEPT)
		return "another one is not over";
	if (today < was->terms.on + p->offers.again_days)
		return "they had one not long ago";
	return is_raised(&was->terms, o) ? "they had a smaller one before" : NULL;
}

static const char *
not_here(const struct facts *f, const struct policy *p, int64_t now,
    const struct plan *r)
{
	const struct place *w;
	struct place here;

	place_of(f, p, now, &here);
	w = &here;
	if (!w->pack.offers_allowed)
		return "the rule pack allows none to this debtor";
	if (r->stage < STAGE_M1 || r->stage >= STAGE_M4)
		return "the stage is none of M1 to M3";
	return plan_has_hold(f, now) ? "something holds the account, or part "
	    "of what it owes" : NULL;
}

/* A receipt or credit that waits for its item: the sum to pay would be a
 * guess. */
static bool
has_credit(const struct facts *f, const char *cur)
{
	size_t i;

	for (i = 0; i < f->n_unallocated; i++)
		if (strcmp(f->unallocated[i].cur, cur) == 0)
			return true;
	for (i = 0; i < f->n_items; i++)
		if (f->items[i].open < 0 && strcmp(f->items[i].cur, cur) == 0)
			return true;
	return false;
}

/* --- what it is --- */

static const char *
fill(const struct facts *f, const struct policy_offers *po, int32_t day,
    struct offer_terms *o)
{
	const struct fact_item *it;
	int64_t least;
	size_t i;

	if (!policy_amount(po->least, po->n_least, o->cur, &least))
		return "not in this currency";
	if (has_credit(f, o->cur))
		return "a receipt or credit waits for its invoice";
	for (i = 0; i < f->n_items; i++) {
		it = &f->items[i];
		if (!covers(it, o->cur, day))
			continue;
		if (o->full > INT64_MAX - it->open)
			return "the sum is too large";
		o->full += it->open;
		o->n_items++;
	}
	if (o->full < least || o->full == 0)
		return "what is overdue is less than the policy's least";
	o->percent = po->percent;
	o->next_order = po->next_order;
	if (po->percent > 0)
		o->discount = offer_discount(o->full, po->percent);
	else if (!policy_amount(po->amounts, po->n_amounts, o->cur,
	    &o->discount))
		return "not in this currency";
	return o->discount > 0 && o->discount < o->full ? NULL :
	    "it would come to nothing, or to all";
}

static int32_t
last_day(const struct place *w, int32_t day)
{
	int i;

	for (i = 0; i < DAYS_OFF && !calendar_is_workday(w->calendar, day);
	    i++)
		day++;
	return day;
}

const char *
offer_make(const struct facts *f, const struct policy *p, int64_t now,
    const struct plan *r, struct offer_terms *ret)
{
	struct offer_terms o = { 0 };
	const char *why;
	struct place w;
	int32_t second, day;

	memset(ret, 0, sizeof(*ret));
	if ((why = not_here(f, p, now, r)) != NULL ||
	    (why = not_to(f, p, now, r)) != NULL)
		return why;
	place_of(f, p, now, &w);
	day = zone_day(w.zone, r->slot > now ? r->slot : now, &second);
	memcpy(o.cur, r->currency, sizeof(o.cur));
	if ((why = fill(f, &p->offers, day, &o)) != NULL ||
	    (why = not_again(f, p, day, &o)) != NULL)
		return why;
	o.on = day;
	o.day = last_day(&w, day + p->offers.days);
	o.made = true;
	*ret = o;
	return NULL;
}

/* "USD 980.00 by 2026-11-30 for 2 items, USD 20.00 less than is due" */
static const char *
words(const struct offer_terms *o, char buf[160])
{
	char sum[MONEY_TEXT_MAX], less[MONEY_TEXT_MAX], day[DATE_TEXT_MAX];
	struct money m = money_zero(o->cur), d = m;

	m.minor = offer_sum(o);
	d.minor = o->discount;
	snprintf(buf, 160, "%s %s by %s for %zu %s, %s %s %s", o->cur,
	    money_format(m, sum), date_format(o->day, day), o->n_items,
	    o->n_items == 1 ? "item" : "items", o->cur,
	    money_format(d, less), o->next_order ?
	    "to be credited on the next order" : "less than is due");
	return buf;
}

void
offer_tell(struct plan_trail *t, const char *why, const struct offer_terms *o)
{
	char buf[160];

	if (t == NULL)
		return;
	if (o->made)
		plan_trail_add(t, "offer", "%s", words(o, buf));
	else
		plan_trail_add(t, "offer", "none: %s", why);
}

void
offer_tell_last(struct plan_trail *t, const struct fact_offer *f)
{
	char buf[160], day[DATE_TEXT_MAX];

	plan_trail_add(t, "offered", "on %s: %s: %s",
	    date_format(f->terms.on, day), words(&f->terms, buf),
	    offer_state_name(f->state));
}
