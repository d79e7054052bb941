#include "report/survival.h"

#include <math.h>
#include <stdlib.h>

#define Z95 1.959963984540054

static int
by_days(const void *pa, const void *pb)
{
	const struct survival_case *a = pa, *b = pb;

	return (a->days > b->days) - (a->days < b->days);
}

static void
sort(struct survival_case *cases, size_t n)
{
	if (n > 0)
		qsort(cases, n, sizeof(*cases), by_days);
}

/* Of those from i on with the same day: how many, and how many paid. */
static size_t
together(const struct survival_case *c, size_t n, size_t i, size_t *ret_paid)
{
	size_t k = i;

	*ret_paid = 0;
	for (; k < n && c[k].days == c[i].days; k++)
		*ret_paid += c[k].paid;
	return k - i;
}

/* Greenwood's sum goes with log(-log S), so that the interval stays within 0
 * and 1. */
static void
interval(double s, double sum, struct survival *r)
{
	double theta, half;

	r->share = 1 - s;
	if (s <= 0 || s >= 1) {
		r->low = r->high = NAN;
		return;
	}
	theta = log(-log(s));
	half = Z95 * sqrt(sum) / fabs(log(s));
	r->low = 1 - exp(-exp(theta - half));
	r->high = 1 - exp(-exp(theta + half));
}

void
survival_of(struct survival_case *cases, size_t n, int32_t days,
    struct survival *ret)
{
	double s = 1, sum = 0, s_at = 1, sum_at = 0;
	size_t i, k, left = n, paid;
	bool watched = false;

	sort(cases, n);
	*ret = (struct survival){ .n = n, .median = NAN };
	for (i = 0; i < n; i += k, left -= k) {
		k = together(cases, n, i, &paid);
		if (cases[i].days >= days)
			watched = true;
		if (paid == 0)
			continue;
		ret->paid += paid;
		s *= 1 - (double)paid / (double)left;
		if (left > paid)
			sum += (double)paid / ((double)left *
			    (double)(left - paid));
		if (isnan(ret->median) && s <= 0.5)
			ret->median = cases[i].days;
		if (cases[i].days <= days) {
			s_at = s;
			sum_at = sum;
		}
	}
	interval(s_at, sum_at, ret);
	/* Nobody was watched so long: the share is not known. */
	if (!watched && s_at > 0)
		ret->share = ret->low = ret->high = NAN;
}

struct side {
	const struct survival_case *c;
	size_t n, i;
};

static void
advance(struct side *s, int32_t day, size_t *ret_paid, size_t *ret_left)
{
	*ret_paid = 0;
	while (s->i < s->n && s->c[s->i].days < day)
		s->i++;
	*ret_left = s->n - s->i;
	if (s->i < s->n && s->c[s->i].days == day)
		together(s->c, s->n, s->i, ret_paid);
}

static bool
next_day(const struct side *a, const struct side *b, int32_t after,
    int32_t *ret_day)
{
	const struct side *const both[] = { a, b };
	bool found = false;
	size_t k, i;

	for (k = 0; k < 2; k++) {
		for (i = both[k]->i; i < both[k]->n &&
		    both[k]->c[i].days <= after; i++)
			;
		if (i < both[k]->n && (!found ||
		    both[k]->c[i].days < *ret_day)) {
			*ret_day = both[k]->c[i].days;
			found = true;
		}
	}
	return found;
}

double
survival_differs(struct survival_case *a, size_t n_a,
    struct survival_case *b, size_t n_b)
{
	struct side x = { a, n_a, 0 }, y = { b, n_b, 0 };
	double seen = 0, expected = 0, var = 0, n, d, n1;
	size_t d1, d2, left1, left2;
	int32_t day = -1;

	sort(a, n_a);
	sort(b, n_b);
	while (next_day(&x, &y, day, &day)) {
		advance(&x, day, &d1, &left1);
		advance(&y, day, &d2, &left2);
		n = (double)(left1 + left2);
		d = (double)(d1 + d2);
		n1 = (double)left1;
		if (d == 0 || n < 2)
			continue;
		seen += (double)d1;
		expected += d * n1 / n;
		var += d * (n1 / n) * (1 - n1 / n) * (n - d) / (n - 1);
	}
	if (var <= 0)
		return NAN;
	return erfc(fabs(seen - expected) / sqrt(2 * var));
}
