#include "store/entries.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"

#include <stdint.h>
#include <string.h>

/* clang-format off */
DB_STMT(entry_get, "SELECT " ENTRY_COLUMNS " FROM entry e WHERE e.id = $1");
DB_STMT(entry_of_account, "SELECT " ENTRY_COLUMNS " FROM entry e "
    "WHERE e.account_id = $1 ORDER BY e.id");
DB_STMT(entry_list, "SELECT " ENTRY_COLUMNS " FROM entry e WHERE "
    ENTRY_IN_CALENDAR " AND e.ended_at IS NULL"
    " ORDER BY COALESCE(e.day, e.due_at / 86400), e.id LIMIT $4");
DB_STMT(entry_changed_at, "SELECT COALESCE(max(changed_at), 0) FROM entry"
    " WHERE company_id = $1");
/* clang-format on */

void
entries_row(void *owner, struct db_query *q, int col, struct entry_facts *f)
{
	const char *cur = db_text(q, col + 14);

	memset(f, 0, sizeof(*f));
	f->id = db_int(q, col);
	f->company_id = db_int(q, col + 1);
	f->account_id = db_id(q, col + 2);
	entry_kind_parse(db_text(q, col + 3), &f->kind);
	f->ref = db_int(q, col + 4);
	f->uid = mem_str(owner, db_text(q, col + 5));
	f->owner = mem_str(owner, db_text(q, col + 6));
	f->account = mem_str(owner, db_text(q, col + 7));
	f->name = mem_str(owner, db_text(q, col + 8));
	f->day = db_is_null(q, col + 9) ? DATE_NONE :
	    (int32_t)db_int(q, col + 9);
	f->due = db_int(q, col + 10);
	f->state = mem_str(owner, db_text(q, col + 11));
	f->severity = (int)db_int(q, col + 12);
	f->amount = money_zero(cur == NULL ? "XXX" : cur);
	f->amount.minor = db_int(q, col + 13);
	f->document = mem_str(owner, db_text(q, col + 15));
	f->n_documents = (int)db_int(q, col + 16);
	f->title = mem_str(owner, db_text(q, col + 17));
	f->note = mem_str(owner, db_text(q, col + 18));
	f->sequence = (int)db_int(q, col + 19);
	f->created = db_int(q, col + 20);
	f->changed = db_int(q, col + 21);
	f->ended = db_int(q, col + 22);
}

int
entries_get(void *owner, struct db *db, int64_t id,
    struct entry_facts **ret_entry, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &entry_get, &q, err, "i", id);

	if (r <= 0)
		return r;
	*ret_entry = mem_new(owner, struct entry_facts);
	entries_row(*ret_entry, q, 0, *ret_entry);
	db_done(q);
	return 1;
}

static int
each(struct db_query *q, int (*fn)(const struct entry_facts *f, void *arg),
    void *arg, struct err *err)
{
	struct entry_facts *f;
	int r = 0, stop = 0;

	while (stop == 0 && (r = db_step(q, err)) > 0) {
		f = mem_new(NULL, struct entry_facts);
		entries_row(f, q, 0, f);
		stop = fn(f, arg);
		talloc_free(f);
	}
	if (stop != 0)
		db_done(q);
	return stop != 0 ? 0 : r;
}

int
entries_each(struct db *db, const struct entries_of *of, size_t max,
    int (*fn)(const struct entry_facts *f, void *arg), void *arg,
    struct err *err)
{
	struct db_query *q = db_query(db, &entry_list);

	db_bind_int(q, 1, of->company_id);
	db_bind_text(q, 2, of->owner);
	db_bind_text(q, 3, of->others);
	db_bind_int(q, 4, (int64_t)max);
	return each(q, fn, arg, err);
}

int
entries_of_account(struct db *db, int64_t account_id,
    int (*fn)(const struct entry_facts *f, void *arg), void *arg,
    struct err *err)
{
	struct db_query *q = db_query(db, &entry_of_account);

	db_bind_int(q, 1, account_id);
	return each(q, fn, arg, err);
}

int
entries_changed_at(struct db *db, int64_t company_id, int64_t *ret_at,
    struct err *err)
{
	return db_get_int(db, &entry_changed_at, ret_at, err, "i",
	    company_id);
}
