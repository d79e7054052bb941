/* The order of work: grave first, then money by urgency in whatever currency.
 */
#include "escalate/urgency.h"

#include "base/mem.h"
#include "core/weight.h"

#include "unit.h"

#include <stdlib.h>
#include <string.h>

static struct money
money(int64_t minor, const char *cur)
{
	struct money m = money_zero(cur);

	m.minor = minor;
	return m;
}

static void
test_units(void **state)
{
	(void)state;
	assert_int_equal(weight_units(money(100000, "USD")), 1000);
	assert_int_equal(weight_units(money(700000, "CNY")), 1000);
	assert_int_equal(weight_units(money(150000, "JPY")), 1000);
	assert_int_equal(weight_units(money(1000000, "KWD")), 1000);
	assert_int_equal(weight_units(money(-5000, "USD")), 0);
	assert_int_equal(weight_units(money(INT64_MAX, "KRW")) > 0, true);
	/* Each code of the table is one. */
#define WEIGHT(code, units) \
	assert_true(money_digits(#code) >= 0 && (units) > 1);
#include "core/weight.def"
#undef WEIGHT
	assert_int_equal(weight_of(1000, -4), 10000);
	assert_int_equal(weight_of(1000, 5), 15000);
	assert_int_equal(weight_of(1000, 5000), weight_of(1000, 1000));
	assert_true(weight_of(INT64_MAX, INT32_MAX) > 0);
}

static int
compare(const void *a, const void *b)
{
	return urgency_compare(a, b);
}

static void
test_order(void **state)
{
	struct money yen = money(300000, "JPY"), pounds = money(250000, "GBP");
	struct money both[] = { money(70000, "CNY"), money(10000, "USD") };
	struct urgency u[] = {
		{ .severity = 1, .id = 1, .owed = &pounds, .n_owed = 1,
		    .days = 90, .late = true },
		/* 3000 yen are less than 2500 pounds. */
		{ .severity = 2, .id = 2, .owed = &yen, .n_owed = 1,
		    .days = 10 },
		{ .severity = 2, .id = 3, .owed = &pounds, .n_owed = 1,
		    .days = 10 },
		/* Past its hour, and older debt. */
		{ .severity = 2, .id = 4, .owed = &pounds, .n_owed = 1,
		    .days = 10, .late = true },
		{ .severity = 2, .id = 5, .owed = &pounds, .n_owed = 1,
		    .days = 40 },
		{ .severity = 2, .id = 6, .owed = both, .n_owed = 2,
		    .days = 10 },
		{ .severity = 3, .id = 7 }, { .severity = 2, .id = 8 },
		{ .severity = 2, .id = 9 },
	};
	static const int64_t order[] = { 7, 5, 4, 3, 2, 6, 8, 9, 1 };
	size_t i, n = sizeof(u) / sizeof(u[0]);

	(void)state;
	for (i = 0; i < n; i++)
		urgency_weigh(&u[i]);
	qsort(u, n, sizeof(u[0]), compare);
	for (i = 0; i < n; i++)
		assert_int_equal(u[i].id, order[i]);
}

static void
test_why(void **state)
{
	const struct locale *en = locale_for("en"), *zh = locale_for("zh-CN");
	struct money two[] = { money(10050, "GBP"), money(-5, "USD") };
	struct urgency u = { .severity = 2, .owed = two, .n_owed = 2,
	    .days = 1 };
	void *m = talloc_new(NULL);

	(void)state;
	assert_string_equal(urgency_why(m, &u, en),
	    "GBP 100.50 past due for 1 day");
	assert_string_equal(urgency_why(m, &u, zh), "逾期100.50英镑，已1天");
	u.late = true;
	u.days = 41;
	assert_string_equal(urgency_why(m, &u, en),
	    "GBP 100.50 past due for 41 days; the task is late");
	assert_string_equal(urgency_why(m, &u, zh),
	    "逾期100.50英镑，已41天；任务已超时");
	u.n_owed = 0;
	assert_string_equal(urgency_why(m, &u, en), "the task is late");
	u.late = false;
	assert_null(urgency_why(m, &u, zh));
	talloc_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_why),
	};

	return cmocka_run_group_tests_name("urgency", tests, NULL, NULL);
}
