#include "core/date.h"
#include "unit.h"

static void
parses(void **state)
{
	static const struct {
		const char *text;
		enum date_order order;
		const char *out;
	} cases[] = {
		{ "2012-06-15", DATE_ISO, "2012-06-15" },
		{ "2012-06-15", DATE_MDY, "2012-06-15" },
		{ "20120615", DATE_YMD, "2012-06-15" },
		{ "4/6/2013", DATE_MDY, "2013-04-06" },
		{ "4/6/2013", DATE_DMY, "2013-06-04" },
		{ "04.06.2013", DATE_DMY, "2013-06-04" },
		{ "2024年2月29日", DATE_YMD, "2024-02-29" },
		{ "2024/2/9", DATE_YMD, "2024-02-09" },
		{ "2023-02-29", DATE_ISO, NULL },
		{ "13/13/2013", DATE_MDY, NULL },
		{ "4/6/13", DATE_MDY, NULL },
		{ "4/6/2013", DATE_ISO, NULL },
		{ "0000-00-00", DATE_ISO, NULL },
		{ "2012-06-15x", DATE_ISO, NULL },
		{ "1/1/99999999999", DATE_MDY, NULL },
		{ "", DATE_ISO, NULL },
	};
	char buf[DATE_TEXT_MAX];
	int32_t day;
	struct err err;
	size_t i;

	for (i = 0; i < UNIT_COUNT(cases); i++) {
		int r = date_parse(cases[i].text, cases[i].order, &day, &err);

		if (cases[i].out == NULL) {
			assert_int_equal(r, -1);
			continue;
		}
		assert_int_equal(r, 0);
		assert_string_equal(date_format(day, buf), cases[i].out);
	}
}

static void
splits_what_it_makes(void **state)
{
	int32_t day;
	int y, m, d;

	for (day = DATE_MIN; day <= DATE_MAX; day++) {
		date_split(day, &y, &m, &d);
		assert_true(date_is_valid(y, m, d));
		assert_int_equal(date_make(y, m, d), day);
	}
	assert_int_equal(date_weekday(date_make(2026, 11, 21)), SAT);
	assert_int_equal(date_weekday(date_make(1969, 12, 31)), WED);
	assert_int_equal(date_add_months(date_make(2024, 1, 31), 1),
	    date_make(2024, 2, 29));
	assert_int_equal(date_add_months(date_make(2024, 1, 31), -2),
	    date_make(2023, 11, 30));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses),
		cmocka_unit_test(splits_what_it_makes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
