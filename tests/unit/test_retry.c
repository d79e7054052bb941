/* The back-off of deferred mail. */
#include "unit.h"

#include "send/retry.h"

static void
test_grows(void **state)
{
	int64_t low, high, want;
	int n;

	for (n = 1, want = 300; n < 40; n++) {
		low = retry_at(n, 1000, 0) - 1000;
		high = retry_at(n, 1000, UINT32_MAX) - 1000;
		assert_int_equal(low, want * 3 / 4);
		assert_int_equal(high, want * 3 / 4 + want / 2);
		want = want * 2 > 21600 ? 21600 : want * 2;
	}
	assert_int_equal(retry_at(0, 0, 0), 225);
}

static void
test_over(void **state)
{
	assert_false(retry_is_over(0, 4 * 86400 - 1, 4));
	assert_true(retry_is_over(0, 4 * 86400, 4));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grows),
		cmocka_unit_test(test_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
