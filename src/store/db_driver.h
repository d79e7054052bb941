/* db_driver.h - what db.c and schema.c need of the engine.  Private to the
 * store: everybody else uses db.h. */
#ifndef DUNLIN_STORE_DB_DRIVER_H
#define DUNLIN_STORE_DB_DRIVER_H

#include "store/db.h"

#include <sqlite3.h>

#define DB_APPLICATION_ID 0x44756e6c	/* "Dunl" */

/* Each transaction needs some of these: they are prepared once. */
enum db_control {
	DB_BEGIN, DB_BEGIN_READ, DB_FIRST_READ, DB_COMMIT, DB_ROLLBACK,
	DB_MARK, DB_MARK_BACK, DB_MARK_KEEP,
	DB_CONTROL_COUNT
};

struct db {
	sqlite3 *handle;
	char *path;
	struct db_query **queries;	/* by slot of the statement */
	int n_queries;
	sqlite3_stmt *version;		/* PRAGMA data_version */
	sqlite3_stmt *control[DB_CONTROL_COUNT];
	bool in_tx, in_snapshot;
	bool was_busy;			/* the last error was "busy" */
	/* db_turn.c: file (0: not opened yet), whether it is locked, since
	 * when this connection waits, and how long it may. */
	int turn, busy_ms;
	bool waits;
	int64_t wait_from;
};

struct db_query {
	struct db *db;
	sqlite3_stmt *stmt;
	const struct db_stmt *source;
	int n_params;
	unsigned char *index;	/* of $1, $2, ...; NULL: 1, 2, ... */
	int rc;			/* preparing failed: told by db_step */
	bool running;
	bool in_tx;		/* begun inside the transaction */
	bool gives_id;		/* one row inserted: its id is column 0 */
	int64_t id;
	bool brief;		/* what is bound now outlives the query */
};

/* Opens without looking at the schema. */
int db_driver_open(struct db *db, bool create, struct err *err);
/* WAL, FULL, foreign keys: once the file is known to be ours. */
int db_driver_setup(struct db *db, enum db_mode mode, struct err *err);
/* Any text without parameters, or several: schema and transactions. */
int db_exec(struct db *db, const char *sql, struct err *err);
int db_control(struct db *db, enum db_control what, struct err *err);
int db_pragma(struct db *db, const char *sql, int64_t *ret_v,
    struct err *err);
/* Where SQLite takes its memory from (db_memory.c). */
const sqlite3_mem_methods *db_memory(void);

/* The name of the file system that all connections use (db_wal.c). */
const char *db_wal_vfs(void);
/* The database was ours, or will not be; the end of the connection. */
void db_turn_end(struct db *db);
void db_turn_close(struct db *db);
/* Fills err from an engine's code; returns -1. */
int db_fail(struct db *db, int rc, const char *what, struct err *err);
/* Reset what a failed transaction left running. */
void db_reset_tx_queries(struct db *db);

#endif
