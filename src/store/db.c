#include "store/db_driver.h"

#include "base/clock.h"
#include "base/mem.h"
#include "store/schema.h"

#include <stdio.h>
#include <stdlib.h>

#define TX_TRIES 2

static int
open_schema(struct db *db, enum db_mode mode, struct err *err)
{
	int version;

	if (schema_version(db, &version, err) < 0)
		return -1;
	if (version == 0 && mode != DB_CREATE)
		return err_set(err, ERR_CONFIG, "%s: the file is empty: make "
		    "a workspace with dunlin init, or restore a backup",
		    db->path);
	if (version > schema_latest())
		return err_set(err, ERR_CONFIG, "%s: written by a newer "
		    "Dunlin (schema %d, this program knows %d): install the "
		    "newer one", db->path, version, schema_latest());
	if (mode == DB_READ && version < schema_latest())
		return err_set(err, ERR_CONFIG, "%s: has the older schema %d: "
		    "any command that writes brings it to %d, such as dunlin "
		    "plan", db->path, version, schema_latest());
	if (db_driver_setup(db, mode, err) < 0)
		return -1;
	if (version < schema_latest() && schema_migrate(db, err) < 0)
		return -1;
	return 0;
}

int
db_open(void *owner, const char *path, enum db_mode mode,
    struct db **ret_db, struct err *err)
{
	struct db *db = mem_new(owner, struct db);

	db->path = mem_str(db, path);
	if (db_driver_open(db, mode == DB_CREATE, err) < 0 ||
	    open_schema(db, mode, err) < 0) {
		talloc_free(db);
		return -1;
	}
	*ret_db = db;
	return 0;
}

const char *
db_path(const struct db *db)
{
	return db->path;
}

/* The linker gathers what DB_STMT puts into its section. */
extern struct db_stmt *const __start_dunlin_stmts[] __attribute__((weak));
extern struct db_stmt *const __stop_dunlin_stmts[] __attribute__((weak));

int
db_stmt_each(int (*fn)(const struct db_stmt *stmt, void *arg), void *arg)
{
	struct db_stmt *const *s;
	int r;

	for (s = __start_dunlin_stmts; s < __stop_dunlin_stmts; s++)
		if ((r = fn(*s, arg)) != 0)
			return r;
	return 0;
}

static void
bind_all(struct db_query *q, const char *fmt, va_list ap)
{
	const void *p;
	int i;

	for (i = 1; *fmt != '\0'; fmt++, i++) {
		switch (*fmt) {
		case 'i':
			db_bind_int(q, i, va_arg(ap, int64_t));
			break;
		case 't':
			db_bind_text(q, i, va_arg(ap, const char *));
			break;
		case 'b':
			p = va_arg(ap, const void *);
			db_bind_blob(q, i, p, va_arg(ap, size_t));
			break;
		default:
			fprintf(stderr, "dunlin: defect: bind format %c\n",
			    *fmt);
			abort();
		}
	}
}

/* No text is copied: the statement ends before its arguments do. */
static void
lend_all(struct db_query *q, const char *fmt, va_list ap)
{
	q->brief = true;
	bind_all(q, fmt, ap);
	q->brief = false;
}

int
db_run(struct db *db, struct db_stmt *stmt, struct err *err,
    const char *fmt, ...)
{
	struct db_query *q = db_query(db, stmt);
	va_list ap;
	int r;

	va_start(ap, fmt);
	lend_all(q, fmt, ap);
	va_end(ap);
	r = db_step(q, err);
	if (r <= 0)
		return r;
	fprintf(stderr, "dunlin: defect: rows from %s\n", stmt->name);
	abort();
}

static int
get(struct db *db, struct db_stmt *stmt, struct db_query **ret_q,
    struct err *err, const char *fmt, va_list ap)
{
	struct db_query *q = db_query(db, stmt);
	int r;

	bind_all(q, fmt, ap);
	r = db_step(q, err);
	if (r > 0)
		*ret_q = q;
	return r;
}

int
db_get(struct db *db, struct db_stmt *stmt, struct db_query **ret_q,
    struct err *err, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = get(db, stmt, ret_q, err, fmt, ap);
	va_end(ap);
	if (r == 0)
		return err_set(err, ERR_PERM, "not found (%s)", stmt->name);
	return r < 0 ? -1 : 0;
}

int
db_get_maybe(struct db *db, struct db_stmt *stmt, struct db_query **ret_q,
    struct err *err, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = get(db, stmt, ret_q, err, fmt, ap);
	va_end(ap);
	return r;
}

int64_t
db_id(struct db_query *q, int col)
{
	int64_t v = db_int(q, col);

	return v == CLOCK_NONE ? 0 : v;
}

int64_t
db_or_null(int64_t id)
{
	return id == 0 ? CLOCK_NONE : id;
}

int
db_get_int(struct db *db, struct db_stmt *stmt, int64_t *ret_v,
    struct err *err, const char *fmt, ...)
{
	struct db_query *q = db_query(db, stmt);
	va_list ap;
	int64_t v;
	int r;

	va_start(ap, fmt);
	lend_all(q, fmt, ap);
	va_end(ap);
	r = db_step(q, err);
	if (r == 0)
		return err_set(err, ERR_PERM, "not found (%s)", stmt->name);
	if (r < 0)
		return -1;
	v = db_int(q, 0);
	/* Run to the end: RETURNING may still have work to do. */
	r = db_step(q, err);
	if (r < 0)
		return -1;
	db_done(q);
	*ret_v = v;
	return 0;
}

static void
no_nesting(const struct db *db, const char *what)
{
	if (!db->in_tx && !db->in_snapshot)
		return;
	fprintf(stderr, "dunlin: defect: %s inside a %s\n", what,
	    db->in_tx ? "transaction" : "snapshot");
	abort();
}

/* Some errors have rolled back already: no matter. */
static void
roll_back(struct db *db)
{
	bool was_busy = db->was_busy;

	db_control(db, DB_ROLLBACK, NULL);
	db->was_busy = was_busy;
}

static int
tx_once(struct db *db, store_tx_fn fn, void *arg, struct err *err)
{
	int r;

	db->was_busy = false;
	if (db_control(db, DB_BEGIN, err) < 0)
		return -1;
	db->in_tx = true;
	r = fn(db, arg, err);
	if (r >= 0) {
		db_reset_tx_queries(db);
		if (db_control(db, DB_COMMIT, err) < 0)
			r = -1;
	}
	if (r < 0) {
		db_reset_tx_queries(db);
		roll_back(db);
	}
	db->in_tx = false;
	return r < 0 ? -1 : r;
}

int
store_tx(struct db *db, store_tx_fn fn, void *arg, struct err *err)
{
	struct err mine = { ERR_NONE, "" };
	int i, r;

	no_nesting(db, "store_tx");
	for (i = 1; ; i++) {
		r = tx_once(db, fn, arg, &mine);
		if (r >= 0 || !db->was_busy || mine.kind != ERR_TEMP ||
		    i == TX_TRIES)
			break;
	}
	if (r < 0 && err != NULL)
		*err = mine;
	return r;
}

int
store_part(struct db *db, store_tx_fn fn, void *arg, struct err *err)
{
	bool was_busy;
	int r;

	db_want_tx(db, "store_part");
	if (db_control(db, DB_MARK, err) < 0)
		return -1;
	r = fn(db, arg, err);
	db_reset_tx_queries(db);
	was_busy = db->was_busy;
	if (r < 0 && db_control(db, DB_MARK_BACK, NULL) < 0)
		err_set(err, ERR_TEMP, "a part of a transaction could not be "
		    "taken back");
	db->was_busy = was_busy;
	if (db_control(db, DB_MARK_KEEP, r < 0 ? NULL : err) < 0)
		return -1;
	return r;
}

bool
db_in_tx(const struct db *db)
{
	return db->in_tx;
}

void
db_want_tx(const struct db *db, const char *who)
{
	if (db->in_tx)
		return;
	fprintf(stderr, "dunlin: defect: %s outside a transaction\n", who);
	abort();
}

int
db_snapshot_begin(struct db *db, struct err *err)
{
	no_nesting(db, "db_snapshot_begin");
	if (db_control(db, DB_BEGIN_READ, err) < 0)
		return -1;
	/* The first read fixes what the snapshot sees. */
	if (db_control(db, DB_FIRST_READ, err) < 0) {
		roll_back(db);
		return -1;
	}
	db->in_snapshot = true;
	return 0;
}

void
db_snapshot_end(struct db *db)
{
	if (!db->in_snapshot)
		return;
	db->in_snapshot = false;
	roll_back(db);
}
