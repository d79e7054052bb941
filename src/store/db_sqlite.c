#include "store/db_driver.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MS 10000

static const struct {
	int rc;
	enum err_kind kind;
	const char *text;
} failures[] = {
	{ SQLITE_BUSY, ERR_TEMP,
	    "the database is busy: another program is writing; try again" },
	{ SQLITE_LOCKED, ERR_TEMP,
	    "the database is locked by this program; try again" },
	{ SQLITE_FULL, ERR_TEMP,
	    "the disk is full: make room and try again" },
	{ SQLITE_IOERR, ERR_TEMP,
	    "the disk refused to read or write: check it and try again" },
	{ SQLITE_CANTOPEN, ERR_CONFIG,
	    "cannot open the file: check that it and its folder can be "
	    "written" },
	{ SQLITE_READONLY, ERR_CONFIG,
	    "the file cannot be written: check its owner and mode" },
	{ SQLITE_PERM, ERR_CONFIG, "no permission" },
	{ SQLITE_NOTADB, ERR_CONFIG,
	    "this is not a Dunlin database: check the setting database" },
	{ SQLITE_CORRUPT, ERR_CORRUPT,
	    "the file is damaged: stop, keep it, and restore a backup" },
};

int
db_fail(struct db *db, int rc, const char *what, struct err *err)
{
	const char *detail = sqlite3_errmsg(db->handle);
	size_t i;

	db->was_busy = (rc & 0xff) == SQLITE_BUSY;
	for (i = 0; i < sizeof(failures) / sizeof(failures[0]); i++)
		if ((rc & 0xff) == failures[i].rc)
			return err_set(err, failures[i].kind, "%s: %s (%s)",
			    db->path, failures[i].text, detail);
	return err_set(err, ERR_PERM, "%s: %s%s%s", db->path,
	    what == NULL ? "" : what, what == NULL ? "" : ": ", detail);
}

static int
close_db(struct db *db)
{
	int i;

	for (i = 0; i < db->n_queries; i++)
		if (db->queries[i] != NULL)
			sqlite3_finalize(db->queries[i]->stmt);
	for (i = 0; i < DB_CONTROL_COUNT; i++)
		sqlite3_finalize(db->control[i]);
	sqlite3_finalize(db->version);
	sqlite3_close(db->handle);
	db_turn_close(db);
	return 0;
}

/* RETURNING opens a small table in memory each time: without this it takes
 * and gives back 20 pages, and the heap shrinks and grows at every insert.
 * Nobody asks how much memory is in use: counting it locks at every malloc.
 */
static void
configure(void)
{
	static bool done;

	if (!done) {
		sqlite3_config(SQLITE_CONFIG_MALLOC, db_memory());
		sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
		sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	}
	done = true;
}

int
db_driver_open(struct db *db, bool create, struct err *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
	struct stat st;
	mode_t old;
	int rc;

	if (!create && stat(db->path, &st) < 0)
		return err_set(err, ERR_CONFIG, "%s: %s: make a workspace "
		    "with dunlin init, or name the right one with -C",
		    db->path, strerror(errno));
	if (create)
		flags |= SQLITE_OPEN_CREATE;
	configure();
	talloc_set_destructor(db, close_db);
	old = umask(077);
	rc = sqlite3_open_v2(db->path, &db->handle, flags, db_wal_vfs());
	umask(old);
	if (rc != SQLITE_OK)
		return db_fail(db, rc, "open", err);
	sqlite3_extended_result_codes(db->handle, 1);
	db_set_busy_timeout(db, BUSY_MS);
	return 0;
}

int
db_set_cache(struct db *db, int mib, struct err *err)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "PRAGMA cache_size = -%d", mib * 1024);
	return db_exec(db, sql, err);
}

int
db_exec(struct db *db, const char *sql, struct err *err)
{
	int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : db_fail(db, rc, sql, err);
}

int
db_control(struct db *db, enum db_control what, struct err *err)
{
	static const char *const sql[DB_CONTROL_COUNT] = {
		[DB_BEGIN] = "BEGIN IMMEDIATE",
		[DB_BEGIN_READ] = "BEGIN",
		[DB_FIRST_READ] = "SELECT 1 FROM meta WHERE key = ''",
		[DB_COMMIT] = "COMMIT",
		[DB_ROLLBACK] = "ROLLBACK",
		[DB_MARK] = "SAVEPOINT part",
		[DB_MARK_BACK] = "ROLLBACK TO part",
		[DB_MARK_KEEP] = "RELEASE part",
	};
	sqlite3_stmt **stmt = &db->control[what];
	int rc = SQLITE_OK;

	if (*stmt == NULL)
		rc = sqlite3_prepare_v3(db->handle, sql[what], -1,
		    SQLITE_PREPARE_PERSISTENT, stmt, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(*stmt);
	db_turn_end(db);
	if (rc == SQLITE_ROW || rc == SQLITE_DONE) {
		sqlite3_reset(*stmt);
		return 0;
	}
	db_fail(db, rc, sql[what], err);
	sqlite3_reset(*stmt);
	return -1;
}

int
db_pragma(struct db *db, const char *sql, int64_t *ret_v, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	int rc;

	rc = sqlite3_prepare_v2(db->handle, sql, -1, &stmt, NULL);
	if (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		*ret_v = sqlite3_column_int64(stmt, 0);
		rc = SQLITE_OK;
	}
	if (rc != SQLITE_OK && rc != SQLITE_DONE)
		db_fail(db, rc, sql, err);
	sqlite3_finalize(stmt);
	return rc == SQLITE_OK || rc == SQLITE_DONE ? 0 : -1;
}

static int
set_wal(struct db *db, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	const char *mode = "unknown";
	int rc;

	rc = sqlite3_prepare_v2(db->handle, "PRAGMA journal_mode = WAL", -1,
	    &stmt, NULL);
	if (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
		mode = (const char *)sqlite3_column_text(stmt, 0);
	if (rc != SQLITE_ROW)
		db_fail(db, rc, "journal_mode", err);
	else if (strcmp(mode, "wal") != 0)
		rc = err_set(err, ERR_CONFIG, "%s: cannot keep a write-ahead "
		    "log (mode is %s): put it on a local disk", db->path,
		    mode);
	sqlite3_finalize(stmt);
	return rc == SQLITE_ROW ? 0 : -1;
}

int
db_driver_setup(struct db *db, enum db_mode mode, struct err *err)
{
	int64_t synchronous = -1, keys = -1, wipe = -1;

	if (set_wal(db, err) < 0 ||
	    db_exec(db, "PRAGMA synchronous = FULL;"
	    "PRAGMA foreign_keys = ON;"
	    "PRAGMA secure_delete = ON;"	/* what is erased is gone */
	    "PRAGMA trusted_schema = OFF;"
	    "PRAGMA cache_size = -16384;"
	    "PRAGMA wal_autocheckpoint = 4000", err) < 0 ||
	    db_pragma(db, "PRAGMA synchronous", &synchronous, err) < 0 ||
	    db_pragma(db, "PRAGMA foreign_keys", &keys, err) < 0 ||
	    db_pragma(db, "PRAGMA secure_delete", &wipe, err) < 0)
		return -1;
	if (synchronous != 2 || keys != 1 || wipe != 1)
		return err_set(err, ERR_CONFIG, "%s: this SQLite does not "
		    "keep synchronous=FULL, foreign keys and secure_delete: "
		    "install the one of your distribution", db->path);
	if (mode == DB_READ)
		return db_exec(db, "PRAGMA query_only = ON", err);
	return 0;
}

/* $1 is a named parameter in SQLite, numbered by first appearance. */
static void
map_params(struct db_query *q)
{
	char name[16];
	bool same = true;
	int i;

	q->n_params = sqlite3_bind_parameter_count(q->stmt);
	if (q->n_params == 0)
		return;
	q->index = mem_array(q, unsigned char, q->n_params + 1);
	for (i = 1; i <= q->n_params; i++) {
		snprintf(name, sizeof(name), "$%d", i);
		q->index[i] = (unsigned char)sqlite3_bind_parameter_index(
		    q->stmt, name);
		if (q->index[i] != i)
			same = false;
	}
	if (same)
		TALLOC_FREE(q->index);
}

static void
defect(const struct db_query *q, const char *what)
{
	fprintf(stderr, "dunlin: defect: %s: %s (%s)\n", what,
	    q->source->name != NULL ? q->source->name : "?", q->source->sql);
	abort();
}

/* SQLite makes and empties a table in memory for each RETURNING, which costs
 * more than the insert; the id of one plain row is known without.  0: not
 * such a statement. */
static int
insert_without_id(const char *sql)
{
	static const char insert[] = "INSERT ", tail[] = " RETURNING id";
	size_t len = strlen(sql), end = len - (sizeof(tail) - 1);

	if (len < sizeof(insert) + sizeof(tail) ||
	    strncmp(sql, insert, sizeof(insert) - 1) != 0 ||
	    strcmp(sql + end, tail) != 0 || strstr(sql, " VALUES ") == NULL ||
	    strstr(sql, "ON CONFLICT") != NULL)
		return 0;
	return (int)end;
}

static struct db_query *
prepare(struct db *db, struct db_stmt *stmt)
{
	static int last_slot;
	struct db_query *q;
	int i, n, len;

	if (stmt->slot == 0)
		stmt->slot = ++last_slot;
	if (stmt->slot >= db->n_queries) {
		n = stmt->slot + 64;
		db->queries = mem_grow(db, db->queries, struct db_query *, n);
		for (i = db->n_queries; i < n; i++)
			db->queries[i] = NULL;
		db->n_queries = n;
	}
	q = db->queries[stmt->slot];
	if (q == NULL) {
		q = mem_new(db, struct db_query);
		q->db = db;
		q->source = stmt;
		db->queries[stmt->slot] = q;
	}
	len = insert_without_id(stmt->sql);
	q->gives_id = len > 0;
	q->rc = sqlite3_prepare_v3(db->handle, stmt->sql, len > 0 ? len : -1,
	    SQLITE_PREPARE_PERSISTENT, &q->stmt, NULL);
	if (q->rc == SQLITE_OK)
		map_params(q);
	return q;
}

struct db_query *
db_query(struct db *db, struct db_stmt *stmt)
{
	struct db_query *q;

	q = stmt->slot != 0 && stmt->slot < db->n_queries ?
	    db->queries[stmt->slot] : NULL;
	if (q == NULL || q->stmt == NULL)
		q = prepare(db, stmt);
	if (q->running)
		defect(q, "statement is running already");
	if (q->n_params > 0)
		sqlite3_clear_bindings(q->stmt);
	q->in_tx = db->in_tx;
	return q;
}

static int
param(struct db_query *q, int i)
{
	if (q->stmt == NULL)
		return 0;
	if (i < 1 || i > q->n_params)
		defect(q, "no such parameter");
	if (q->running)
		defect(q, "bound while it is running");
	return q->index == NULL ? i : q->index[i];
}

void
db_bind_int(struct db_query *q, int i, int64_t v)
{
	int at = param(q, i);

	if (at == 0)
		return;
	if (v == CLOCK_NONE)
		sqlite3_bind_null(q->stmt, at);
	else
		sqlite3_bind_int64(q->stmt, at, v);
}

static sqlite3_destructor_type
copying(const struct db_query *q)
{
	return q->brief ? SQLITE_STATIC : SQLITE_TRANSIENT;
}

void
db_bind_text(struct db_query *q, int i, const char *s)
{
	int at = param(q, i);

	if (at != 0)
		sqlite3_bind_text(q->stmt, at, s, -1, copying(q));
}

void
db_bind_blob(struct db_query *q, int i, const void *p, size_t n)
{
	int at = param(q, i);

	if (at == 0)
		return;
	if (p == NULL)
		sqlite3_bind_null(q->stmt, at);
	else
		sqlite3_bind_blob64(q->stmt, at, p, n, copying(q));
}

int
db_step(struct db_query *q, struct err *err)
{
	int rc;

	if (q->gives_id && q->running) {	/* its one row was read */
		q->running = false;
		return 0;
	}
	rc = q->rc != SQLITE_OK ? q->rc : sqlite3_step(q->stmt);
	if (rc == SQLITE_ROW) {
		q->running = true;
		return 1;
	}
	q->running = false;
	if (rc == SQLITE_DONE) {
		sqlite3_reset(q->stmt);
		if (!q->gives_id)
			return 0;
		q->id = sqlite3_last_insert_rowid(q->db->handle);
		q->running = true;
		return 1;
	}
	db_fail(q->db, rc, q->source->name, err);
	sqlite3_reset(q->stmt);
	return -1;
}

int64_t
db_int(struct db_query *q, int col)
{
	int64_t v;

	if (q->gives_id)
		return q->id;
	/* Asking for the type first would cost each column a call. */
	v = sqlite3_column_int64(q->stmt, col);
	if (v == 0 && sqlite3_column_type(q->stmt, col) == SQLITE_NULL)
		return CLOCK_NONE;
	return v;
}

const char *
db_text(struct db_query *q, int col)
{
	return (const char *)sqlite3_column_text(q->stmt, col);
}

const void *
db_blob(struct db_query *q, int col, size_t *ret_n)
{
	const void *p = sqlite3_column_blob(q->stmt, col);

	*ret_n = (size_t)sqlite3_column_bytes(q->stmt, col);
	return p;
}

bool
db_is_null(struct db_query *q, int col)
{
	return sqlite3_column_type(q->stmt, col) == SQLITE_NULL;
}

void
db_done(struct db_query *q)
{
	if (!q->running)
		return;
	q->running = false;
	sqlite3_reset(q->stmt);
}

void
db_reset_tx_queries(struct db *db)
{
	int i;

	for (i = 0; i < db->n_queries; i++)
		if (db->queries[i] != NULL && db->queries[i]->in_tx)
			db_done(db->queries[i]);
}

int64_t
db_changes(struct db *db)
{
	return sqlite3_changes64(db->handle);
}

int64_t
db_data_version(struct db *db)
{
	int64_t v = 0;

	/* Not the file control: that counts our own commits as well. */
	if (db->version == NULL && sqlite3_prepare_v3(db->handle,
	    "PRAGMA data_version", -1, SQLITE_PREPARE_PERSISTENT,
	    &db->version, NULL) != SQLITE_OK)
		return 0;
	if (sqlite3_step(db->version) == SQLITE_ROW)
		v = sqlite3_column_int64(db->version, 0);
	sqlite3_reset(db->version);
	return v;
}
