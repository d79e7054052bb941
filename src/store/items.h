/* items.h - open items.  Functions that write are for inside store_tx;
 * events and revs are the caller's. */
#ifndef DUNLIN_STORE_ITEMS_H
#define DUNLIN_STORE_ITEMS_H

#include "core/kinds.h"
#include "core/money.h"
#include "plan/hold.h"
#include "store/db.h"

#include <stdbool.h>

#define ITEM_BLOCKED_MAX 64

struct item_row {
	int64_t id, account_id;
	enum item_kind kind;
	enum item_state state;
	int32_t issued, due, paid;	/* DATE_NONE: not known */
	int64_t amount, balance;
	char cur[MONEY_CUR_MAX];
	int32_t as_of;			/* of the balance */
	bool disputed;			/* the ledger's flag */
	char blocked[ITEM_BLOCKED_MAX];	/* why the ledger stops reminders */
};

/* Within a source: document, year, line (0: the ledger has none). */
struct item_key {
	const char *document;
	int32_t year, line;
};

/* 1, 0 when there is none, -1. */
int items_find(struct db *db, int64_t company_id, int64_t source_id,
    const struct item_key *key, struct item_row *ret_item, struct err *err);

/* closed_why: for items that are cleared already. */
int items_add(struct db *db, int64_t company_id, int64_t source_id,
    const struct item_key *key, const struct item_row *row, int64_t now,
    const char *closed_why, int64_t *ret_id, struct err *err);
/* Writes every field of row but id; an open item loses its closing. */
int items_put(struct db *db, const struct item_row *row, int64_t now,
    const char *closed_why, struct err *err);

/* The balance is confirmed as of a later day: one item, or the open items of
 * a source with these ids. */
int items_date(struct db *db, int64_t item_id, int32_t as_of,
    struct err *err);
int items_date_range(struct db *db, int64_t company_id, int64_t source_id,
    int32_t as_of, int64_t from_id, int64_t to_id, struct err *err);
int items_last(struct db *db, int64_t *ret_id, struct err *err);

/* Open items of a source, in no order.  fn returns 0 to go on. */
int items_each_open(struct db *db, int64_t company_id, int64_t source_id,
    int (*fn)(const struct item_key *key, const struct item_row *row,
    void *arg), void *arg, struct err *err);

/* The open item of an account with that number: 1, 0, -1 (also when several
 * have it: ERR_PERM). */
int items_of_account(struct db *db, int64_t account_id, const char *document,
    struct item_row *ret_item, struct err *err);

/* The currency of the open items of an account: 1, 0 when it has none, 2 when
 * there are several, -1. */
int items_currency(struct db *db, int64_t account_id,
    char ret_cur[MONEY_CUR_MAX], struct err *err);

/* Holds in force and payments of an item follow it to another account. */
int items_move(struct db *db, int64_t item_id, int64_t account_id,
    struct err *err);

/* The hold of a kind on an item that actor placed and nobody released: 1 with
 * its id, 0, -1. */
int items_hold(struct db *db, int64_t account_id, int64_t item_id,
    enum hold_kind kind, const char *actor, int64_t *ret_hold_id,
    struct err *err);

#endif
