#include "report/survival.h"

#include "unit.h"

#include <math.h>
#include <string.h>

/* Freireich et al. 1963, remission of leukaemia in weeks, as in textbooks:
 * 6-MP (21 patients, 9 relapses) against placebo (21, all). */
static const struct survival_case treated[] = {
	{ 6, true }, { 6, true }, { 6, true }, { 6, false }, { 7, true },
	{ 9, false }, { 10, true }, { 10, false }, { 11, false },
	{ 13, true }, { 16, true }, { 17, false }, { 19, false },
	{ 20, false }, { 22, true }, { 23, true }, { 25, false },
	{ 32, false }, { 32, false }, { 34, false }, { 35, false },
};
static const int placebo[] = { 1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11,
	12, 12, 15, 17, 22, 23 };

#define N 21

static void
fill(struct survival_case *a, struct survival_case *b)
{
	int i;

	for (i = 0; i < N; i++) {
		/* Not in order: the module sorts. */
		a[N - 1 - i] = treated[i];
		b[i] = (struct survival_case){ placebo[i], true };
	}
}

static void
textbook_holds(void **state)
{
	struct survival_case a[N], b[N];
	struct survival s;

	fill(a, b);
	survival_of(a, N, 10, &s);
	assert_int_equal(s.n, 21);
	assert_int_equal(s.paid, 9);
	assert_true(fabs(1 - s.share - 0.7529) < 0.0001);
	assert_true(fabs(1 - s.high - 0.5032) < 0.0001);
	assert_true(fabs(1 - s.low - 0.8894) < 0.0001);
	assert_true(s.median == 23);
	survival_of(b, N, 10, &s);
	assert_true(s.median == 8);
	/* chi-square 16.79, one degree of freedom */
	assert_true(fabs(survival_differs(a, N, b, N) - 4.17e-5) < 2e-6);
	assert_true(fabs(survival_differs(b, N, a, N) - 4.17e-5) < 2e-6);
}

static void
what_cannot_be_told_is_not(void **state)
{
	struct survival_case few[] = { { 3, false }, { 5, true } };
	struct survival_case none[] = { { 20, false }, { 30, false } };
	struct survival_case a[N], b[N];
	struct survival s;

	survival_of(few, 0, 14, &s);
	assert_true(isnan(s.share) && isnan(s.low) && isnan(s.median));
	survival_of(none, 2, 14, &s);
	assert_true(s.share == 0 && isnan(s.low) && isnan(s.median));
	/* Watched for three days only. */
	survival_of(few, 1, 14, &s);
	assert_true(isnan(s.share));
	assert_true(isnan(survival_differs(none, 2, none, 2)));
	/* The same in both: no difference. */
	fill(a, b);
	memcpy(b, a, sizeof(b));
	assert_true(survival_differs(a, N, b, N) > 0.999);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(textbook_holds),
		cmocka_unit_test(what_cannot_be_told_is_not),
	};

	return cmocka_run_group_tests_name("survival", tests, NULL, NULL);
}
