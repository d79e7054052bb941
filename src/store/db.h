/* db.h - one connection to the database, transactions and statements.
 *
 * SQLite: WAL, synchronous=FULL (asserted at open), foreign keys, busy
 * timeout 10 s.  SQL text lives only in store/, in registries of statements
 * that hold for SQLite and PostgreSQL alike ($1 parameters); each registry is
 * a list of struct db_stmt that db_prepare_all checks in a test on both.
 *
 * Every writing transaction is a function that store_tx may run again when
 * the database was busy: it must not touch anything but the database and
 * memory of its own. */
#ifndef DUNLIN_STORE_DB_H
#define DUNLIN_STORE_DB_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

enum db_mode { DB_READ, DB_WRITE, DB_CREATE };

/* Opens path and, with DB_CREATE, makes the schema; DB_WRITE applies
 * migrations that are missing.  A schema newer than this program, a file
 * that is no Dunlin database: ERR_CONFIG.  talloc_free closes it. */
int db_open(void *owner, const char *path, enum db_mode mode,
    struct db **ret_db, struct err *err);

/* A statement: declare it static, use it by address; prepared once. */
struct db_stmt {
	const char *sql;
	int slot;		/* set by the registry; 0: not yet */
};

/* A running query.  Bind by position from 1; NULL text binds NULL; ints
 * equal to CLOCK_NONE (INT64_MIN) bind NULL. */
struct db_query;
struct db_query *db_query(struct db *db, struct db_stmt *stmt);
void db_bind_int(struct db_query *q, int i, int64_t v);
void db_bind_text(struct db_query *q, int i, const char *s);
void db_bind_blob(struct db_query *q, int i, const void *p, size_t n);
/* 1: a row is there; 0: done; -1: error.  After 0 or -1 the query is reset
 * and may be bound and run again. */
int db_step(struct db_query *q, struct err *err);
/* Columns from 0, valid until the next step.  NULL: CLOCK_NONE or NULL. */
int64_t db_int(struct db_query *q, int col);
const char *db_text(struct db_query *q, int col);
const void *db_blob(struct db_query *q, int col, size_t *ret_n);
bool db_is_null(struct db_query *q, int col);
void db_done(struct db_query *q);	/* reset before the last row */

/* Bind by a format and run once: i int64_t, t text, b blob (ptr, size_t).
 * db_run wants no rows; db_get wants exactly one (0 rows: ERR_PERM "not
 * found") and leaves it readable until db_done. */
int db_run(struct db *db, struct db_stmt *stmt, struct err *err,
    const char *fmt, ...);
int db_get(struct db *db, struct db_stmt *stmt, struct db_query **ret_q,
    struct err *err, const char *fmt, ...);
int64_t db_changes(struct db *db);	/* rows changed by the last db_run */

/* BEGIN IMMEDIATE, fn, COMMIT; on failure ROLLBACK.  A busy database is
 * tried again, then ERR_TEMP.  Nested calls are a defect (abort). */
typedef int (*store_tx_fn)(struct db *db, void *arg, struct err *err);
int store_tx(struct db *db, store_tx_fn fn, void *arg, struct err *err);

/* A read transaction: one state of the database over many queries. */
int db_snapshot_begin(struct db *db, struct err *err);
void db_snapshot_end(struct db *db);

/* Changes whenever another connection has committed (PRAGMA data_version). */
int64_t db_data_version(struct db *db);

/* A consistent copy into a new file (SQLite's backup API). */
int db_backup(struct db *db, const char *to, struct err *err);

#endif
