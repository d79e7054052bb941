/* bills.h - bills of exchange that were received (acceptance bills): not cash,
 * but what they cover is held with `bill` until they mature; what ends one
 * releases its holds.  States: track/bill.def.  Functions that write are for
 * inside store_tx; each writes an event and bumps the account's rev. */
#ifndef DUNLIN_STORE_BILLS_H
#define DUNLIN_STORE_BILLS_H

#include "core/kinds.h"
#include "core/money.h"
#include "store/covered.h"
#include "store/db.h"
#include "track/machine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bill {
	int64_t id, company_id, account_id;
	enum bill_state state;
	const char *number, *drawee;	/* NULL: not said */
	int32_t received_on, matures;	/* days */
	int64_t amount;
	char cur[MONEY_CUR_MAX];
	int64_t made_at;
	const char *made_by;	/* actor */
	const char *note;
	int64_t look_at;	/* the planner looks then */
	struct covered *items;
	size_t n_items;
};

/* Holds what its items leave to its amount; review_at: of these holds. */
int bills_add(struct db *db, struct bill *b, int64_t review_at,
    struct err *err);
/* ERR_PERM when there is none. */
int bills_get(void *owner, struct db *db, int64_t id, struct bill **ret_bill,
    struct err *err);
/* Those of an account that are not ended. */
int bills_active(void *owner, struct db *db, int64_t account_id,
    struct bill ***ret_list, size_t *ret_n, struct err *err);
/* ERR_PERM where track/bill.def does not allow it. */
int bills_move(struct db *db, struct bill *b, enum bill_event ev,
    int64_t now, const char *actor, const char *why, struct err *err);
/* Does the ledger say that all it covers was paid on its day or later? */
int bills_paid(struct db *db, const struct bill *b, bool *ret_paid,
    struct err *err);

struct bill_line {
	int64_t id, amount, n_items;
	int32_t matures, received_on;
	const char *account, *name, *cur, *number, *drawee, *document, *note;
	enum bill_state state;
};
/* account_id 0: all of the company; by maturity.  fn returns 0 to go on. */
int bills_each(struct db *db, int64_t company_id, int64_t account_id,
    bool ended, int (*fn)(const struct bill_line *l, void *arg), void *arg,
    struct err *err);

#endif
