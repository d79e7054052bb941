/* offer.h - the terms of an incentive for paying what is overdue by a day:
 * made by plan/offer.h, said by render/, judged by track/redeem.h. */
#ifndef DUNLIN_CORE_OFFER_H
#define DUNLIN_CORE_OFFER_H

#include "core/money.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct offer_terms {
	bool made;
	char cur[MONEY_CUR_MAX];
	int64_t full, discount;	/* minor units; the discount rounded up */
	int64_t percent;	/* hundredths; 0: a fixed amount */
	bool next_order;	/* all is paid, the discount is credited on
				 * the next order */
	int32_t on;		/* the day on which it is made */
	int32_t day;		/* the last one, inclusive, where the debtor
				 * is; a working day */
	size_t n_items;		/* all that is overdue in that currency */
};

/* The discount of so much: rounded up to the minor unit, in the debtor's
 * favour. */
int64_t offer_discount(int64_t full, int64_t percent);

/* To pay by the day. */
int64_t offer_sum(const struct offer_terms *o);

/* Do two say the same?  The day on which they were made is not said. */
bool offer_same(const struct offer_terms *a, const struct offer_terms *b);

#endif
