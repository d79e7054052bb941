#include "core/money.h"
#include "unit.h"

static void
parses(void **state)
{
	static const struct {
		const char *text, *cur, *out;	/* out NULL: refused */
	} cases[] = {
		{ "1234.56", "CNY", "1234.56" }, { "-0.05", "USD", "-0.05" },
		{ "12", "EUR", "12.00" }, { "12.5", "GBP", "12.50" },
		{ "500", "JPY", "500" }, { "500.0", "JPY", "500" },
		{ "1.234", "KWD", "1.234" }, { "1.2345", "CLF", "1.2345" },
		{ "+7.00", "USD", "7.00" }, { "1.230", "USD", "1.23" },
		{ "9999999999999.99", "USD", "9999999999999.99" },
		{ "10000000000000.00", "USD", NULL },
		{ "1.234", "USD", NULL }, { "500.5", "JPY", NULL },
		{ "", "USD", NULL }, { "-", "USD", NULL }, { ".", "USD", NULL },
		{ "1e400", "USD", NULL }, { "1,234.56", "USD", NULL },
		{ "1.2.3", "USD", NULL }, { " 1", "USD", NULL },
		{ "NaN", "USD", NULL }, { "1", "XYZ", NULL },
		{ "99999999999999999999999999999999", "USD", NULL },
	};
	char buf[MONEY_TEXT_MAX];
	struct money m;
	struct err err;
	size_t i;

	for (i = 0; i < UNIT_COUNT(cases); i++) {
		int r = money_parse(cases[i].text, cases[i].cur, &m, &err);

		if (cases[i].out == NULL) {
			assert_int_equal(r, -1);
			continue;
		}
		assert_int_equal(r, 0);
		assert_string_equal(money_format(m, buf), cases[i].out);
	}
}

static void
knows_currencies(void **state)
{
	char cur[MONEY_CUR_MAX];

	assert_int_equal(money_digits("JPY"), 0);
	assert_int_equal(money_digits("TND"), 3);
	assert_int_equal(money_digits("ZMW"), 2);
	assert_int_equal(money_digits("AED"), 2);
	assert_int_equal(money_digits("RMB"), -1);
	assert_true(money_cur_parse("cny", cur));
	assert_string_equal(cur, "CNY");
	assert_false(money_cur_parse("CNYY", cur));
	assert_false(money_cur_parse("", cur));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses),
		cmocka_unit_test(knows_currencies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
