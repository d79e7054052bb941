#include "unit.h"

#include "daemon/throttle.h"

/* One line: how long it lived, whether it ended in good order, what delay
 * comes then. */
struct end {
	int64_t lived_ms;
	bool clean;
	int64_t want_ms;
};

static void
walk(const struct end *ends, size_t n)
{
	struct throttle t = { 0 };
	size_t i;

	for (i = 0; i < n; i++)
		assert_int_equal(throttle_next(&t, ends[i].lived_ms,
		    ends[i].clean), ends[i].want_ms);
}

static void
doubles_to_a_minute(void **state)
{
	static const struct end ends[] = {
		{ 10, false, 2000 }, { 10, false, 4000 }, { 10, false, 8000 },
		{ 10, false, 16000 }, { 10, false, 32000 },
		{ 10, false, 60000 }, { 10, false, 60000 },
	};

	walk(ends, UNIT_COUNT(ends));
}

static void
begins_anew_after_a_long_life(void **state)
{
	static const struct end ends[] = {
		{ 10, false, 2000 }, { 10, false, 4000 },
		{ 60000, false, 2000 }, { 59999, false, 4000 },
		{ 2000, true, 0 }, { 10, false, 2000 },
	};

	walk(ends, UNIT_COUNT(ends));
}

static void
does_not_spin_on_good_order(void **state)
{
	static const struct end ends[] = {
		{ 3600000, true, 0 }, { 2000, true, 0 },
		{ 1999, true, 2000 }, { 5, true, 4000 },
	};

	walk(ends, UNIT_COUNT(ends));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(doubles_to_a_minute),
		cmocka_unit_test(begins_anew_after_a_long_life),
		cmocka_unit_test(does_not_spin_on_good_order),
	};

	return cmocka_run_group_tests_name("throttle", tests, NULL, NULL);
}
