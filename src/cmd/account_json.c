#include "cmd/account.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/money.h"
#include "core/zone.h"

#include <stdio.h>
#include <string.h>

static json_t *
time_json(int64_t t)
{
	char buf[CLOCK_TEXT_MAX];

	return t == CLOCK_NONE ? json_null() :
	    json_string(clock_format(t, buf));
}

static json_t *
day_json(int32_t day)
{
	char buf[DATE_TEXT_MAX];

	return day == DATE_NONE ? json_null() :
	    json_string(date_format(day, buf));
}

static json_t *
money_json(int64_t minor, const char *cur)
{
	char buf[MONEY_TEXT_MAX];
	struct money m = money_zero(cur);

	m.minor = minor;
	return json_string(money_format(m, buf));
}

static json_t *
contacts(const struct facts *f)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < f->n_contacts; i++)
		json_array_append_new(list, json_pack(
		    "{s:s, s:s, s:s, s:s*, s:s*, s:s}", "role",
		    contact_role_name(f->contacts[i].role), "kind",
		    address_kind_name(f->contacts[i].kind), "address",
		    f->contacts[i].address, "name", f->contacts[i].name,
		    "language", f->contacts[i].language, "state",
		    address_state_name(f->contacts[i].state)));
	return list;
}

static json_t *
items(const struct account_view *v)
{
	const struct facts *f = v->facts;
	json_t *list = json_array();
	int32_t second, today;
	size_t i;

	today = zone_day(v->zone, v->c->now, &second);
	for (i = 0; i < f->n_items; i++)
		json_array_append_new(list, json_pack(
		    "{s:s*, s:s, s:o, s:o, s:i, s:o, s:o, s:s}", "item",
		    f->items[i].document, "kind",
		    item_kind_name(f->items[i].kind), "issued",
		    day_json(f->items[i].issued), "due",
		    day_json(f->items[i].due), "days_past_due",
		    (int)(today - f->items[i].due), "amount",
		    money_json(f->items[i].amount, f->items[i].cur), "open",
		    money_json(f->items[i].open, f->items[i].cur),
		    "currency", f->items[i].cur));
	return list;
}

static json_t *
holds(const struct facts *f)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < f->n_holds; i++)
		json_array_append_new(list, json_pack(
		    "{s:I, s:s, s:s, s:o, s:o, s:o, s:s*}", "hold",
		    (json_int_t)f->holds[i].id, "kind",
		    hold_name((enum hold_kind)f->holds[i].kind), "scope",
		    hold_scope_name(f->holds[i].scope), "placed",
		    time_json(f->holds[i].placed_at), "review",
		    time_json(f->holds[i].review_at), "ends",
		    time_json(f->holds[i].ends_at), "note",
		    f->holds[i].note));
	return list;
}

static json_t *
offer(const struct offer_terms *o, const char *state)
{
	json_t *j = json_pack("{s:s, s:o, s:s*, s:o, s:i, s:b}", "currency", o->cur,
	    "amount", money_json(o->full, o->cur), "state", state, "until",
	    day_json(o->day), "items", (int)o->n_items, "next_order",
	    o->next_order);
	json_object_set_new(j, "pay", money_json(offer_sum(o), o->cur));
	json_object_set_new(j, "discount", money_json(o->discount, o->cur));
	return j;
}

static json_t *
last_offer(const struct facts *f)
{
	json_t *j = offer(&f->offer->terms,
	    offer_state_name(f->offer->state));

	json_object_set_new(j, "made", time_json(f->offer->made_at));
	return j;
}

static json_t *
next(const struct account_view *v)
{
	static const char *const verdicts[] = { "none", "send", "wait",
		"held", "task" };
	const struct plan *p = &v->plan;
	json_t *j = json_pack("{s:s, s:o}", "verdict", verdicts[p->verdict],
	    "again", time_json(p->next_at));

	if (p->verdict == PLAN_SEND) {
		json_object_set_new(j, "step", json_string(p->step->id));
		json_object_set_new(j, "slot", time_json(p->slot));
		if (p->contact >= 0)
			json_object_set_new(j, "to", json_string(
			    v->facts->contacts[p->contact].address));
		if (p->offer.made)
			json_object_set_new(j, "offer", offer(&p->offer,
			    NULL));
	}
	if (p->verdict == PLAN_HELD) {
		json_object_set_new(j, "hold",
		    json_string(hold_name(p->hold)));
		json_object_set_new(j, "review", time_json(p->review_at));
	}
	if (p->reason != NULL)
		json_object_set_new(j, "task", json_string(p->reason));
	return j;
}

static json_t *
events(const struct account_view *v)
{
	json_t *list = json_array(), *payload;
	const struct account_event *e;
	size_t i;

	for (i = 0; i < v->n_events; i++) {
		e = &v->events[i];
		payload = e->payload == NULL ? json_null() :
		    json_loads(e->payload, 0, NULL);
		json_array_append_new(list, json_pack(
		    "{s:I, s:I, s:o, s:s, s:s, s:o}", "id",
		    (json_int_t)e->id, "seq", (json_int_t)e->seq,
		    "at", time_json(e->at), "kind", e->kind, "actor",
		    e->actor, "payload", payload == NULL ?
		    json_string(e->payload) : payload));
	}
	return list;
}

static json_t *
credit(const struct facts *f)
{
	struct money open = money_zero(f->credit_limit.cur);
	char limit[MONEY_TEXT_MAX], used[MONEY_TEXT_MAX];

	open.minor = plan_exposure(f, open.cur);
	return json_pack("{s:s, s:s, s:s}", "currency", open.cur, "amount",
	    money_format(f->credit_limit, limit), "used",
	    money_format(open, used));
}

static json_t *
tier_why(const struct account_view *v)
{
	MEM_AUTO void *ctx = talloc_new(NULL);
	const struct policy_behaviour *p = &v->a.company->policy->behaviour;
	const struct behave *b = &v->tier.is;
	json_t *terms = json_array();
	int i;

	for (i = 0; i < TERMS_COUNT; i++)
		if ((v->terms & (1u << i)) != 0)
			json_array_append_new(terms, json_string(terms_text(
			    (enum terms_hint)i, v->c->language)));
	return json_pack("{s:s, s:s, s:i, s:i, s:b, s:o}", "reason",
	    behave_reason_word(b->reason), "text", behave_words(ctx, p, b,
	    v->c->language), "invoices", b->items, "median_days_late",
	    b->median, "worse", b->worse, "terms", terms);
}

void
account_print_json(const struct account_view *v)
{
	const struct facts *f = v->facts;
	json_t *j = json_pack("{s:s, s:s, s:s, s:s, s:o, s:s*, s:s*, s:s, s:s*, "
	    "s:o, s:o, s:o, s:o, s:o}", "account", f->code, "name", f->name,
	    "kind", party_kind_name(f->party_kind), "tier",
	    tier_name(f->tier), "tier_why", tier_why(v), "language",
	    f->language, "country", f->country, "zone", zone_name(v->zone), "stage",
	    v->plan.stage < 0 ? NULL : stage_name(v->plan.stage), "contacts",
	    contacts(f), "items", items(v), "holds", holds(f), "next",
	    next(v), "events", events(v));

	if (f->credit_limit.minor > 0)
		json_object_set_new(j, "credit_limit", credit(f));
	if (f->offer != NULL)
		json_object_set_new(j, "offer", last_offer(f));
	json_dumpf(j, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(j);
}
