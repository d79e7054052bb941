/* export.h - all that is kept about one account, as JSON objects: for the
 * evidence bundle and for what a person may ask to be given (RULES A48). */
#ifndef DUNLIN_STORE_EXPORT_H
#define DUNLIN_STORE_EXPORT_H

#include "store/db.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#define EXPORT_COLUMN_MAX 32
#define EXPORT_COLUMNS_MAX 24

struct export_column {
	char name[EXPORT_COLUMN_MAX];
	char type;	/* see export.def */
};

/* The tables in their order; false after the last.  ret_columns ends with an
 * empty name. */
bool export_table(size_t i, const char **ret_name,
    struct export_column ret_columns[EXPORT_COLUMNS_MAX + 1]);

/* Its rows: an object with every column, null where nothing is known.
 * Amounts are text in the currency's digits, days and instants ISO 8601.  fn
 * returns 0 to go on; row is freed after the call. */
int export_each(struct db *db, size_t table, int64_t account_id,
    int (*fn)(json_t *row, void *arg), void *arg, struct err *err);

/* The account and those merged into it, the survivor first; ret_ids[max]. */
int export_accounts(struct db *db, int64_t account_id, int64_t *ret_ids,
    size_t max, size_t *ret_n, struct err *err);

int export_code(void *owner, struct db *db, int64_t account_id,
    const char **ret_code, struct err *err);

/* The bytes of what was sent and of what came in: of an attempt, of a mail.
 * 1; 0: there are none (erased, or never kept). */
int export_sent(struct db *db, int64_t outbox_id, int64_t n,
    int (*fn)(const char *bytes, size_t len, void *arg), void *arg,
    struct err *err);
int export_received(struct db *db, int64_t inbox_id,
    int (*fn)(const char *bytes, size_t len, void *arg), void *arg,
    struct err *err);

#endif
