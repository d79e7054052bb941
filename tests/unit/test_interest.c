#include "policy/interest.h"

#include "unit.h"

#include "base/mem.h"
#include "core/date.h"

#include <stdlib.h>
#include <string.h>

#define TABLE "# a made up reference rate\n2023-01-01,3.5,a\n" \
	"2023-08-03,5.25,b\n2024-08-01,5,c\n2024-11-07,4.75,d\n" \
	"2025-02-06,4.5,e\n2025-05-08,4.25,f\n2025-12-18,3.75,g\n" \
	"until,2026-06-30\n"

struct example {
	const char *pack;
	int64_t principal;
	int32_t due, until, agreed;
	size_t n_parts;
	struct interest_part parts[2];
	size_t n_pauses;
	struct interest_pause pauses[1];
	int64_t amount;
};

/* The first two are RULES A24d and A36b; all were computed in Python, day by
 * day, with fractions. */
static const struct example examples[] = {
	{ "gb", 1000000, 20468, 20528, 20468, 0, { { 0, 0 }, { 0, 0 } }, 0, { { 0, 0 } },
	    19315 },
	{ "cn-sme", 10000000, 20513, 20543, 20454, 0, { { 0, 0 }, { 0, 0 } }, 0, { { 0, 0 } },
	    150000 },
	{ "gb", 6928706671, 19863, 19934, 19758, 0, { { 0, 0 }, { 0, 0 } }, 0, { { 0, 0 } },
	    178580296 },
	{ "eu", 347, 19984, 20222, 19803, 2, { { 20139, 115 }, { 20150, 86 } }, 0, { { 0, 0 } },
	    24 },
	{ "eu-fixed", 85626125311, 20085, 20106, 19989, 0, { { 0, 0 }, { 0, 0 } }, 1, { { 20132, 20156 } },
	    652752585 },
	{ "cn-lpr", 1814995992, 19813, 19935, 19777, 0, { { 0, 0 }, { 0, 0 } }, 0, { { 0, 0 } },
	    41404285 },
	{ "cn-lpr-50", 2170, 19986, 20289, 19780, 2, { { 20003, 723 }, { 20092, 542 } }, 0, { { 0, 0 } },
	    71 },
	{ "cn-sme", 4771, 19831, 20177, 19707, 0, { { 0, 0 }, { 0, 0 } }, 0, { { 0, 0 } },
	    825 },
	{ "cn-loan-cap", 955175021, 19771, 19908, 19558, 0, { { 0, 0 }, { 0, 0 } }, 1, { { 19830, 19843 } },
	    45063326 },
	{ "gb", 5732100, 20141, 20164, 19921, 2, { { 20193, 1910700 }, { 20194, 1433025 } }, 0, { { 0, 0 } },
	    46053 },
	{ "eu", 918, 19920, 20172, 19839, 0, { { 0, 0 }, { 0, 0 } }, 0, { { 0, 0 } },
	    83 },
	{ "eu-fixed", 243, 19944, 20002, 19933, 0, { { 0, 0 }, { 0, 0 } }, 0, { { 0, 0 } },
	    5 },
	{ "cn-lpr", 9482, 19828, 19932, 19750, 2, { { 19913, 3160 }, { 19915, 2370 } }, 1, { { 19886, 19891 } },
	    155 },
	{ "cn-lpr-50", 3941308828, 19983, 20027, 19719, 0, { { 0, 0 }, { 0, 0 } }, 0, { { 0, 0 } },
	    35633751 },
	{ "cn-sme", 29725152211, 19942, 19978, 19729, 0, { { 0, 0 }, { 0, 0 } }, 0, { { 0, 0 } },
	    535052740 },
	{ "cn-loan-cap", 669744, 20118, 20166, 20034, 2, { { 20298, 223248 }, { 20373, 167436 } }, 0, { { 0, 0 } },
	    16734 },
	{ "gb", 79809, 20095, 20117, 19801, 0, { { 0, 0 }, { 0, 0 } }, 1, { { 20099, 20116 } },
	    112 },
	{ "eu", 166868016583, 20108, 20246, 20081, 0, { { 0, 0 }, { 0, 0 } }, 0, { { 0, 0 } },
	    8043952745 },
	{ "eu-fixed", 6593, 20213, 20335, 19945, 2, { { 20255, 2197 }, { 20334, 1648 } }, 0, { { 0, 0 } },
	    219 },
	{ "cn-lpr", 754, 19914, 20260, 19637, 0, { { 0, 0 }, { 0, 0 } }, 0, { { 0, 0 } },
	    49 },
	{ "cn-lpr-50", 852831175168, 20079, 20124, 20013, 0, { { 0, 0 }, { 0, 0 } }, 1, { { 20135, 20157 } },
	    7491479330 },
	{ "cn-sme", 495491343340, 19834, 20040, 19815, 2, { { 19885, 165163781113 }, { 19959, 123872835835 } }, 0, { { 0, 0 } },
	    33218565476 },
	{ "cn-loan-cap", 858316843, 20038, 20207, 20028, 0, { { 0, 0 }, { 0, 0 } }, 0, { { 0, 0 } },
	    79482491 },
	{ "gb", 119945150, 19836, 19950, 19599, 0, { { 0, 0 }, { 0, 0 } }, 0, { { 0, 0 } },
	    4963758 },
	{ "eu", 5447723, 20144, 20190, 19870, 2, { { 20223, 1815907 }, { 20304, 1361930 } }, 1, { { 20163, 20169 } },
	    74216 },
	{ "eu-fixed", 27, 19922, 20209, 19693, 0, { { 0, 0 }, { 0, 0 } }, 0, { { 0, 0 } },
	    3 },
	{ "cn-lpr", 3340552630, 20016, 20050, 19789, 0, { { 0, 0 }, { 0, 0 } }, 0, { { 0, 0 } },
	    20226360 },
	{ "cn-lpr-50", 100428, 20220, 20426, 19924, 2, { { 20351, 33476 }, { 20399, 25107 } }, 0, { { 0, 0 } },
	    3056 },
};

#define N_EXAMPLES (sizeof(examples) / sizeof(examples[0]))

static struct rates *
table(void *owner)
{
	struct rates *r;
	struct err err;

	if (rates_parse(owner, "rates.csv", TABLE, &r, &err) < 0)
		fail_msg("%s", err.text);
	return r;
}

static struct interest_case
case_of(const struct example *e)
{
	struct interest_case c = { .principal = e->principal,
		.cur = "GBP", .due = e->due, .until = e->until,
		.agreed = e->agreed, .parts = e->parts,
		.n_parts = e->n_parts, .pauses = e->pauses,
		.n_pauses = e->n_pauses };

	return c;
}

static void
examples_hold(void **state)
{
	void *ctx = talloc_new(NULL);
	struct rates *rates = table(ctx);
	struct interest_case c;
	struct interest *r;
	int32_t missing;
	size_t i;

	for (i = 0; i < N_EXAMPLES; i++) {
		c = case_of(&examples[i]);
		assert_int_equal(interest_compute(ctx,
		    interest_pack(examples[i].pack), rates, &c, &r,
		    &missing), 1);
		if (r->amount != examples[i].amount)
			fail_msg("example %zu (%s): %lld, not %lld", i,
			    examples[i].pack, (long long)r->amount,
			    (long long)examples[i].amount);
	}
	talloc_free(ctx);
}

/* RULES A24c, A24d, A25b, A36b. */
static void
rules_hold(void **state)
{
	void *ctx = talloc_new(NULL);
	struct rates *rates = table(ctx);
	struct interest_case c = case_of(&examples[0]);
	struct interest *r;
	int32_t missing;

	assert_int_equal(interest_compute(ctx, interest_pack("gb"), rates, &c,
	    &r, &missing), 1);
	assert_int_equal(r->amount, 19315);
	assert_int_equal(r->fee, 10000);
	assert_int_equal(c.principal + r->amount + r->fee, 1029315);
	assert_string_equal(interest_formula(ctx, r, "GBP"),
	    "10000.00 x 11.75 % x 60 / 365 = 193.15");
	c.principal = 999999;
	interest_compute(ctx, interest_pack("gb"), rates, &c, &r, &missing);
	assert_int_equal(r->fee, 7000);
	c.principal = 99999;
	interest_compute(ctx, interest_pack("gb"), rates, &c, &r, &missing);
	assert_int_equal(r->fee, 4000);
	interest_compute(ctx, interest_pack("eu"), rates, &c, &r, &missing);
	assert_int_equal(r->fee, 0);	/* no euros */
	memcpy(c.cur, "EUR", 4);
	interest_compute(ctx, interest_pack("eu"), rates, &c, &r, &missing);
	assert_int_equal(r->fee, 4000);
	c = case_of(&examples[1]);
	memcpy(c.cur, "CNY", 4);
	assert_int_equal(interest_compute(ctx, interest_pack("cn-sme"), NULL,
	    &c, &r, &missing), 1);
	assert_int_equal(r->amount, 150000);
	assert_string_equal(interest_formula(ctx, r, "CNY"),
	    "100000.00 x 0.05 % x 30 = 1500.00");
	talloc_free(ctx);
}

/* The sum of the pieces is that of the whole, but for one rounding each. */
static void
splitting_changes_nothing(void **state)
{
	void *ctx = talloc_new(NULL);
	struct rates *rates = table(ctx);
	struct interest_case whole, piece;
	struct interest_pack pack;
	struct interest *r;
	int32_t missing, at;
	int64_t all, sum;
	size_t i;

	for (i = 0; i < N_EXAMPLES; i++) {
		whole = case_of(&examples[i]);
		/* A rate of the due day would be another for a later part. */
		if (strcmp(examples[i].pack, "eu") != 0 &&
		    strcmp(examples[i].pack, "cn-sme") != 0 &&
		    strcmp(examples[i].pack, "cn-loan-cap") != 0)
			continue;
		pack = *interest_pack(examples[i].pack);
		pack.count = (enum interest_count)(i % 3);
		whole.n_parts = 0;
		whole.rounding = (enum interest_rounding)(i % 2);
		interest_compute(ctx, &pack, rates, &whole, &r, &missing);
		all = r->amount;
		for (at = whole.due; at <= whole.until; at += 7) {
			piece = whole;
			piece.until = at;
			interest_compute(ctx, &pack, rates, &piece, &r,
			    &missing);
			sum = r->amount;
			piece = whole;
			piece.due = at;
			interest_compute(ctx, &pack, rates, &piece, &r,
			    &missing);
			sum += r->amount;
			assert_true(sum - all <= 1 && all - sum <= 1);
		}
	}
	talloc_free(ctx);
}

/* Days of a case: the others of its period are left out. */
static int64_t
between(void *ctx, const struct interest_pack *pack,
    const struct interest_case *whole, int32_t from, int32_t to)
{
	struct interest_pause out[2] = { { whole->due, from - 1 },
		{ to + 1, whole->until } };
	struct interest_case c = *whole;
	struct interest *r;
	int32_t missing;

	c.pauses = out;
	c.n_pauses = 2;
	assert_int_equal(interest_compute(ctx, pack, table(ctx), &c, &r,
	    &missing), 1);
	return r->amount;
}

/* Every pack, with its part payments, in two and in three pieces. */
static void
pieces_of_every_pack_add_up(void **state)
{
	void *ctx = talloc_new(NULL);
	struct interest_pack pack;
	struct interest_case c;
	int32_t at, next;
	int64_t all, sum;
	size_t i;

	for (i = 0; i < N_EXAMPLES; i++) {
		c = case_of(&examples[i]);
		pack = *interest_pack(examples[i].pack);
		pack.count = (enum interest_count)(i % 3);
		c.rounding = (enum interest_rounding)(i % 2);
		all = between(ctx, &pack, &c, c.due + 1, c.until);
		for (at = c.due + 1; at < c.until; at += 5) {
			next = at + (c.until - at) / 2;
			sum = between(ctx, &pack, &c, c.due + 1, at) +
			    between(ctx, &pack, &c, at + 1, c.until);
			assert_in_range(sum - all + 1, 0, 2);
			sum = between(ctx, &pack, &c, c.due + 1, at) +
			    between(ctx, &pack, &c, at + 1, next) +
			    between(ctx, &pack, &c, next + 1, c.until);
			assert_in_range(sum - all + 1, 0, 2);
		}
	}
	talloc_free(ctx);
}

/* The rate of a half-year is known as soon as that of its day is: a table
 * that was looked at on 31 December serves the United Kingdom until June. */
static void
half_years_go_on(void **state)
{
	static const struct {
		const char *pack;
		int32_t until, due;	/* of 2026: month x 100 + day */
		bool known;
	} rows[] = {
		{ "gb", -1231, 110, true }, { "gb", -1231, 630, true },
		{ "gb", -1231, 701, false }, { "gb", -1230, 110, false },
		{ "gb", 630, 1231, true }, { "gb", 629, 701, false },
		{ "eu-fixed", 101, 630, true }, { "eu-fixed", -1231, 101,
		    false }, { "eu-fixed", 701, 1201, true },
		{ "cn-lpr", 119, 118, true }, { "cn-lpr", 119, 119, false },
	};
	void *ctx = talloc_new(NULL);
	struct rates *r;
	struct interest_case c = { .principal = 100, .cur = "GBP" };
	struct interest *out;
	int32_t missing, u;
	size_t i;

	for (i = 0; i < UNIT_COUNT(rows); i++) {
		r = table(ctx);
		u = rows[i].until;
		r->until = date_make(u < 0 ? 2025 : 2026, abs(u) / 100,
		    abs(u) % 100);
		c.due = date_make(2026, rows[i].due / 100, rows[i].due % 100);
		c.until = c.due + 30;
		if (interest_compute(ctx, interest_pack(rows[i].pack), r, &c,
		    &out, &missing) != rows[i].known)
			fail_msg("row %zu", i);
	}
	talloc_free(ctx);
}

static void
unknown_rates_give_nothing(void **state)
{
	void *ctx = talloc_new(NULL);
	struct rates *rates = table(ctx);
	struct interest_case c = case_of(&examples[0]);
	struct interest *r = NULL;
	int32_t missing;

	c.due = date_make(2026, 6, 20);
	c.until = date_make(2026, 7, 10);
	/* The rate of the due day holds throughout: that one is known. */
	assert_int_equal(interest_compute(ctx, interest_pack("gb"), rates, &c,
	    &r, &missing), 1);
	r = NULL;
	assert_int_equal(interest_compute(ctx, interest_pack("eu"), rates, &c,
	    &r, &missing), 0);
	assert_int_equal(missing, date_make(2026, 7, 1));
	assert_null(r);
	assert_int_equal(interest_compute(ctx, interest_pack("gb"), NULL, &c,
	    &r, &missing), 0);
	c.due = date_make(2022, 1, 1);	/* before the table begins */
	assert_int_equal(interest_compute(ctx, interest_pack("gb"), rates, &c,
	    &r, &missing), 0);
	assert_null(interest_pack("fr"));
	/* Nothing is late: nothing is due, and no fixed sum. */
	c.due = c.until;
	assert_int_equal(interest_compute(ctx, interest_pack("gb"), rates, &c,
	    &r, &missing), 1);
	assert_int_equal(r->amount + r->fee, 0);
	talloc_free(ctx);
}

/* 30 x 0.0005 of 100 is 1.5; of 300 4.5: halves, both ways. */
static void
halves_are_rounded_as_asked(void **state)
{
	static const struct {
		int64_t principal, up, even;
	} halves[] = { { 100, 2, 2 }, { 300, 5, 4 }, { 500, 8, 8 },
		{ 700, 11, 10 }, { 200, 3, 3 } };
	void *ctx = talloc_new(NULL);
	struct interest_case c = { .cur = "CNY", .due = 0, .until = 30 };
	struct interest *r;
	int32_t missing;
	size_t i;

	for (i = 0; i < UNIT_COUNT(halves); i++) {
		c.principal = halves[i].principal;
		c.rounding = ROUND_HALF_UP;
		interest_compute(ctx, interest_pack("cn-sme"), NULL, &c, &r,
		    &missing);
		assert_int_equal(r->amount, halves[i].up);
		c.rounding = ROUND_HALF_EVEN;
		interest_compute(ctx, interest_pack("cn-sme"), NULL, &c, &r,
		    &missing);
		assert_int_equal(r->amount, halves[i].even);
	}
	talloc_free(ctx);
}

static void
large_sums_do_not_overflow(void **state)
{
	void *ctx = talloc_new(NULL);
	struct interest_case c = { .principal = INT64_C(999999999999999),
		.cur = "CNY", .due = 0, .until = 20000 };
	struct interest *r;
	int32_t missing;

	assert_int_equal(interest_compute(ctx, interest_pack("cn-sme"), NULL,
	    &c, &r, &missing), 1);
	/* 999999999999999 x 0.0005 x 20000 */
	assert_int_equal(r->amount, INT64_C(9999999999999990));
	talloc_free(ctx);
}

static void
bad_tables_are_refused(void **state)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "2026-01-01,3.75,x\n", "r:2: the last line is missing" },
		{ "2026-13-01,3.75,x\nuntil,2026-06-30\n", "r:1: " },
		{ "2026-01-01,three,x\nuntil,2026-06-30\n", "is no rate" },
		{ "2026-01-01,-1,x\nuntil,2026-06-30\n", "is no rate" },
		{ "2026-01-01,1.23456,x\nuntil,2026-06-30\n", "is no rate" },
		{ "2026-01-01,99999999999999999999,x\n", "is no rate" },
		{ "2026-01-01,1,\nuntil,2026-06-30\n", "published" },
		{ "2026-01-01\n", "DATE,PERCENT" },
		{ "2026-02-01,1,x\n2026-01-01,1,x\n", "do not ascend" },
		{ "until,2026-06-30\n2026-02-01,1,x\n", "is the last line" },
		{ "until,soon\n", "write until" },
	};
	struct rates *r = NULL;
	struct err err;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(rates_parse(NULL, "r", bad[i].text, &r,
		    &err), -1);
		if (strstr(err.text, bad[i].says) == NULL)
			fail_msg("%s: %s", bad[i].text, err.text);
		assert_null(r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_hold),
		cmocka_unit_test(rules_hold),
		cmocka_unit_test(splitting_changes_nothing),
		cmocka_unit_test(pieces_of_every_pack_add_up),
		cmocka_unit_test(half_years_go_on),
		cmocka_unit_test(unknown_rates_give_nothing),
		cmocka_unit_test(halves_are_rounded_as_asked),
		cmocka_unit_test(large_sums_do_not_overflow),
		cmocka_unit_test(bad_tables_are_refused),
	};

	return cmocka_run_group_tests_name("interest", tests, NULL, NULL);
}
