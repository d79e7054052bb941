/* overdue.h - what is overdue of an account, with what was paid on it. */
#ifndef DUNLIN_STORE_OVERDUE_H
#define DUNLIN_STORE_OVERDUE_H

#include "core/money.h"
#include "policy/interest.h"
#include "store/db.h"

struct overdue_item {
	const char *document;
	char cur[MONEY_CUR_MAX];
	int32_t due;
	int64_t amount, open;
	bool disputed;		/* by the ledger, or a dispute is open */
	struct interest_part *parts;	/* by value date */
	size_t n_parts;
};

/* By due day, those due before today; all in owner. */
int overdue_items(void *owner, struct db *db, int64_t account_id,
    int32_t today, struct overdue_item **ret_items, size_t *ret_n,
    struct err *err);

#endif
