/* The order of the rules.  Law, then holds, then limits, then the slot:
 * nothing owed; too small; not yet due; erasure; the company's holds; holds
 * on account, party or items; unapplied cash; no way to reach the debtor;
 * uncertain delivery before formal steps; stage cap; tier; approval. */
#include "plan/choose.h"
#include "plan/offer.h"

#include "base/clock.h"
#include "core/date.h"
#include "core/weight.h"
#include "core/zone.h"

#include <stdio.h>
#include <string.h>

#define AHEAD_DAYS 7	/* a message is shown and stored so long before */
#define PERSON_DAYS 3	/* a person is asked so long before the slot */
#define LOOK_AGAIN_DAYS 30
#define TASK_AGAIN_DAYS 7
#define ANSWER_DAYS 7	/* in which an answer may come */

static void
sooner(int64_t *t, int64_t other)
{
	if (other != CLOCK_NONE && (*t == CLOCK_NONE || other < *t))
		*t = other;
}

static const char *
instant_text(const struct work *k, int64_t t, char buf[48])
{
	char day[DATE_TEXT_MAX];
	int32_t second, d = zone_day(k->w.zone, t, &second);

	snprintf(buf, 48, "%s %02d:%02d", date_format(d, day),
	    second / 3600, second / 60 % 60);
	return buf;
}

/* --- verdicts --- */

static void
wait_until(struct work *k, struct plan *r, int64_t at, const char *why)
{
	char buf[48];

	r->verdict = PLAN_WAIT;
	r->next_at = at;
	if (k->trail != NULL)
		plan_trail_add(k->trail, "wait", "%s: looked at again on %s",
		    why, instant_text(k, at, buf));
}

/* Of a hold that follows from facts: changed facts do not put it off. */
static int64_t
computed_review(const struct work *k, enum hold_kind kind, const char *reason)
{
	int64_t at = part_days_on(&k->w, hold_review_days(kind));
	const struct facts *f = k->f;

	if (f->held == NULL || strcmp(f->held, reason != NULL ? reason :
	    hold_name(kind)) != 0 || f->held_review <= k->now)
		return at;
	return f->held_review < at ? f->held_review : at;
}

static void
held(struct work *k, struct plan *r, enum hold_kind kind,
    const struct fact_hold *h, const char *reason)
{
	char buf[48];

	r->verdict = PLAN_HELD;
	r->hold = kind;
	r->hold_id = h != NULL ? h->id : 0;
	r->review_at = h != NULL ? h->review_at :
	    computed_review(k, kind, reason);
	r->reason = reason;
	r->next_at = CLOCK_NONE;
	if (r->review_at > k->now)
		r->next_at = r->review_at;
	if (h != NULL && hold_lapses((enum hold_kind)h->kind) &&
	    h->ends_at > k->now)
		sooner(&r->next_at, h->ends_at);
	if (k->trail != NULL)
		plan_trail_add(k->trail, "hold", "%s: %s; review on %s%s%s",
		    hold_name(kind), hold_text(kind, "en"),
		    instant_text(k, r->review_at, buf),
		    h != NULL && h->note != NULL ? "; note: " : "",
		    h != NULL && h->note != NULL ? h->note : "");
}

static void
task(struct work *k, struct plan *r, const char *reason, const char *why)
{
	r->verdict = PLAN_TASK;
	r->reason = reason;
	r->next_at = part_days_on(&k->w, TASK_AGAIN_DAYS);
	plan_trail_add(k->trail, "task", "%s: %s", reason, why);
}

/* --- the account's state --- */

static void
episode(struct work *k, struct plan *r)
{
	const struct fact_item *it;
	size_t i;

	for (i = 0; i < k->f->n_items && !r->episode_open; i++) {
		it = &k->f->items[i];
		r->episode_open = it->open > 0 &&
		    it->open >= policy_minimum_for(k->p, it->cur) &&
		    choose_entry(k, it) <= k->w.today;
	}
	r->episode = k->episode;
	r->episode_from = DATE_NONE;
	if (r->episode_open)
		r->episode_from = k->f->episode_from != DATE_NONE ?
		    k->f->episode_from : k->w.today;
}

/* The next item to enter its window changes what may be said. */
static int64_t
next_entry(const struct work *k)
{
	const struct fact_item *it;
	size_t i;

	for (i = 0; i < k->f->n_items; i++) {
		it = &k->f->items[i];
		if (it->open > 0 && choose_entry(k, it) > k->w.today)
			return zone_instant(k->w.zone, choose_entry(k, it), 0);
	}
	return CLOCK_NONE;
}

static bool
owes(const struct facts *f)
{
	size_t i;

	for (i = 0; i < f->n_items; i++)
		if (f->items[i].open > 0)
			return true;
	return false;
}

static int64_t
total(const struct work *k, const char *cur)
{
	int64_t sum = 0, a;
	size_t i;

	for (i = 0; i < k->f->n_items; i++)
		if (strcmp(k->f->items[i].cur, cur) == 0 &&
		    (a = part_amount(k->f, i, k->now)) > 0)
			sum += a;
	return sum;
}

/* Money times urgency, of the currency that carries the stage. */
static int64_t
priority(const struct work *k, const struct fact_item *it)
{
	struct money sum = money_zero(it->cur);

	sum.minor = total(k, it->cur);
	return weight_of(weight_units(sum), k->w.today - it->due);
}

static void
tell_state(struct work *k, const struct plan *r)
{
	const struct fact_item *it;
	char due[DATE_TEXT_MAX], from[DATE_TEXT_MAX], sum[MONEY_TEXT_MAX];
	struct money m;

	if (k->trail == NULL)
		return;
	plan_trail_add(k->trail, "place", "zone %s%s, tier %s",
	    zone_name(k->w.zone), k->w.zone_known ? "" :
	    " (the company's: the debtor's is not known)",
	    tier_name(k->f->tier));
	plan_trail_add(k->trail, "law", "%s: %02d:%02d to %02d:%02d%s",
	    k->w.pack.id != NULL ? k->w.pack.id : "-", k->w.pack.from / 60,
	    k->w.pack.from % 60, k->w.pack.to / 60, k->w.pack.to % 60,
	    k->w.pack.channel_allowed ? "" : ", mail is not allowed");
	if (r->episode_open && k->level < 0)
		plan_trail_add(k->trail, "episode", "number %lld since %s; "
		    "nothing sent in it yet", (long long)r->episode,
		    date_format(r->episode_from, from));
	else if (r->episode_open)
		plan_trail_add(k->trail, "episode", "number %lld since %s; "
		    "highest level sent %d", (long long)r->episode,
		    date_format(r->episode_from, from), k->level);
	if (k->f->offer != NULL)
		offer_tell_last(k->trail, k->f->offer);
	if (r->carrying < 0)
		return;
	it = &k->f->items[r->carrying];
	memcpy(m.cur, it->cur, sizeof(m.cur));
	m.minor = part_amount(k->f, (size_t)r->carrying, k->now);
	plan_trail_add(k->trail, "carrying", "%s, %s %s, due %s",
	    it->document != NULL ? it->document : "item", m.cur,
	    money_format(m, sum), date_format(it->due, due));
	plan_trail_add(k->trail, "stage", "%s, %d days past due", r->stage < 0
	    ? "none yet" : stage_name((enum stage)r->stage),
	    (int)(k->w.today - it->due));
}

/* --- the gates, in order --- */

/* Law and holds, whatever the step. */
static bool
gate_holds(struct work *k, struct plan *r)
{
	const struct fact_hold *h;
	enum hold_kind kind;

	if (k->f->restricted) {
		held(k, r, HOLD_RESTRICTED, NULL, NULL);
		return true;
	}
	if ((h = part_hold(k->f, k->now, CLASS_REMINDER)) != NULL) {
		held(k, r, (enum hold_kind)h->kind, h, NULL);
		return true;
	}
	if (r->stage >= 0 && plan_company_held(k->f->company, k->p, k->now,
	    CLASS_REMINDER, &kind)) {
		held(k, r, kind, NULL, NULL);
		return true;
	}
	return false;
}

/* No item carries a stage: all are held, or too small. */
static void
no_carrying(struct work *k, struct plan *r)
{
	const struct fact_hold *h, *first = NULL;
	size_t i;

	for (i = 0; i < k->f->n_items; i++) {
		if (k->f->items[i].open <= 0)
			continue;
		h = part_item_hold(k->f, i, k->now);
		if (h != NULL && (first == NULL ||
		    h->review_at < first->review_at))
			first = h;
	}
	if (first != NULL)
		held(k, r, (enum hold_kind)first->kind, first, NULL);
	else
		wait_until(k, r, part_days_on(&k->w, LOOK_AGAIN_DAYS),
		    "all that is open is below the minimum");
}

static bool
gate_unapplied(struct work *k, struct plan *r)
{
	int32_t until = k->f->items[r->carrying].due;
	size_t i;

	if (until < k->w.today)
		until = k->w.today;
	if (!part_unapplied(k->f, k->p, k->now, until, &i))
		return false;
	if (k->f->items[i].document != NULL)
		plan_trail_add(k->trail, "unapplied", "may cover %s",
		    k->f->items[i].document);
	held(k, r, HOLD_UNAPPLIED, NULL, "unapplied-cash");
	return true;
}

static bool
gate_contact(struct work *k, struct plan *r)
{
	enum hold_kind kind = HOLD_NO_CONTACT;
	int to[PLAN_RECIPIENTS_MAX];
	int64_t id = 0;

	if ((r->step != NULL ? plan_step_recipients(k->f, k->p, k->now,
	    r, to) : plan_recipients(k->f, k->p, k->now,
	    CLASS_REMINDER, CONTACT_PAYABLES, to)) > 0) {
		r->contact = to[0];
		r->language = plan_language(k->f, to[0]);
		return false;
	}
	if (k->f->n_contacts > 0)
		part_contact(k->f, &k->w, k->now, CLASS_REMINDER, 0, &kind,
		    &id);
	held(k, r, kind, NULL, "no-contact");
	r->hold_id = id;
	return true;
}

static bool
has_uncertain(const struct work *k)
{
	size_t i;

	for (i = 0; i < k->f->n_touches; i++)
		if (k->f->touches[i].uncertain && !k->f->touches[i].other)
			return true;
	return false;
}

static bool
is_approved(const struct work *k, const struct plan *r)
{
	size_t i;

	for (i = 0; i < k->f->n_planned; i++)
		if (!k->f->planned[i].draft &&
		    strcmp(k->f->planned[i].cause, r->cause) == 0)
			return true;
	return false;
}

/* What this very step needs from people; they are asked some days before. */
static bool
gate_step(struct work *k, struct plan *r)
{
	int64_t ask = r->slot - (int64_t)PERSON_DAYS * 86400;
	bool capped = k->f->stage_cap >= 0 &&
	    (int)r->step->stage > k->f->stage_cap;
	bool tier = r->step->stage > k->p->tiers[k->f->tier].max_stage;
	bool approve = r->step->approve > 0 && !is_approved(k, r);

	if (!capped && !tier && r->step->approve <= 0)
		return false;
	if (!capped && !tier && has_uncertain(k)) {
		held(k, r, HOLD_UNCERTAIN, NULL, "uncertain-delivery");
		return true;
	}
	if (!capped && !tier && !approve)
		return false;
	if (k->now < ask) {
		wait_until(k, r, ask, "the next step needs a person");
		return true;
	}
	if (capped)
		held(k, r, HOLD_STAGE_CAP, NULL, "stage-cap");
	else if (tier)
		task(k, r, "key-account", "this tier is not written to at "
		    "this stage without a person");
	else {
		r->hold = HOLD_APPROVAL;
		task(k, r, "approval", "this step waits for approval by a "
		    "named user");
	}
	return true;
}

static void
send_it(struct work *k, struct plan *r)
{
	const char *why;
	int64_t ahead = (int64_t)AHEAD_DAYS * 86400;
	char buf[48];

	r->verdict = PLAN_SEND;
	r->next_at = r->not_after;
	if (r->slot - ahead > k->now)
		r->next_at = r->slot - ahead;
	if (k->trail != NULL)
		plan_trail_add(k->trail, "send", "%s to contact %d in %s at "
		    "%s", r->cause, r->contact + 1, r->language,
		    instant_text(k, r->slot, buf));
	if (!r->step->offer)
		return;
	why = offer_make(k->f, k->p, k->now, r, &r->offer);
	offer_tell(k->trail, why, &r->offer);
}

/* --- what people have to know --- */

const char *
plan_notice_reason(enum plan_notice n)
{
	static const char *const reasons[PLAN_NOTICES] = {
		[NOTICE_LARGE_AMOUNT] = "large-amount",
		[NOTICE_CREDIT_LIMIT] = "credit-limit",
		[NOTICE_SILENCE] = "silence",
	};

	return reasons[n];
}

/* They had time to answer a reminder of this episode. */
static bool
had_time(const struct work *k, const struct plan *r)
{
	const struct fact_touch *t;
	size_t i;

	for (i = 0; i < k->f->n_touches; i++) {
		t = &k->f->touches[i];
		if (t->class == CLASS_REMINDER && !t->other && t->level >= 0 &&
		    t->episode == r->episode &&
		    t->at <= k->now - (int64_t)ANSWER_DAYS * 86400)
			return true;
	}
	return false;
}

static void
notices(struct work *k, struct plan *r)
{
	const struct money *limit = &k->f->credit_limit;
	char a[MONEY_TEXT_MAX], b[MONEY_TEXT_MAX];
	struct money open = *limit;

	if (r->stage > STAGE_M0 && policy_is_large(k->p, r->currency,
	    total(k, r->currency))) {
		r->notice[NOTICE_LARGE_AMOUNT] = true;
		plan_trail_add(k->trail, "large", "a person is told: the "
		    "amount is large");
	}
	if (limit->minor > 0)
		open.minor = plan_exposure(k->f, limit->cur);
	if (limit->minor > 0 && open.minor > limit->minor) {
		r->notice[NOTICE_CREDIT_LIMIT] = true;
		plan_trail_add(k->trail, "credit", "a person is told: %s %s "
		    "is open, the credit limit is %s", open.cur,
		    money_format(open, a), money_format(*limit, b));
	}
	if (r->stage >= STAGE_M3 && r->episode_open && had_time(k, r)) {
		r->notice[NOTICE_SILENCE] = true;
		plan_trail_add(k->trail, "silence", "stage %s: a person is "
		    "told if nobody has answered", stage_name(
		    (enum stage)r->stage));
	}
}

static void
decide(struct work *k, struct plan *r)
{
	const struct fact_item *it;
	bool more = false, small;

	r->carrying = choose_carrying(k, &small);
	episode(k, r);
	if (r->carrying >= 0) {
		it = &k->f->items[r->carrying];
		r->stage = choose_stage(k, it->due, k->w.today);
		memcpy(r->currency, it->cur, sizeof(r->currency));
		r->priority = priority(k, it);
	}
	tell_state(k, r);
	if (r->stage >= 0)
		more = choose_step(k, r->carrying, r);
	if (gate_holds(k, r))
		return;
	if (r->carrying < 0) {
		no_carrying(k, r);
		return;
	}
	if (r->stage < 0) {
		wait_until(k, r, zone_instant(k->w.zone, choose_entry(k,
		    &k->f->items[r->carrying]), 0), "nothing is near due");
		return;
	}
	if (gate_unapplied(k, r) || gate_contact(k, r))
		return;
	if (!more)
		task(k, r, "end-of-schedule", "what follows is a person's "
		    "decision");
	else if (!gate_step(k, r))
		send_it(k, r);
}

/* Outside its data a calendar knows weekends only: people are told. */
static void
coverage(const struct work *k, struct plan *r)
{
	int32_t second, day = r->verdict == PLAN_SEND ?
	    zone_day(k->w.zone, r->slot, &second) : k->w.today;
	const char *name = plan_workdays(k->f);
	char iso[DATE_TEXT_MAX];

	if (calendar_covers(k->w.calendar, day))
		return;
	plan_trail_add(k->trail, "holidays", "no holidays are known for %s "
	    "on %s: weekends only", *name != '\0' ? name : "an unknown "
	    "country", date_format(day, iso));
	if (r->warning == NULL)
		r->warning = "holidays-unknown";
}

void
plan_account(const struct facts *f, const struct policy *p, int64_t now,
    struct plan_trail *trail, struct plan *ret_plan)
{
	struct work k;

	memset(ret_plan, 0, sizeof(*ret_plan));
	ret_plan->verdict = PLAN_NONE;
	ret_plan->next_at = CLOCK_NONE;
	ret_plan->review_at = CLOCK_NONE;
	ret_plan->stage = ret_plan->carrying = ret_plan->contact = -1;
	ret_plan->hold = HOLD_COUNT;
	ret_plan->episode = f->episode;
	ret_plan->episode_from = DATE_NONE;
	if (!owes(f)) {
		plan_trail_add(trail, "nothing", "nothing is owed");
		return;
	}
	choose_begin(&k, f, p, now, trail);
	ret_plan->first_contact = k.first_contact;
	if (!k.w.zone_known)
		ret_plan->warning = "zone-unknown";
	decide(&k, ret_plan);
	notices(&k, ret_plan);
	coverage(&k, ret_plan);
	sooner(&ret_plan->next_at, next_entry(&k));
}
