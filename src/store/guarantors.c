#include "store/guarantors.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "store/accounts.h"
#include "store/events.h"

#include <jansson.h>
#include <string.h>

#define COLUMNS "g.id, g.company_id, g.account_id, g.item_id, g.name," \
	" g.kind, g.until, g.asked_on, g.note, g.made_at, g.ended_at"
#define N_COLUMNS 11
#define ITS_ITEM " LEFT JOIN item x ON x.id = g.item_id"
/* Instalments of one document are one debt. */
#define SAME "j.company_id = i.company_id AND j.source_id = i.source_id" \
	" AND j.document = i.document AND j.year = i.year"

/* clang-format off */
DB_STMT(guarantor_add,
    "INSERT INTO guarantor (company_id, account_id, item_id, name, kind,"
    " until, note, made_at, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8,"
    " $9) RETURNING id");
DB_STMT(guarantor_get, "SELECT " COLUMNS ", x.document FROM guarantor g"
    ITS_ITEM " WHERE g.id = $1 AND g.company_id = $2 AND g.ended_at IS NULL");
DB_STMT(guarantor_asked,
    "UPDATE guarantor SET asked_on = $2 WHERE id = $1");
DB_STMT(guarantor_end, "UPDATE guarantor SET ended_at = $2 WHERE id = $1");
DB_STMT(guarantor_each, "SELECT " COLUMNS ", x.document, a.code"
    " FROM guarantor g JOIN account a ON a.id = g.account_id" ITS_ITEM
    " WHERE g.company_id = $1"
    " AND ($2 = 0 OR g.account_id = $2)"
    " AND ($3 = 1 OR g.ended_at IS NULL) ORDER BY g.id");
DB_STMT(guarantor_items, "SELECT " COLUMNS ", i.document, a.code, i.id,"
    " (SELECT max(j.due) FROM item j WHERE " SAME "), i.created_at, u.login"
    " FROM guarantor g JOIN account a ON a.id = g.account_id"
    " JOIN item i ON i.account_id = g.account_id AND i.state = 'open'"
    " AND i.balance > 0 AND (g.item_id IS NULL OR EXISTS (SELECT 1"
    " FROM item j WHERE j.id = g.item_id AND " SAME "))"
    " LEFT JOIN users u ON u.id = a.owner_id"
    " WHERE g.company_id = $1 AND ($2 = 0 OR g.account_id = $2)"
    " AND g.ended_at IS NULL ORDER BY i.id, g.id");
/* clang-format on */

static int32_t
day_of(struct db_query *q, int col)
{
	return db_is_null(q, col) ? DATE_NONE : (int32_t)db_int(q, col);
}

static int64_t
of_day(int32_t day)
{
	return day == DATE_NONE ? CLOCK_NONE : day;
}

/* The first N_COLUMNS and the document; owner NULL: strings as long as the
 * row. */
static int
read_row(void *owner, struct db_query *q, struct guarantor *ret,
    struct err *err)
{
	struct guarantor g = { .id = db_int(q, 0), .company_id = db_int(q, 1),
	    .account_id = db_int(q, 2), .item_id = db_id(q, 3),
	    .name = db_text(q, 4), .until = day_of(q, 6),
	    .asked_on = day_of(q, 7), .note = db_text(q, 8),
	    .made_at = db_int(q, 9), .ended_at = db_int(q, 10),
	    .document = db_text(q, N_COLUMNS) };

	if (!guarantee_kind_parse(db_text(q, 5), &g.kind))
		return err_set(err, ERR_CORRUPT, "guarantor %lld is of no "
		    "known kind", (long long)g.id);
	if (owner != NULL) {
		g.name = mem_str(owner, g.name);
		g.note = mem_str(owner, g.note);
		g.document = mem_str(owner, g.document);
	}
	*ret = g;
	return 0;
}

static int
tell(struct db *db, const struct guarantor *g, const char *kind,
    const char *note, int64_t now, const char *actor, struct err *err)
{
	char until[DATE_TEXT_MAX], asked[DATE_TEXT_MAX];
	json_t *o = json_pack("{s:I, s:s, s:s, s:s*, s:s*, s:s*, s:s*}",
	    "guarantor", (json_int_t)g->id, "name", g->name, "kind",
	    guarantee_kind_name(g->kind), "item", g->document,
	    "until", g->until == DATE_NONE ? NULL : date_format(g->until,
	    until), "on", g->asked_on == DATE_NONE ? NULL :
	    date_format(g->asked_on, asked), "note", note);

	if (accounts_touch(db, g->account_id, err) < 0) {
		json_decref(o);
		return -1;
	}
	return events_append(db, g->company_id, g->account_id, now, kind,
	    actor, o, NULL, err);
}

int
guarantors_add(struct db *db, const struct guarantor *g, int64_t now,
    const char *actor, int64_t *ret_id, struct err *err)
{
	struct guarantor new = *g;

	db_want_tx(db, "guarantors_add");
	if (db_get_int(db, &guarantor_add, &new.id, err, "iiittitit",
	    g->company_id, g->account_id, db_or_null(g->item_id), g->name,
	    guarantee_kind_name(g->kind), of_day(g->until), g->note, now,
	    actor) < 0 || tell(db, &new, "guarantor-noted", g->note, now,
	    actor, err) < 0)
		return -1;
	*ret_id = new.id;
	return 0;
}

static int
get(void *owner, struct db *db, int64_t company_id, int64_t id,
    struct guarantor *ret, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &guarantor_get, &q, err, "ii", id,
	    company_id);

	if (r == 0)
		return err_set(err, ERR_PERM, "there is no guarantor %lld: see "
		    "dunlin guarantor list", (long long)id);
	if (r < 0)
		return -1;
	r = read_row(owner, q, ret, err);
	db_done(q);
	return r;
}

int
guarantors_asked(struct db *db, int64_t company_id, int64_t id, int32_t on,
    const char *note, int64_t now, const char *actor, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct guarantor g;

	db_want_tx(db, "guarantors_asked");
	if (get(tmp, db, company_id, id, &g, err) < 0 ||
	    db_run(db, &guarantor_asked, err, "ii", id, (int64_t)on) < 0)
		return -1;
	g.asked_on = on;
	return tell(db, &g, "guarantor-asked", note, now, actor, err);
}

int
guarantors_end(struct db *db, int64_t company_id, int64_t id,
    const char *note, int64_t now, const char *actor, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct guarantor g;

	db_want_tx(db, "guarantors_end");
	if (get(tmp, db, company_id, id, &g, err) < 0 ||
	    db_run(db, &guarantor_end, err, "ii", id, now) < 0)
		return -1;
	return tell(db, &g, "guarantor-ended", note, now, actor, err);
}

int
guarantors_each(struct db *db, int64_t company_id, int64_t account_id,
    bool ended, int (*fn)(const struct guarantor *g, void *arg), void *arg,
    struct err *err)
{
	struct db_query *q = db_query(db, &guarantor_each);
	struct guarantor g;
	int r;

	db_bind_int(q, 1, company_id);
	db_bind_int(q, 2, account_id);
	db_bind_int(q, 3, ended);
	while ((r = db_step(q, err)) > 0) {
		if (read_row(NULL, q, &g, err) < 0) {
			db_done(q);
			return -1;
		}
		g.account = db_text(q, N_COLUMNS + 1);
		if (fn(&g, arg) != 0) {
			db_done(q);
			return 0;
		}
	}
	return r;
}

int
guarantors_of_items(void *owner, struct db *db, int64_t company_id,
    int64_t account_id, struct guaranteed **ret_list, size_t *ret_n,
    struct err *err)
{
	struct db_query *q = db_query(db, &guarantor_items);
	struct guaranteed *list = NULL, *g;
	size_t n = 0;
	int r;

	db_bind_int(q, 1, company_id);
	db_bind_int(q, 2, account_id);
	while ((r = db_step(q, err)) > 0) {
		if ((n & (n + 1)) == 0)
			list = mem_grow(owner, list, struct guaranteed,
			    2 * (n + 1));
		g = &list[n++];
		if (read_row(owner, q, &g->by, err) < 0) {
			db_done(q);
			return -1;
		}
		g->document = g->by.document;
		g->by.account = mem_str(owner, db_text(q, N_COLUMNS + 1));
		g->item_id = db_int(q, N_COLUMNS + 2);
		g->due = (int32_t)db_int(q, N_COLUMNS + 3);
		g->item_since = db_int(q, N_COLUMNS + 4);
		g->owner = mem_str(owner, db_text(q, N_COLUMNS + 5));
	}
	*ret_list = list;
	*ret_n = n;
	return r;
}
