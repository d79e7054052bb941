/* found.h - is a receipt that is not allocated the payment that somebody says
 * they made?  By reference, amount and value date.  Pure: one currency's minor
 * units, days. */
#ifndef DUNLIN_TRACK_FOUND_H
#define DUNLIN_TRACK_FOUND_H

#include "core/money.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct found_claim {
	const char *reference;	/* NULL: not said */
	int64_t amount;		/* said, else what it names was open */
	const char *cur;
	bool said;		/* the amount was */
	int32_t paid_on;	/* INT32_MIN: not said */
	int32_t made_on;	/* the day on which it was said */
};

struct found_receipt {
	const char *reference;
	int64_t amount;		/* positive */
	char cur[MONEY_CUR_MAX];
	int32_t value_date;
	bool own;		/* of the account; else of nobody known */
	bool taken;		/* another account's claim was found by it */
	bool shared;		/* another claim of the account was */
	bool item;		/* of the ledger, else of a report */
};

enum found {
	FOUND_NONE,
	FOUND_PERHAPS,		/* a person has to see whether it is */
	FOUND_SURE
};

/* The reference alone is enough where it is long enough to be one and the
 * amount does not speak against it.  Without it: the same amount, on a day
 * that fits, of the account's own receipts; what nobody is known to have sent
 * is never more than perhaps theirs. */
enum found found_one(const struct found_claim *c,
    const struct found_receipt *r);

#define FOUND_SET_MAX 12

/* Several receipts of the account that only together make the sum, on days
 * that fit: the fewest.  Sure where no others as few do, out of all that fit;
 * a reference that is there twice counts once.  list: by value date, of which
 * the newest FOUND_SET_MAX are tried.  ret_pick: their places, ascending. */
enum found found_set(const struct found_claim *c,
    const struct found_receipt *list, size_t n,
    size_t ret_pick[FOUND_SET_MAX], size_t *ret_n);

#endif
