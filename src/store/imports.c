#include "store/imports.h"

#include "core/date.h"

#include <string.h>

DB_STMT(source_find, "SELECT s.id, s.as_of, "
	"(SELECT max(i.id) FROM import i WHERE i.source_id = s.id) "
	"FROM source s WHERE s.company_id = $1 AND s.name = $2");
DB_STMT(source_add, "INSERT INTO source (company_id, name) VALUES ($1, $2) "
	"RETURNING id");
DB_STMT(source_date, "UPDATE source SET as_of = $2 WHERE id = $1");
DB_STMT(source_date_full, "UPDATE source SET as_of = $2, full_as_of = $2 "
	"WHERE id = $1");
DB_STMT(import_add, "INSERT INTO import (source_id, mode, as_of, file, "
	"hash, state, rows, summary, at, actor) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id");
DB_STMT(import_last, "SELECT hash, mode, as_of FROM import "
	"WHERE source_id = $1 AND state = 'applied' "
	"ORDER BY id DESC LIMIT 1");
DB_STMT(import_waiting, "SELECT hash, mode, as_of FROM import "
	"WHERE source_id = $1 AND state = 'waiting' "
	"ORDER BY id DESC LIMIT 1");
DB_STMT(imports_waiting_count, "SELECT count(*) FROM import i "
	"JOIN source s ON s.id = i.source_id "
	"WHERE s.company_id = $1 AND i.state = 'waiting'");
DB_STMT(import_alive, "UPDATE import SET at = $2 WHERE id = $1");
DB_STMT(import_end, "UPDATE import SET state = 'applied', rows = $2, "
	"summary = $3, at = $4 WHERE id = $1");
/* A full list stands for what an earlier import left half done; the same
 * files again finish it. */
DB_STMT(import_end_others, "UPDATE import SET state = 'refused' "
	"WHERE source_id = $1 AND id <> $2 AND state = 'running' "
	"AND ($4 = 1 OR hash = $3)");
DB_STMT(import_overtake, "UPDATE import SET state = 'refused' "
	"WHERE source_id = $1 AND state = 'waiting'");

static const char *
mode(bool full)
{
	return full ? "full" : "delta";
}

int
sources_find(struct db *db, int64_t company_id, const char *name,
    struct source_row *ret_source, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &source_find, &q, err, "it", company_id,
	    name);

	if (r <= 0)
		return r;
	ret_source->id = db_int(q, 0);
	ret_source->as_of = db_is_null(q, 1) ? DATE_NONE :
	    (int32_t)db_int(q, 1);
	ret_source->last = db_is_null(q, 2) ? 0 : db_int(q, 2);
	db_done(q);
	return 1;
}

int
sources_add(struct db *db, int64_t company_id, const char *name,
    struct source_row *ret_source, struct err *err)
{
	struct source_row s = { .as_of = DATE_NONE };

	if (db_get_int(db, &source_add, &s.id, err, "it", company_id,
	    name) < 0)
		return -1;
	*ret_source = s;
	return 0;
}

int
sources_date(struct db *db, int64_t source_id, int32_t as_of, bool full,
    struct err *err)
{
	return db_run(db, full ? &source_date_full : &source_date, err, "ii",
	    source_id, (int64_t)as_of);
}

int
imports_add(struct db *db, const struct import_row *row, int64_t now,
    int64_t *ret_id, struct err *err)
{
	return db_get_int(db, &import_add, ret_id, err, "ititttitit",
	    row->source_id, mode(row->full), (int64_t)row->as_of, row->file,
	    row->hash, row->state, row->rows, row->summary, now, row->actor);
}

int
imports_alive(struct db *db, int64_t id, int64_t now, struct err *err)
{
	return db_run(db, &import_alive, err, "ii", id, now);
}

int
imports_end(struct db *db, int64_t id, const struct import_row *row,
    int64_t now, struct err *err)
{
	if (db_run(db, &import_end_others, err, "iiti", row->source_id, id,
	    row->hash, (int64_t)row->full) < 0)
		return -1;
	return db_run(db, &import_end, err, "iiti", id, row->rows,
	    row->summary, now);
}

static int
same(struct db *db, struct db_stmt *stmt, const struct import_row *row,
    struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, stmt, &q, err, "i", row->source_id);

	if (r <= 0)
		return r;
	r = strcmp(db_text(q, 0), row->hash) == 0 &&
	    strcmp(db_text(q, 1), mode(row->full)) == 0 &&
	    db_int(q, 2) == row->as_of;
	db_done(q);
	return r;
}

int
imports_is_last(struct db *db, const struct import_row *row, struct err *err)
{
	return same(db, &import_last, row, err);
}

int
imports_is_waiting(struct db *db, const struct import_row *row,
    struct err *err)
{
	return same(db, &import_waiting, row, err);
}

int
imports_waiting(struct db *db, int64_t company_id, struct err *err)
{
	int64_t n;

	if (db_get_int(db, &imports_waiting_count, &n, err, "i",
	    company_id) < 0)
		return -1;
	return (int)n;
}

int
imports_overtake(struct db *db, int64_t source_id, struct err *err)
{
	if (db_run(db, &import_overtake, err, "i", source_id) < 0)
		return -1;
	return (int)db_changes(db);
}
