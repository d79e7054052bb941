/* The tier that follows from what a customer does: by tables, in any order,
 * and what is said of it. */
#include "unit.h"

#include "base/mem.h"
#include "config/policy_read.h"
#include "core/date.h"
#include "policy/behave.h"

#include <string.h>

#define TODAY 20000
#define ITEMS_MAX 60

static const struct policy_behaviour rules = { .tiers = true, .days = 365,
	.least_items = 5, .prime_items = 10, .prime_days = 2,
	.risk_days = 30, .least_promises = 3, .risk_kept = 50,
	.risk_disputes = 3, .risk_bounced = 2, .trend_items = 5,
	.worse_days = 10 };

struct row {
	const char *what;
	int late[ITEMS_MAX];	/* days, oldest first */
	int n;
	int kept, broken, rejected, bounced;
	enum tier was, is;
	enum behave_reason why;
};

static const struct row table[] = {
	{ "nothing is known", { 0 }, 0, 0, 0, 0, 0, TIER_STANDARD,
	    TIER_STANDARD, BEHAVE_LITTLE },
	{ "too little: it stays risk", { 0, 0, 0, 0 }, 4, 0, 0, 0, 0,
	    TIER_RISK, TIER_RISK, BEHAVE_LITTLE },
	{ "five late ones", { 30, 30, 30, 30, 30 }, 5, 0, 0, 0, 0,
	    TIER_STANDARD, TIER_RISK, BEHAVE_LATE },
	{ "one day less", { 29, 29, 29, 29, 29 }, 5, 0, 0, 0, 0,
	    TIER_RISK, TIER_STANDARD, BEHAVE_USUAL },
	{ "four very late ones are too few", { 90, 90, 90, 90 }, 4, 0, 0, 0,
	    0, TIER_PRIME, TIER_PRIME, BEHAVE_LITTLE },
	{ "one forgotten invoice", { 0, 1, 0, 2, 0, 1, 200, 0, 0, 2 }, 10, 0,
	    0, 0, 0, TIER_STANDARD, TIER_PRIME, BEHAVE_RELIABLE },
	{ "nine are not enough for prime", { 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 9,
	    0, 0, 0, 0, TIER_STANDARD, TIER_STANDARD, BEHAVE_USUAL },
	{ "paid before it is due", { -5, -5, -5, -5, -5, -5, -5, -5, -5, -5 },
	    10, 2, 0, 0, 0, TIER_STANDARD, TIER_PRIME, BEHAVE_RELIABLE },
	{ "a broken promise is not prime", { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
	    10, 2, 1, 0, 0, TIER_PRIME, TIER_STANDARD, BEHAVE_USUAL },
	{ "an unfounded objection is not prime", { 0, 0, 0, 0, 0, 0, 0, 0, 0,
	    0 }, 10, 0, 0, 1, 0, TIER_PRIME, TIER_STANDARD, BEHAVE_USUAL },
	{ "lately later than prime", { 0, 0, 0, 0, 0, 0, 8, 8, 8, 8, 8 }, 11,
	    0, 0, 0, 0, TIER_PRIME, TIER_STANDARD, BEHAVE_USUAL },
	{ "lately as late as risk", { 0, 0, 0, 0, 0, 0, 0, 31, 31, 31, 31,
	    31 }, 12, 0, 0, 0, 0, TIER_PRIME, TIER_RISK, BEHAVE_TREND },
	{ "promises broken, hardly a payment", { 0 }, 0, 1, 2, 0, 0,
	    TIER_STANDARD, TIER_RISK, BEHAVE_PROMISES },
	{ "half of them kept", { 0 }, 0, 2, 2, 0, 0, TIER_STANDARD,
	    TIER_STANDARD, BEHAVE_LITTLE },
	{ "two promises say nothing", { 0 }, 0, 0, 2, 0, 0, TIER_STANDARD,
	    TIER_STANDARD, BEHAVE_LITTLE },
	{ "unfounded objections", { 0, 0, 0, 0, 0 }, 5, 0, 0, 3, 0,
	    TIER_STANDARD, TIER_RISK, BEHAVE_DISPUTES },
	{ "two dead addresses", { 0, 0, 0, 0, 0 }, 5, 0, 0, 0, 2,
	    TIER_STANDARD, TIER_RISK, BEHAVE_BOUNCED },
	{ "one dead address is not prime", { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 },
	    10, 0, 0, 0, 1, TIER_PRIME, TIER_STANDARD, BEHAVE_USUAL },
};

static void
fill(const struct row *r, struct behave_item *list, struct behave_seen *ret)
{
	int i;

	for (i = 0; i < r->n; i++) {
		list[i].paid = TODAY - r->n + i;
		list[i].due = list[i].paid - r->late[i];
		list[i].upheld = false;
	}
	*ret = (struct behave_seen){ list, (size_t)r->n, r->kept, r->broken,
	    r->rejected, r->bounced };
}

static struct behave
judged(const struct row *r, enum tier was)
{
	struct behave_item list[ITEMS_MAX];
	struct behave_seen seen;
	struct behave b;

	fill(r, list, &seen);
	behave_judge(&rules, &seen, TODAY, was, &b);
	return b;
}

static void
by_table(void **state)
{
	struct behave b;
	size_t i;

	(void)state;
	for (i = 0; i < UNIT_COUNT(table); i++) {
		b = judged(&table[i], table[i].was);
		if (b.tier != table[i].is || b.reason != table[i].why)
			fail_msg("%s: %s because %s", table[i].what,
			    tier_name(b.tier), behave_reason_word(b.reason));
	}
}

static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Any order of the same payments gives the same, also of many on one day. */
static void
any_order(void **state)
{
	struct behave_item list[ITEMS_MAX], t;
	struct behave_seen seen = { .items = list };
	struct behave first, b;
	uint32_t seed = 7;
	int round, i, k, n;

	(void)state;
	for (round = 0; round < 2000; round++) {
		n = (int)(next(&seed) % ITEMS_MAX);
		for (i = 0; i < n; i++) {
			list[i].paid = TODAY - (int)(next(&seed) % 30);
			list[i].due = list[i].paid + 5 -
			    (int)(next(&seed) % 60);
			list[i].upheld = next(&seed) % 10 == 0;
		}
		seen.n_items = (size_t)n;
		seen.kept = (int)(next(&seed) % 5);
		seen.broken = (int)(next(&seed) % 5);
		behave_judge(&rules, &seen, TODAY, TIER_STANDARD, &first);
		for (i = n - 1; i > 0; i--) {
			k = (int)(next(&seed) % (uint32_t)(i + 1));
			t = list[i];
			list[i] = list[k];
			list[k] = t;
		}
		behave_judge(&rules, &seen, TODAY, TIER_STANDARD, &b);
		assert_memory_equal(&first, &b, sizeof(b));
		/* And what it says does not depend on the tier before, once
		 * enough is known. */
		behave_judge(&rules, &seen, TODAY, TIER_RISK, &b);
		if (first.reason != BEHAVE_LITTLE)
			assert_int_equal(b.tier, first.tier);
		else
			assert_int_equal(b.tier, TIER_RISK);
	}
}

/* More days late never make a better tier. */
static void
never_better(void **state)
{
	static const int rank[TIER_COUNT] = { [TIER_PRIME] = 0,
	    [TIER_STANDARD] = 1, [TIER_RISK] = 2 };
	struct behave_item list[ITEMS_MAX];
	struct behave_seen seen = { .items = list };
	struct behave a, b;
	uint32_t seed = 11;
	int round, i;

	(void)state;
	for (round = 0; round < 500; round++) {
		seen.n_items = 5 + next(&seed) % 30;
		for (i = 0; i < (int)seen.n_items; i++)
			list[i] = (struct behave_item){ TODAY - 100 -
			    (int)(next(&seed) % 50), TODAY - 100 + i, false };
		behave_judge(&rules, &seen, TODAY, TIER_STANDARD, &a);
		for (i = 0; i < (int)seen.n_items; i++)
			list[i].due -= 3;
		behave_judge(&rules, &seen, TODAY, TIER_STANDARD, &b);
		assert_true(rank[b.tier] >= rank[a.tier]);
	}
}

static void
what_counts(void **state)
{
	struct behave_item list[ITEMS_MAX];
	struct behave_seen seen = { list, 12, 0, 0, 0, 0 };
	struct policy_behaviour p = rules;
	struct behave b;
	int i;

	(void)state;
	for (i = 0; i < 12; i++)
		list[i] = (struct behave_item){ TODAY - 60 - i, TODAY - i,
		    true };
	/* Late because we were wrong: not theirs. */
	behave_judge(&rules, &seen, TODAY, TIER_STANDARD, &b);
	assert_int_equal(b.reason, BEHAVE_LITTLE);
	for (i = 0; i < 12; i++)
		list[i].upheld = false;
	behave_judge(&rules, &seen, TODAY, TIER_STANDARD, &b);
	assert_int_equal(b.tier, TIER_RISK);
	/* Long ago, or dated ahead: not seen. */
	behave_judge(&rules, &seen, TODAY + 365, TIER_STANDARD, &b);
	assert_int_equal(b.items, 0);
	behave_judge(&rules, &seen, TODAY - 12, TIER_STANDARD, &b);
	assert_int_equal(b.items, 0);
	p.tiers = false;
	behave_judge(&p, &seen, TODAY, TIER_PRIME, &b);
	assert_int_equal(b.tier, TIER_PRIME);
	assert_int_equal(b.reason, BEHAVE_OFF);
}

static void
warnings(void **state)
{
	static const struct row later = { "", { 2, 2, 2, 2, 2, 2, 14, 14, 14,
	    14, 14 }, 11, 0, 0, 0, 0, TIER_STANDARD, TIER_STANDARD, 0 };
	struct behave_item list[ITEMS_MAX];
	struct behave_seen seen;
	struct behave b;

	(void)state;
	fill(&later, list, &seen);
	behave_judge(&rules, &seen, TODAY, TIER_STANDARD, &b);
	assert_true(b.worse);
	assert_int_equal(b.last, 14);
	assert_int_equal(b.before, 2);
	assert_int_equal(behave_terms(&b, false), 1u << TERMS_SHORTER);
	assert_int_equal(behave_terms(&b, true), 1u << TERMS_SHORTER |
	    1u << TERMS_DEPOSIT | 1u << TERMS_LIMIT);
	/* Nine invoices cannot tell five from those before. */
	seen.items += 2;
	seen.n_items = 9;
	behave_judge(&rules, &seen, TODAY, TIER_STANDARD, &b);
	assert_false(b.trend);
	assert_false(b.worse);
	assert_int_equal(behave_terms(&b, false), 0);
}

static void
words(void **state)
{
	void *m MEM_AUTO = talloc_new(NULL);
	const char *en, *zh;
	struct behave b;
	size_t i;

	(void)state;
	for (i = 0; i < UNIT_COUNT(table); i++) {
		b = judged(&table[i], table[i].was);
		en = behave_words(m, &rules, &b, "en");
		zh = behave_words(m, &rules, &b, "zh-CN");
		assert_null(strchr(en, '{'));
		assert_null(strchr(zh, '{'));
		assert_string_not_equal(en, zh);
	}
	b = judged(&table[0], TIER_STANDARD);
	assert_string_equal(behave_words(m, &rules, &b, "en"), "too little is "
	    "known yet: 0 invoices paid in 365 days, and 5 are needed; so it "
	    "stays as it is");
	b = judged(&table[2], TIER_STANDARD);
	assert_string_equal(behave_words(m, &rules, &b, "zh-CN"),
	    "通常逾期30天付款（近365天5张发票，达到30天即为高风险）");
	assert_string_equal(behave_tier_words(TIER_RISK, "zh-CN"), "高风险");
	assert_string_equal(behave_tier_words(TIER_RISK, "en"), "risk");
	assert_null(terms_words(m, 0, "en"));
}

/* The policy that everybody has, and one that says nothing of it. */
static void
defaults(void **state)
{
	void *m MEM_AUTO = talloc_new(NULL);
	const struct policy *p = policy_default(m);

	(void)state;
	assert_memory_equal(&p->behaviour, &rules, sizeof(rules));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_table),
		cmocka_unit_test(any_order),
		cmocka_unit_test(never_better),
		cmocka_unit_test(what_counts),
		cmocka_unit_test(warnings),
		cmocka_unit_test(words),
		cmocka_unit_test(defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
