/* The referee of a rehearsal: the real planner does nothing wrong, and a
 * planner with one guard taken off is found out, whichever guard it is. */
#include "rehearse/report.h"

#include "unit.h"

#include "facts.h"

#define DAYS 300
#define ACCOUNTS 30

static uint64_t seed;

static int
dice(int n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int)(seed % (uint64_t)n);
}

static int first_of[DAYS + 1], first_from;

/* First messages by day, before the reporter has its look. */
static struct re_watch reporter_of;
static void
count_first(void *arg, struct re_account *a, const struct facts *f,
    const struct re_message *log, size_t n)
{
	if (n == 1)
		first_of[log[0].at / 86400 - first_from]++;
	reporter_of.sent(arg, a, f, log, n);
}

static int
most_first(void)
{
	int i, most = 0;

	for (i = 0; i <= DAYS; i++)
		if (first_of[i] > most)
			most = first_of[i];
	return most;
}

/* --- a small world --- */

static void
add_debts(void *ctx, struct re_account *a, int32_t from, int i)
{
	struct re_payment *pay;
	struct re_item *it;
	int32_t due = from + 20 + dice(20);

	for (; due < from + DAYS; due += 9 + dice(25)) {
		it = re_add_item(ctx, a);
		it->document = "INV";
		it->kind = ITEM_INVOICE;
		strcpy(it->cur, "GBP");
		it->amount = 10000 + dice(100000);
		it->due = due;
		it->known = due - 30;
		it->issued = it->known;
		it->created_at = re_morning(a, it->known);
		it->paid = due + 1 + dice(45);
		if (dice(4) == 0)
			it->dispute_from = it->known + dice(40);
		if (it->dispute_from != RE_NEVER && dice(2) == 0)
			it->dispute_to = it->dispute_from + 20;
		if (dice(3) == 0) {
			pay = re_add_payment(ctx, a);
			pay->item = a->n_items - 1;
			pay->amount = it->amount / 3;
			pay->day = due - 5 + dice(15);
			strcpy(pay->cur, "GBP");
			/* Some are reversed: all of it is owed again. */
			if (i % 3 == 0)
				pay->until = pay->day + 1 + dice(20);
		}
	}
}

static void
add_troubles(void *ctx, struct re_account *a, int32_t from, int i)
{
	struct re_contact *c = re_add_contact(ctx, a);
	struct re_hold *h;

	c->contact.kind = ADDRESS_EMAIL;
	c->contact.role = CONTACT_PAYABLES;
	c->contact.state = ADDRESS_IS_WORKING;
	if (i % 3 == 0) {
		c->from = re_morning(a, from + 60 + dice(60));
		c->state = ADDRESS_IS_OPTED_OUT;
	}
	if (i % 3 != 1)
		return;
	h = re_add_hold(ctx, a);
	h->hold.kind = HOLD_HUMAN;
	h->hold.scope = SCOPE_ACCOUNT;
	h->from = h->hold.placed_at = re_morning(a, from + 50 + dice(90));
	h->to = h->from + 86400 * 80;
	h->hold.review_at = h->from + 86400 * 7;
}

static struct report *
play(void *ctx, const struct re_planner *planner,
    const struct policy *referee)
{
	struct fact_company company = { .id = 1, .code = "main",
	    .country = "GB", .language = "en", .first_from = DATE_NONE };
	struct re_setup setup = { .policy = referee, .company = &company,
	    .from = day("2026-01-05"), .planner = planner };
	struct reporter *r;
	struct re_engine *e;
	struct re_account a;
	int i;

	setup.to = setup.from + DAYS;
	company.zone = zone("Europe/London");
	r = reporter_new(ctx, referee, &company, setup.from, setup.to);
	reporter_of = setup.watch = reporter_watch(r);
	setup.watch.sent = count_first;
	first_from = setup.from;
	memset(first_of, 0, sizeof(first_of));
	e = re_engine_new(ctx, &setup);
	seed = 20261121;
	for (i = 0; i < ACCOUNTS; i++) {
		memset(&a, 0, sizeof(a));
		a.zone = a.who.zone = company.zone;
		a.who.code = "C";
		a.who.account_id = i + 1;
		a.who.stage_cap = -1;
		a.who.episode_from = DATE_NONE;
		a.who.country = "GB";
		a.character = -1;
		add_debts(ctx, &a, setup.from, i);
		add_troubles(ctx, &a, setup.from, i);
		re_engine_run(e, &a);
	}
	return reporter_report(r);
}

/* --- planners with a guard off --- */

static const struct policy *other;	/* what a faulty planner goes by */

static void
by_other_policy(const struct facts *f, const struct policy *p, int64_t now,
    struct plan *ret_plan)
{
	plan_account(f, other, now, NULL, ret_plan);
	if (ret_plan->step != NULL)	/* names of the same policy */
		ret_plan->step = &p->steps[ret_plan->step->level];
}

static struct facts
without_holds(const struct facts *f, enum hold_scope scope)
{
	static struct fact_hold holds[64];
	struct facts g = *f;
	size_t i;

	g.n_holds = 0;
	for (i = 0; i < f->n_holds; i++)
		if (f->holds[i].scope != scope)
			holds[g.n_holds++] = f->holds[i];
	g.holds = holds;
	return g;
}

static void
blind_to_disputes(const struct facts *f, const struct policy *p, int64_t now,
    struct plan *ret_plan)
{
	struct facts g = without_holds(f, SCOPE_ITEM);

	plan_account(&g, p, now, NULL, ret_plan);
}

static size_t
items_with_disputes(const struct facts *f, int64_t now,
    struct plan_item *out)
{
	struct facts g = without_holds(f, SCOPE_ITEM);

	return plan_items(&g, now, out);
}

static void
blind_to_holds(const struct facts *f, const struct policy *p, int64_t now,
    struct plan *ret_plan)
{
	struct facts g = without_holds(f, SCOPE_ACCOUNT);

	plan_account(&g, p, now, NULL, ret_plan);
}

static void
blind_to_opt_outs(const struct facts *f, const struct policy *p, int64_t now,
    struct plan *ret_plan)
{
	struct fact_contact c = f->contacts[0];
	struct facts g = *f;

	c.state = ADDRESS_IS_WORKING;
	g.contacts = &c;
	plan_account(&g, p, now, NULL, ret_plan);
}

/* It knows when it wrote, and not what. */
static void
forgetful(const struct facts *f, const struct policy *p, int64_t now,
    struct plan *ret_plan)
{
	static struct fact_touch touches[256];
	struct facts g = *f;
	size_t i;

	assert_true(f->n_touches <= 256);
	for (i = 0; i < f->n_touches; i++) {
		touches[i] = f->touches[i];
		touches[i].level = -1;
	}
	g.touches = touches;
	plan_account(&g, p, now, NULL, ret_plan);
}

static size_t
a_penny_more(const struct facts *f, int64_t now, struct plan_item *out)
{
	size_t n = plan_items(f, now, out);

	if (n > 0)
		out[0].amount++;
	return n;
}

static void
idle(const struct facts *f, const struct policy *p, int64_t now,
    struct plan *ret_plan)
{
	plan_account(f, p, now, NULL, ret_plan);
	if (f->n_items > 1)
		ret_plan->verdict = PLAN_NONE;
}

/* It does not know what it has offered. */
static void
generous(const struct facts *f, const struct policy *p, int64_t now,
    struct plan *ret_plan)
{
	struct facts g = *f;

	g.offer = NULL;
	plan_account(&g, p, now, NULL, ret_plan);
}

/* --- the tests --- */

static void
test_clean(void **state)
{
	void *ctx = talloc_new(NULL);
	struct report *r = play(ctx, NULL, policy);
	int v;

	for (v = 0; v < VIOLATION_COUNT; v++)
		if (r->violations[v] != 0)
			fail_msg("%s: %ld, first %s",
			    violation_name((enum violation)v),
			    r->violations[v], r->example[v][0].what);
	assert_int_equal(r->n_accounts, ACCOUNTS);
	assert_true(r->stage[STAGE_M0] > 50);
	assert_true(r->stage[STAGE_M1] > 50);
	assert_true(r->stage[STAGE_M2] > 0);
	assert_true(r->hold[HOLD_DISPUTE] > 0);
	assert_true(r->hold[HOLD_OPT_OUT] > 0);
	talloc_free(ctx);
}

static void
found(const struct re_planner *planner, const struct policy *referee,
    enum violation v)
{
	void *ctx = talloc_new(NULL);
	struct report *r = play(ctx, planner, referee);

	if (r->violations[v] == 0)
		fail_msg("%s was not found", violation_name(v));
	assert_non_null(r->example[v][0].what);
	assert_string_equal(r->example[v][0].account, "C");
	talloc_free(ctx);
}

static void
test_each_fault_is_found(void **state)
{
	const struct {
		struct re_planner planner;
		enum violation v;
	} faults[] = {
		{ { re_real_planner.plan, plan_items, 6 }, VIOLATION_PAID },
		{ { blind_to_disputes, items_with_disputes, 0 },
		    VIOLATION_DISPUTED },
		{ { blind_to_holds, plan_items, 0 }, VIOLATION_HELD },
		{ { blind_to_opt_outs, plan_items, 0 }, VIOLATION_OPT_OUT },
		{ { forgetful, plan_items, 0 }, VIOLATION_TWICE },
		{ { re_real_planner.plan, a_penny_more, 0 },
		    VIOLATION_AMOUNT },
		{ { idle, plan_items, 0 }, VIOLATION_STUCK },
	};
	size_t i;

	for (i = 0; i < UNIT_COUNT(faults); i++)
		found(&faults[i].planner, policy, faults[i].v);
}

/* A planner that goes by a laxer policy than the one that is rehearsed. */
static void
test_each_limit_is_judged(void **state)
{
	const struct re_planner planner = { by_other_policy, plan_items, 0 };
	struct policy strict = *policy;

	other = policy;
	strict.gap_days = 9;
	found(&planner, &strict, VIOLATION_GAP);
	strict = *policy;
	strict.caps[0].count = 1;
	strict.caps[0].days = 14;
	found(&planner, &strict, VIOLATION_CAP);
	strict = *policy;
	memset(strict.hours, 0, sizeof(strict.hours));
	strict.hours[0].from = 14 * 60;
	strict.hours[0].to = 17 * 60;
	strict.hours[0].score = 10;
	strict.n_hours = 1;
	found(&planner, &strict, VIOLATION_HOURS);
	strict = *policy;
	strict.weekday_score[FRI] = 0;
	found(&planner, &strict, VIOLATION_HOURS);
}

/* Half a year with an offer in M1 and M2: one to each at most, and nobody
 * hears of what it covers before it is over. */
static void
test_offers(void **state)
{
	const struct re_planner faulty = { generous, plan_items, 0 };
	static struct policy_minimum least = { "GBP", 100 };
	void *ctx = talloc_new(NULL);
	struct policy p = *policy;
	struct report *r;
	size_t i;

	assert_int_equal(play(ctx, NULL, policy)->offers, 0);
	p.steps = mem_array(ctx, struct policy_step, p.n_steps);
	memcpy(p.steps, policy->steps, p.n_steps * sizeof(*p.steps));
	for (i = 0; i < p.n_steps; i++)
		p.steps[i].offer = p.steps[i].stage == STAGE_M1 ||
		    p.steps[i].stage == STAGE_M2;
	p.offers.percent = 200;
	p.offers.least = &least;
	p.offers.n_least = 1;
	p.offers.advice = "Example Counsel, 2 March 2026";
	r = play(ctx, NULL, &p);
	assert_int_equal(report_violations(r), 0);
	assert_in_range(r->offers, ACCOUNTS / 4, ACCOUNTS);
	found(&faulty, &p, VIOLATION_OFFER);
	talloc_free(ctx);
}

/* At most so many first contacts on a day. */
static void
test_ramp(void **state)
{
	void *ctx = talloc_new(NULL);
	struct policy slow = *policy;
	struct report *r = play(ctx, NULL, policy);
	long contacted = r->contacted;

	assert_true(most_first() > 2);
	slow.max_new_per_day = 2;
	r = play(ctx, NULL, &slow);
	assert_int_equal(most_first(), 2);
	assert_int_equal(r->contacted, contacted);
	assert_int_equal(report_violations(r), 0);
	talloc_free(ctx);
}

/* Open debt day by day, and what nobody has been told of. */
static void
test_series(void **state)
{
	void *ctx = talloc_new(NULL);
	struct report *r = play(ctx, NULL, policy);
	const struct report_series *s = &r->series[0];
	bool some = false;
	int d;

	assert_int_equal(r->n_series, 1);
	assert_string_equal(s->cur, "GBP");
	for (d = 0; d < r->n_days; d++) {
		assert_true(s->open[d] >= s->overdue[d]);
		assert_true(s->overdue[d] >= s->quiet[d]);
		assert_true(s->quiet[d] >= 0);
		some |= s->overdue[d] > 0;
	}
	assert_true(some);
	talloc_free(ctx);
}

static void
test_reversal(void **state)
{
	void *ctx = talloc_new(NULL);
	struct re_account a = { 0 };
	struct re_item *it = re_add_item(ctx, &a);
	struct re_payment *pay = re_add_payment(ctx, &a);

	it->amount = 1000;
	it->known = 10;
	pay->item = 0;
	pay->amount = 1000;
	pay->day = 20;
	pay->until = 30;
	assert_int_equal(re_open(&a, 0, 9), 0);
	assert_int_equal(re_open(&a, 0, 19), 1000);
	assert_int_equal(re_open(&a, 0, 20), 0);
	assert_int_equal(re_open(&a, 0, 29), 0);
	assert_int_equal(re_open(&a, 0, 30), 1000);
	it->paid = 40;
	assert_int_equal(re_open(&a, 0, 40), 0);
	talloc_free(ctx);
}

static int
setup(void **state)
{
	policy = policy_default(NULL);
	return policy == NULL;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_each_fault_is_found),
		cmocka_unit_test(test_each_limit_is_judged),
		cmocka_unit_test(test_offers),
		cmocka_unit_test(test_ramp),
		cmocka_unit_test(test_reversal),
		cmocka_unit_test(test_series),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
