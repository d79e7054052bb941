/* redeem.h - was an offer for paying by a day taken?  The arithmetic, pure.
 *
 * What was promised in writing holds for who pays by the day, whatever became
 * of the items since:
 * - value dates count, not the day on which the ledger learned of them, and
 *   also those before the offer that nobody knew of when it was made;
 * - an item that was cancelled, or made smaller, is asked for no more: the sum
 *   goes down by it less its share of the discount (a fixed amount stays whole
 *   while it is at most half of what is left);
 * - an item that was made larger is paid by what the offer asked for it;
 * - an item in dispute may be left out: when the day has passed, the others
 *   count for themselves;
 * - a receipt that nobody has allocated counts where it is exactly what is
 *   missing.
 * All of it paid needs no discount; part of it, or a day late, has none, and
 * what was paid is paid. */
#ifndef DUNLIN_TRACK_REDEEM_H
#define DUNLIN_TRACK_REDEEM_H

#include "core/offer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One item that it covers. */
struct redeem_item {
	int64_t covered;	/* open when it was made */
	int64_t was, is;	/* amount of the invoice then and now */
	int64_t open;		/* now */
	bool gone;		/* cancelled, or somebody else's */
	bool disputed;		/* since: asked, or granted */
	int32_t paid_on;	/* as the ledger says; INT32_MIN: not */
	int64_t in_time, late;	/* receipts known since, by value date */
	bool counts;		/* ret: it is what was paid so */
};

struct redeem_in {
	const struct offer_terms *offer;
	int32_t deadline;	/* the last value date that counts */
	int32_t tell;		/* a ledger as of a later day decides */
	struct redeem_item *items;
	size_t n_items;
	const int64_t *loose;	/* receipts in time, not allocated */
	size_t n_loose;
	int32_t today;
	int32_t ledger;		/* its as-of date; INT32_MIN: none */
};

enum redeem_word {
	REDEEM_OPEN,		/* its day has not passed */
	REDEEM_AWAITING,	/* passed, the ledger is too old to tell */
	REDEEM_KEPT,
	REDEEM_NEEDLESS,	/* paid in full, or nothing is left of it */
	REDEEM_EXPIRED
};

struct redeem {
	enum redeem_word word;
	int64_t asked;		/* what had to be paid */
	int64_t paid;		/* what counts */
	int64_t discount;	/* KEPT: to be credited; never more than was
				 * offered */
};

void redeem_offer(const struct redeem_in *in, struct redeem *ret);

#endif
