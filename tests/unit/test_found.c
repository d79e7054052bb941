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
	struct found_receipt r = { reference, amount, "CNY", on, own, false };

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

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_reference),
		cmocka_unit_test(by_amount),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
