#include "core/offer.h"

#include <string.h>

int64_t
offer_discount(int64_t full, int64_t percent)
{
	/* Split, so that no sum is too large. */
	return full / 10000 * percent + (full % 10000 * percent + 9999) /
	    10000;
}

int64_t
offer_sum(const struct offer_terms *o)
{
	return o->next_order ? o->full : o->full - o->discount;
}

bool
offer_same(const struct offer_terms *a, const struct offer_terms *b)
{
	if (!a->made || !b->made)
		return a->made == b->made;
	return strcmp(a->cur, b->cur) == 0 && a->full == b->full &&
	    a->discount == b->discount && a->next_order == b->next_order &&
	    a->day == b->day && a->n_items == b->n_items;
}
