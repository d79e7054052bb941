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
/* 1: one of that kind, scope and place is open; 0: none (outside store_tx as
 * well). */
int holds_find(struct db *db, const struct hold_new *h, int64_t *ret_id,
    struct err *err);
/* The oldest one of a kind on a channel of the company whose note begins
 * with start: 1 with what it says, or 0 (outside store_tx as well). */
struct hold_found {
	int64_t id, ends_at;
	const char *note;
};
int holds_channel(void *owner, struct db *db, int64_t company_id,
    enum hold_kind kind, enum channel channel, const char *start,
    struct hold_found *ret_found, struct err *err);
/* ERR_PERM when it is not there or released already. */
int holds_release(struct db *db, int64_t hold_id, int64_t now,
    const char *actor, const char *note, struct err *err);

/* The same; 1 when it is released already, as a person may have done. */
int holds_end(struct db *db, int64_t hold_id, int64_t now, const char *actor,
    const char *note, struct err *err);

/* Places once more what was released; ERR_PERM where it is open, or another
 * of its kind is there. */
int holds_again(struct db *db, int64_t hold_id, int64_t now,
    const char *actor, struct err *err);

/* A hold as people see it; the strings are valid during the call only. */
struct hold_row {
	int64_t id;
	enum hold_kind kind;
	enum hold_scope scope;
	const char *account;		/* customer number; NULL: none */
	const char *target;		/* the item's document, the address,
					 * the channel; else NULL */
	int64_t amount;			/* part of the item; 0: all of it */
	char currency[4];
	const char *owner, *note, *placed_by;
	int64_t placed_at, review_at, ends_at;
};

/* The holds not released of a company, or of one of its accounts (also those
 * of its party, addresses and the company); by review date.  fn returns 0 to
 * go on. */
int holds_each(struct db *db, int64_t company_id, int64_t account_id,
    int (*fn)(const struct hold_row *h, void *arg), void *arg,
    struct err *err);

#endif
