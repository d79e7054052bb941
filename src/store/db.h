/* db.h - one connection to the database, transactions and statements.
 *
 * SQLite: WAL, synchronous=FULL (asserted at open), foreign keys, busy
 * timeout 10 s.  SQL text lives only in store/, and one text holds for SQLite
 * and PostgreSQL alike ($1 parameters, INSERT ... RETURNING id).
 *
 * A statement is declared at file scope with DB_STMT, which also enters it
 * into the registry that db_stmt_each walks: a test prepares every one of
 * them on both engines, so a statement built any other way is a defect.
 *
 *	DB_STMT(account_rev, "SELECT rev FROM account WHERE id = $1");
 *
 *	if (db_get(db, &account_rev, &q, err, "i", id) < 0)
 *		return -1;
 *	rev = db_int(q, 0);
 *	db_done(q);
 *
 *	q = db_query(db, &all_items);
 *	db_bind_int(q, 1, account_id);
 *	while ((r = db_step(q, err)) > 0)
 *		...;
 *	if (r < 0)
 *		return -1;
 *
 * A statement is one cursor: asking for it again while it runs is a defect
 * (abort), so db_done one that you leave early.  Every writing transaction
 * is a function that store_tx may run again when the database was busy: it
 * must not touch anything but the database and memory of its own. */
#ifndef DUNLIN_STORE_DB_H
#define DUNLIN_STORE_DB_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

enum db_mode { DB_READ, DB_WRITE, DB_CREATE };

/* Opens path.  DB_CREATE makes the file and the schema where they are
 * missing; DB_WRITE applies migrations that are missing.  No file, a schema
 * newer than this program, a file that is no Dunlin database: ERR_CONFIG.
 * talloc_free closes it. */
int db_open(void *owner, const char *path, enum db_mode mode,
    struct db **ret_db, struct err *err);
const char *db_path(const struct db *db);

struct db_stmt {
	const char *sql;
	const char *name;
	int slot;		/* set at first use; 0: not yet */
};

#define DB_STMT(ident, text)						\
	static struct db_stmt ident = { text, #ident, 0 };		\
	static struct db_stmt *const ident##_entry			\
	    __attribute__((used, section("dunlin_stmts"))) = &ident

/* Every statement that is linked into the program; fn returns 0 to go on. */
int db_stmt_each(int (*fn)(const struct db_stmt *stmt, void *arg), void *arg);

/* A running query.  Bind by position from 1; NULL text binds NULL; ints
 * equal to CLOCK_NONE (INT64_MIN) bind NULL; what is not bound is NULL.  Text
 * and blobs are copied. */
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
/* What refers to another row, or may be missing: 0 where it is NULL, and a
 * value to bind where 0 is to be NULL. */
int64_t db_id(struct db_query *q, int col);
int64_t db_or_null(int64_t id);
void db_done(struct db_query *q);	/* reset before the last row */

/* Bind by a format and run once: i int64_t (cast literals!), t text, b blob
 * (ptr, size_t).  db_run wants no rows; db_get wants one (0 rows: ERR_PERM
 * "not found") and leaves it readable until db_done.  db_get_maybe is db_get
 * that returns 1 with a row, 0 without. */
int db_run(struct db *db, struct db_stmt *stmt, struct err *err,
    const char *fmt, ...);
int db_get(struct db *db, struct db_stmt *stmt, struct db_query **ret_q,
    struct err *err, const char *fmt, ...);
int db_get_maybe(struct db *db, struct db_stmt *stmt,
    struct db_query **ret_q, struct err *err, const char *fmt, ...);
/* One integer of the only row: INSERT ... RETURNING id, SELECT count(*). */
int db_get_int(struct db *db, struct db_stmt *stmt, int64_t *ret_v,
    struct err *err, const char *fmt, ...);
int64_t db_changes(struct db *db);	/* rows changed by the last db_run */

/* BEGIN IMMEDIATE, fn, COMMIT; on failure ROLLBACK.  A busy database is
 * tried again, then ERR_TEMP.  Nested calls are a defect (abort). */
typedef int (*store_tx_fn)(struct db *db, void *arg, struct err *err);
int store_tx(struct db *db, store_tx_fn fn, void *arg, struct err *err);
/* A part of a transaction that leaves nothing behind when it fails, so that
 * the rest may go on where err->kind is ERR_PERM; -1 as fn gives it.  Not
 * inside another part. */
int store_part(struct db *db, store_tx_fn fn, void *arg, struct err *err);
bool db_in_tx(const struct db *db);
/* For functions that say "inside store_tx only": aborts outside. */
void db_want_tx(const struct db *db, const char *who);

/* A read transaction: one state of the database over many queries. */
int db_snapshot_begin(struct db *db, struct err *err);
void db_snapshot_end(struct db *db);

/* Changes whenever another connection has committed (PRAGMA data_version). */
int64_t db_data_version(struct db *db);

/* Milliseconds that one try waits for a busy database (default 10,000). */
void db_set_busy_timeout(struct db *db, int ms);

/* Between the transactions of a long job: lets those write who wait. */
void db_let_others(struct db *db);

/* Memory for pages of the database (default 16 MiB): for bulk work. */
int db_set_cache(struct db *db, int mib, struct err *err);

/* A consistent copy into a new file, whole or not at all (SQLite's backup
 * API).  progress may be NULL; it is given pages done and in all. */
int db_backup(struct db *db, const char *to,
    void (*progress)(int64_t done, int64_t all, void *arg), void *arg,
    struct err *err);

/* What was deleted is in none of the database's files any more: everything
 * is in place, and its log is empty.  1; 0: somebody is reading all the time,
 * try later. */
int db_sweep(struct db *db, struct err *err);

/* The engine's own check of its pages and indexes: ERR_CORRUPT. */
int db_integrity(struct db *db, struct err *err);

#endif
