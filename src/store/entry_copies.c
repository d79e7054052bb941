#include "store/entry_copies.h"

#include "base/clock.h"
#include "base/mem.h"

#include <string.h>

#define COPY_COLUMNS "c.id, c.href, c.etag, c.sequence, c.said, c.theirs, " \
	"c.trying, c.tried, c.tries"
#define WORK "SELECT " ENTRY_COLUMNS ", " COPY_COLUMNS
#define BY_DAY " ORDER BY COALESCE(e.day, e.due_at / 86400), e.id LIMIT $6"

/* Of who was erased nothing is kept that a server still has. */
#define NOT_ERASED "CAST($6 AS TEXT) IS NOT NULL AND NOT EXISTS (SELECT 1 " \
	"FROM entry e JOIN account a ON a.id = e.account_id JOIN erasure x " \
	"ON x.party_id = a.party_id AND x.sealed = 1 " \
	"WHERE e.id = entry_copy.entry_id)"

/* clang-format off */
DB_STMT(copy_puts, WORK
    " FROM entry e LEFT JOIN entry_copy c ON c.entry_id = e.id"
    " AND c.calendar = $4 WHERE " ENTRY_IN_CALENDAR
    " AND ((c.id IS NULL AND e.ended_at IS NULL)"
    " OR (c.id IS NOT NULL AND c.trying IS NULL AND c.next_at <= $5"
    " AND c.declined < e.sequence AND (e.ended_at IS NULL"
    " OR (e.kind = 'task' AND c.etag IS NOT NULL AND e.ended_at > $5 - $7))"
    " AND (c.etag IS NULL OR c.sequence <> e.sequence OR c.form <> $8)))"
    BY_DAY);
DB_STMT(copy_deletes, WORK
    " FROM entry_copy c JOIN entry e ON e.id = c.entry_id"
    " WHERE c.company_id = $1 AND c.calendar = $4 AND c.etag IS NOT NULL"
    " AND c.trying IS NULL AND c.next_at <= $5"
    " AND ((e.ended_at IS NOT NULL AND e.kind <> 'task')"
    " OR e.ended_at <= $5 - $7 OR NOT (" ENTRY_IN_CALENDAR "))" BY_DAY);
DB_STMT(copy_trying, WORK
    " FROM entry_copy c JOIN entry e ON e.id = c.entry_id"
    " WHERE c.company_id = $1 AND c.calendar = $2 AND c.trying IS NOT NULL"
    " ORDER BY c.id LIMIT $3");
DB_STMT(copy_get, WORK
    " FROM entry_copy c JOIN entry e ON e.id = c.entry_id WHERE c.id = $1");
DB_STMT(copy_add,
    "INSERT INTO entry_copy (entry_id, company_id, calendar, href, sequence,"
    " form, declined, trying, tried) VALUES ($1, $2, $3, $4, -1, '', -1,"
    " 'put', $5) RETURNING id");
DB_STMT(copy_try,
    "UPDATE entry_copy SET trying = $2, tried = $3 WHERE id = $1");
DB_STMT(copy_done,
    "UPDATE entry_copy SET etag = $2, sequence = $3, form = $4, said = $5,"
    " theirs = CASE WHEN " NOT_ERASED " THEN $6 END, declined = -1,"
    " trying = NULL, tried = NULL, tries = 0, next_at = 0, why = NULL"
    " WHERE id = $1");
DB_STMT(copy_gone,
    "UPDATE entry_copy SET etag = NULL, sequence = -1, said = NULL,"
    " theirs = NULL, declined = $2, trying = NULL, tried = NULL, tries = 0,"
    " next_at = 0, why = NULL WHERE id = $1");
DB_STMT(copy_as_was,
    "UPDATE entry_copy SET trying = NULL, tried = NULL, tries = tries + 1,"
    " next_at = $2, why = $3 WHERE id = $1");
DB_STMT(copy_held,
    "UPDATE entry_copy SET etag = $2, trying = NULL, tried = NULL,"
    " next_at = 253402300799, why = $3 WHERE id = $1");
DB_STMT(copy_href, "UPDATE entry_copy SET href = $2 WHERE id = $1");
DB_STMT(copy_list,
    "SELECT id, href, etag FROM entry_copy WHERE company_id = $1"
    " AND calendar = $2 ORDER BY href");
DB_STMT(copy_find,
    "SELECT id, href, etag FROM entry_copy WHERE company_id = $1"
    " AND calendar = $2 AND href = $3");
DB_STMT(calendar_get,
    "SELECT source, url, token, next_at, failing_since, failures"
    " FROM calendar WHERE company_id = $1 AND name = $2");
DB_STMT(calendar_put,
    "INSERT INTO calendar (company_id, name, source, url, token, next_at,"
    " failing_since, failures, why) VALUES ($1, $2, $3, $4, $5, $6, $7, $8,"
    " $9) ON CONFLICT (company_id, name) DO UPDATE SET source = $3,"
    " url = $4, token = $5, next_at = $6, failing_since = $7, failures = $8,"
    " why = $9");
DB_STMT(calendar_forget,
    "DELETE FROM entry_copy WHERE company_id = $1 AND calendar = $2");
DB_STMT(calendar_due, "SELECT min(next_at) FROM calendar");
/* clang-format on */

static struct db_stmt *const by_verb[] = {
	[COPY_PUT] = &copy_puts,
	[COPY_DELETE] = &copy_deletes,
	[COPY_SETTLE] = &copy_trying,
};

static void
copy_row(void *owner, struct db_query *q, int col, struct entry_copy *c)
{
	const char *trying = db_text(q, col + 6);

	c->id = db_is_null(q, col) ? 0 : db_int(q, col);
	c->href = mem_str(owner, db_text(q, col + 1));
	c->etag = mem_str(owner, db_text(q, col + 2));
	c->sequence = c->id == 0 ? -1 : (int)db_int(q, col + 3);
	c->said = mem_str(owner, db_text(q, col + 4));
	c->theirs = mem_str(owner, db_text(q, col + 5));
	c->trying = trying != NULL && strcmp(trying, "delete") == 0 ?
	    COPY_DELETE : COPY_PUT;
	c->tried = mem_str(owner, db_text(q, col + 7));
	c->tries = c->id == 0 ? 0 : (int)db_int(q, col + 8);
}

static void
bind(struct db_query *q, const struct copies_of *c, enum copy_verb verb,
    int64_t now, size_t max)
{
	bool settle = verb == COPY_SETTLE;

	db_bind_int(q, 1, c->of.company_id);
	db_bind_text(q, settle ? 2 : 4, c->calendar);
	db_bind_int(q, settle ? 3 : 6, (int64_t)max);
	if (settle)
		return;
	db_bind_text(q, 2, c->of.owner);
	db_bind_text(q, 3, c->of.others);
	db_bind_int(q, 5, now);
	db_bind_int(q, 7, COPY_KEEP_DONE);
	if (verb == COPY_PUT)
		db_bind_text(q, 8, c->form);
}

int
copies_work(void *owner, struct db *db, const struct copies_of *c,
    enum copy_verb verb, int64_t now, size_t max,
    struct copy_work **ret_list, size_t *ret_n, struct err *err)
{
	struct copy_work *list = mem_array(owner, struct copy_work, max);
	struct db_query *q = db_query(db, by_verb[verb]);
	size_t n = 0;
	int r = 0;

	bind(q, c, verb, now, max);
	while (n < max && (r = db_step(q, err)) > 0) {
		list[n].verb = verb;
		entries_row(list, q, 0, &list[n].entry);
		copy_row(list, q, ENTRY_N_COLUMNS, &list[n].copy);
		if (list[n].copy.id == 0)
			list[n].copy.href = mem_fmt(list, "%s.ics",
			    list[n].entry.uid);
		n++;
	}
	if (n == max)
		db_done(q);
	if (r < 0)
		return -1;
	*ret_list = list;
	*ret_n = n;
	return 0;
}

int
copies_any(struct db *db, const struct copies_of *c, int64_t now,
    bool *ret_any, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct copy_work *list;
	size_t n = 0;
	int v;

	for (v = COPY_PUT; v <= COPY_SETTLE && n == 0; v++)
		if (copies_work(tmp, db, c, (enum copy_verb)v, now, 1, &list,
		    &n, err) < 0)
			return -1;
	*ret_any = n > 0;
	return 0;
}

int
copies_get(void *owner, struct db *db, int64_t id,
    struct copy_work **ret_work, struct err *err)
{
	struct db_query *q;
	struct copy_work *w;
	int r = db_get_maybe(db, &copy_get, &q, err, "i", id);

	if (r <= 0)
		return r;
	w = mem_new(owner, struct copy_work);
	entries_row(w, q, 0, &w->entry);
	copy_row(w, q, ENTRY_N_COLUMNS, &w->copy);
	db_done(q);
	*ret_work = w;
	return 1;
}

int
copies_try(struct db *db, const struct copies_of *c, struct copy_work *w,
    const char *tried, struct err *err)
{
	db_want_tx(db, "copies_try");
	if (w->copy.id != 0)
		return db_run(db, &copy_try, err, "itt", w->copy.id,
		    w->verb == COPY_DELETE ? "delete" : "put", tried);
	return db_get_int(db, &copy_add, &w->copy.id, err, "iittt",
	    w->entry.id, c->of.company_id, c->calendar, w->copy.href, tried);
}

int
copies_done(struct db *db, const struct copy_done *d, struct err *err)
{
	db_want_tx(db, "copies_done");
	return db_run(db, &copy_done, err, "itittt", d->id, d->etag, (int64_t)d->sequence, d->form, d->said,
	    d->theirs);
}

int
copies_gone(struct db *db, int64_t id, int declined, struct err *err)
{
	db_want_tx(db, "copies_gone");
	return db_run(db, &copy_gone, err, "ii", id, (int64_t)declined);
}

int
copies_as_was(struct db *db, int64_t id, int64_t next_at, const char *why,
    struct err *err)
{
	db_want_tx(db, "copies_as_was");
	return db_run(db, &copy_as_was, err, "iit", id, next_at, why);
}

int
copies_held(struct db *db, int64_t id, const char *etag, const char *why,
    struct err *err)
{
	db_want_tx(db, "copies_held");
	return db_run(db, &copy_held, err, "itt", id, etag, why);
}

int
copies_set_href(struct db *db, int64_t id, const char *href, struct err *err)
{
	db_want_tx(db, "copies_set_href");
	return db_run(db, &copy_href, err, "it", id, href);
}

static void
there_row(void *owner, struct db_query *q, struct copy_there *ret)
{
	ret->id = db_int(q, 0);
	ret->href = mem_str(owner, db_text(q, 1));
	ret->etag = mem_str(owner, db_text(q, 2));
	ret->seen = false;
}

int
copies_find(void *owner, struct db *db, const struct copies_of *c,
    const char *href, struct copy_there **ret_copy, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &copy_find, &q, err, "itt",
	    c->of.company_id, c->calendar, href);

	*ret_copy = NULL;
	if (r <= 0)
		return r;
	*ret_copy = mem_new(owner, struct copy_there);
	there_row(*ret_copy, q, *ret_copy);
	db_done(q);
	return 0;
}

int
copies_list(void *owner, struct db *db, const struct copies_of *c,
    struct copy_there **ret_list, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &copy_list);
	struct copy_there *list = NULL;
	size_t n = 0;
	int r;

	db_bind_int(q, 1, c->of.company_id);
	db_bind_text(q, 2, c->calendar);
	while ((r = db_step(q, err)) > 0) {
		if ((n & (n - 1)) == 0)
			list = mem_grow(owner, list, struct copy_there,
			    n == 0 ? 1 : n * 2);
		there_row(owner, q, &list[n++]);
	}
	if (r < 0)
		return -1;
	*ret_list = list;
	*ret_n = n;
	return 0;
}

int
calendars_get(void *owner, struct db *db, int64_t company_id,
    const char *name, struct calendar_row *ret, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &calendar_get, &q, err, "it", company_id,
	    name);

	if (r <= 0)
		return r;
	ret->source = mem_str(owner, db_text(q, 0));
	ret->url = mem_str(owner, db_text(q, 1));
	ret->token = mem_str(owner, db_text(q, 2));
	ret->next_at = db_int(q, 3);
	ret->failing_since = db_int(q, 4);
	ret->failures = (int)db_int(q, 5);
	db_done(q);
	return 1;
}

int
calendars_put(struct db *db, int64_t company_id, const char *name,
    const struct calendar_row *row, const char *why, struct err *err)
{
	db_want_tx(db, "calendars_put");
	return db_run(db, &calendar_put, err, "ittttiiit", company_id, name,
	    row->source, row->url, row->token, row->next_at,
	    row->failing_since, (int64_t)row->failures, why);
}

int
calendars_forget(struct db *db, int64_t company_id, const char *name,
    struct err *err)
{
	db_want_tx(db, "calendars_forget");
	return db_run(db, &calendar_forget, err, "it", company_id, name);
}

int
calendars_due(struct db *db, int64_t *ret_at, struct err *err)
{
	return db_get_int(db, &calendar_due, ret_at, err, "");
}
