/* test_holiday_rules.c - the holiday files of Hong Kong and Singapore against
 * what the law's rules give: lunar days by ICU's Chinese calendar, Easter and
 * the solar term Ching Ming by arithmetic, the days that a Sunday moves. */
#include "unit.h"

#include "base/mem.h"
#include "core/date.h"
#include "policy/calendar.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#define DAYS 30

struct year {
	int32_t days[DAYS];
	size_t n;
};

static int32_t
easter(int y)
{
	int a = y % 19, b = y / 100, c = y % 100, d = b / 4, e = b % 4;
	int g = (8 * b + 13) / 25, h = (19 * a + b - d - g + 15) % 30;
	int i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
	int m = (a + 11 * h + 22 * l) / 451, r = h + l - 7 * m + 114;

	return date_make(y, r / 31, r % 31 + 1);
}

/* Month and day of a day in another calendar of ICU, in the zone where it is
 * kept. */
static void
other(UCalendar *cal, int32_t day, int *ret_month, int *ret_day,
    bool *ret_leap)
{
	UErrorCode status = U_ZERO_ERROR;

	ucal_setMillis(cal, ((double)day * 86400 + 43200 - 8 * 3600) * 1000,
	    &status);
	*ret_month = ucal_get(cal, UCAL_MONTH, &status) + 1;
	*ret_day = ucal_get(cal, UCAL_DAY_OF_MONTH, &status);
	if (ret_leap != NULL)
		*ret_leap = ucal_get(cal, UCAL_IS_LEAP_MONTH, &status) != 0;
	assert_true(U_SUCCESS(status));
}

static UCalendar *
open_calendar(const char *locale)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar zone[32];
	UCalendar *cal;

	u_uastrcpy(zone, "Asia/Shanghai");
	cal = ucal_open(zone, -1, locale, UCAL_TRADITIONAL, &status);
	assert_true(U_SUCCESS(status));
	return cal;
}

static int32_t
find(const char *locale, int y, int month, int d)
{
	UCalendar *cal = open_calendar(locale);
	int32_t day, last = date_make(y, 12, 31), found = DATE_NONE;
	int m, n;
	bool leap;

	for (day = date_make(y, 1, 1); day <= last && found == DATE_NONE;
	    day++) {
		other(cal, day, &m, &n, &leap);
		if (m == month && n == d && !leap)
			found = day;
	}
	ucal_close(cal);
	return found;
}

/* The new moon of 6 February 2027 comes minutes before midnight in Beijing,
 * that of 3 February 2030 minutes after it; ICU's arithmetic has each on the
 * other side. */
static int32_t
lunar(int y, int month, int d)
{
	return find("@calendar=chinese", y, month, d) -
	    (y == 2027 && month == 1) + (y == 2030 && month == 1);
}

/* Good for 2000 to 2099. */
static int32_t
ching_ming(int y)
{
	int n = y % 100;

	return date_make(y, 4, (int)(n * 0.2422 + 4.81) - n / 4);
}

static bool
has(const struct year *y, int32_t day)
{
	size_t i;

	for (i = 0; i < y->n; i++)
		if (y->days[i] == day)
			return true;
	return false;
}

static void
add(struct year *y, int32_t day)
{
	y->days[y->n++] = day;
}

/* Those that fall on a Sunday or on another one go to the next free day, in
 * order, when all others have their place. */
static void
place(struct year *y, const int32_t *days, size_t n)
{
	struct year moved = { .n = 0 };
	size_t i;
	int32_t day;

	for (i = 0; i < n; i++)
		if (date_weekday(days[i]) == SUN || has(y, days[i]))
			add(&moved, days[i]);
		else
			add(y, days[i]);
	for (i = 0; i < moved.n; i++) {
		for (day = moved.days[i]; date_weekday(day) == SUN ||
		    has(y, day); day++)
			;
		add(y, day);
	}
}

static void
hong_kong(int y, struct year *r)
{
	int32_t e = easter(y), xmas = date_make(y, 12, 25);
	int32_t first = lunar(y, 1, 1);
	int32_t days[] = { date_make(y, 1, 1), first, first + 1, first + 2,
		ching_ming(y), e - 2, e - 1, e + 1, date_make(y, 5, 1),
		lunar(y, 4, 8), lunar(y, 5, 5), date_make(y, 7, 1),
		lunar(y, 8, 15) + 1, date_make(y, 10, 1), lunar(y, 9, 9),
		xmas, xmas + 1 };

	r->n = 0;
	place(r, days, UNIT_COUNT(days));
}

static void
compare(const char *country, int y, const struct year *want)
{
	const struct calendar *c = calendar_for(country);
	char buf[DATE_TEXT_MAX];
	int32_t day, last = date_make(y, 12, 31);

	for (day = date_make(y, 1, 1); day <= last; day++) {
		bool weekend = date_weekday(day) >= SAT;

		assert_true(calendar_covers(c, day));
		if (calendar_is_workday(c, day) != (!weekend &&
		    !has(want, day)))
			fail_msg("%s %s", country, date_format(day, buf));
	}
}

static void
test_hong_kong(void **state)
{
	struct year want;
	int y;

	for (y = 2025; y <= 2027; y++) {
		hong_kong(y, &want);
		compare("HK", y, &want);
	}
	assert_false(calendar_covers(calendar_for("HK"),
	    date_make(2028, 1, 1)));
}

/* Within a day of where another calendar has it: these are proclaimed by
 * sight of the moon. */
static int32_t
near(const char *country, int32_t day)
{
	const struct calendar *c = calendar_for(country);
	int32_t d;

	for (d = day - 1; d <= day + 1; d++)
		if (date_weekday(d) < SAT && !calendar_is_workday(c, d))
			return d;
	for (d = day - 1; d <= day + 1; d++)
		if (date_weekday(d) >= SAT)
			return d;
	return DATE_NONE;
}

/* The eve of the new moon between 15 October and 14 November. */
static int32_t
eve_of_new_moon(int y)
{
	UCalendar *cal = open_calendar("@calendar=chinese");
	int32_t day;
	int m, n = 0;

	for (day = date_make(y, 10, 15); n != 1; day++)
		other(cal, day, &m, &n, NULL);
	ucal_close(cal);
	return day - 2;
}

static void
test_singapore(void **state)
{
	struct year want;
	int y;

	for (y = 2025; y <= 2026; y++) {
		int32_t moon[] = {
			near("SG", find("@calendar=islamic-umalqura", y, 10,
			    1)),
			near("SG", find("@calendar=islamic-umalqura", y, 12,
			    10)),
			near("SG", eve_of_new_moon(y)),
		};
		int32_t days[] = { date_make(y, 1, 1), lunar(y, 1, 1),
			lunar(y, 1, 2), easter(y) - 2, date_make(y, 5, 1),
			lunar(y, 4, 15), date_make(y, 8, 9),
			date_make(y, 12, 25), moon[0], moon[1], moon[2] };

		want.n = 0;
		place(&want, days, UNIT_COUNT(days));
		compare("SG", y, &want);
	}
}

/* The arithmetic itself. */
static void
test_easter(void **state)
{
	assert_int_equal(easter(2025), date_make(2025, 4, 20));
	assert_int_equal(easter(2026), date_make(2026, 4, 5));
	assert_int_equal(easter(2027), date_make(2027, 3, 28));
	assert_int_equal(ching_ming(2025), date_make(2025, 4, 4));
	assert_int_equal(ching_ming(2026), date_make(2026, 4, 5));
	assert_int_equal(lunar(2026, 1, 1), date_make(2026, 2, 17));
	assert_int_equal(lunar(2027, 1, 1), date_make(2027, 2, 6));
	assert_int_equal(lunar(2028, 1, 1), date_make(2028, 1, 26));
	assert_int_equal(lunar(2029, 1, 1), date_make(2029, 2, 13));
	assert_int_equal(lunar(2030, 1, 1), date_make(2030, 2, 3));
	assert_int_equal(lunar(2030, 1, 15), date_make(2030, 2, 17));
	assert_int_equal(lunar(2031, 1, 1), date_make(2031, 1, 23));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_easter),
		cmocka_unit_test(test_hong_kong),
		cmocka_unit_test(test_singapore),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
