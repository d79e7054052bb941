#include "plan/parts.h"

#include "base/clock.h"
#include "core/phone.h"
#include "core/zone.h"

#include <string.h>

static bool
keeps_out(const struct fact_hold *h, enum class class, int64_t item_id,
    int64_t now)
{
	return h->scope == SCOPE_ITEM && h->item_id == item_id &&
	    hold_effect((enum hold_kind)h->kind, class) != PASS &&
	    hold_in_force(h, now);
}

int64_t
plan_amount(const struct facts *f, size_t i, enum class class, int64_t now)
{
	int64_t left = f->items[i].open;
	size_t k;

	if (left <= 0)
		return left;
	for (k = 0; k < f->n_holds; k++) {
		if (!keeps_out(&f->holds[k], class, f->items[i].id, now))
			continue;
		if (f->holds[k].amount <= 0 || f->holds[k].amount >= left)
			return 0;
		left -= f->holds[k].amount;
	}
	return left;
}

int64_t
part_amount(const struct facts *f, size_t i, int64_t now)
{
	return plan_amount(f, i, CLASS_REMINDER, now);
}

const struct fact_hold *
part_item_hold(const struct facts *f, size_t i, int64_t now)
{
	const struct fact_hold *found = NULL, *h;
	size_t k;

	for (k = 0; k < f->n_holds; k++) {
		h = &f->holds[k];
		if (keeps_out(h, CLASS_REMINDER, f->items[i].id, now) &&
		    (found == NULL ||
		    h->review_at < found->review_at))
			found = h;
	}
	return found;
}

const struct fact_hold *
part_hold(const struct facts *f, int64_t now, enum class class)
{
	const struct fact_hold *found = NULL, *h;
	size_t k;

	for (k = 0; k < f->n_holds; k++) {
		h = &f->holds[k];
		if (h->scope != SCOPE_ACCOUNT && h->scope != SCOPE_PARTY &&
		    h->scope != SCOPE_COMPANY)
			continue;
		if (hold_effect((enum hold_kind)h->kind, class) == PASS ||
		    !hold_in_force(h, now))
			continue;
		if (found == NULL || h->review_at < found->review_at)
			found = h;
	}
	return found;
}

static const struct {
	enum address_state state;
	enum hold_kind hold;
} address_holds[] = {
	{ ADDRESS_IS_DEAD, HOLD_BOUNCED },
	{ ADDRESS_IS_OPTED_OUT, HOLD_OPT_OUT },
	{ ADDRESS_IS_WRONG, HOLD_WRONG_CONTACT },
};

static bool
serves(const struct fact_route *r, const char *country)
{
	const char *const *p = r->countries;

	if (p == NULL)
		return strcmp(country, "CN") != 0;
	for (; *p != NULL; p++)
		if (strcmp(*p, country) == 0)
			return true;
	return false;
}

static bool
is_approved(const struct fact_route *r, const char *template,
    const char *language)
{
	const char *const *p = r->approved;
	size_t n;

	if (p == NULL || template == NULL)
		return true;
	n = strlen(template);
	for (; *p != NULL; p++)
		if (strncmp(*p, template, n) == 0 && (*p)[n] == ' ' &&
		    strcmp(*p + n + 1, language) == 0)
			return true;
	return false;
}

const struct fact_route *
part_route(const struct facts *f, size_t c, const char *template)
{
	const struct fact_company *co = f->company;
	const struct fact_route *r;
	struct phone phone;

	if (co->n_routes == 0 || f->contacts[c].kind != ADDRESS_PHONE ||
	    phone_mobile(f->contacts[c].address, f->country != NULL ?
	    f->country : co->country, &phone, NULL) < 0)
		return NULL;
	for (r = co->routes; r < co->routes + co->n_routes; r++)
		if (serves(r, phone.country) && is_approved(r, template,
		    plan_language(f, (int)c)))
			return r;
	return NULL;
}

/* A phone that SMS may go to: persons must have agreed (RULES A12, A45). */
static bool
sms_allowed(const struct facts *f, size_t c, enum hold_kind *ret_hold)
{
	struct rulepack pack;

	*ret_hold = HOLD_NO_CONTACT;
	if (part_route(f, c, NULL) == NULL ||
	    (f->party_kind == PARTY_PERSON && !f->contacts[c].consent))
		return false;
	pack = rulepack_find(f->country, f->party_kind, f->company->agency,
	    CHANNEL_SMS);
	*ret_hold = HOLD_RULEPACK;
	return pack.channel_allowed;
}

bool
part_contact(const struct facts *f, const struct place *w, int64_t now,
    enum class class, size_t c, enum hold_kind *ret_hold,
    int64_t *ret_hold_id)
{
	const struct fact_contact *to = &f->contacts[c];
	const struct fact_hold *h;
	size_t k;

	*ret_hold_id = 0;
	if (to->kind == ADDRESS_PHONE && !sms_allowed(f, c, ret_hold))
		return false;
	for (k = 0; k < sizeof(address_holds) / sizeof(*address_holds); k++)
		if (to->state == address_holds[k].state &&
		    hold_effect(address_holds[k].hold, class) != PASS) {
			*ret_hold = address_holds[k].hold;
			return false;
		}
	for (k = 0; k < f->n_holds; k++) {
		h = &f->holds[k];
		if (!(h->scope == SCOPE_ADDRESS &&
		    h->address_id == to->address_id) &&
		    !(h->scope == SCOPE_CHANNEL && h->channel == plan_channel(f, (int)c)))
			continue;
		if (hold_effect((enum hold_kind)h->kind, class) != PASS &&
		    hold_in_force(h, now)) {
			*ret_hold = (enum hold_kind)h->kind;
			*ret_hold_id = h->id;
			return false;
		}
	}
	if (!w->pack.channel_allowed) {
		*ret_hold = HOLD_RULEPACK;
		return hold_effect(HOLD_RULEPACK, class) == PASS;
	}
	return true;
}

/* Staff mail and calendar objects are no contacts. */
static bool
is_contact(const struct fact_touch *t)
{
	return t->class != CLASS_STAFF && t->class != CLASS_CALENDAR;
}

static bool
asks(const struct fact_touch *t)
{
	return !t->shared && hold_effect(HOLD_GAP, t->class) != PASS;
}

static int32_t
touch_day(const struct place *w, const struct fact_touch *t)
{
	int32_t second;

	return zone_day(w->zone, t->at, &second);
}

/* At most count contacts in days: the count-th last one decides. */
static int32_t
cap_from(const struct facts *f, const struct place *w, int count, int days)
{
	size_t k;

	if (count <= 0 || days <= 0)
		return w->today;
	for (k = f->n_touches; k > 0; k--)
		if (is_contact(&f->touches[k - 1]) && --count == 0)
			return touch_day(w, &f->touches[k - 1]) + days;
	return w->today;
}

static int32_t
gap_from(const struct facts *f, const struct place *w)
{
	const struct policy *p = w->policy;
	int gap = p->gap_days * p->tiers[f->tier].gap_percent / 100;
	size_t k;

	if (p->gap_days > 0 && gap < 1)
		gap = 1;
	for (k = f->n_touches; k > 0; k--)
		if (asks(&f->touches[k - 1]))
			return touch_day(w, &f->touches[k - 1]) + gap;
	return w->today;
}

int32_t
part_limits(const struct facts *f, const struct place *w, enum class class,
    enum hold_kind *ret_kind)
{
	const struct policy *p = w->policy;
	int32_t from = w->today, d;
	size_t i;

	*ret_kind = HOLD_COUNT;
	if (f->n_touches == 0)
		return from;
	if (hold_effect(HOLD_GAP, class) != PASS &&
	    (d = gap_from(f, w)) > from) {
		from = d;
		*ret_kind = HOLD_GAP;
	}
	if (hold_effect(HOLD_CAP, class) == PASS)
		return from;
	for (i = 0; i < p->n_caps; i++)
		if ((d = cap_from(f, w, p->caps[i].count, p->caps[i].days)) >
		    from) {
			from = d;
			*ret_kind = HOLD_CAP;
		}
	/* Law cannot be weakened by a policy. */
	for (i = 0; i < 2; i++) {
		d = i == 0 ? cap_from(f, w, w->pack.per_day, 1) :
		    cap_from(f, w, w->pack.per_week, 7);
		if (d > from) {
			from = d;
			*ret_kind = HOLD_CAP;
		}
	}
	return from;
}

static int64_t
credit(const struct facts *f, const char *cur)
{
	int64_t sum = 0;
	size_t k;

	for (k = 0; k < f->n_items; k++)
		if (f->items[k].open < 0 && strcmp(f->items[k].cur, cur) == 0)
			sum -= f->items[k].open;
	for (k = 0; k < f->n_unallocated; k++)
		if (strcmp(f->unallocated[k].cur, cur) == 0)
			sum += f->unallocated[k].minor;
	return sum;
}

int64_t
plan_exposure(const struct facts *f, const char *cur)
{
	int64_t sum = -credit(f, cur);
	size_t k;

	for (k = 0; k < f->n_items; k++)
		if (f->items[k].open > 0 && strcmp(f->items[k].cur, cur) == 0)
			sum += f->items[k].open;
	return sum;
}

/* Somebody paid exactly this, or exactly all of it. */
static bool
is_unidentified(const struct facts *f, const char *cur, int64_t amount)
{
	size_t k;

	for (k = 0; k < f->company->n_unidentified; k++)
		if (f->company->unidentified[k].minor == amount &&
		    strcmp(f->company->unidentified[k].cur, cur) == 0)
			return true;
	return false;
}

bool
part_unapplied(const struct facts *f, const struct policy *p, int64_t now,
    int32_t until, size_t *ret_item)
{
	bool any = f->n_unallocated > 0 || f->company->n_unidentified > 0;
	const struct fact_item *it;
	int64_t amount, sum, c;
	size_t i, k;

	for (i = 0; i < f->n_items && !any; i++)
		any = f->items[i].open < 0;
	if (!any)
		return false;
	for (i = 0; i < f->n_items; i++) {
		it = &f->items[i];
		amount = part_amount(f, i, now);
		if (amount <= 0 || it->due > until ||
		    amount < policy_minimum_for(p, it->cur))
			continue;
		c = credit(f, it->cur);
		for (k = 0, sum = 0; k < f->n_items; k++)
			if (f->items[k].due <= until && f->items[k].open > 0 &&
			    strcmp(f->items[k].cur, it->cur) == 0)
				sum += f->items[k].open;
		if ((c > 0 && c >= amount) ||
		    is_unidentified(f, it->cur, amount) ||
		    is_unidentified(f, it->cur, sum)) {
			*ret_item = i;
			return true;
		}
	}
	return false;
}

int64_t
part_days_on(const struct place *w, int n)
{
	return zone_instant(w->zone, w->today + n, 0);
}
