#include "rehearse/engine.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"
#include "plan/offer.h"

#include <string.h>

#define MORNING (6 * 3600)
#define TOUCH_DAYS 400
#define DAY INT64_C(86400)
#define LEDGER_DAYS 4	/* after a day, a weekend between: it is known */
#define WAKES_MAX 200000	/* of one account: more is a defect */

static void
plan_real(const struct facts *f, const struct policy *p, int64_t now,
    struct plan *ret_plan)
{
	plan_account(f, p, now, NULL, ret_plan);
}

const struct re_planner re_real_planner = { plan_real, plan_items, 0 };

struct re_engine {
	struct re_setup s;
	struct fact_company company;
	int *first;		/* first contacts of a day of the company */

	/* The account in hand. */
	struct re_account *a;
	struct facts f;
	struct fact_item *items;
	size_t *index;		/* of items, in a->items */
	struct fact_hold *holds;
	struct fact_contact *contacts;
	struct money *unallocated;
	struct fact_touch *touches;
	size_t n_touches, max_items, max_holds, max_contacts, max_touches;
	struct fact_planned planned;
	struct fact_offer offer;	/* the last; id 0: none */
	char cause[64];
	bool has_planned;
	int64_t episode;
	int32_t episode_from;
	struct re_message *log;
	size_t n_log;
	void *pool;		/* of the messages of this account */
};

struct re_engine *
re_engine_new(void *owner, const struct re_setup *setup)
{
	struct re_engine *e = mem_new(owner, struct re_engine);

	e->s = *setup;
	if (e->s.planner == NULL)
		e->s.planner = &re_real_planner;
	e->company = *setup->company;
	e->company.armed = true;
	e->company.stopped = false;
	e->company.clock_held = false;
	e->company.import_waiting = false;
	e->company.intake_configured = false;
	e->company.inbox_waiting = 0;
	e->company.unidentified = NULL;
	e->company.n_unidentified = 0;
	e->company.first_from = DATE_NONE;
	e->first = mem_array(e, int, RE_DAYS_MAX);
	return e;
}

int64_t
re_morning(const struct re_account *a, int32_t day)
{
	return zone_instant(a->zone, day, MORNING);
}

/* The last day whose news are known at an instant. */
static int32_t
known_day(const struct re_account *a, int64_t now)
{
	int32_t second, day = zone_day(a->zone, now, &second);

	return second < MORNING ? day - 1 : day;
}

/* --- what is known at an instant --- */

static void
room(struct re_engine *e)
{
	const struct re_account *a = e->a;
	size_t n = a->n_holds + a->n_items;

	if (a->n_items > e->max_items) {
		e->max_items = a->n_items * 2;
		e->items = mem_grow(e, e->items, struct fact_item,
		    e->max_items);
		e->index = mem_grow(e, e->index, size_t, e->max_items);
	}
	if (n > e->max_holds) {
		e->max_holds = n * 2;
		e->holds = mem_grow(e, e->holds, struct fact_hold,
		    e->max_holds);
	}
	if (a->n_contacts > e->max_contacts) {
		e->max_contacts = a->n_contacts * 2;
		e->contacts = mem_grow(e, e->contacts, struct fact_contact,
		    e->max_contacts);
	}
	if (e->unallocated == NULL)
		e->unallocated = mem_array(e, struct money, 64);
}

static void
dispute_hold(struct re_engine *e, const struct re_item *it)
{
	struct fact_hold *h = &e->holds[e->f.n_holds++];

	memset(h, 0, sizeof(*h));
	h->id = it->id;
	h->kind = HOLD_DISPUTE;
	h->scope = SCOPE_ITEM;
	h->item_id = it->id;
	h->placed_at = re_morning(e->a, it->dispute_from);
	h->review_at = h->placed_at + DAY * hold_review_days(HOLD_DISPUTE);
	h->ends_at = CLOCK_NONE;
}

static void
know_items(struct re_engine *e, int32_t day)
{
	const struct re_item *it;
	struct fact_item *f;
	int64_t open;
	size_t i;

	for (i = 0; i < e->a->n_items; i++) {
		it = &e->a->items[i];
		if (day < it->known || day >= it->paid ||
		    (open = re_open(e->a, i, day)) == 0)
			continue;
		e->index[e->f.n_items] = i;
		f = &e->items[e->f.n_items++];
		memset(f, 0, sizeof(*f));
		f->id = it->id;
		f->document = it->document;
		f->kind = it->kind;
		f->issued = it->issued;
		f->due = it->due;
		f->amount = it->amount;
		f->open = open;
		memcpy(f->cur, it->cur, MONEY_CUR_MAX);
		f->as_of = day;
		f->created_at = it->created_at;
		if (re_disputed(it, day))
			dispute_hold(e, it);
	}
}

static void
know_receipts(struct re_engine *e, int32_t day)
{
	const struct re_payment *p;
	size_t i, k;

	for (i = 0; i < e->a->n_payments; i++) {
		p = &e->a->payments[i];
		if (p->item != RE_NO_ITEM || p->day > day || day >= p->until)
			continue;
		for (k = 0; k < e->f.n_unallocated && strcmp(
		    e->unallocated[k].cur, p->cur) != 0; k++)
			continue;
		if (k == 64)
			continue;
		if (k == e->f.n_unallocated) {
			memcpy(e->unallocated[k].cur, p->cur, MONEY_CUR_MAX);
			e->unallocated[k].minor = 0;
			e->f.n_unallocated++;
		}
		e->unallocated[k].minor += p->amount;
	}
}

static void
know_touches(struct re_engine *e, int64_t now)
{
	size_t i = 0;

	while (i < e->n_touches && e->touches[i].at <
	    now - DAY * TOUCH_DAYS)
		i++;
	e->f.touches = e->touches + i;
	e->f.n_touches = e->n_touches - i;
}

static void
know(struct re_engine *e, int64_t now)
{
	const struct re_account *a = e->a;
	int32_t day = known_day(a, now), second;
	int32_t today = zone_day(e->company.zone, now, &second);
	size_t i;

	room(e);
	day -= e->s.planner->behind;
	e->company.ledger_as_of = today;
	e->company.first_left = INT32_MAX;
	if (e->s.policy->max_new_per_day > 0 && today >= e->s.from)
		e->company.first_left = e->s.policy->max_new_per_day -
		    e->first[today - e->s.from];
	e->f = a->who;
	e->f.company = &e->company;
	e->f.episode = e->episode;
	e->f.episode_from = e->episode_from;
	e->f.items = e->items;
	e->f.holds = e->holds;
	e->f.contacts = e->contacts;
	e->f.unallocated = e->unallocated;
	e->f.n_items = e->f.n_holds = e->f.n_unallocated = 0;
	know_items(e, day);
	know_receipts(e, day);
	for (i = 0; i < a->n_holds; i++)
		if (a->holds[i].from <= now && now < a->holds[i].to)
			e->holds[e->f.n_holds++] = a->holds[i].hold;
	e->f.n_contacts = a->n_contacts;
	for (i = 0; i < a->n_contacts; i++) {
		e->contacts[i] = a->contacts[i].contact;
		if (a->contacts[i].from <= now)
			e->contacts[i].state = a->contacts[i].state;
	}
	know_touches(e, now);
	e->f.planned = &e->planned;
	e->f.n_planned = e->has_planned;
	e->f.offer = e->offer.id != 0 ? &e->offer : NULL;
	if (e->offer.id != 0)
		e->offer.state = day > e->offer.terms.day ? OFFER_IS_EXPIRED :
		    OFFER_IS_OPEN;
}

/* --- when something changes next --- */

static void
sooner_day(const struct re_engine *e, int32_t day, int32_t known,
    int32_t *next)
{
	if (day > known && day < *next)
		*next = day;
}

static int64_t
next_change(const struct re_engine *e, int64_t now)
{
	int32_t known = known_day(e->a, now), next = RE_NEVER;
	const struct re_item *it;
	int64_t t;
	size_t i;

	for (i = 0; i < e->a->n_items; i++) {
		it = &e->a->items[i];
		if (it->paid <= known)
			continue;
		sooner_day(e, it->known, known, &next);
		sooner_day(e, it->paid, known, &next);
		sooner_day(e, it->dispute_from, known, &next);
		sooner_day(e, it->dispute_to, known, &next);
	}
	for (i = 0; i < e->a->n_payments; i++) {
		sooner_day(e, e->a->payments[i].day, known, &next);
		sooner_day(e, e->a->payments[i].until, known, &next);
	}
	t = next == RE_NEVER ? INT64_MAX : re_morning(e->a, next);
	for (i = 0; i < e->a->n_holds; i++) {
		if (e->a->holds[i].from > now && e->a->holds[i].from < t)
			t = e->a->holds[i].from;
		if (e->a->holds[i].to > now && e->a->holds[i].to < t)
			t = e->a->holds[i].to;
	}
	for (i = 0; i < e->a->n_contacts; i++)
		if (e->a->contacts[i].from > now &&
		    e->a->contacts[i].from < t)
			t = e->a->contacts[i].from;
	return t;
}

/* --- deciding and sending --- */

static void
plan_on(struct re_engine *e, const struct plan *p)
{
	memset(&e->planned, 0, sizeof(e->planned));
	memcpy(e->cause, p->cause, sizeof(e->cause));
	e->planned.cause = e->cause;
	e->planned.slot = p->slot;
	e->planned.not_after = p->not_after;
	e->planned.first_contact = p->first_contact;
	e->planned.wording = p->wording;
	e->has_planned = true;
}

/* The task is opened, and somebody approves. */
static void
approve(struct re_engine *e, int64_t now, struct plan *p)
{
	if (!e->s.approve || p->verdict != PLAN_TASK ||
	    p->hold != HOLD_APPROVAL)
		return;
	if (e->s.watch.planned != NULL)
		e->s.watch.planned(e->s.watch.arg, e->a, &e->f, p, now);
	plan_on(e, p);
	know(e, now);
	e->s.planner->plan(&e->f, e->s.policy, now, p);
}

/* A first contact waits for a day that has room for it. */
static void
decide(struct re_engine *e, int64_t now, struct plan *p)
{
	int most = e->s.policy->max_new_per_day, tries;
	int32_t second, day, free_day;

	know(e, now);
	e->s.planner->plan(&e->f, e->s.policy, now, p);
	approve(e, now, p);
	for (tries = 0; tries < 16 && most > 0 && p->verdict == PLAN_SEND &&
	    p->first_contact; tries++) {
		day = zone_day(e->company.zone, p->slot, &second);
		free_day = day;
		while (free_day - e->s.from < RE_DAYS_MAX &&
		    free_day >= e->s.from &&
		    e->first[free_day - e->s.from] >= most)
			free_day++;
		if (free_day == day)
			break;
		e->company.first_from = free_day;
		e->s.planner->plan(&e->f, e->s.policy, now, p);
	}
	e->company.first_from = DATE_NONE;
}

static void
remember(struct re_engine *e, const struct plan *p)
{
	if (p->episode_open)
		e->episode = p->episode;
	e->episode_from = p->episode_from;
	e->has_planned = false;
	if (p->verdict == PLAN_SEND)
		plan_on(e, p);
}

static void
add_touch(struct re_engine *e, const struct plan *p, int64_t now)
{
	struct fact_touch *t;

	if (e->n_touches == e->max_touches) {
		e->max_touches = e->max_touches * 2 + 64;
		e->touches = mem_grow(e, e->touches, struct fact_touch,
		    e->max_touches);
	}
	t = &e->touches[e->n_touches];
	memset(t, 0, sizeof(*t));
	t->id = (int64_t)++e->n_touches;
	t->at = now;
	t->class = CLASS_REMINDER;
	t->channel = CHANNEL_MAIL;
	t->stage = p->step->stage;
	t->level = p->step->level;
	t->episode = p->episode;
	t->nth = p->nth;
	t->wording = p->wording;
}

static void
name_items(struct re_engine *e, struct re_message *m, int32_t day)
{
	struct plan_item *named = mem_array(e->pool, struct plan_item,
	    e->f.n_items + 1);
	struct re_item *it;
	size_t i;

	m->n_items = e->s.planner->items(&e->f, m->at, named);
	m->items = mem_array(e->pool, struct re_named, m->n_items + 1);
	for (i = 0; i < m->n_items; i++) {
		m->items[i].item = e->index[named[i].i];
		m->items[i].amount = named[i].amount;
		it = &e->a->items[m->items[i].item];
		if (it->named[m->step->stage] == RE_NEVER)
			it->named[m->step->stage] = day;
		if (it->first_named == RE_NEVER)
			it->first_named = day;
	}
	talloc_free(named);
}

/* What it covers waits until the ledger can tell that nobody took it. */
static void
offer(struct re_engine *e, const struct plan *p, int64_t now)
{
	struct plan_item *items;
	struct re_hold *h;
	size_t n, i;

	e->offer.id++;
	e->offer.made_at = now;
	e->offer.terms = p->offer;
	items = mem_array(e->pool, struct plan_item, e->f.n_items + 1);
	n = offer_items(&e->f, &p->offer, items);
	for (i = 0; i < n; i++) {
		h = re_add_hold(e->a->pool, e->a);
		h->hold.kind = HOLD_OFFER;
		h->hold.scope = SCOPE_ITEM;
		h->hold.item_id = e->f.items[items[i].i].id;
		h->hold.placed_at = h->from = now + 1;
		h->to = re_morning(e->a, p->offer.day + LEDGER_DAYS);
		h->hold.review_at = h->to + 7 * DAY;
	}
}

static void
hand_over(struct re_engine *e, const struct plan *p, int64_t now)
{
	int to[PLAN_RECIPIENTS_MAX];
	struct re_message *m;
	int32_t second, day;

	if ((e->n_log & (e->n_log - 1)) == 0)
		e->log = mem_grow(e->pool, e->log, struct re_message,
		    e->n_log == 0 ? 1 : e->n_log * 2);
	m = &e->log[e->n_log++];
	memset(m, 0, sizeof(*m));
	m->at = now;
	m->channel = CHANNEL_MAIL;
	m->step = p->step;
	m->nth = p->nth;
	m->episode = p->episode;
	memcpy(m->cause, p->cause, sizeof(m->cause));
	m->contact = p->contact >= 0 ? (size_t)p->contact : 0;
	m->recipients = plan_recipients(&e->f, e->s.policy, now,
	    CLASS_REMINDER, p->step->to_role, to);
	m->language = p->language;
	day = zone_day(e->a->zone, now, &second);
	name_items(e, m, day);
	m->template = p->template;
	m->offer = p->offer;
	if (m->offer.made)
		offer(e, p, now);
	add_touch(e, p, now);
	if (p->first_contact) {
		day = zone_day(e->company.zone, now, &second);
		if (day >= e->s.from && day - e->s.from < RE_DAYS_MAX)
			e->first[day - e->s.from]++;
	}
	if (e->s.watch.sent != NULL)
		e->s.watch.sent(e->s.watch.arg, e->a, &e->f, e->log,
		    e->n_log);
}

/* The slot has come: asked once more, as the sender does. */
static bool
at_slot(struct re_engine *e, const struct plan *p, int64_t now)
{
	struct plan again;

	know(e, now);
	e->s.planner->plan(&e->f, e->s.policy, now, &again);
	if (again.verdict != PLAN_SEND || again.slot > now ||
	    strcmp(again.cause, p->cause) != 0)
		return false;
	hand_over(e, &again, now);
	return true;
}

static void
begin(struct re_engine *e, struct re_account *a)
{
	size_t i;

	e->a = a;
	e->episode = a->who.episode;
	e->episode_from = a->who.episode_from <= e->s.from ?
	    a->who.episode_from : DATE_NONE;
	e->has_planned = false;
	e->log = NULL;
	e->n_log = e->n_touches = 0;
	memset(&e->offer, 0, sizeof(e->offer));
	if (a->who.offer != NULL && a->who.offer->terms.on <= e->s.from)
		e->offer = *a->who.offer;
	e->pool = talloc_new(e);
	if (a->n_before > e->max_touches) {
		e->max_touches = a->n_before + 64;
		e->touches = mem_grow(e, e->touches, struct fact_touch,
		    e->max_touches);
	}
	for (i = 0; i < a->n_before; i++)
		e->touches[e->n_touches++] = a->before[i];
}

void
re_engine_run(struct re_engine *e, struct re_account *a)
{
	int64_t now, end, next;
	struct plan p;
	long wakes = 0;

	begin(e, a);
	now = re_morning(a, e->s.from);
	end = zone_instant(a->zone, e->s.to + 1, 0);
	while (now < end && wakes++ < WAKES_MAX) {
		decide(e, now, &p);
		remember(e, &p);
		if (e->s.watch.planned != NULL)
			e->s.watch.planned(e->s.watch.arg, a, &e->f, &p, now);
		next = next_change(e, now);
		if (p.next_at != CLOCK_NONE && p.next_at < next)
			next = p.next_at;
		if (p.verdict == PLAN_SEND && p.slot < next) {
			next = p.slot > now ? p.slot : now;
			if (next >= end)
				break;
			if (at_slot(e, &p, next))
				e->has_planned = false;
			next += 60;
		}
		now = next > now ? next : now + 60;
	}
	if (e->s.watch.done != NULL)
		e->s.watch.done(e->s.watch.arg, a, e->log, e->n_log);
	talloc_free(e->pool);
}
