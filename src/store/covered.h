/* covered.h - the items that a promise, a claim or a bill of exchange covers,
 * and what the stores of these share.  Inside store_tx what writes. */
#ifndef DUNLIN_STORE_COVERED_H
#define DUNLIN_STORE_COVERED_H

#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct covered {
	int64_t item_id;
	int64_t open;		/* when it was covered */
	int64_t part;		/* of it no other hold has; 0: all.  Not
				 * stored */
	int64_t hold_id;	/* 0: none */
};

/* stmt: item_id, open, hold_id by $1, the id of what covers them. */
int covered_read(void *owner, struct db *db, struct db_stmt *stmt, int64_t id,
    struct covered **ret_items, size_t *ret_n, struct err *err);
/* What has ended holds nothing; a person may have released it before. */
int covered_release(struct db *db, const struct covered *items, size_t n,
    int64_t now, const char *actor, const char *why, struct err *err);

/* stmt: ids by $1, an account. */
int covered_ids(void *owner, struct db *db, struct db_stmt *stmt,
    int64_t account_id, int64_t **ret_ids, size_t *ret_n, struct err *err);

/* Rows of a list for people: stmt of a company ($1), of one account or all
 * (0, $2), with those that have ended or without ($3).  fn returns 0 to go
 * on. */
struct covered_list {
	int64_t company_id, account_id;
	bool ended;
	int (*fn)(struct db_query *q, void *arg);
	void *arg;
};
int covered_each(struct db *db, struct db_stmt *stmt,
    const struct covered_list *l, struct err *err);

#endif
