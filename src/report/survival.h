/* survival.h - how long until they pay, when some have not paid yet.
 *
 * A case is a reminder: days until something that it named was paid, or days
 * that it was watched without (until the next reminder, or today): censored.
 * Kaplan-Meier estimate, Greenwood's variance on the log(-log) scale, and the
 * log-rank test of two groups (Mantel 1966). */
#ifndef DUNLIN_REPORT_SURVIVAL_H
#define DUNLIN_REPORT_SURVIVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct survival_case {
	int32_t days;	/* 0 and more */
	bool paid;	/* else censored */
};

struct survival {
	size_t n, paid;
	double share;		/* paid within the days asked for, 0..1 */
	double low, high;	/* its 95 % interval; NAN: cannot be told */
	double median;		/* days; NAN: fewer than half have paid */
};

/* Sorts cases. */
void survival_of(struct survival_case *cases, size_t n, int32_t days,
    struct survival *ret);

/* p of the log-rank test that both pay alike, two-sided; NAN where neither
 * has paid.  Sorts both. */
double survival_differs(struct survival_case *a, size_t n_a,
    struct survival_case *b, size_t n_b);

#endif
