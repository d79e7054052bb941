/* thanks.h - are the items that the reminders of an episode named all paid? */
#ifndef DUNLIN_STORE_THANKS_H
#define DUNLIN_STORE_THANKS_H

#include "core/talk.h"
#include "store/db.h"

struct thanks {
	bool due;		/* all of them, by the ledger */
	int64_t closed_at;	/* when the last of them was known to be */
	int64_t first_id, last_id;	/* the reminders */
	int32_t day;		/* of the one payment; DATE_NONE: several, or
				 * not known */
	struct money amount;
};

/* Of the last episode of an account; a reminder that was wrong, or an item
 * that is gone without a payment, is no reason for thanks. */
int thanks_look(struct db *db, int64_t account_id, struct thanks *ret,
    struct err *err);

/* What a thank-you says whose cause names the first reminder. */
int thanks_told(struct talk *t, struct db *db, int64_t communication_id,
    struct err *err);

#endif
