/* Kept, partly kept, broken, awaiting the ledger: amounts and days. */
#include "unit.h"

#include "core/date.h"
#include "policy/calendar.h"
#include "track/judge.h"

static bool
workday(int32_t day, const void *arg)
{
	return calendar_is_workday(arg, day);
}

static struct judge_rules
rules(const char *country)
{
	struct judge_rules r = { 2, 1, 1, workday, calendar_for(country) };

	return r;
}

static void
days(void **state)
{
	struct judge_rules r = rules("CN");
	struct judge_days d;

	(void)state;
	/* A Friday: the day before is Thursday, two working days of grace end
	 * on Tuesday, the bank's day is Wednesday. */
	judge_days(&r, date_make(2026, 11, 27), &d);
	assert_int_equal(d.courtesy, date_make(2026, 11, 26));
	assert_int_equal(d.deadline, date_make(2026, 12, 1));
	assert_int_equal(d.tell, date_make(2026, 12, 2));
	/* A Sunday counts as the Monday after; reminded of on Friday. */
	judge_days(&r, date_make(2026, 11, 29), &d);
	assert_int_equal(d.courtesy, date_make(2026, 11, 27));
	assert_int_equal(d.deadline, date_make(2026, 12, 2));
	/* The last working day before the National Day of 2025 (1 to 8
	 * October are off): grace ends after the week. */
	judge_days(&r, date_make(2025, 9, 30), &d);
	assert_int_equal(d.deadline, date_make(2025, 10, 10));
	/* 11 October 2025 is a Saturday on which one works. */
	assert_int_equal(d.tell, date_make(2025, 10, 11));
	r.grace = r.lag = 0;
	judge_days(&r, date_make(2026, 11, 27), &d);
	assert_int_equal(d.deadline, date_make(2026, 11, 27));
	assert_int_equal(d.tell, date_make(2026, 11, 27));
}

struct row {
	const char *what;
	int64_t amount, open, in_time, late;
	int paid_after;		/* days after the promised day; -1: unknown */
	int today, ledger;	/* days after the deadline */
	enum judge_word word;
	int64_t paid;
};

/* One item of 1000.00; promised on a Friday, deadline Tuesday (+4). */
static const struct row table[] = {
	{ "nothing yet", 0, 100000, 0, 0, -1, 0, 0, JUDGE_OPEN, 0 },
	{ "passed, old ledger", 0, 100000, 0, 0, -1, 1, 0, JUDGE_AWAITING, 0 },
	{ "passed, bank's day", 0, 100000, 0, 0, -1, 3, 1, JUDGE_AWAITING, 0 },
	{ "ledger tells", 0, 100000, 0, 0, -1, 3, 2, JUDGE_BROKEN, 0 },
	{ "new ledger, day not passed", 0, 100000, 0, 0, -1, 0, 9,
	    JUDGE_OPEN, 0 },
	{ "paid whole", 0, 0, 100000, 0, -1, -3, -3, JUDGE_KEPT, 100000 },
	{ "tolerance", 0, 1000, 99000, 0, -1, 0, 0, JUDGE_KEPT, 99000 },
	{ "below it", 0, 1001, 98999, 0, -1, 3, 2, JUDGE_PARTLY, 98999 },
	{ "part", 0, 60000, 40000, 0, -1, 3, 2, JUDGE_PARTLY, 40000 },
	{ "part, not decided", 0, 60000, 40000, 0, -1, 3, 1,
	    JUDGE_AWAITING, 40000 },
	{ "part promised, part paid", 40000, 60000, 40000, 0, -1, 0, 0,
	    JUDGE_KEPT, 40000 },
	{ "late", 0, 0, 0, 100000, -1, 6, 6, JUDGE_BROKEN, 0 },
	{ "part late", 0, 0, 40000, 60000, -1, 6, 6, JUDGE_PARTLY, 40000 },
	{ "balances only", 0, 0, 0, 0, -1, 3, 2, JUDGE_KEPT, 100000 },
	{ "ledger says in time", 0, 0, 0, 0, 4, 3, 2, JUDGE_KEPT, 100000 },
	{ "ledger says late", 0, 0, 0, 0, 5, 3, 2, JUDGE_BROKEN, 0 },
	{ "interest was added", 0, 120000, 0, 0, -1, 3, 2, JUDGE_BROKEN, 0 },
	{ "both tell the same", 0, 50000, 50000, 0, -1, 3, 2,
	    JUDGE_PARTLY, 50000 },
};

static void
amounts(void **state)
{
	struct judge_rules r = rules("CN");
	int32_t day = date_make(2026, 11, 27);
	struct judge_item it;
	struct judge_days d;
	struct judge_in in;
	int64_t due, paid;
	size_t i;

	(void)state;
	judge_days(&r, day, &d);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		it = (struct judge_item){ 100000, table[i].open, false,
		    table[i].paid_after < 0 ? INT32_MIN :
		    day + table[i].paid_after, table[i].in_time,
		    table[i].late };
		in = (struct judge_in){ table[i].amount, &it, 1,
		    d.deadline + table[i].today,
		    d.deadline + table[i].ledger };
		if (judge_promise(&r, &d, &in, &due, &paid) != table[i].word ||
		    paid != table[i].paid)
			fail_msg("%s: paid %lld", table[i].what,
			    (long long)paid);
		assert_int_equal(due, table[i].amount > 0 ? table[i].amount :
		    100000);
	}
	in.ledger = INT32_MIN;
	it.open = 100000;
	it.paid_on = INT32_MIN;
	assert_int_equal(judge_promise(&r, &d, &in, &due, &paid),
	    JUDGE_AWAITING);
}

/* Items outside do not pay for those inside, what is too much on one item
 * does not pay for another, a cancelled one is owed no more. */
static void
several(void **state)
{
	struct judge_rules r = rules("GB");
	struct judge_item it[3] = {
		{ 10000, 0, false, INT32_MIN, 15000, 0 },
		{ 10000, 10000, false, INT32_MIN, 0, 0 },
		{ 50000, 0, true, INT32_MIN, 0, 0 },
	};
	struct judge_in in = { 0, it, 3, 0, 0 };
	struct judge_days d;
	int64_t due, paid;

	(void)state;
	judge_days(&r, date_make(2026, 11, 27), &d);
	in.today = d.tell + 2;
	in.ledger = d.tell + 1;
	assert_int_equal(judge_promise(&r, &d, &in, &due, &paid),
	    JUDGE_PARTLY);
	assert_int_equal(due, 20000);
	assert_int_equal(paid, 10000);
	in.n_items = 0;
	assert_int_equal(judge_promise(&r, &d, &in, &due, &paid), JUDGE_KEPT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days),
		cmocka_unit_test(amounts),
		cmocka_unit_test(several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
