#include "unit.h"

#include "base/mem.h"
#include "core/date.h"
#include "policy/limitation.h"

#include <string.h>

static int32_t
day(const char *iso)
{
	int32_t d = DATE_NONE;

	assert_int_equal(date_parse(iso, DATE_ISO, &d, NULL), 0);
	return d;
}

#define FACTS_MAX 4

/* By the articles that RULES names; the expectations are counted by hand. */
static const struct {
	const char *what, *pack, *base;
	struct {
		enum limitation_event event;
		const char *day;
		enum limitation_proof proof;
	} facts[FACTS_MAX];
	const char *ends;
	int counted, late;
} cases[] = {
	{ "three years, the first day not counted (188, 201)", "cn",
	    "2022-03-15", { { 0, NULL, 0 } }, "2025-03-17", 0, 0 },
	{ "a last day off: the next workday (203)", "cn", "2022-10-01",
	    { { 0, NULL, 0 } }, "2025-10-09", 0, 0 },
	{ "a make-up workday is one", "cn", "2023-10-10", { { 0, NULL, 0 } },
	    "2026-10-10", 0, 0 },
	{ "no such day in the month (202)", "cn", "2024-02-29",
	    { { 0, NULL, 0 } }, "2027-03-01", 0, 0 },
	{ "a demand that arrived restarts it (195)", "cn", "2022-03-15",
	    { { LIMITATION_DEMAND, "2024-06-05", LIMITATION_ACCEPTED } },
	    "2027-06-07", 1, 0 },
	{ "one that nobody can prove does not (8)", "cn", "2022-03-15",
	    { { LIMITATION_DEMAND, "2024-06-05", LIMITATION_UNPROVEN } },
	    "2025-03-17", 0, 0 },
	{ "an agreement by word of mouth (14)", "cn", "2022-03-15",
	    { { LIMITATION_AGREEMENT, "2023-05-09", 0 } }, "2026-05-09", 1,
	    0 },
	{ "part payment, then a suit", "cn", "2022-03-15",
	    { { LIMITATION_PART_PAYMENT, "2023-01-10", 0 },
	    { LIMITATION_SUIT, "2025-11-20", 0 } }, "2028-11-20", 2, 0 },
	{ "what came before the due day counts for nothing", "cn",
	    "2022-03-15", { { LIMITATION_AGREEMENT, "2022-03-15", 0 } },
	    "2025-03-17", 0, 0 },
	{ "a demand after the end revives nothing (192)", "cn",
	    "2020-03-16", { { LIMITATION_DEMAND, "2023-03-17",
	    LIMITATION_REPLIED } }, "2023-03-16", 0, 1 },
	{ "a new agreement does (192, 19)", "cn", "2020-03-16",
	    { { LIMITATION_REVIVAL, "2024-01-09", 0 } }, "2027-01-11", 1,
	    0 },
	{ "each restarts it, in time to the day", "cn", "2000-06-01",
	    { { LIMITATION_SUIT, "2003-06-02", 0 },
	    { LIMITATION_SUIT, "2006-06-01", 0 },
	    { LIMITATION_SUIT, "2009-06-01", 0 },
	    { LIMITATION_SUIT, "2012-06-01", 0 } }, "2015-06-01", 4, 0 },
	{ "six years; a last day off stays", "gb", "2020-11-21",
	    { { 0, NULL, 0 } }, "2026-11-21", 0, 0 },
	{ "asking does not interrupt there", "gb", "2020-11-20",
	    { { LIMITATION_DEMAND, "2022-01-04", LIMITATION_REPLIED },
	    { LIMITATION_AGREEMENT, "2022-01-05", 0 } }, "2026-11-20", 0,
	    0 },
	{ "writing does", "gb", "2020-11-20",
	    { { LIMITATION_ACKNOWLEDGEMENT, "2022-01-04", 0 } },
	    "2028-01-04", 1, 0 },
	{ "part payment does", "gb", "2020-11-20",
	    { { LIMITATION_PART_PAYMENT, "2026-11-20", 0 } }, "2032-11-20", 1,
	    0 },
	{ "a day too late does not", "gb", "2020-11-20",
	    { { LIMITATION_PART_PAYMENT, "2026-11-21", 0 } }, "2026-11-20", 0,
	    1 },
	{ "Scotland: five years", "gb-scotland", "2020-11-20",
	    { { 0, NULL, 0 } }, "2025-11-20", 0, 0 },
};

static void
test_cases(void **state)
{
	struct limitation_fact facts[FACTS_MAX];
	const struct limitation_pack *p;
	struct limitation l;
	size_t i, n, wrong = 0;
	char ends[DATE_TEXT_MAX];

	for (i = 0; i < UNIT_COUNT(cases); i++) {
		for (n = 0; n < FACTS_MAX && cases[i].facts[n].day != NULL;
		    n++)
			facts[n] = (struct limitation_fact){
			    cases[i].facts[n].event,
			    day(cases[i].facts[n].day),
			    cases[i].facts[n].proof, 0, NULL, 0 };
		p = limitation_pack(cases[i].pack);
		assert_non_null(p);
		limitation_compute(p, day(cases[i].base), facts, n,
		    calendar_for("CN"), &l);
		if (strcmp(date_format(l.ends, ends), cases[i].ends) == 0 &&
		    l.counted == cases[i].counted && l.late == cases[i].late)
			continue;
		print_error("%s: %s, %d, %d\n", cases[i].what, ends,
		    l.counted, l.late);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

/* Article 188: twenty years from the beginning at the most. */
static void
test_twenty_years(void **state)
{
	struct limitation_fact facts[7];
	struct limitation l;
	char ends[DATE_TEXT_MAX];
	size_t i;

	for (i = 0; i < 7; i++)
		facts[i] = (struct limitation_fact){ LIMITATION_SUIT,
		    date_add_months(day("2000-06-01"), 12 * 3 * ((int)i + 1)) -
		    10, 0, 0, NULL, 0 };
	limitation_compute(limitation_pack("cn"), day("2000-06-01"), facts,
	    7, NULL, &l);
	assert_string_equal(date_format(l.ends, ends), "2020-06-01");
}

/* An interruption never makes it end earlier, and one that does not count
 * changes nothing. */
static void
test_monotone(void **state)
{
	static const char *const ids[] = { "cn", "gb", "gb-scotland" };
	struct limitation_fact f[2];
	struct limitation without, with;
	int32_t base = day("2019-01-31"), d;
	size_t i;
	int e;

	for (i = 0; i < UNIT_COUNT(ids); i++)
		for (e = 0; e < LIMITATION_EVENT_COUNT; e++)
			for (d = base - 5; d < base + 3000; d += 7) {
				f[0] = (struct limitation_fact){
				    (enum limitation_event)e, d,
				    LIMITATION_DELIVERED, 0, NULL, 0 };
				limitation_compute(limitation_pack(ids[i]),
				    base, f, 0, calendar_for("CN"),
				    &without);
				limitation_compute(limitation_pack(ids[i]),
				    base, f, 1, calendar_for("CN"), &with);
				assert_true(with.ends >= without.ends);
				assert_true(with.counted == 1 ||
				    with.ends == without.ends);
			}
}

static void
test_words(void **state)
{
	enum limitation_event e;
	unsigned bits = 0;

	assert_true(limitation_event_parse("part-payment", &e));
	assert_int_equal(e, LIMITATION_PART_PAYMENT);
	assert_false(limitation_event_parse("prayer", &e));
	assert_true(limitation_bits("suit  demand", &bits));
	assert_int_equal(bits, 1u << LIMITATION_SUIT |
	    1u << LIMITATION_DEMAND);
	assert_false(limitation_bits("suit prayer", &bits));
	assert_null(limitation_pack("mars"));
	assert_null(limitation_pack_of("FR"));
	assert_string_equal(limitation_pack_of("GB")->id, "gb");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_twenty_years),
		cmocka_unit_test(test_monotone),
		cmocka_unit_test(test_words),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
