/* Who gets which of two wordings: stable, as many as the policy says, and
 * drawn for each step by itself. */
#include "unit.h"

#include "base/mem.h"
#include "config/policy_read.h"
#include "policy/policy.h"

#define ACCOUNTS 10000

static struct policy policy;
static struct policy_step one, other;

static int
count(int share, const char *salt, const struct policy_step *s)
{
	struct policy_step step = *s;
	int64_t id;
	int n = 0;

	step.share = share;
	policy.salt = salt;
	for (id = 1; id <= ACCOUNTS; id++)
		n += policy_gets_second(&policy, &step, id);
	return n;
}

static int
setup(void **state)
{
	(void)state;
	policy = *policy_default(NULL);
	one = other = policy.steps[2];
	one.second = other.second = "b";
	other.id = "another-step";
	return 0;
}

static void
as_many_as_said(void **state)
{
	static const int shares[] = { 1, 10, 33, 50, 90, 99 };
	size_t i;
	int n;

	(void)state;
	assert_int_equal(count(0, NULL, &one), 0);
	assert_int_equal(count(100, NULL, &one), ACCOUNTS);
	for (i = 0; i < UNIT_COUNT(shares); i++) {
		n = count(shares[i], "x", &one);
		/* Four standard deviations of a fair draw, at most 200. */
		assert_in_range(n, shares[i] * 100 - 200 > 0 ?
		    shares[i] * 100 - 200 : 0, shares[i] * 100 + 200);
	}
	one.second = NULL;
	assert_int_equal(count(100, NULL, &one), 0);
	one.second = "b";
}

/* A larger share adds accounts and takes none away. */
static void
stable(void **state)
{
	struct policy_step less = one, more = one;
	int64_t id;

	(void)state;
	policy.salt = NULL;
	less.share = 20;
	more.share = 40;
	for (id = 1; id <= ACCOUNTS; id++) {
		assert_int_equal(policy_gets_second(&policy, &less, id),
		    policy_gets_second(&policy, &less, id));
		if (policy_gets_second(&policy, &less, id))
			assert_true(policy_gets_second(&policy, &more, id));
	}
}

/* Another step or salt is another draw: half of them agree. */
static void
by_itself(void **state)
{
	struct policy salted = policy;
	int64_t id;
	int steps = 0, salts = 0;

	(void)state;
	policy.salt = NULL;
	salted.salt = "again";
	one.share = other.share = 50;
	for (id = 1; id <= ACCOUNTS; id++) {
		steps += policy_gets_second(&policy, &one, id) ==
		    policy_gets_second(&policy, &other, id);
		salts += policy_gets_second(&policy, &one, id) ==
		    policy_gets_second(&salted, &one, id);
	}
	assert_in_range(steps, 4800, 5200);
	assert_in_range(salts, 4800, 5200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_many_as_said),
		cmocka_unit_test(stable),
		cmocka_unit_test(by_itself),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
