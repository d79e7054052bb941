/* facts.h - struct facts for tests: an armed company in London, one debtor
 * with one working address, and helpers that add to it. */
#ifndef DUNLIN_TESTS_FACTS_H
#define DUNLIN_TESTS_FACTS_H

#include "base/clock.h"
#include "base/mem.h"
#include "config/policy_read.h"
#include "core/date.h"
#include "core/zone.h"
#include "plan/plan.h"
#include "policy/calendar.h"

#include <stdio.h>
#include <string.h>

struct world {
	struct fact_company company;
	struct facts f;
	struct fact_item items[64];
	struct fact_hold holds[8];
	struct fact_contact contacts[8];
	struct fact_touch touches[256];
	struct fact_planned planned[2];
	struct money unallocated[2], unidentified[2];
	int64_t now;
};

static const struct policy *policy;

static inline int64_t
at(const char *text)
{
	struct err err;
	int64_t t;

	if (clock_parse(text, &t, &err) < 0)
		fail_msg("%s: %s", text, err.text);
	return t;
}

static inline int32_t
day(const char *text)
{
	struct err err;
	int32_t d;

	if (date_parse(text, DATE_ISO, &d, &err) < 0)
		fail_msg("%s: %s", text, err.text);
	return d;
}

static inline const struct zone *
zone(const char *name)
{
	const struct zone *z;
	struct err err;

	if (zone_open(name, &z, &err) < 0)
		fail_msg("%s", err.text);
	return z;
}

/* The clock goes on, and the ledger with it. */
static inline void
move_to(struct world *w, const char *now)
{
	w->now = at(now);
	w->company.ledger_as_of = (int32_t)(w->now / 86400);
}

static inline struct fact_contact *
add_contact(struct world *w, enum contact_role role)
{
	struct fact_contact *c = &w->contacts[w->f.n_contacts];

	memset(c, 0, sizeof(*c));
	c->id = c->address_id = (int64_t)++w->f.n_contacts;
	c->role = role;
	c->kind = ADDRESS_EMAIL;
	c->state = ADDRESS_IS_WORKING;
	c->address = "ap@example.com";
	return c;
}

static inline void
world_begin(struct world *w, const char *now)
{
	memset(w, 0, sizeof(*w));
	w->now = at(now);
	w->company.id = 1;
	w->company.code = "main";
	w->company.armed = true;
	w->company.zone = zone("Europe/London");
	w->company.country = "GB";
	w->company.language = "en";
	w->company.ledger_as_of = (int32_t)(w->now / 86400);
	w->company.intake_at = CLOCK_NONE;
	w->company.first_left = 50;
	w->company.first_from = DATE_NONE;
	w->company.unidentified = w->unidentified;
	w->f.company = &w->company;
	w->f.account_id = 7;
	w->f.code = "C-7";
	w->f.name = "Blue Harbour";
	w->f.country = "GB";
	w->f.zone = w->company.zone;
	w->f.stage_cap = -1;
	w->f.episode_from = DATE_NONE;
	w->f.items = w->items;
	w->f.holds = w->holds;
	w->f.contacts = w->contacts;
	w->f.touches = w->touches;
	w->f.planned = w->planned;
	w->f.unallocated = w->unallocated;
	add_contact(w, CONTACT_PAYABLES);
}

static inline struct fact_item *
add_item(struct world *w, const char *due, int64_t open, const char *cur)
{
	struct fact_item *it = &w->items[w->f.n_items];

	memset(it, 0, sizeof(*it));
	it->id = (int64_t)++w->f.n_items;
	it->document = "INV";
	it->kind = open < 0 ? ITEM_CREDIT : ITEM_INVOICE;
	it->due = day(due);
	it->issued = it->due - 30;
	it->open = it->amount = open;
	strcpy(it->cur, cur);
	it->as_of = w->company.ledger_as_of;
	return it;
}

static inline struct fact_hold *
add_hold(struct world *w, enum hold_kind kind, enum hold_scope scope)
{
	struct fact_hold *h = &w->holds[w->f.n_holds];

	memset(h, 0, sizeof(*h));
	h->id = (int64_t)++w->f.n_holds;
	h->kind = kind;
	h->scope = scope;
	h->placed_at = w->now - 86400;
	h->review_at = w->now + 5 * 86400;
	h->ends_at = CLOCK_NONE;
	return h;
}

/* A reminder of a step of the policy that was sent in episode 1. */
static inline struct fact_touch *
add_sent(struct world *w, const char *step, const char *when)
{
	struct fact_touch *t = &w->touches[w->f.n_touches];
	const struct policy_step *s = policy_step(policy, step);

	memset(t, 0, sizeof(*t));
	assert_non_null(s);
	t->id = (int64_t)++w->f.n_touches;
	t->at = at(when);
	t->class = CLASS_REMINDER;
	t->stage = s->stage;
	t->level = s->level;
	t->episode = 1;
	w->f.episode = 1;
	if (w->f.episode_from == DATE_NONE)
		w->f.episode_from = (int32_t)(t->at / 86400);
	return t;
}

/* A contact of another kind. */
static inline struct fact_touch *
add_touch(struct world *w, enum class class, const char *when)
{
	struct fact_touch *t = &w->touches[w->f.n_touches];

	memset(t, 0, sizeof(*t));
	t->id = (int64_t)++w->f.n_touches;
	t->at = at(when);
	t->class = class;
	t->level = -1;
	return t;
}

static inline struct plan
planned(const struct world *w)
{
	struct plan p;

	plan_account(&w->f, policy, w->now, NULL, &p);
	return p;
}

#endif
