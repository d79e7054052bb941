#include "unit.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "core/date.h"

#include <string.h>

struct got {
	bool full;
	const char *note;
	int64_t days, until;
	int32_t as_of;
	int argc;
	char *argv[12];
};

/* The words of line, parsed; 0 or -1. */
static int
parse(const char *line, int min, int max, struct got *g, struct err *err)
{
	static char copy[256];
	const struct cmd_option options[] = {
		{ "full", OPTION_FLAG, &g->full },
		{ "note", OPTION_TEXT, &g->note },
		{ "days", OPTION_INT, &g->days },
		{ "as-of", OPTION_DATE, &g->as_of },
		{ "until", OPTION_TIME, &g->until },
		{ NULL, OPTION_FLAG, NULL }
	};
	char *p;

	memset(g, 0, sizeof(*g));
	strcpy(copy, line);
	for (p = strtok(copy, " "); p != NULL; p = strtok(NULL, " "))
		g->argv[g->argc++] = p;
	return cmd_options(options, &g->argc, g->argv, min, max, err);
}

static void
takes_options_anywhere(void **state)
{
	struct got g;
	struct err err;
	int64_t t;

	assert_int_equal(parse("x A --full --note=hm B --days 3 --as-of "
	    "2026-02-28 --until 2026-03-01T00:00:00Z", 2, 2, &g, &err), 0);
	assert_true(g.full);
	assert_string_equal(g.note, "hm");
	assert_int_equal(g.days, 3);
	assert_int_equal(g.as_of, date_make(2026, 2, 28));
	assert_int_equal(clock_parse("2026-03-01T00:00:00Z", &t, &err), 0);
	assert_int_equal(g.until, t);
	assert_int_equal(g.argc, 3);
	assert_string_equal(g.argv[1], "A");
	assert_string_equal(g.argv[2], "B");
	assert_null(g.argv[3]);
}

static void
leaves_words_after_dashes(void **state)
{
	struct got g;
	struct err err;

	assert_int_equal(parse("x - -- --full -z", 0, -1, &g, &err), 0);
	assert_false(g.full);
	assert_int_equal(g.argc, 4);
	assert_string_equal(g.argv[1], "-");
	assert_string_equal(g.argv[2], "--full");
}

static void
says_what_is_wrong(void **state)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
		{ "x A --bogus", "unknown option '--bogus'" },
		{ "x A -f", "unknown option '-f'" },
		{ "x A --ful", "unknown option '--ful'" },
		{ "x A --note", "--note needs a value" },
		{ "x A --full=1", "--full takes no value" },
		{ "x A --days x", "--days: 'x' is not a whole number" },
		{ "x A --days -1", "--days: '-1' is not a whole number" },
		{ "x A --days 99999999999999999999",
		    "--days: '99999999999999999999' is not a whole number" },
		{ "x", "too few operands" },
		{ "x A B", "unexpected operand 'B'" },
	};
	struct got g;
	struct err err;
	size_t i;

	for (i = 0; i < UNIT_COUNT(cases); i++) {
		assert_int_equal(parse(cases[i].line, 1, 1, &g, &err), -1);
		assert_string_equal(err.text, cases[i].want);
	}
	assert_int_equal(parse("x A --as-of 2026-02-30", 1, 1, &g, &err), -1);
	assert_int_equal(parse("x A --until noon", 1, 1, &g, &err), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_options_anywhere),
		cmocka_unit_test(leaves_words_after_dashes),
		cmocka_unit_test(says_what_is_wrong),
	};

	mem_init();
	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
