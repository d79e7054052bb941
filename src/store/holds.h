/* holds.h - hold rows.  Placing and releasing write an event and bump the
 * revs that they touch.  Inside store_tx only, but for holds_list. */
#ifndef DUNLIN_STORE_HOLDS_H
#define DUNLIN_STORE_HOLDS_H

#include "plan/hold.h"
#include "store/db.h"

struct hold_new {
	int64_t company_id;
	enum hold_kind kind;
	enum hold_scope scope;
	int64_t account_id, item_id, party_id, address_id;	/* 0: none */
	int64_t amount;			/* 0: all of the item */
	const char *channel;		/* SCOPE_CHANNEL */
	const char *owner, *note;
	int64_t review_at;		/* CLOCK_NONE: now + hold_review_days */
	int64_t ends_at;		/* CLOCK_NONE: does not lapse */
};

int holds_place(struct db *db, const struct hold_new *h, int64_t now,
    const char *actor, int64_t *ret_id, struct err *err);
/* ERR_PERM when it is not there or released already. */
int holds_release(struct db *db, int64_t hold_id, int64_t now,
    const char *actor, const char *note, struct err *err);

#endif
