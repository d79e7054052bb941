/* Receipts that are not allocated, against what somebody says they paid. */
#include "unit.h"

#include "track/found.h"

#include <string.h>

#define NONE INT32_MIN
#define MADE 20780

static struct found_claim
claim(const char *reference, int64_t amount, bool said, int32_t on)
{
	struct found_claim c = { reference, amount, "CNY", said, on, MADE };

	return c;
}

static struct found_receipt
receipt(const char *reference, int64_t amount, int32_t on, bool own)
{
	struct found_receipt r = { .reference = reference,
	    .amount = amount, .cur = "CNY", .value_date = on, .own = own };

	return r;
}

static void
by_reference(void **state)
{
	static const struct {
		const char *said, *booked;
		enum found found;
	} rows[] = {
		{ "TRX-99871", "trx 99871", FOUND_SURE },
		{ "99871-2", "HSBC 998712 EXAMPLE", FOUND_SURE },
		{ "REF/2026/118842/X", "2026118842", FOUND_SURE },
		{ "TRX-99871", "TRX-99872", FOUND_NONE },
		{ "1234", "0012345", FOUND_NONE },	/* too short */
		{ "TRANSFER", "TRANSFER", FOUND_NONE },	/* no number */
		{ "流水号", "流水号", FOUND_NONE },
		{ "", "", FOUND_NONE },
	};
	struct found_receipt r;
	struct found_claim c;
	size_t i;

	(void)state;
	for (i = 0; i < UNIT_COUNT(rows); i++) {
		c = claim(rows[i].said, 100, false, NONE);
		r = receipt(rows[i].booked, 90, MADE, false);
		if (found_one(&c, &r) != rows[i].found)
			fail_msg("%s, %s", rows[i].said, rows[i].booked);
	}
	/* Another sum than they say, or somebody else's already. */
	c = claim("TRX-99871", 100, true, NONE);
	r = receipt("TRX-99871", 90, MADE, true);
	assert_int_equal(found_one(&c, &r), FOUND_PERHAPS);
	r.amount = 100;
	assert_int_equal(found_one(&c, &r), FOUND_SURE);
	r.taken = true;
	assert_int_equal(found_one(&c, &r), FOUND_PERHAPS);
}

static void
by_amount(void **state)
{
	static const struct {
		bool own;
		int32_t said, booked;
		enum found found;
	} rows[] = {
		{ true, MADE - 2, MADE - 1, FOUND_SURE },
		{ true, MADE - 2, MADE - 5, FOUND_SURE },
		{ true, MADE - 2, MADE - 6, FOUND_PERHAPS },
		{ true, MADE - 2, MADE + 8, FOUND_SURE },
		{ true, MADE - 2, MADE + 9, FOUND_PERHAPS },
		{ true, NONE, MADE - 60, FOUND_SURE },
		{ true, NONE, MADE - 61, FOUND_PERHAPS },
		{ false, MADE - 2, MADE - 1, FOUND_PERHAPS },
		{ false, MADE - 2, MADE - 6, FOUND_NONE },
		{ false, NONE, MADE, FOUND_PERHAPS },
		{ false, NONE, MADE - 61, FOUND_NONE },
	};
	struct found_receipt r;
	struct found_claim c;
	size_t i;

	(void)state;
	for (i = 0; i < UNIT_COUNT(rows); i++) {
		c = claim(NULL, 5000, false, rows[i].said);
		r = receipt("R-1", 5000, rows[i].booked, rows[i].own);
		if (found_one(&c, &r) != rows[i].found)
			fail_msg("row %zu", i);
		r.amount = 4999;
		assert_int_equal(found_one(&c, &r), FOUND_NONE);
		r.amount = 5000;
		memcpy(r.cur, "USD", 4);
		assert_int_equal(found_one(&c, &r), FOUND_NONE);
	}
}

/* Amounts of a claim's receipts, 0 ending; what fits, which and how surely. */
static void
by_set(void **state)
{
	static const struct {
		int64_t amounts[16];
		enum found found;
		size_t pick[4], n;
	} rows[] = {
		{ { 600, 400 }, FOUND_SURE, { 0, 1 }, 2 },
		{ { 600, 300, 400, 50 }, FOUND_SURE, { 0, 2 }, 2 },
		{ { 500, 300, 200 }, FOUND_SURE, { 0, 1, 2 }, 3 },
		/* The fewest count, when there is one such set. */
		{ { 700, 300, 500, 200 }, FOUND_SURE, { 0, 1 }, 2 },
		{ { 600, 400, 700, 300 }, FOUND_PERHAPS, { 0, 1 }, 2 },
		{ { 500, 500, 500 }, FOUND_PERHAPS, { 0, 1 }, 2 },
		{ { 600, 399 }, FOUND_NONE, { 0 }, 0 },
		{ { 600 }, FOUND_NONE, { 0 }, 0 },
		{ { 1000 }, FOUND_NONE, { 0 }, 0 },	/* alone: found_one */
		{ { 1600, 400 }, FOUND_NONE, { 0 }, 0 },
		{ { 0 }, FOUND_NONE, { 0 }, 0 },
		/* More than are looked at: another set may fit as well. */
		{ { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 600, 400 },
		    FOUND_PERHAPS, { 11, 12 }, 2 },
		{ { 600, 400, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 },
		    FOUND_NONE, { 0 }, 0 },
	};
	static const char *const names[] = { "A", "B", "C", "D", "E", "F",
		"G", "H", "I", "J", "K", "L", "M", "N", "O", "P" };
	struct found_receipt r[16];
	struct found_claim c = claim(NULL, 1000, true, MADE - 2);
	size_t i, n, m, pick[FOUND_SET_MAX];

	(void)state;
	for (i = 0; i < UNIT_COUNT(rows); i++) {
		for (n = 0; rows[i].amounts[n] != 0; n++)
			r[n] = receipt(names[n], rows[i].amounts[n],
			    MADE - 1, true);
		m = 0;
		if (found_set(&c, r, n, pick, &m) != rows[i].found ||
		    m != rows[i].n || memcmp(pick, rows[i].pick, m *
		    sizeof(pick[0])) != 0)
			fail_msg("row %zu", i);
	}
}

/* What one of two receipts has to be for the two to count. */
static void
set_of_what(void **state)
{
	struct found_claim c = claim(NULL, 1000, true, MADE - 2);
	size_t m, i, pick[FOUND_SET_MAX];

	(void)state;
	for (i = 0; i < 10; i++) {
		struct found_receipt r[2] = {
			receipt("R-1", 600, MADE - 1, true),
			receipt("R-2", 400, MADE - 1, true)
		};
		static const enum found want[] = { FOUND_SURE, FOUND_SURE,
			FOUND_NONE, FOUND_NONE, FOUND_NONE, FOUND_NONE,
			FOUND_NONE, FOUND_PERHAPS, FOUND_PERHAPS,
			FOUND_NONE };

		if (i == 1)
			r[1].value_date = MADE + 8;
		else if (i == 2)
			r[1].value_date = MADE + 9;
		else if (i == 3)
			r[1].value_date = MADE - 6;
		else if (i == 4)
			r[1].own = false;
		else if (i == 5)
			r[1].taken = true;
		else if (i == 6)
			memcpy(r[1].cur, "USD", 4);
		else if (i == 7)
			r[1].shared = true;
		else if (i == 8)
			r[1].item = true;	/* the same money twice? */
		else if (i == 9)
			r[1].reference = "R-1";
		m = 0;
		if (found_set(&c, r, 2, pick, &m) != want[i])
			fail_msg("case %zu", i);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_reference),
		cmocka_unit_test(by_amount),
		cmocka_unit_test(by_set),
		cmocka_unit_test(set_of_what),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
