/* sim.h - debtors over time: the pure planner with a sender that only writes
 * down what it was given, and a referee that trusts neither.  For tests. */
#ifndef DUNLIN_TESTS_SIM_H
#define DUNLIN_TESTS_SIM_H

#include "facts.h"

#define SIM_ITEMS 64
#define SIM_NEVER INT32_MAX

struct sim_item {
	int64_t amount;
	const char *cur, *document;
	int32_t known, due;
	int32_t part_day;		/* half of it is paid on this day */
	int32_t paid;			/* known from the morning of this day */
	int32_t dispute_from, dispute_to;
};

struct sim_hold {
	enum hold_kind kind;
	int32_t from, to;		/* to: SIM_NEVER */
};

struct sim_counts {
	long plans, messages, stage[STAGE_COUNT], held, tasks, waits;
	long caught_up;
};

struct sim {
	struct world w;
	struct sim_item items[SIM_ITEMS];
	size_t n;
	struct sim_hold holds[4];
	size_t n_holds;
	int32_t dead_from;		/* the first contact bounces */
	int32_t credit_from, credit_to;	/* a receipt is not allocated */
	char causes[256][64];		/* occurrences used */
	size_t n_causes;
	struct sim_counts *counts;
};

static inline int64_t
sim_open(const struct sim_item *it, int32_t today)
{
	if (it->known > today || it->paid <= today)
		return 0;
	return it->part_day <= today ? it->amount - it->amount / 2 :
	    it->amount;
}

static inline bool
sim_disputed(const struct sim_item *it, int32_t today)
{
	return it->dispute_from <= today && today < it->dispute_to;
}

static inline void
sim_add_item_facts(struct sim *s, size_t i, int32_t today)
{
	struct sim_item *it = &s->items[i];
	struct fact_item *f = &s->w.items[s->w.f.n_items];
	struct fact_hold *h;

	if (sim_open(it, today) == 0)
		return;
	memset(f, 0, sizeof(*f));
	f->id = (int64_t)i + 1;
	f->document = it->document;
	f->kind = ITEM_INVOICE;
	f->due = it->due;
	f->amount = it->amount;
	f->open = sim_open(it, today);
	strcpy(f->cur, it->cur);
	f->as_of = today;
	f->created_at = zone_instant(s->w.f.zone, it->known, 0);
	s->w.f.n_items++;
	if (!sim_disputed(it, today) || s->w.f.n_holds == 8)
		return;
	h = add_hold(&s->w, HOLD_DISPUTE, SCOPE_ITEM);
	h->item_id = f->id;
}

/* Everything that is known this morning.  Items must come by due date. */
static inline void
sim_facts(struct sim *s, int64_t now, int32_t today)
{
	struct fact_hold *h;
	size_t i;

	s->w.now = now;
	s->w.company.ledger_as_of = today;
	s->w.f.n_items = s->w.f.n_holds = s->w.f.n_unallocated = 0;
	for (i = 0; i < s->n_holds; i++)
		if (s->holds[i].from <= today && today < s->holds[i].to) {
			h = add_hold(&s->w, s->holds[i].kind, SCOPE_ACCOUNT);
			if (hold_lapses(s->holds[i].kind))
				h->ends_at = zone_instant(s->w.f.zone,
				    s->holds[i].to, 0);
			h->review_at = now + 86400;
		}
	for (i = 0; i < s->n; i++)
		sim_add_item_facts(s, i, today);
	if (s->credit_from <= today && today < s->credit_to) {
		s->w.unallocated[0].minor = s->items[0].amount;
		strcpy(s->w.unallocated[0].cur, s->items[0].cur);
		s->w.f.n_unallocated = 1;
	}
	s->w.contacts[0].state = s->dead_from <= today ? ADDRESS_IS_DEAD :
	    ADDRESS_IS_WORKING;
}

/* --- the referee --- */

static inline bool
sim_owes(const struct sim *s)
{
	return s->w.f.n_items > 0;
}

/* Every open account has a next step, a hold with a review date or a task. */
static inline void
sim_check_plan(const struct sim *s, const struct plan *p)
{
	switch (p->verdict) {
	case PLAN_NONE:
		if (sim_owes(s))
			fail_msg("%s owes and has no next step", s->w.f.code);
		break;
	case PLAN_SEND:
		assert_true(p->not_after > s->w.now);
		/* fallthrough */
	case PLAN_WAIT:
		assert_true(p->next_at > s->w.now);
		break;
	case PLAN_HELD:
		assert_true(p->hold < HOLD_COUNT);
		assert_true(p->review_at > s->w.now);
		break;
	case PLAN_TASK:
		assert_non_null(p->reason);
		break;
	}
}

static inline bool
sim_is_off(int32_t today, const char *country)
{
	enum weekday wd = date_weekday(today);
	const struct calendar *c = calendar_for(country);

	if (wd == SAT || wd == SUN)
		return !calendar_is_workday(c, today);
	return !calendar_is_workday(c, today);
}

static inline void
sim_check_time(const struct sim *s, int32_t today, int32_t second)
{
	int minute = second / 60;

	if (sim_is_off(today, s->w.f.country))
		fail_msg("%s: sent on a day off", s->w.f.code);
	if (minute < 9 * 60 || minute >= 17 * 60 + 30 ||
	    (minute >= 11 * 60 + 30 && minute < 14 * 60))
		fail_msg("%s: sent at %d:%02d", s->w.f.code, minute / 60,
		    minute % 60);
}

/* Caps of the default policy: one a day, three in seven days, and the gap of
 * three days at least (four days, less for risky debtors). */
static inline void
sim_check_caps(const struct sim *s, int32_t today)
{
	int32_t second, d;
	int week = 0;
	size_t i;

	for (i = 0; i < s->w.f.n_touches; i++) {
		d = zone_day(s->w.f.zone, s->w.touches[i].at, &second);
		if (d > today - 3)
			fail_msg("%s: %d days after the last",
			    s->w.f.code, (int)(today - d));
		week += d > today - 7;
	}
	assert_true(week < 3);
}

static inline void
sim_check_items(struct sim *s, const struct plan *p, int32_t today)
{
	struct plan_item named[SIM_ITEMS];
	size_t n = plan_items(&s->w.f, s->w.now, named), i;
	struct sim_item *it;

	assert_true(n > 0);
	for (i = 0; i < n; i++) {
		it = &s->items[s->w.items[named[i].i].id - 1];
		if (sim_open(it, today) == 0)
			fail_msg("%s: names a settled item", s->w.f.code);
		if (sim_disputed(it, today))
			fail_msg("%s: names a disputed item", s->w.f.code);
		assert_true(named[i].amount == sim_open(it, today));
	}
}

static inline void
sim_check_once(struct sim *s, const char *cause)
{
	size_t i;

	for (i = 0; i < s->n_causes; i++)
		if (strcmp(s->causes[i], cause) == 0)
			fail_msg("%s: %s twice", s->w.f.code, cause);
	assert_true(s->n_causes < 256);
	strcpy(s->causes[s->n_causes++], cause);
}

static inline void
sim_check_holds(const struct sim *s, int32_t today)
{
	size_t i;

	for (i = 0; i < s->n_holds; i++)
		if (s->holds[i].from <= today && today < s->holds[i].to &&
		    hold_effect(s->holds[i].kind, CLASS_REMINDER) != PASS)
			fail_msg("%s: sent into a hold", s->w.f.code);
	if (s->credit_from <= today && today < s->credit_to &&
	    sim_open(&s->items[0], today) > 0 && s->items[0].due <= today)
		fail_msg("%s: sent although a receipt may cover it",
		    s->w.f.code);
}

/* --- one day --- */

static inline void
sim_hand_over(struct sim *s, const struct plan *p, bool uncertain,
    int32_t today, int32_t second)
{
	struct fact_touch *t;

	sim_check_time(s, today, second);
	sim_check_caps(s, today);
	sim_check_holds(s, today);
	sim_check_items(s, p, today);
	sim_check_once(s, p->cause);
	assert_true(s->w.f.n_touches < 256);
	t = &s->w.touches[s->w.f.n_touches];
	memset(t, 0, sizeof(*t));
	t->id = (int64_t)++s->w.f.n_touches;
	t->at = s->w.now;
	t->class = CLASS_REMINDER;
	t->stage = p->step->stage;
	t->level = p->step->level;
	t->episode = p->episode;
	t->nth = p->nth;
	t->uncertain = uncertain;
	s->counts->messages++;
	s->counts->stage[p->step->stage]++;
}

static inline void
sim_episode(struct sim *s, const struct plan *p)
{
	if (p->episode_open)
		s->w.f.episode = p->episode;
	s->w.f.episode_from = p->episode_from;
}

/* The planner looks in the morning; the sender asks again at the slot, late
 * seconds after it. */
static inline void
sim_day(struct sim *s, int32_t today, int late, bool uncertain)
{
	const struct zone *z = s->w.f.zone;
	struct plan p, again;
	int32_t second;

	sim_facts(s, zone_instant(z, today, 6 * 3600), today);
	s->w.f.n_planned = 0;
	p = planned(&s->w);
	s->counts->plans++;
	sim_check_plan(s, &p);
	sim_episode(s, &p);
	s->counts->held += p.verdict == PLAN_HELD;
	s->counts->tasks += p.verdict == PLAN_TASK;
	s->counts->waits += p.verdict == PLAN_WAIT;
	if (p.verdict != PLAN_SEND ||
	    zone_day(z, p.slot, &second) != today)
		return;
	s->w.planned[0].cause = p.cause;
	s->w.planned[0].slot = p.slot;
	s->w.f.n_planned = 1;
	sim_facts(s, p.slot + late, today);
	again = planned(&s->w);
	if (s->w.now > p.not_after) {	/* too late for this one */
		sim_check_plan(s, &again);
		return;
	}
	assert_int_equal(again.verdict, PLAN_SEND);
	assert_string_equal(again.cause, p.cause);
	if (again.slot <= s->w.now) {
		zone_day(z, s->w.now, &second);
		sim_hand_over(s, &again, uncertain, today, second);
	}
	/* Nothing more today, whatever is asked. */
	s->w.f.n_planned = 0;
	s->w.now += 60;
	again = planned(&s->w);
	sim_check_plan(s, &again);
	if (again.verdict == PLAN_SEND)
		assert_true(zone_day(z, again.slot, &second) > today ||
		    s->w.f.n_touches == 0 ||
		    s->w.touches[s->w.f.n_touches - 1].at != s->w.now - 60);
}

#endif
