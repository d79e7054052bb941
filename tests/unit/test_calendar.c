#include "unit.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/country.h"
#include "core/date.h"
#include "policy/calendar.h"
#include "policy/calendar_ics.h"
#include "policy/workhours.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int32_t
day(const char *iso)
{
	int32_t d = DATE_NONE;

	assert_int_equal(date_parse(iso, DATE_ISO, &d, NULL), 0);
	return d;
}

static const struct {
	const char *country, *day;
	bool work;
} days[] = {
	/* Make-up workdays of 2026, all on weekends. */
	{ "CN", "2026-01-04", true }, { "CN", "2026-02-14", true },
	{ "CN", "2026-02-28", true }, { "CN", "2026-05-09", true },
	{ "CN", "2026-09-20", true }, { "CN", "2026-10-10", true },
	/* The weekends beside them stay off. */
	{ "CN", "2026-01-10", false }, { "CN", "2026-02-21", false },
	{ "CN", "2026-02-22", false }, { "CN", "2026-09-19", false },
	/* Spring Festival 2026 from New Year's Eve, and its last workday. */
	{ "CN", "2026-02-13", true }, { "CN", "2026-02-15", false },
	{ "CN", "2026-02-16", false }, { "CN", "2026-02-17", false },
	{ "CN", "2026-02-23", false }, { "CN", "2026-02-24", true },
	/* National Day, and an ordinary week. */
	{ "CN", "2026-10-01", false }, { "CN", "2026-10-07", false },
	{ "CN", "2026-10-08", true }, { "CN", "2026-11-20", true },
	{ "CN", "2026-11-21", false },
	/* Not covered: weekends only. */
	{ "CN", "2018-10-01", true }, { "CN", "2027-01-01", true },
	{ "CN", "2027-01-02", false },
	/* Observed days of the United States. */
	{ "US", "2026-07-03", false }, { "US", "2026-07-04", false },
	{ "US", "2012-01-02", false }, { "US", "2012-11-22", false },
	{ "US", "2012-11-23", true }, { "US", "2013-01-21", false },
	{ "US", "2013-05-27", false }, { "US", "2020-06-19", true },
	{ "US", "2021-06-18", false }, { "US", "2021-12-31", false },
	{ "US", "2021-12-24", false }, { "US", "2022-12-26", false },
	/* Britain's substitute days. */
	{ "GB", "2026-04-03", false }, { "GB", "2026-12-28", false },
	{ "GB", "2026-12-29", true }, { "GB", "2027-12-27", false },
	{ "GB", "2027-12-28", false }, { "GB", "2026-08-31", false },
	{ "DE", "2026-10-03", false }, { "DE", "2026-05-14", false },
	{ "DE", "2026-05-25", false }, { "DE", "2027-03-29", false },
	{ "AU", "2026-01-26", false }, { "AU", "2025-01-27", false },
	{ "HK", "2026-10-19", false }, { "HK", "2027-02-08", false },
	{ "SG", "2026-11-09", false }, { "SG", "2026-06-01", false },
	/* No data: the weekend of the country. */
	{ "FR", "2026-07-14", true }, { "FR", "2026-07-18", false },
	{ "EG", "2026-11-20", false }, { "EG", "2026-11-22", true },
	{ NULL, "2026-11-21", false }, { NULL, "2026-11-20", true },
	{ "??", "2026-11-21", false },
};

static void
test_days(void **state)
{
	size_t i, wrong = 0;

	for (i = 0; i < UNIT_COUNT(days); i++)
		if (calendar_is_workday(calendar_for(days[i].country),
		    day(days[i].day)) != days[i].work) {
			print_error("%s %s\n", days[i].country, days[i].day);
			wrong++;
		}
	assert_int_equal(wrong, 0);
}

static void
test_coverage(void **state)
{
	const struct calendar *cn = calendar_for("CN");

	assert_string_equal(calendar_name(cn), "CN");
	assert_ptr_equal(cn, calendar_for("CN"));
	assert_true(calendar_covers(cn, day("2019-01-01")));
	assert_true(calendar_covers(cn, day("2026-12-31")));
	assert_false(calendar_covers(cn, day("2018-12-31")));
	assert_false(calendar_covers(cn, day("2027-01-01")));
	assert_int_equal(calendar_last_covered(cn), day("2026-12-31"));
	assert_int_equal(calendar_last_covered(calendar_for("FR")),
	    DATE_NONE);
	assert_int_equal(calendar_last_covered(calendar_for(NULL)),
	    DATE_NONE);
	assert_false(calendar_covers(calendar_for("FR"), day("2026-01-01")));
	assert_true(calendar_covers(calendar_for("US"), day("2012-01-01")));
}

static void
test_add(void **state)
{
	const struct calendar *cn = calendar_for("CN");

	/* Over Spring Festival, with the Saturday that was worked. */
	assert_int_equal(calendar_add_workdays(cn, day("2026-02-13"), 1),
	    day("2026-02-14"));
	assert_int_equal(calendar_add_workdays(cn, day("2026-02-13"), 2),
	    day("2026-02-24"));
	assert_int_equal(calendar_add_workdays(cn, day("2026-02-24"), -2),
	    day("2026-02-13"));
	assert_int_equal(calendar_add_workdays(cn, day("2026-02-18"), 0),
	    day("2026-02-18"));
	assert_int_equal(calendar_add_workdays(cn, day("2026-11-20"), 5),
	    day("2026-11-27"));
}

static const struct {
	const char *text, *said;
} broken[] = {
	{ "", "f:1: empty: the first line must be \"# country CN, "
	    "2019..2026, source\"" },
	{ "date,kind,name\n2026-01-01,off,x\n",
	    "f:2: the first line must be \"# country CN, 2019..2026, "
	    "source\"" },
	{ "# country XX, 2026..2026, s\n",
	    "f:1: write \"# country CN, 2019..2026, source\" once" },
	{ "# country FR, 2027..2026, s\n",
	    "f:1: write \"# country CN, 2019..2026, source\" once" },
	{ "# country FR, 2026..2026, s\n# country FR, 2026..2026, s\n",
	    "f:2: write \"# country CN, 2019..2026, source\" once" },
	{ "# country FR, 2026..2026, s\n2026-02-30,off,x\n",
	    "f:2: the date is none: write YYYY-MM-DD" },
	{ "# country FR, 2026..2026, s\n\n2026-01-01;off;x\n",
	    "f:3: write \"YYYY-MM-DD,off,name\"" },
	{ "# country FR, 2026..2026, s\n2026-01-01,free,x\n",
	    "f:2: the kind is neither off nor work" },
	{ "# country FR, 2026..2026, s\n2027-01-01,off,x\n",
	    "f:2: the date is outside the years of the first line" },
	{ "# country FR, 2026..2026, s\n2026-01-01,off,x\n"
	    "2026-01-01,work,x\n", "f:3: the date is given twice" },
	{ "# country FR, 2026..2026, s\n# weekend fri fry\n",
	    "f:2: write \"# weekend fri sat\"" },
	{ "# country FR, 2026..2026, s\n"
	    "# weekend mon tue wed thu fri sat sun\n",
	    "f:2: write \"# weekend fri sat\"" },
};

static void
test_broken(void **state)
{
	MEM_AUTO void *m = talloc_new(NULL);
	struct calendar *c;
	struct err err;
	size_t i;

	for (i = 0; i < UNIT_COUNT(broken); i++) {
		c = NULL;
		assert_int_equal(calendar_parse(m, "f", broken[i].text, &c,
		    &err), -1);
		assert_null(c);
		assert_string_equal(err.text, broken[i].said);
		assert_int_equal(err.kind, ERR_CONFIG);
	}
}

/* A file replaces the data of its country, also for who holds it already. */
static void
test_load(void **state)
{
	static const char text[] = "# country AE, 2026..2026, test\r\n"
	    "# weekend fri sun\r\ndate,kind,name\r\n"
	    "2026-12-02,off,National Day\r\n";
	const struct calendar *ae = calendar_for("AE");
	char path[] = "/tmp/dunlin-cal-XXXXXX";
	struct err err;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	assert_true(calendar_is_workday(ae, day("2026-12-02")));
	assert_int_equal(calendar_load(path, &err), 0);
	assert_ptr_equal(calendar_for("AE"), ae);
	assert_false(calendar_is_workday(ae, day("2026-12-02")));
	assert_false(calendar_is_workday(ae, day("2026-12-04")));
	assert_true(calendar_is_workday(ae, day("2026-12-05")));
	unlink(path);
	assert_int_equal(calendar_load(path, &err), -1);
}

#define EVENT(lines) "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" lines \
	"END:VEVENT\r\nEND:VCALENDAR\r\n"

static const struct {
	const char *name, *text, *said;
} broken_ics[] = {
	{ "x.ics", EVENT(""), "x.ics:3: an event without an all-day DTSTART: "
	    "write DTSTART;VALUE=DATE:20260101" },
	{ "FR.ics", "BEGIN:VCALENDAR\nEND:VCALENDAR\n", "FR.ics:1: there is no "
	    "event in it: it must be an iCalendar file of holidays" },
	{ "FR.ics", EVENT("DTSTART:20260101T000000Z\r\n"), "FR.ics:3: DTSTART "
	    "is no day: write DTSTART;VALUE=DATE:20260101" },
	{ "FR.ics", EVENT("DTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY"
	    "\r\n"), "FR.ics:4: a rule of recurrence: write each day out" },
	{ "FR.ics", EVENT("SUMMARY:x\r\n"), "FR.ics:4: an event without an "
	    "all-day DTSTART: write DTSTART;VALUE=DATE:20260101" },
	{ "FR.ics", EVENT("DTSTART;VALUE=DATE:20260101\r\nDTEND;VALUE=DATE:"
	    "20270101\r\n"), "FR.ics:5: an event that ends before it begins, "
	    "or is longer than 60 days" },
};

static void
test_ics(void **state)
{
	static const char text[] = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"
	    "DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227\r\n"
	    "SUMMARY:Long \r\n holiday\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n"
	    "SUMMARY:补班\r\nDTSTART;VALUE=DATE:20270102\r\n"
	    "END:VEVENT\r\nEND:VCALENDAR\r\n";
	MEM_AUTO void *m = talloc_new(NULL);
	struct calendar *c;
	struct err err;
	char *csv = NULL;
	size_t i;

	assert_int_equal(calendar_from_ics(m, "/d/FR.ics", text, &csv, &err),
	    0);
	assert_int_equal(calendar_parse(m, "FR.ics", csv, &c, &err), 0);
	assert_string_equal(calendar_name(c), "FR");
	assert_true(calendar_covers(c, day("2026-01-01")));
	assert_true(calendar_covers(c, day("2027-12-31")));
	assert_false(calendar_covers(c, day("2028-01-01")));
	assert_false(calendar_is_workday(c, day("2026-12-24")));
	assert_false(calendar_is_workday(c, day("2026-12-25")));
	assert_true(calendar_is_workday(c, day("2026-12-28")));
	assert_true(calendar_is_workday(c, day("2027-01-02")));
	for (i = 0; i < UNIT_COUNT(broken_ics); i++) {
		assert_int_equal(calendar_from_ics(m, broken_ics[i].name,
		    broken_ics[i].text, &csv, &err), -1);
		assert_string_equal(err.text, broken_ics[i].said);
	}
}

/* An operator's file, but from anywhere: it is bounded all the same. */
static void
test_ics_limits(void **state)
{
	MEM_AUTO void *m = talloc_new(NULL);
	struct text *t = text_new(m);
	char path[] = "/tmp/dunlin-cal-XXXXXX.ics", *csv = NULL;
	struct err err;
	int i, fd, y, mo, d;

	text_add(t, "BEGIN:VCALENDAR\n");
	for (i = 0; i < 5001; i++) {
		date_split(day("2010-01-01") + i, &y, &mo, &d);
		text_addf(t, "BEGIN:VEVENT\nDTSTART;VALUE=DATE:%04d%02d%02d\n"
		    "END:VEVENT\n", y, mo, d);
	}
	assert_int_equal(calendar_from_ics(m, "FR.ics", text_str(t), &csv,
	    &err), -1);
	assert_non_null(strstr(err.text, "more than 5000 days"));
	text_clear(t);
	for (i = 0; i < 60002; i++)
		text_add(t, "A\n");
	assert_int_equal(calendar_from_ics(m, "FR.ics", text_str(t), &csv,
	    &err), -1);
	assert_non_null(strstr(err.text, "more than 60000 lines"));
	while (text_len(t) <= 300 * 1024)
		text_add(t, "X-FILL:0123456789\n");
	fd = mkstemps(path, 4);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text_str(t), text_len(t)), text_len(t));
	close(fd);
	assert_int_equal(calendar_load(path, &err), -1);
	assert_non_null(strstr(err.text, "larger"));
	unlink(path);
	assert_null(csv);
}

static void
put(char path[], const char *text)
{
	int fd = mkstemps(path, 4);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* A plant in China that is shut for a week, works on a holiday, and names its
 * days in two files; the later one holds. */
static void
test_defined(void **state)
{
	static const char csv[] = "# calendar 2026..2026, the plant\n"
	    "2026-11-23,off,stocktaking\n2026-11-24,off,stocktaking\n"
	    "2026-10-01,work,deliveries\n";
	static const char ics[] = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"
	    "DTSTART;VALUE=DATE:20261124\r\nSUMMARY:Workday\r\n"
	    "END:VEVENT\r\nEND:VCALENDAR\r\n";
	char one[] = "/tmp/dunlin-cal-XXXXXX.csv";
	char two[] = "/tmp/dunlin-cal-XXXXXX.ics";
	const char *files[] = { one, two, NULL }, *none[] = { NULL };
	struct calendar_spec spec = { .name = "plant", .country = "CN",
	    .files = files };
	const struct calendar *c;
	struct err err;

	put(one, csv);
	put(two, ics);
	assert_false(calendar_is_known("plant"));
	assert_int_equal(calendar_define(&spec, &err), 0);
	assert_true(calendar_is_known("plant"));
	c = calendar_for("plant");
	assert_string_equal(calendar_name(c), "plant");
	assert_false(calendar_is_workday(c, day("2026-11-23")));
	assert_true(calendar_is_workday(c, day("2026-11-24")));
	assert_true(calendar_is_workday(c, day("2026-10-01")));
	/* What its country says of the other days. */
	assert_false(calendar_is_workday(c, day("2026-10-02")));
	assert_true(calendar_is_workday(c, day("2026-10-10")));
	assert_false(calendar_is_workday(c, day("2026-11-21")));
	/* The country itself is as it was. */
	assert_true(calendar_is_workday(calendar_for("CN"),
	    day("2026-11-23")));
	/* Covered is what both cover. */
	assert_true(calendar_covers(c, day("2026-06-01")));
	assert_false(calendar_covers(c, day("2025-06-01")));
	assert_int_equal(calendar_last_covered(c), day("2026-12-31"));
	/* Defined again it changes in place; without files of its own. */
	spec.files = none;
	spec.weekend = "fri sat";
	assert_int_equal(calendar_define(&spec, &err), 0);
	assert_ptr_equal(calendar_for("plant"), c);
	assert_true(calendar_covers(c, day("2025-06-01")));
	assert_true(calendar_is_workday(c, day("2026-11-22")));
	assert_false(calendar_is_workday(c, day("2026-11-20")));
	/* A country without data: the files are all that is known. */
	spec.name = "france";
	spec.country = "FR";
	spec.files = files;
	spec.weekend = NULL;
	assert_int_equal(calendar_define(&spec, &err), 0);
	assert_true(calendar_covers(calendar_for("france"),
	    day("2026-06-01")));
	assert_int_equal(calendar_last_covered(calendar_for("france")),
	    day("2026-12-31"));
	spec.weekend = "caturday";
	assert_int_equal(calendar_define(&spec, &err), -1);
	assert_string_equal(err.text, "weekend \"caturday\": write the days "
	    "off, such as fri sat");
	/* As the days of a country they want to know which. */
	assert_int_equal(calendar_load(one, &err), -1);
	assert_non_null(strstr(err.text, ": of which country?"));
	unlink(one);
	unlink(two);
	spec.weekend = NULL;
	assert_int_equal(calendar_define(&spec, &err), -1);
}

/* Working hours of Shanghai: 9 to 12 and 13 to 18 on workdays; UTC is 8 hours
 * behind. */
static const struct {
	const char *at, *next;
	int hours;
	const char *add;
} hours[] = {
	{ "2026-11-20T08:00:00Z", "2026-11-20T08:00:00Z", 2,
	    "2026-11-20T10:00:00Z" },
	/* Friday 16:00 and three hours are Monday 10:00. */
	{ "2026-11-20T08:00:00Z", "2026-11-20T08:00:00Z", 3,
	    "2026-11-23T02:00:00Z" },
	/* 11:30 and one hour: over noon. */
	{ "2026-11-20T03:30:00Z", "2026-11-20T03:30:00Z", 1,
	    "2026-11-20T05:30:00Z" },
	{ "2026-11-20T04:30:00Z", "2026-11-20T04:30:00Z", 1,
	    "2026-11-20T06:00:00Z" },
	{ "2026-11-20T10:00:00Z", "2026-11-23T01:00:00Z", 8,
	    "2026-11-23T10:00:00Z" },
	{ "2026-11-20T00:30:00Z", "2026-11-20T01:00:00Z", 16,
	    "2026-11-23T10:00:00Z" },
	/* Over National Day, to the workday that makes up for it. */
	{ "2026-09-30T11:00:00Z", "2026-10-08T01:00:00Z", 24,
	    "2026-10-10T10:00:00Z" },
	{ "2026-09-19T04:00:00Z", "2026-09-20T01:00:00Z", 0,
	    "2026-09-20T01:00:00Z" },
};

static void
test_hours(void **state)
{
	const struct calendar *c = calendar_for("CN");
	const struct zone *z;
	char text[CLOCK_TEXT_MAX];
	struct err err;
	int64_t at;
	size_t i;

	assert_int_equal(zone_open("Asia/Shanghai", &z, &err), 0);
	for (i = 0; i < UNIT_COUNT(hours); i++) {
		assert_int_equal(clock_parse(hours[i].at, &at, &err), 0);
		assert_string_equal(clock_format(workhours_next(c, z, at),
		    text), hours[i].next);
		assert_string_equal(clock_format(workhours_add(c, z, at,
		    hours[i].hours), text), hours[i].add);
	}
}

static void
test_country(void **state)
{
	char cur[4];

	assert_true(country_is("CN"));
	assert_false(country_is("cn"));
	assert_false(country_is("ZZ"));
	assert_false(country_is(""));
	assert_false(country_is(NULL));
	assert_true(country_is_eu("DE"));
	assert_true(country_is_eu("GR"));
	assert_false(country_is_eu("GB"));
	assert_false(country_is_eu("CH"));
	assert_false(country_is_eu(NULL));
	assert_int_equal(country_weekend("SA"), 1u << FRI | 1u << SAT);
	assert_int_equal(country_weekend("AE"), 1u << SAT | 1u << SUN);
	assert_true(country_currency("CN", cur));
	assert_string_equal(cur, "CNY");
	assert_true(country_currency("DE", cur));
	assert_string_equal(cur, "EUR");
	assert_false(country_currency("ZZ", cur));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_coverage),
		cmocka_unit_test(test_add),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_ics), cmocka_unit_test(test_ics_limits),
		cmocka_unit_test(test_defined),
		cmocka_unit_test(test_hours),
		cmocka_unit_test(test_country),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
