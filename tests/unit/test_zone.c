#include "base/clock.h"
#include "core/date.h"
#include "core/zone.h"
#include "unit.h"

static int64_t
at(const char *text)
{
	int64_t t;

	assert_int_equal(clock_parse(text, &t, NULL), 0);
	return t;
}

static void
knows_summer_time(void **state)
{
	const struct zone *ny, *sh, *again;
	int32_t s;

	assert_int_equal(zone_open("America/New_York", &ny, NULL), 0);
	assert_int_equal(zone_open("Asia/Shanghai", &sh, NULL), 0);
	assert_int_equal(zone_open("Asia/Shanghai", &again, NULL), 0);
	assert_ptr_equal(sh, again);
	assert_int_equal(zone_offset(ny, at("2026-01-15T12:00:00Z")), -18000);
	assert_int_equal(zone_offset(ny, at("2026-07-15T12:00:00Z")), -14400);
	assert_int_equal(zone_offset(sh, at("2026-07-15T12:00:00Z")), 28800);
	assert_int_equal(zone_day(sh, at("2026-06-15T20:00:00Z"), &s),
	    date_make(2026, 6, 16));
	assert_int_equal(s, 4 * 3600);
	/* 2026-03-08 02:30 does not exist in New York: 03:00 it is */
	assert_int_equal(zone_instant(ny, date_make(2026, 3, 8), 9000),
	    at("2026-03-08T07:00:00Z"));
	/* 2026-11-01 01:30 comes twice: the first */
	assert_int_equal(zone_instant(ny, date_make(2026, 11, 1), 5400),
	    at("2026-11-01T05:30:00Z"));
	assert_int_equal(zone_instant(ny, date_make(2026, 11, 1), 32400),
	    at("2026-11-01T14:00:00Z"));
}

static void
refuses_what_is_no_zone(void **state)
{
	const struct zone *z;
	struct err err;

	assert_int_equal(zone_open("Mars/Olympus", &z, &err), -1);
	assert_int_equal(err.kind, ERR_CONFIG);
	assert_int_equal(zone_open("", &z, &err), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_summer_time),
		cmocka_unit_test(refuses_what_is_no_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
