/* payments.h - receipts: what a ledger says was paid, and what people report
 * before it does (provisional).  Functions that write are for inside
 * store_tx; events and revs are the caller's.
 *
 * A provisional payment lowers what is open until an import as of its value
 * date or later confirms or contradicts it: then it is superseded. */
#ifndef DUNLIN_STORE_PAYMENTS_H
#define DUNLIN_STORE_PAYMENTS_H

#include "core/money.h"
#include "store/db.h"

#include <stdbool.h>

struct payment_row {
	int64_t id, account_id;
	int64_t item_id;		/* 0: not allocated */
	int64_t source_id;		/* 0: reported by a person */
	const char *reference;
	int64_t amount;
	char cur[MONEY_CUR_MAX];
	int32_t value_date;
	bool received;			/* neither reversed nor superseded */
	/* of the item, from payments_each_provisional */
	int64_t item_source_id;
	const char *document;
	int32_t year, line;
};

/* What of an item is open after what is known to be paid on it; below nought
 * when that is more. */
int payments_open(struct db *db, int64_t item_id, int64_t *ret_open,
    struct err *err);
/* A payment that people report.  One that pays more than an item is two rows
 * of one reference: the rest is not allocated. */
int payments_report(struct db *db, int64_t company_id,
    struct payment_row *row, int64_t now, struct err *err);
/* By reference, among reported payments; *ret_n 0: none.  Strings live in
 * owner. */
#define PAYMENT_ROWS 2
int payments_find(void *owner, struct db *db, int64_t company_id,
    int64_t account_id, const char *reference, struct payment_row *list,
    size_t max, size_t *ret_n, struct err *err);
int payments_reverse(struct db *db, int64_t payment_id, int32_t on,
    struct err *err);
int payments_supersede(struct db *db, int64_t payment_id, struct err *err);

/* What a ledger says was paid on an item, in place of what it said before
 * (amount 0: nothing). */
int payments_ledger(struct db *db, int64_t company_id, int64_t source_id,
    int64_t account_id, int64_t item_id, int32_t value_date, int64_t amount,
    const char *cur, int32_t as_of, int64_t now, struct err *err);

/* Receipts of nobody known, of one source, by reference.  The first two: 1, 0
 * when there is none with the same amount, -1; adds or puts one right. */
int payments_is_unidentified(struct db *db, int64_t company_id,
    int64_t source_id, const struct payment_row *p, struct err *err);
int payments_unidentified(struct db *db, int64_t company_id,
    int64_t source_id, const struct payment_row *p, int64_t now,
    struct err *err);
int payments_count_unidentified(struct db *db, int64_t company_id,
    int64_t source_id, int64_t *ret_n, struct err *err);
int payments_drop_unidentified(struct db *db, int64_t company_id,
    int64_t source_id, struct err *err);

/* Provisional payments up to a value date, of items of that source, or not
 * allocated and of accounts that have items of it.  fn returns 0 to go on. */
int payments_each_provisional(struct db *db, int64_t company_id,
    int64_t source_id, int32_t value_date,
    int (*fn)(const struct payment_row *p, void *arg), void *arg,
    struct err *err);

#endif
