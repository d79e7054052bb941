#include "plan/choose.h"

#include "core/date.h"
#include "core/zone.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define FAR_DAYS 3650		/* the last stage has no end */
#define AFTER_DAYS 120		/* how far a first allowed time is sought */
#define WINDOW_DAYS 20		/* how much of a long window is looked at */

/* A bound of the policy in days past due, as a day: the tier moves what lies
 * after due, never to before it. */
static int32_t
day_at(const struct work *k, int32_t due, int bound)
{
	int b = bound;

	if (b > FAR_DAYS)
		b = FAR_DAYS;
	if (b > 0) {
		b += k->shift;
		if (b < 1)
			b = 1;
	}
	return due + b;
}

int
choose_stage(const struct work *k, int32_t due, int32_t day)
{
	int dpd = day - due;

	if (dpd > 0) {
		dpd -= k->shift;
		if (dpd < 1)
			dpd = k->shift > 0 ? 0 : 1;
	}
	return policy_stage_at(k->p, dpd);
}

static int
last_level(const struct work *k)
{
	const struct fact_touch *t;
	int level = -1;
	size_t i;

	for (i = 0; i < k->f->n_touches; i++) {
		t = &k->f->touches[i];
		if (!t->other && t->class == CLASS_REMINDER &&
		    t->episode == k->episode && t->level > level)
			level = t->level;
	}
	return level;
}

static bool
was_reminded(const struct facts *f)
{
	size_t i;

	for (i = 0; i < f->n_touches; i++)
		if (!f->touches[i].other &&
		    f->touches[i].class == CLASS_REMINDER)
			return true;
	return false;
}

static void
ramp(struct work *k)
{
	const struct fact_company *c = k->f->company;

	if (c->first_left <= 0 && k->free_from <= k->w.today) {
		k->free_from = k->w.today + 1;
		plan_trail_add(k->trail, "ramp", "no first contact is left "
		    "for today");
	}
	if (c->first_from != DATE_NONE && c->first_from > k->free_from) {
		k->free_from = c->first_from;
		plan_trail_add(k->trail, "ramp", "first contacts are full "
		    "before this day");
	}
}

void
choose_begin(struct work *k, const struct facts *f, const struct policy *p,
    int64_t now, struct plan_trail *trail)
{
	enum hold_kind kind;
	char day[DATE_TEXT_MAX];

	k->f = f;
	k->p = p;
	k->now = now;
	k->trail = trail;
	place_of(f, p, now, &k->w);
	k->shift = p->tiers[f->tier].shift_days;
	k->episode = f->episode_from != DATE_NONE ? f->episode :
	    f->episode + 1;
	k->level = last_level(k);
	k->first_contact = !was_reminded(f);
	k->free_from = part_limits(f, &k->w, CLASS_REMINDER, &kind);
	if (trail != NULL && kind != HOLD_COUNT)
		plan_trail_add(trail, hold_name(kind), "the contacts of the "
		    "last days allow the next from %s on",
		    date_format(k->free_from, day));
	if (k->first_contact)
		ramp(k);
}

int32_t
choose_entry(const struct work *k, const struct fact_item *it)
{
	return it->due + k->p->stages[STAGE_M0].from;
}

int
choose_carrying(const struct work *k, bool *ret_small)
{
	const struct fact_item *it;
	int64_t amount;
	size_t i;

	*ret_small = false;
	for (i = 0; i < k->f->n_items; i++) {
		it = &k->f->items[i];
		amount = part_amount(k->f, i, k->now);
		if (amount <= 0)
			continue;
		if (amount >= policy_minimum_for(k->p, it->cur))
			return (int)i;
		*ret_small = true;
	}
	return -1;
}

/* --- one stage's steps --- */

struct candidate {
	const struct policy_step *step;
	int nth;
	int32_t lo, from, to, hi;	/* days; lo..hi: the stage */
};

static bool
is_first_of_stage(const struct policy *p, const struct policy_step *s)
{
	size_t i;

	for (i = 0; i < p->n_steps && p->steps[i].stage != s->stage; i++)
		continue;
	return i < p->n_steps && &p->steps[i] == s;
}

static const struct policy_step *
first_of_stage(const struct policy *p, enum stage stage)
{
	size_t i;

	for (i = 0; i < p->n_steps; i++)
		if (p->steps[i].stage == stage)
			return &p->steps[i];
	return NULL;
}

/* The lowest step of the stage above what was sent.  A step that serves
 * repeats is sent for the first time only where the stage begins with it. */
static const struct policy_step *
regular_step(const struct work *k, enum stage stage)
{
	const struct policy_step *s;
	size_t i;

	for (i = 0; i < k->p->n_steps; i++) {
		s = &k->p->steps[i];
		if (s->stage == stage && s->level > k->level &&
		    (!s->repeat || is_first_of_stage(k->p, s)))
			return s;
	}
	return NULL;
}

static const struct policy_step *
repeat_step(const struct work *k, enum stage stage)
{
	size_t i;

	for (i = 0; i < k->p->n_steps; i++)
		if (k->p->steps[i].stage == stage && k->p->steps[i].repeat)
			return &k->p->steps[i];
	return NULL;
}

/* The last reminder, of stage M0 only or of any. */
static const struct fact_touch *
last_reminder(const struct work *k, bool m0)
{
	const struct fact_touch *t;
	size_t i;

	for (i = k->f->n_touches; i > 0; i--) {
		t = &k->f->touches[i - 1];
		if (!t->other && t->class == CLASS_REMINDER && t->level >= 0 &&
		    (!m0 || t->stage == STAGE_M0))
			return t;
	}
	return NULL;
}

static int32_t
day_of(const struct work *k, int64_t t)
{
	int32_t second;

	return zone_day(k->w.zone, t, &second);
}

/* Number of the next repeat of a step, and how many were sent since day. */
static int
next_nth(const struct work *k, const struct policy_step *s, int32_t since,
    int *ret_count)
{
	const struct fact_touch *t;
	int nth = 0;
	size_t i;

	*ret_count = 0;
	for (i = 0; i < k->f->n_touches; i++) {
		t = &k->f->touches[i];
		if (t->other || t->class != CLASS_REMINDER ||
		    t->episode != k->episode || t->level != s->level)
			continue;
		if (t->nth > nth)
			nth = t->nth;
		if (t->nth > 0 && day_of(k, t->at) >= since)
			(*ret_count)++;
	}
	return nth + 1;
}

/* In M0 only for an item that entered its pre-due window after the last M0
 * message; its window counts from that item. */
static bool
repeat_m0(const struct work *k, const struct policy_step *s,
    struct candidate *c)
{
	const struct fact_touch *last = last_reminder(k, true);
	const struct fact_item *it;
	int32_t day = last != NULL ? day_of(k, last->at) : INT32_MIN;
	size_t i;
	int count;

	for (i = 0; i < k->f->n_items; i++) {
		it = &k->f->items[i];
		if (part_amount(k->f, i, k->now) <
		    policy_minimum_for(k->p, it->cur) ||
		    part_amount(k->f, i, k->now) <= 0 ||
		    it->due < k->w.today)
			continue;
		if (last != NULL && choose_entry(k, it) <= day &&
		    it->created_at <= last->at)
			continue;
		c->step = s;
		c->nth = next_nth(k, s, 0, &count);
		c->from = it->due + s->from;
		c->to = it->due + (s->to < 0 ? s->to : 0);
		return true;
	}
	return false;
}

/* Every N days after the last reminder, when the stage has no other step
 * left or when no reminder has gone out since the carrying item fell due. */
static bool
repeat_late(const struct work *k, const struct policy_step *s, int32_t due,
    bool has_regular, struct candidate *c)
{
	const struct policy_stage *st = &k->p->stages[s->stage];
	const struct policy_step *first = first_of_stage(k->p, s->stage);
	const struct fact_touch *last = last_reminder(k, false);
	int32_t since = last != NULL ? day_of(k, last->at) : INT32_MIN, from;
	int every, count;

	if (st->every <= 0 || last == NULL || k->level < first->level)
		return false;
	if (has_regular && since > due)
		return false;
	c->nth = next_nth(k, s, due + 1, &count);
	if (st->repeats > 0 && count >= st->repeats)
		return false;
	every = st->every * k->p->tiers[k->f->tier].gap_percent / 100;
	from = since + (every > 1 ? every : 1);
	if (from < day_at(k, due, first->from))
		from = day_at(k, due, first->from);
	c->step = s;
	c->from = from;
	c->to = from + (first->to - first->from < 7 ?
	    first->to - first->from : 6);
	return true;
}

static bool
repeat_candidate(const struct work *k, enum stage stage, int32_t due,
    bool has_regular, struct candidate *c)
{
	const struct policy_step *s = repeat_step(k, stage);

	if (s == NULL || k->level < 0)
		return false;
	if (stage == STAGE_M0)
		return repeat_m0(k, s, c);
	return repeat_late(k, s, due, has_regular, c);
}

/* --- a candidate's slot --- */

static void
cause_of(const struct work *k, const struct candidate *c, char cause[64])
{
	snprintf(cause, 64, "%lld/%.40s/%d", (long long)k->episode,
	    c->step->id, c->nth);
}

/* A message whose slot came today and has not left yet (many at once, a slow
 * relay) keeps this day: it goes at the next allowed minute of it. */
static bool
kept_today(const struct work *k, const char *cause, int64_t *ret_slot)
{
	const struct fact_planned *pl;
	size_t i;

	for (i = 0; i < k->f->n_planned; i++) {
		pl = &k->f->planned[i];
		if (strcmp(pl->cause, cause) != 0 || pl->slot > k->now ||
		    day_of(k, pl->slot) != k->w.today ||
		    !place_first(&k->w, k->w.today, k->w.today, ret_slot))
			continue;
		if (*ret_slot == k->now)
			*ret_slot = pl->slot;
		return true;
	}
	return false;
}

static int32_t
max_day(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

static int32_t
min_day(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static bool
slot_of(const struct work *k, const struct candidate *c, int64_t *ret_slot)
{
	int32_t lo = max_day(c->lo, max_day(k->free_from, c->from));
	int32_t to = min_day(min_day(c->to, c->hi), lo + WINDOW_DAYS);
	bool cash_in = false;
	char cause[64], a[DATE_TEXT_MAX], b[DATE_TEXT_MAX];

	if (lo > c->hi)
		return false;
	cause_of(k, c, cause);
	if (lo <= k->w.today && c->hi >= k->w.today &&
	    kept_today(k, cause, ret_slot)) {
		plan_trail_add(k->trail, "slot", "planned for today and not "
		    "yet sent: the next allowed minute of today");
		return true;
	}
	if (place_best(&k->w, lo, to, ret_slot, &cash_in)) {
		if (k->trail != NULL)
			plan_trail_add(k->trail, cash_in ? "cash-in" : "slot",
			    "%s: best day and hour of %s to %s%s", c->step->id,
			    date_format(lo, a),
			    date_format(to, b), cash_in ?
			    ", before the day on which money comes in" : "");
		return true;
	}
	if (!place_first(&k->w, lo, min_day(c->hi, lo + AFTER_DAYS), ret_slot))
		return false;
	if (k->trail != NULL)
		plan_trail_add(k->trail, "slot", "%s: no slot in %s to %s, so "
		    "the first allowed time after", c->step->id,
		    date_format(c->from, a), date_format(c->to, b));
	return true;
}

static void
stage_days(const struct work *k, enum stage stage, int32_t due,
    struct candidate *c)
{
	const struct policy_stage *st = &k->p->stages[stage];

	c->lo = max_day(k->w.today, day_at(k, due, st->from));
	c->hi = day_at(k, due, st->to);
}

/* What an account has got of a step in this episode it gets again, whatever
 * the policy says by now; 0: nothing yet. */
static int
wording_had(const struct work *k, const struct policy_step *s)
{
	const struct fact_touch *t;
	char begin[64];
	size_t i, n;

	for (i = k->f->n_touches; i > 0; i--) {
		t = &k->f->touches[i - 1];
		if (!t->other && t->class == CLASS_REMINDER &&
		    t->episode == k->episode && t->level == s->level &&
		    t->wording > 0)
			return t->wording;
	}
	n = (size_t)snprintf(begin, sizeof(begin), "%lld/%.40s/",
	    (long long)k->episode, s->id);
	for (i = 0; i < k->f->n_planned; i++)
		if (strncmp(k->f->planned[i].cause, begin, n) == 0 &&
		    k->f->planned[i].wording > 0)
			return k->f->planned[i].wording;
	return 0;
}

static void
choose_wording(struct work *k, struct plan *r)
{
	const struct policy_step *s = r->step;

	r->wording = 0;
	r->template = s->template;
	if (s->second == NULL)
		return;
	r->wording = wording_had(k, s);
	if (r->wording == 0)
		r->wording = policy_gets_second(k->p, s,
		    k->f->account_id) ? 2 : 1;
	if (r->wording == 2)
		r->template = s->second;
	plan_trail_add(k->trail, "wording", "%s: the %s of two; %d %% of the "
	    "accounts get the second", r->template, r->wording == 2 ?
	    "second" : "first", s->share);
}

static void
take(struct work *k, const struct candidate *c, int64_t slot, struct plan *r)
{
	int32_t second;

	r->step = c->step;
	r->nth = c->nth;
	cause_of(k, c, r->cause);
	choose_wording(k, r);
	r->slot = slot;
	r->not_after = place_day_end(&k->w, zone_day(k->w.zone, slot,
	    &second));
}

static bool
choose_in_stage(struct work *k, enum stage stage, int32_t due,
    struct plan *r)
{
	struct candidate reg, rep;
	bool has_reg, has_rep;
	int64_t reg_slot = 0, rep_slot = 0;

	stage_days(k, stage, due, &reg);
	rep = reg;
	reg.nth = 0;
	reg.step = regular_step(k, stage);
	has_reg = reg.step != NULL;
	has_rep = repeat_candidate(k, stage, due, has_reg, &rep);
	if (has_reg) {
		reg.from = day_at(k, due, reg.step->from);
		reg.to = day_at(k, due, reg.step->to);
		has_reg = slot_of(k, &reg, &reg_slot);
	}
	if (has_rep)
		has_rep = slot_of(k, &rep, &rep_slot);
	if (has_reg && (!has_rep || reg_slot <= rep_slot))
		take(k, &reg, reg_slot, r);
	else if (has_rep)
		take(k, &rep, rep_slot, r);
	return has_reg || has_rep;
}

bool
choose_step(struct work *k, int carrying, struct plan *r)
{
	int32_t due = k->f->items[carrying].due;
	int stage = choose_stage(k, due, k->w.today);

	if (stage < 0)
		stage = STAGE_M0;
	for (; stage < STAGE_COUNT; stage++)
		if (choose_in_stage(k, (enum stage)stage, due, r))
			return true;
	plan_trail_add(k->trail, "schedule", "every step of the schedule has "
	    "been sent");
	return false;
}
