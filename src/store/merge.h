/* merge.h - two accounts that are one customer (DESIGN §3).  Inside store_tx.
 */
#ifndef DUNLIN_STORE_MERGE_H
#define DUNLIN_STORE_MERGE_H

#include "store/db.h"

struct merge_counts {
	int64_t items, holds, messages, contacts;	/* that moved */
};

/* Everything of the account from moves to the account into: items, payments,
 * holds, contacts, tasks, and what was sent with its tokens, which counts for
 * caps and gaps from now on.  What was planned is cancelled.  Its customer
 * number becomes an alias.  ERR_PERM when they are the same; ERR_TEMP while a
 * message of it is being handed over. */
int merge_accounts(struct db *db, int64_t company_id, int64_t from,
    int64_t into, int64_t now, const char *actor,
    struct merge_counts *ret_counts, struct err *err);

#endif
