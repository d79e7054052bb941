/* Every state x event of the outbox, and what must never be possible. */
#include "unit.h"

#include "base/mem.h"
#include "track/outbox_state.h"

#include <stdbool.h>
#include <string.h>

#define S(x) OUTBOX_##x
#define NO (-1)

/* Columns: draft queued claimed sending accepted deferred failed uncertain
 * cancelled, written from DESIGN 5 and not from outbox.def. */
static const int want[OUTBOX_EV_COUNT][OUTBOX_COUNT] = {
	[OUTBOX_EV_APPROVE] = { S(QUEUED), NO, NO, NO, NO, NO, NO, NO, NO },
	[OUTBOX_EV_CANCEL] = { S(CANCELLED), S(CANCELLED), S(CANCELLED), NO,
	    NO, S(CANCELLED), NO, NO, NO },
	[OUTBOX_EV_CLAIM] = { NO, S(CLAIMED), NO, NO, NO, S(CLAIMED), NO, NO,
	    NO },
	[OUTBOX_EV_RELEASE] = { NO, NO, S(QUEUED), NO, NO, NO, NO, NO, NO },
	[OUTBOX_EV_POSTPONE] = { NO, NO, S(DEFERRED), NO, NO, NO, NO, NO,
	    NO },
	[OUTBOX_EV_PARK] = { NO, NO, S(DRAFT), NO, NO, NO, NO, NO, NO },
	[OUTBOX_EV_UNPARK] = { S(QUEUED), NO, NO, NO, NO, NO, NO, NO, NO },
	[OUTBOX_EV_BEGIN] = { NO, NO, S(SENDING), NO, NO, NO, NO, NO, NO },
	[OUTBOX_EV_ACCEPT] = { NO, NO, NO, S(ACCEPTED), NO, NO, NO,
	    S(ACCEPTED), NO },
	[OUTBOX_EV_RETRY] = { NO, NO, NO, S(DEFERRED), NO, NO, NO,
	    S(DEFERRED), NO },
	[OUTBOX_EV_FAIL] = { NO, NO, S(FAILED), S(FAILED), NO, NO, NO,
	    S(FAILED), NO },
	[OUTBOX_EV_BOUNCE] = { NO, NO, NO, NO, S(FAILED), NO, NO, NO, NO },
	[OUTBOX_EV_LOSE] = { NO, NO, NO, S(UNCERTAIN), NO, NO, NO, NO, NO },
};

static void
test_walk(void **state)
{
	enum outbox_state s, next;
	enum outbox_event ev;
	bool ok;

	for (ev = 0; ev < OUTBOX_EV_COUNT; ev++) {
		for (s = 0; s < OUTBOX_COUNT; s++) {
			next = OUTBOX_COUNT;
			ok = outbox_next(s, ev, &next);
			if (ok != (want[ev][s] != NO) ||
			    (ok && (int)next != want[ev][s]))
				fail_msg("%s in %s", outbox_event_name(ev),
				    outbox_state_name(s));
		}
	}
}

/* From `sending` and `uncertain` no chain of events without an outcome leads
 * back to where a sender could take the row. */
static void
test_never_twice(void **state)
{
	enum outbox_state s, next;
	enum outbox_event ev;

	for (ev = 0; ev < OUTBOX_EV_COUNT; ev++) {
		if (ev == OUTBOX_EV_RETRY || ev == OUTBOX_EV_ACCEPT ||
		    ev == OUTBOX_EV_FAIL || ev == OUTBOX_EV_LOSE)
			continue;
		assert_false(outbox_next(OUTBOX_SENDING, ev, &next));
		assert_false(outbox_next(OUTBOX_UNCERTAIN, ev, &next));
	}
	for (s = 0; s < OUTBOX_COUNT; s++)
		for (ev = 0; ev < OUTBOX_EV_COUNT; ev++)
			if (outbox_is_final(s) && outbox_next(s, ev,
			    &next)) {
				/* A report came: it did not arrive. */
				assert_int_equal(ev, OUTBOX_EV_BOUNCE);
				assert_int_equal(s, OUTBOX_ACCEPTED);
				assert_int_equal(next, OUTBOX_FAILED);
			}
	assert_true(outbox_is_final(OUTBOX_ACCEPTED));
	assert_true(outbox_is_final(OUTBOX_FAILED));
	assert_true(outbox_is_final(OUTBOX_CANCELLED));
	assert_false(outbox_is_final(OUTBOX_UNCERTAIN));
}

static void
test_outcomes(void **state)
{
	enum outbox_state next;

	assert_true(outbox_next(OUTBOX_SENDING,
	    outbox_event_of(OUTCOME_UNCERTAIN), &next));
	assert_int_equal(next, OUTBOX_UNCERTAIN);
	assert_true(outbox_next(OUTBOX_SENDING,
	    outbox_event_of(OUTCOME_NOT_SENT), &next));
	assert_int_equal(next, OUTBOX_DEFERRED);
	assert_true(outbox_next(OUTBOX_SENDING,
	    outbox_event_of(OUTCOME_ACCEPTED), &next));
	assert_int_equal(next, OUTBOX_ACCEPTED);
	assert_true(outbox_next(OUTBOX_SENDING,
	    outbox_event_of(OUTCOME_FAILED), &next));
	assert_int_equal(next, OUTBOX_FAILED);
}

static void
test_picture(void **state)
{
	char *dot;

	dot = outbox_dot(NULL);
	assert_non_null(strstr(dot,
	    "\"claimed\" -> \"sending\" [label=\"begin\"];"));
	talloc_free(dot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_never_twice),
		cmocka_unit_test(test_outcomes),
		cmocka_unit_test(test_picture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
