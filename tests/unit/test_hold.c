/* Every cell of holds.def against expectations that were written from the
 * design, not from the table. */
#include "plan/hold.h"

#include "unit.h"

#include "base/clock.h"

#include <string.h>

/* B blocks, D delays, - passes; in the order reminder, courtesy, answer,
 * outcome, thanks, letter, calendar, staff. */
static const struct {
	const char *word, *cells;
	bool lapses, computed;
} expect[] = {
	/* Asking for money stops, the promise's own messages go on. */
	{ "promise-open",	"B----B--", true, false },
	{ "bill",		"B----B--", false, false },
	{ "offer-open",		"B----B--", false, false },
	{ "credit-awaited",	"B----B--", false, false },
	{ "asked",		"B----B--", true, false },
	{ "plan-running",	"B----B--", true, false },
	/* Nothing that asks; what people owe the debtor still goes out. */
	{ "dispute",		"BB---BB-", false, false },
	{ "paid-claim",		"BB---B--", false, false },
	{ "unapplied-cash",	"BB---B--", false, true },
	{ "ledger-old",		"BB---B--", false, true },
	{ "ledger-shrunk",	"BB---B--", false, true },
	{ "human",		"BB---B--", true, false },
	{ "limitation",		"BB---B--", false, false },
	/* What was written to us may change what we would say. */
	{ "reply-unread",	"BB-BBB--", false, false },
	{ "inbox-behind",	"BB--BB--", false, true },
	/* The way to the debtor is closed. */
	{ "opt-out",		"BBBBBBB-", false, false },
	{ "bounced",		"BBBBBBB-", false, false },
	{ "no-contact",		"BBBBBBB-", false, true },
	{ "rule-pack",		"BBBBBBB-", false, true },
	/* Who has written as the wrong person is answered once. */
	{ "wrong-contact",	"BB-BBBB-", false, false },
	/* People only. */
	{ "legal",		"BBBBBBB-", false, false },
	{ "vulnerable",		"BBBBBBB-", false, false },
	{ "restricted",		"BBBBBBB-", false, true },
	{ "observing",		"BBBBBBB-", false, true },
	{ "stopped",		"BBBBBBB-", false, true },
	{ "clock",		"BBBBBBBB", false, true },
	/* Later. */
	{ "outside-hours",	"DDDDDDD-", true, true },
	{ "gap",		"DD---D--", true, true },
	{ "cap",		"DD--DD--", true, true },
	{ "ramp",		"D----D--", true, true },
	/* Formal steps wait for people. */
	{ "uncertain-delivery",	"-----B--", false, false },
	{ "approval",		"B----B--", false, true },
	{ "stage-cap",		"B----B--", false, true },
	/* What has ended the program may do so again. */
	{ "sender-crash",	"BBBBBBB-", false, false },
	/* The sender heeds it; what is planned stays planned. */
	{ "transport",		"--------", true, false },
};

static void
test_cells(void **state)
{
	static const enum class order[] = { CLASS_REMINDER, CLASS_COURTESY,
	    CLASS_ANSWER, CLASS_OUTCOME, CLASS_THANKS, CLASS_LETTER,
	    CLASS_CALENDAR, CLASS_STAFF };
	enum hold_kind kind;
	enum hold_effect want;
	size_t i, k;

	assert_int_equal(UNIT_COUNT(expect), HOLD_COUNT);
	assert_int_equal(UNIT_COUNT(order), CLASS_COUNT);
	for (i = 0; i < UNIT_COUNT(expect); i++) {
		assert_true(hold_parse(expect[i].word, &kind));
		assert_string_equal(hold_name(kind), expect[i].word);
		assert_int_equal(hold_lapses(kind), expect[i].lapses);
		assert_int_equal(hold_is_computed(kind), expect[i].computed);
		for (k = 0; k < UNIT_COUNT(order); k++) {
			want = expect[i].cells[k] == 'B' ? BLOCK :
			    expect[i].cells[k] == 'D' ? DELAY : PASS;
			if (hold_effect(kind, order[k]) != want)
				fail_msg("%s x %s", expect[i].word,
				    class_name(order[k]));
		}
	}
}

static void
test_all_kinds(void **state)
{
	int k;

	for (k = 0; k < HOLD_COUNT; k++) {
		assert_true(hold_review_days((enum hold_kind)k) > 0);
		assert_non_null(strstr(hold_words(),
		    hold_name((enum hold_kind)k)));
		assert_true(strlen(hold_text((enum hold_kind)k, "en")) > 0);
		assert_true(strlen(hold_text((enum hold_kind)k, "zh-CN")) > 0);
		assert_string_not_equal(hold_text((enum hold_kind)k, "en"),
		    hold_text((enum hold_kind)k, "zh-CN"));
	}
}

static void
test_unknown_stops(void **state)
{
	enum hold_kind kind;

	assert_false(hold_parse("no such hold", &kind));
	assert_int_equal(hold_effect(HOLD_COUNT, CLASS_REMINDER), BLOCK);
	assert_int_equal(hold_effect((enum hold_kind)-1, CLASS_ANSWER), BLOCK);
}

static void
test_lapsing(void **state)
{
	struct fact_hold h = { .kind = HOLD_HUMAN, .ends_at = 1000 };

	assert_true(hold_in_force(&h, 999));
	assert_false(hold_in_force(&h, 1000));
	h.ends_at = CLOCK_NONE;
	assert_true(hold_in_force(&h, 1000));
	/* An end on a kind that never lapses by itself is not believed. */
	h.kind = HOLD_DISPUTE;
	h.ends_at = 1000;
	assert_true(hold_in_force(&h, 2000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_all_kinds),
		cmocka_unit_test(test_unknown_stops),
		cmocka_unit_test(test_lapsing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
