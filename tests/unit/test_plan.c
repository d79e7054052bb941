/* plan_account, rule by rule.  The dates are worked out by hand from the
 * default policy: Friday is best, 09:00 the best hour, nothing at lunch. */
#include "plan/plan.h"

#include "unit.h"

#include "facts.h"

static void
want_send(const struct world *w, const char *cause, const char *slot)
{
	struct plan p = planned(w);
	char got[CLOCK_TEXT_MAX];

	if (p.verdict != PLAN_SEND)
		fail_msg("%s: verdict %d, hold %s, reason %s", cause,
		    p.verdict, hold_name(p.hold), p.reason ? p.reason : "-");
	assert_string_equal(p.cause, cause);
	assert_string_equal(clock_format(p.slot, got), slot);
	assert_true(p.next_at > w->now && p.next_at <= p.not_after);
	assert_true(p.not_after > p.slot);
	assert_true(p.contact >= 0);
}

static void
want_held(const struct world *w, enum hold_kind kind, const char *reason)
{
	struct plan p = planned(w);

	if (p.verdict != PLAN_HELD || p.hold != kind)
		fail_msg("want %s: verdict %d, hold %s", hold_name(kind),
		    p.verdict, hold_name(p.hold));
	assert_true(p.review_at > w->now);
	assert_true(p.next_at > w->now);
	if (reason == NULL)
		assert_null(p.reason);
	else
		assert_string_equal(p.reason, reason);
}

static void
want_task(const struct world *w, const char *reason)
{
	struct plan p = planned(w);

	assert_int_equal(p.verdict, PLAN_TASK);
	assert_string_equal(p.reason, reason);
	assert_true(p.next_at > w->now);
}

static void
want_wait(const struct world *w, const char *until)
{
	struct plan p = planned(w);
	char got[CLOCK_TEXT_MAX];

	assert_int_equal(p.verdict, PLAN_WAIT);
	assert_string_equal(clock_format(p.next_at, got), until);
}

/* --- stages and steps --- */

static void
test_nothing_owed(void **state)
{
	struct world w;
	struct plan p;

	world_begin(&w, "2026-11-23T08:00:00Z");
	p = planned(&w);
	assert_int_equal(p.verdict, PLAN_NONE);
	assert_false(p.episode_open);
	add_item(&w, "2026-11-01", -5000, "GBP");
	assert_int_equal(planned(&w).verdict, PLAN_NONE);
}

static void
test_before_due(void **state)
{
	struct world w;
	struct plan p;

	world_begin(&w, "2026-11-23T08:00:00Z");
	add_item(&w, "2026-12-04", 10000, "GBP");
	want_wait(&w, "2026-11-25T00:00:00Z");
	assert_false(planned(&w).episode_open);
	w.now = at("2026-11-27T08:00:00Z");
	want_send(&w, "1/m0-notice/0", "2026-11-27T09:00:00Z");
	p = planned(&w);
	assert_int_equal(p.stage, STAGE_M0);
	assert_true(p.episode_open);
	assert_int_equal(p.episode, 1);
	assert_int_equal(p.episode_from, day("2026-11-27"));
}

static void
test_due_day(void **state)
{
	struct world w;

	world_begin(&w, "2026-12-01T08:00:00Z");
	add_item(&w, "2026-12-01", 10000, "GBP");
	add_sent(&w, "m0-notice", "2026-11-24T09:00:00Z");
	want_send(&w, "1/m0-due/0", "2026-12-01T09:00:00Z");
}

/* What was due on a Sunday gets no message of the due day: the next one is
 * the first of M1. */
static void
test_due_on_sunday(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-28T08:00:00Z");
	add_item(&w, "2026-11-29", 10000, "GBP");
	add_sent(&w, "m0-notice", "2026-11-23T09:00:00Z");
	want_send(&w, "1/m1-first/0", "2026-12-04T09:00:00Z");
}

static void
test_stage_edges(void **state)
{
	static const struct {
		int dpd, stage;
	} t[] = { { -10, -1 }, { -9, STAGE_M0 }, { 0, STAGE_M0 },
	    { 1, STAGE_M1 }, { 30, STAGE_M1 }, { 31, STAGE_M2 },
	    { 60, STAGE_M2 }, { 61, STAGE_M3 }, { 90, STAGE_M3 },
	    { 91, STAGE_M4 }, { 900, STAGE_M4 } };
	struct world w;
	size_t i;

	for (i = 0; i < UNIT_COUNT(t); i++) {
		world_begin(&w, "2026-11-23T08:00:00Z");
		add_item(&w, "2026-11-23", 10000, "GBP");
		w.items[0].due -= t[i].dpd;
		assert_int_equal(planned(&w).stage, t[i].stage);
	}
}

static void
test_best_slot(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-23T08:00:00Z");
	add_item(&w, "2026-11-20", 10000, "GBP");
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
	w.now = at("2026-11-26T10:00:00Z");	/* Thursday's rest is worse */
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
	w.now = at("2026-11-27T09:07:00Z");
	want_send(&w, "1/m1-first/0", "2026-11-27T09:07:00Z");
	w.now = at("2026-11-27T10:00:00Z");
	want_send(&w, "1/m1-first/0", "2026-11-27T10:00:00Z");
	w.now = at("2026-11-27T12:10:00Z");	/* lunch */
	want_send(&w, "1/m1-first/0", "2026-11-27T14:00:00Z");
	w.now = at("2026-11-27T17:30:00Z");	/* the day is over */
	want_send(&w, "1/m1-first/0", "2026-11-30T09:00:00Z");
}

static void
test_not_after(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-23T08:00:00Z");
	add_item(&w, "2026-11-20", 10000, "GBP");
	assert_true(planned(&w).not_after == at("2026-11-27T17:30:00Z"));
}

/* A message whose time came today and that has not left keeps this day. */
static void
test_overflow(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-24T10:00:00Z");	/* Tuesday */
	add_item(&w, "2026-11-20", 10000, "GBP");
	w.planned[0].cause = "1/m1-first/0";
	w.planned[0].slot = at("2026-11-24T09:00:00Z");
	w.f.n_planned = 1;
	want_send(&w, "1/m1-first/0", "2026-11-24T09:00:00Z");
	w.now = at("2026-11-24T13:00:00Z");
	want_send(&w, "1/m1-first/0", "2026-11-24T14:00:00Z");
	w.now = at("2026-11-24T18:00:00Z");
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
	w.now = at("2026-11-24T10:00:00Z");	/* something else: no */
	w.planned[0].cause = "1/m0-due/0";
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
}

static void
test_no_repeat(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-30T08:00:00Z");
	add_item(&w, "2026-11-20", 10000, "GBP");
	add_sent(&w, "m1-first", "2026-11-27T09:00:00Z");
	/* 13 to 21 days past due. */
	want_send(&w, "1/m1-second/0", "2026-12-04T09:00:00Z");
}

static void
test_repeats(void **state)
{
	struct world w;
	struct fact_touch *t;

	world_begin(&w, "2026-12-07T08:00:00Z");
	add_item(&w, "2026-11-20", 10000, "GBP");
	add_sent(&w, "m1-first", "2026-11-27T09:00:00Z");
	add_sent(&w, "m1-second", "2026-12-04T09:00:00Z");
	/* Seven days later at the earliest; that is a Friday. */
	want_send(&w, "1/m1-again/1", "2026-12-11T09:00:00Z");
	t = add_sent(&w, "m1-again", "2026-12-11T09:00:00Z");
	t->nth = 1;
	move_to(&w, "2026-12-14T08:00:00Z");
	want_send(&w, "1/m1-again/2", "2026-12-18T09:00:00Z");
	t = add_sent(&w, "m1-again", "2026-12-18T09:00:00Z");
	t->nth = 2;
	move_to(&w, "2026-12-20T08:00:00Z");
	/* Two at most: then M2, whose window begins on the 21st; the 25th is
	 * Christmas, so Thursday. */
	want_send(&w, "1/m2-first/0", "2026-12-24T09:00:00Z");
}

/* One message however long nothing was done, at the stage of today. */
static void
test_catch_up(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-24T08:00:00Z");
	add_item(&w, "2026-10-15", 10000, "GBP");	/* 40 days */
	want_send(&w, "1/m2-first/0", "2026-11-24T09:00:00Z");
	add_sent(&w, "m2-first", "2026-11-24T09:00:00Z");
	w.now = at("2026-11-25T08:00:00Z");
	want_send(&w, "1/m2-second/0", "2026-12-04T09:00:00Z");
}

/* The oldest was paid after an M2 message: the next one is in M1 and gets
 * the repeat, not a step that was passed. */
static void
test_stage_fall(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-24T08:00:00Z");
	add_item(&w, "2026-11-20", 10000, "GBP");
	add_sent(&w, "m1-first", "2026-10-09T08:00:00Z");
	add_sent(&w, "m2-first", "2026-11-20T09:00:00Z");
	want_send(&w, "1/m1-again/1", "2026-11-27T09:00:00Z");
	assert_int_equal(planned(&w).stage, STAGE_M1);
}

/* In M0 again only for an item that entered its window after the last. */
static void
test_m0_repeat(void **state)
{
	struct world w;
	struct plan p;

	world_begin(&w, "2026-11-25T08:00:00Z");
	add_item(&w, "2026-11-30", 10000, "GBP");
	add_sent(&w, "m0-notice", "2026-11-24T09:00:00Z");
	want_send(&w, "1/m0-due/0", "2026-11-30T09:00:00Z");
	add_item(&w, "2026-12-05", 20000, "GBP");
	p = planned(&w);
	assert_string_equal(p.cause, "1/m0-due/0");
	w.now = at("2026-11-28T08:00:00Z");	/* a Saturday */
	w.f.items = &w.items[1];		/* the first is paid */
	w.f.n_items = 1;
	want_send(&w, "1/m0-notice/1", "2026-11-30T09:00:00Z");
}

static void
test_end_of_schedule(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-24T08:00:00Z");
	add_item(&w, "2026-07-15", 10000, "GBP");
	add_sent(&w, "m4-letter", "2026-11-20T09:00:00Z");
	want_task(&w, "end-of-schedule");
}

/* --- place --- */

static void
chinese(struct world *w)
{
	w->f.country = "CN";
	w->f.zone = zone("Asia/Shanghai");
}

static void
test_holiday(void **state)
{
	struct world w;

	world_begin(&w, "2026-12-23T08:00:00Z");
	add_item(&w, "2026-12-22", 10000, "GBP");
	/* 25, 26, 27 and 28 December are off: Thursday the 31st. */
	want_send(&w, "1/m1-first/0", "2026-12-31T09:00:00Z");
}

static void
test_spring_festival(void **state)
{
	struct world w;

	world_begin(&w, "2026-02-13T01:00:00Z");
	chinese(&w);
	add_item(&w, "2026-02-12", 10000, "CNY");
	/* 15 to 23 February are off, and so is all of the window. */
	want_send(&w, "1/m1-first/0", "2026-02-24T01:00:00Z");
}

static void
test_makeup_workday(void **state)
{
	struct world w;

	world_begin(&w, "2026-02-13T12:00:00Z");
	chinese(&w);
	add_item(&w, "2026-02-11", 10000, "CNY");
	/* Saturday the 14th is worked; all other days to the 20th are off. */
	want_send(&w, "1/m1-first/0", "2026-02-14T01:00:00Z");
	/* An ordinary Saturday is not. */
	world_begin(&w, "2026-03-06T12:00:00Z");
	chinese(&w);
	add_item(&w, "2026-02-25", 10000, "CNY");
	want_send(&w, "1/m1-first/0", "2026-03-09T01:00:00Z");
}

static void
test_dst(void **state)
{
	static const struct {
		const char *now, *due, *slot;
	} t[] = {
		{ "2026-02-25T12:00:00Z", "2026-02-24", "2026-02-27T14:00:00Z" },
		{ "2026-03-06T12:00:00Z", "2026-03-05", "2026-03-13T13:00:00Z" },
		{ "2026-10-21T12:00:00Z", "2026-10-20", "2026-10-23T13:00:00Z" },
		{ "2026-10-31T12:00:00Z", "2026-10-30", "2026-11-06T14:00:00Z" },
	};
	struct world w;
	size_t i;

	for (i = 0; i < UNIT_COUNT(t); i++) {
		world_begin(&w, t[i].now);
		w.f.country = "US";
		w.f.zone = zone("America/New_York");
		add_item(&w, t[i].due, 10000, "USD");
		want_send(&w, "1/m1-first/0", t[i].slot);
	}
}

/* The day is the debtor's: it is already the 24th in Shanghai. */
static void
test_debtors_day(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-23T17:00:00Z");
	chinese(&w);
	add_item(&w, "2026-11-23", 10000, "CNY");
	assert_int_equal(planned(&w).stage, STAGE_M1);
	w.f.zone = zone("Europe/London");
	assert_int_equal(planned(&w).stage, STAGE_M0);
}

static void
test_unknown_zone(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-23T08:00:00Z");
	add_item(&w, "2026-11-20", 10000, "GBP");
	assert_null(planned(&w).warning);
	w.f.zone = NULL;
	assert_string_equal(planned(&w).warning, "zone-unknown");
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
}

static void
test_cash_in(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-23T08:00:00Z");
	add_item(&w, "2026-11-20", 10000, "GBP");
	w.f.cash_in_day = 27;			/* a Tuesday is 3 before */
	want_send(&w, "1/m1-first/0", "2026-11-24T09:00:00Z");
	w.f.cash_in_day = 31;			/* the month's last: 30 */
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
	w.f.cash_in_day = 15;			/* not in the window */
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
}

/* --- limits --- */

static void
test_gap(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-26T18:00:00Z");
	add_item(&w, "2026-11-20", 10000, "GBP");
	/* A call by a person counts: four days. */
	add_touch(&w, CLASS_REMINDER, "2026-11-26T15:00:00Z")->channel =
	    CHANNEL_PHONE;
	want_send(&w, "1/m1-first/0", "2026-11-30T09:00:00Z");
	/* Our answer to their question does not. */
	w.touches[0].class = CLASS_ANSWER;
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
}

static void
test_caps(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-26T08:00:00Z");
	add_item(&w, "2026-11-20", 10000, "GBP");
	add_touch(&w, CLASS_ANSWER, "2026-11-21T10:00:00Z");
	add_touch(&w, CLASS_ANSWER, "2026-11-23T10:00:00Z");
	add_touch(&w, CLASS_THANKS, "2026-11-24T10:00:00Z");
	/* Three in seven days: from the 28th, a Saturday. */
	want_send(&w, "1/m1-first/0", "2026-11-30T09:00:00Z");
	w.touches[2].class = CLASS_STAFF;	/* no contact */
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
	/* One a day: today is taken. */
	w.now = at("2026-11-27T12:00:00Z");
	w.touches[2].class = CLASS_ANSWER;
	w.touches[0].at = at("2026-11-01T10:00:00Z");
	w.touches[2].at = at("2026-11-27T10:00:00Z");
	want_send(&w, "1/m1-first/0", "2026-11-30T09:00:00Z");
	/* Contacts about another account of the same party count. */
	w.touches[2].other = true;
	want_send(&w, "1/m1-first/0", "2026-11-30T09:00:00Z");
	/* To an address that is shared: the cap counts it, the gap does not. */
	w.touches[2].shared = true;
	w.touches[2].class = CLASS_REMINDER;
	want_send(&w, "1/m1-first/0", "2026-11-30T09:00:00Z");
	w.touches[2].at = at("2026-11-26T10:00:00Z");
	want_send(&w, "1/m1-first/0", "2026-11-27T14:00:00Z");
}

static void
test_ramp(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-27T08:00:00Z");
	add_item(&w, "2026-11-20", 10000, "GBP");
	assert_true(planned(&w).first_contact);
	w.company.first_left = 0;
	want_send(&w, "1/m1-first/0", "2026-11-30T09:00:00Z");
	w.company.first_from = day("2026-12-02");
	want_send(&w, "1/m1-first/0", "2026-12-02T09:00:00Z");
	add_sent(&w, "m0-notice", "2026-11-16T09:00:00Z");
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
	assert_false(planned(&w).first_contact);
}

static void
test_tiers(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-23T08:00:00Z");
	add_item(&w, "2026-11-20", 10000, "GBP");	/* 3 days */
	w.f.tier = TIER_PRIME;
	assert_int_equal(planned(&w).stage, STAGE_M0);
	/* 6 to 12 days: Friday the 27th. */
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
	w.f.tier = TIER_RISK;
	w.now = at("2026-11-21T08:00:00Z");	/* 1 day */
	assert_int_equal(planned(&w).stage, STAGE_M1);
	/* Prime: nothing firm without a person. */
	w.f.tier = TIER_PRIME;
	w.now = at("2027-02-01T08:00:00Z");
	w.company.ledger_as_of = day("2027-02-01");
	want_task(&w, "key-account");
	w.f.tier = TIER_STANDARD;
	want_send(&w, "1/m3-first/0", "2027-02-01T09:00:00Z");
}

/* --- money --- */

static void
test_minimum(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-23T08:00:00Z");
	add_item(&w, "2026-10-20", 499, "GBP");
	assert_int_equal(planned(&w).verdict, PLAN_WAIT);
	add_item(&w, "2026-11-20", 500, "GBP");
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
	assert_int_equal(planned(&w).carrying, 1);
}

static void
test_dispute(void **state)
{
	struct plan_item named[8];
	struct fact_hold *h;
	struct world w;

	world_begin(&w, "2026-11-23T08:00:00Z");
	add_item(&w, "2026-10-20", 50000, "GBP");
	add_item(&w, "2026-11-20", 10000, "GBP");
	h = add_hold(&w, HOLD_DISPUTE, SCOPE_ITEM);
	h->item_id = 1;
	h->amount = 20000;			/* a part of it */
	assert_int_equal(planned(&w).carrying, 0);
	assert_int_equal(plan_items(&w.f, w.now, named), 2);
	assert_true(named[0].amount == 30000);
	h->amount = 0;				/* all of it */
	assert_int_equal(planned(&w).carrying, 1);
	assert_int_equal(planned(&w).stage, STAGE_M1);
	assert_int_equal(plan_items(&w.f, w.now, named), 1);
	assert_int_equal(named[0].i, 1);
	w.f.n_items = 1;
	want_held(&w, HOLD_DISPUTE, NULL);
	assert_true(planned(&w).episode_open);
	h->amount = 49501;			/* the rest is too small */
	want_held(&w, HOLD_DISPUTE, NULL);
}

static void
test_promise(void **state)
{
	struct fact_hold *h;
	struct world w;

	world_begin(&w, "2026-11-23T08:00:00Z");
	add_item(&w, "2026-11-20", 50000, "GBP");
	h = add_hold(&w, HOLD_PROMISE, SCOPE_ACCOUNT);
	h->ends_at = at("2026-11-24T00:00:00Z");
	want_held(&w, HOLD_PROMISE, NULL);
	assert_true(planned(&w).next_at == h->ends_at);
	w.now = h->ends_at;
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
}

static void
test_unapplied(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-23T08:00:00Z");
	add_item(&w, "2026-11-20", 10000, "GBP");
	w.unallocated[0] = (struct money){ 9999, "GBP" };
	w.f.n_unallocated = 1;
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
	w.unallocated[0].minor = 10000;
	want_held(&w, HOLD_UNAPPLIED, "unapplied-cash");
	strcpy(w.unallocated[0].cur, "USD");	/* another currency */
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
	w.f.n_unallocated = 0;
	/* A smaller item that is overdue may be what was paid. */
	add_item(&w, "2026-11-21", 4000, "GBP");
	w.unallocated[0] = (struct money){ 4000, "GBP" };
	w.f.n_unallocated = 1;
	want_held(&w, HOLD_UNAPPLIED, "unapplied-cash");
	/* One that is due later is not in question. */
	w.items[1].due = day("2026-12-20");
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
}

static void
test_credit(void **state)
{
	struct plan_item named[8];
	struct world w;

	world_begin(&w, "2026-11-23T08:00:00Z");
	add_item(&w, "2026-11-01", -3000, "GBP");
	add_item(&w, "2026-11-20", 10000, "GBP");
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
	assert_int_equal(plan_items(&w.f, w.now, named), 2);
	assert_true(named[0].amount == -3000);
	w.unallocated[0] = (struct money){ 7000, "GBP" };
	w.f.n_unallocated = 1;			/* together they cover it */
	want_held(&w, HOLD_UNAPPLIED, "unapplied-cash");
}

static void
test_unidentified(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-23T08:00:00Z");
	add_item(&w, "2026-11-20", 10000, "GBP");
	add_item(&w, "2026-11-21", 5000, "GBP");
	w.company.n_unidentified = 1;
	w.unidentified[0] = (struct money){ 5001, "GBP" };
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
	w.unidentified[0].minor = 5000;
	want_held(&w, HOLD_UNAPPLIED, "unapplied-cash");
	w.unidentified[0].minor = 15000;
	want_held(&w, HOLD_UNAPPLIED, "unapplied-cash");
	strcpy(w.unidentified[0].cur, "EUR");
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
}

static void
test_two_currencies(void **state)
{
	struct world w;
	struct plan p;

	world_begin(&w, "2026-11-23T08:00:00Z");
	add_item(&w, "2026-10-10", 400, "USD");	/* below the minimum */
	add_item(&w, "2026-11-10", 10000, "EUR");
	add_item(&w, "2026-11-20", 10000, "USD");
	p = planned(&w);
	assert_int_equal(p.carrying, 1);
	assert_string_equal(p.currency, "EUR");
}

/* --- people --- */

static void
test_approval(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-27T08:00:00Z");
	add_item(&w, "2026-08-15", 10000, "GBP");	/* 104 days */
	want_task(&w, "approval");
	assert_int_equal(planned(&w).hold, HOLD_APPROVAL);
	assert_string_equal(planned(&w).cause, "1/m4-letter/0");
	w.planned[0].cause = "1/m4-letter/0";
	w.planned[0].slot = at("2026-11-27T09:00:00Z");
	w.planned[0].draft = true;
	w.f.n_planned = 1;
	want_task(&w, "approval");
	w.planned[0].draft = false;
	want_send(&w, "1/m4-letter/0", "2026-11-27T09:00:00Z");
}

static void
test_stage_cap(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-27T08:00:00Z");
	add_item(&w, "2026-09-15", 10000, "GBP");	/* 73 days: M3 */
	w.f.stage_cap = STAGE_M2;
	want_held(&w, HOLD_STAGE_CAP, "stage-cap");
	w.items[0].due = day("2026-10-20");		/* 38 days: M2 */
	want_send(&w, "1/m2-first/0", "2026-11-27T09:00:00Z");
}

static void
test_uncertain(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-27T08:00:00Z");
	add_item(&w, "2026-08-15", 10000, "GBP");
	add_sent(&w, "m3-final", "2026-11-12T09:00:00Z")->uncertain = true;
	want_held(&w, HOLD_UNCERTAIN, "uncertain-delivery");
	/* It counts as sent, and does not stop what is not formal. */
	world_begin(&w, "2026-11-30T08:00:00Z");
	add_item(&w, "2026-11-20", 10000, "GBP");
	add_sent(&w, "m1-first", "2026-11-27T09:00:00Z")->uncertain = true;
	want_send(&w, "1/m1-second/0", "2026-12-04T09:00:00Z");
}

static void
test_contacts(void **state)
{
	struct fact_contact *owner;
	struct world w;
	int to[PLAN_RECIPIENTS_MAX];

	world_begin(&w, "2026-11-23T08:00:00Z");
	add_item(&w, "2026-11-20", 10000, "GBP");
	owner = add_contact(&w, CONTACT_OWNER);
	owner->language = "zh-CN";
	assert_int_equal(planned(&w).contact, 0);
	assert_string_equal(planned(&w).language, "en");
	w.contacts[0].state = ADDRESS_IS_SOFT;
	assert_int_equal(planned(&w).contact, 0);
	w.contacts[0].state = ADDRESS_IS_WRONG;
	assert_int_equal(planned(&w).contact, 1);
	assert_string_equal(planned(&w).language, "zh-CN");
	owner->state = ADDRESS_IS_DEAD;
	want_held(&w, HOLD_WRONG_CONTACT, "no-contact");
	w.contacts[0].state = ADDRESS_IS_OPTED_OUT;
	want_held(&w, HOLD_OPT_OUT, "no-contact");
	w.f.n_contacts = 0;
	want_held(&w, HOLD_NO_CONTACT, "no-contact");
	w.f.n_contacts = 2;
	w.contacts[0].state = ADDRESS_IS_WORKING;
	owner->state = ADDRESS_IS_WORKING;
	owner->role = CONTACT_COPY;
	assert_int_equal(plan_recipients(&w.f, policy, w.now, CLASS_REMINDER,
	    CONTACT_PAYABLES, to), 2);
	add_hold(&w, HOLD_OPT_OUT, SCOPE_ADDRESS)->address_id = 2;
	assert_int_equal(plan_recipients(&w.f, policy, w.now, CLASS_REMINDER,
	    CONTACT_PAYABLES, to), 1);
	w.contacts[0].kind = ADDRESS_PHONE;
	want_held(&w, HOLD_NO_CONTACT, "no-contact");
}

static void
test_company_holds(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-23T08:00:00Z");
	add_item(&w, "2026-11-20", 10000, "GBP");
	w.company.armed = false;
	want_held(&w, HOLD_OBSERVING, NULL);
	assert_string_equal(planned(&w).cause, "1/m1-first/0");
	w.company.armed = w.company.stopped = true;
	want_held(&w, HOLD_STOPPED, NULL);
	w.company.stopped = false;
	w.company.ledger_as_of = day("2026-11-18");
	want_held(&w, HOLD_LEDGER_OLD, NULL);
	w.company.ledger_as_of = day("2026-11-19");
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
	w.company.import_waiting = true;
	want_held(&w, HOLD_LEDGER_SHRUNK, NULL);
	w.company.import_waiting = false;
	w.company.inbox_waiting = 1;
	want_held(&w, HOLD_INBOX_BEHIND, NULL);
	w.company.inbox_waiting = 0;
	w.company.intake_configured = true;	/* never succeeded */
	want_held(&w, HOLD_INBOX_BEHIND, NULL);
	w.company.intake_at = w.now - 120 * 60;
	want_send(&w, "1/m1-first/0", "2026-11-27T09:00:00Z");
	w.company.intake_at--;
	want_held(&w, HOLD_INBOX_BEHIND, NULL);
	w.company.intake_at = w.now;
	w.company.clock_held = true;
	want_held(&w, HOLD_CLOCK, NULL);
}

static void
test_restricted(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-23T08:00:00Z");
	add_item(&w, "2026-11-20", 10000, "GBP");
	w.f.restricted = true;
	w.company.armed = false;		/* the law comes first */
	want_held(&w, HOLD_RESTRICTED, NULL);
}

/* Every kind that blocks reminders holds the account; no other does. */
static void
test_hold_rows(void **state)
{
	enum hold_scope scopes[] = { SCOPE_ACCOUNT, SCOPE_PARTY,
	    SCOPE_COMPANY };
	struct world w;
	size_t s;
	int k;

	for (k = 0; k < HOLD_COUNT; k++)
		for (s = 0; s < UNIT_COUNT(scopes); s++) {
			world_begin(&w, "2026-11-23T08:00:00Z");
			add_item(&w, "2026-11-20", 10000, "GBP");
			add_hold(&w, (enum hold_kind)k, scopes[s]);
			if (hold_effect((enum hold_kind)k, CLASS_REMINDER) ==
			    PASS)
				assert_int_equal(planned(&w).verdict,
				    PLAN_SEND);
			else
				want_held(&w, (enum hold_kind)k, NULL);
		}
}

/* plan_allows: the same, for every class. */
static void
test_allows(void **state)
{
	enum hold_kind got;
	struct world w;
	int64_t id;
	int k, c;
	bool ok;

	for (k = 0; k < HOLD_COUNT; k++)
		for (c = 0; c < CLASS_COUNT; c++) {
			world_begin(&w, "2026-11-23T10:00:00Z");
			add_item(&w, "2026-11-20", 10000, "GBP");
			add_hold(&w, (enum hold_kind)k, SCOPE_ACCOUNT);
			ok = plan_allows(&w.f, policy, w.now, (enum class)c,
			    0, &got, &id);
			assert_int_equal(ok, hold_effect((enum hold_kind)k,
			    (enum class)c) == PASS);
			if (!ok) {
				assert_int_equal(got, k);
				assert_true(id == 1);
			}
		}
	world_begin(&w, "2026-11-23T12:30:00Z");	/* lunch */
	add_item(&w, "2026-11-20", 10000, "GBP");
	assert_false(plan_allows(&w.f, policy, w.now, CLASS_ANSWER, 0, &got,
	    &id));
	assert_int_equal(got, HOLD_OUTSIDE_HOURS);
	assert_true(plan_allows(&w.f, policy, w.now, CLASS_STAFF, -1, &got,
	    &id));
}

static void
test_trail(void **state)
{
	struct plan_trail *t = plan_trail_new(NULL);
	const char *rule, *text;
	struct world w;
	struct plan p, q;
	size_t i;
	bool slot = false;

	world_begin(&w, "2026-11-23T08:00:00Z");
	add_item(&w, "2026-11-20", 10000, "GBP");
	plan_account(&w.f, policy, w.now, t, &p);
	for (i = 0; i < plan_trail_count(t); i++) {
		plan_trail_get(t, i, &rule, &text);
		slot |= strcmp(rule, "slot") == 0 &&
		    strstr(text, "2026-11-29") != NULL;
	}
	assert_true(slot);
	q = planned(&w);			/* a trail changes nothing */
	assert_true(q.slot == p.slot && q.priority == p.priority);
	talloc_free(t);
}

static int
setup(void **state)
{
	policy = policy_default(NULL);
	return policy == NULL;
}

/* Held, waiting or on its way: somebody is told all the same. */
static void
test_notices(void **state)
{
	struct world w;
	struct plan p;

	world_begin(&w, "2026-11-23T08:00:00Z");
	add_item(&w, "2026-11-10", 60000, "GBP");
	add_item(&w, "2027-01-10", 50000, "GBP");
	add_item(&w, "2027-01-10", 900000, "USD");
	w.f.credit_limit = money_zero("GBP");
	assert_false(planned(&w).notice[NOTICE_CREDIT_LIMIT]);
	w.f.credit_limit.minor = 110000;
	assert_int_equal(plan_exposure(&w.f, "GBP"), 110000);
	assert_false(planned(&w).notice[NOTICE_CREDIT_LIMIT]);
	w.f.credit_limit.minor = 109999;
	p = planned(&w);
	assert_int_equal(p.verdict, PLAN_SEND);
	assert_true(p.notice[NOTICE_CREDIT_LIMIT]);
	assert_null(p.reason);
	add_hold(&w, HOLD_HUMAN, SCOPE_ACCOUNT);
	p = planned(&w);
	assert_int_equal(p.verdict, PLAN_HELD);
	assert_true(p.notice[NOTICE_CREDIT_LIMIT]);
	/* What they have paid is no exposure. */
	w.unallocated[0] = money_zero("GBP");
	w.unallocated[0].minor = 1;
	w.f.n_unallocated = 1;
	assert_false(planned(&w).notice[NOTICE_CREDIT_LIMIT]);
}

static void
test_large(void **state)
{
	struct policy p = *policy;
	struct world w;
	struct plan r;

	world_begin(&w, "2026-11-23T08:00:00Z");
	add_item(&w, "2026-11-10", 500001, "GBP");
	p.large_amount = 500000;
	plan_account(&w.f, &p, w.now, NULL, &r);
	assert_true(r.notice[NOTICE_LARGE_AMOUNT]);
	assert_int_equal(r.verdict, PLAN_SEND);
	w.items[0].open = 500000;
	plan_account(&w.f, &p, w.now, NULL, &r);
	assert_false(r.notice[NOTICE_LARGE_AMOUNT]);
	w.items[0].open = 500001;	/* not due: no haste */
	w.items[0].due = day("2026-12-20");
	plan_account(&w.f, &p, w.now, NULL, &r);
	assert_false(r.notice[NOTICE_LARGE_AMOUNT]);
}

static void
test_silence(void **state)
{
	struct world w;

	world_begin(&w, "2026-11-23T08:00:00Z");
	add_item(&w, "2026-09-20", 60000, "GBP");	/* 64 days */
	assert_int_equal(planned(&w).stage, STAGE_M3);
	assert_false(planned(&w).notice[NOTICE_SILENCE]);
	add_sent(&w, "m2-first", "2026-11-18T09:00:00Z");
	assert_false(planned(&w).notice[NOTICE_SILENCE]);
	w.touches[0].at = at("2026-11-16T07:00:00Z");
	assert_true(planned(&w).notice[NOTICE_SILENCE]);
	w.touches[0].other = true;
	assert_false(planned(&w).notice[NOTICE_SILENCE]);
	w.touches[0].other = false;
	w.items[0].due = day("2026-09-24");		/* 60: M2 */
	assert_false(planned(&w).notice[NOTICE_SILENCE]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_notices),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_nothing_owed),
		cmocka_unit_test(test_before_due),
		cmocka_unit_test(test_due_day),
		cmocka_unit_test(test_due_on_sunday),
		cmocka_unit_test(test_stage_edges),
		cmocka_unit_test(test_best_slot),
		cmocka_unit_test(test_not_after),
		cmocka_unit_test(test_overflow),
		cmocka_unit_test(test_no_repeat),
		cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_catch_up),
		cmocka_unit_test(test_stage_fall),
		cmocka_unit_test(test_m0_repeat),
		cmocka_unit_test(test_end_of_schedule),
		cmocka_unit_test(test_holiday),
		cmocka_unit_test(test_spring_festival),
		cmocka_unit_test(test_makeup_workday),
		cmocka_unit_test(test_dst),
		cmocka_unit_test(test_debtors_day),
		cmocka_unit_test(test_unknown_zone),
		cmocka_unit_test(test_cash_in),
		cmocka_unit_test(test_gap),
		cmocka_unit_test(test_caps),
		cmocka_unit_test(test_ramp),
		cmocka_unit_test(test_tiers),
		cmocka_unit_test(test_minimum),
		cmocka_unit_test(test_dispute),
		cmocka_unit_test(test_promise),
		cmocka_unit_test(test_unapplied),
		cmocka_unit_test(test_credit),
		cmocka_unit_test(test_unidentified),
		cmocka_unit_test(test_two_currencies),
		cmocka_unit_test(test_approval),
		cmocka_unit_test(test_stage_cap),
		cmocka_unit_test(test_uncertain),
		cmocka_unit_test(test_contacts),
		cmocka_unit_test(test_company_holds),
		cmocka_unit_test(test_restricted),
		cmocka_unit_test(test_hold_rows),
		cmocka_unit_test(test_allows),
		cmocka_unit_test(test_trail),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
