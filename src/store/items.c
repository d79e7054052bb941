#include "store/items.h"

#include "base/clock.h"
#include "core/date.h"

#include <stdio.h>
#include <string.h>

#define ITEM_COLUMNS "id, account_id, kind, state, issued, due, paid, " \
	"amount, balance, currency, balance_as_of, disputed, blocked"

DB_STMT(item_find, "SELECT " ITEM_COLUMNS " FROM item "
	"WHERE company_id = $1 AND source_id = $2 AND document = $3 "
	"AND year = $4 AND line = $5");
DB_STMT(item_add, "INSERT INTO item (company_id, source_id, document, year, "
	"line, account_id, kind, state, issued, due, paid, amount, balance, "
	"currency, balance_as_of, disputed, created_at, closed_at, "
	"closed_why, blocked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
	"$10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) "
	"RETURNING id");
DB_STMT(item_put, "UPDATE item SET account_id = $2, kind = $3, state = $4, "
	"issued = $5, due = $6, paid = $7, amount = $8, balance = $9, "
	"currency = $10, balance_as_of = $11, disputed = $12, "
	"closed_at = $13, closed_why = $14, blocked = $15 WHERE id = $1");
DB_STMT(item_date, "UPDATE item SET balance_as_of = $2 WHERE id = $1");
/* "+ 0" keeps SQLite from the index of the identity: it would read all. */
DB_STMT(item_date_range, "UPDATE item SET balance_as_of = $3 "
	"WHERE company_id + 0 = $1 AND source_id + 0 = $2 AND state = 'open' "
	"AND balance_as_of < $3 AND id BETWEEN $4 AND $5");
DB_STMT(item_last, "SELECT coalesce(max(id), 0) FROM item");
DB_STMT(item_open_of_source, "SELECT " ITEM_COLUMNS ", document, year, line "
	"FROM item WHERE company_id = $1 AND source_id = $2 "
	"AND state = 'open'");
DB_STMT(item_of_account, "SELECT " ITEM_COLUMNS " FROM item "
	"WHERE account_id = $1 AND document = $2 AND state = 'open' "
	"ORDER BY id LIMIT 2");
DB_STMT(item_currency, "SELECT min(currency), max(currency) FROM item "
	"WHERE account_id = $1 AND state = 'open'");
DB_STMT(item_move_holds, "UPDATE hold SET account_id = $2 "
	"WHERE item_id = $1 AND released_at IS NULL");
DB_STMT(item_move_payments, "UPDATE payment SET account_id = $2 "
	"WHERE item_id = $1");
DB_STMT(item_hold, "SELECT id FROM hold WHERE account_id = $1 "
	"AND item_id = $2 AND kind = $4 AND placed_by = $3 "
	"AND released_at IS NULL ORDER BY id LIMIT 1");

static int64_t
to_null(int32_t day)
{
	return day == DATE_NONE ? CLOCK_NONE : day;
}

static int32_t
day(struct db_query *q, int col)
{
	return db_is_null(q, col) ? DATE_NONE : (int32_t)db_int(q, col);
}

static void
fetch(struct db_query *q, struct item_row *row)
{
	memset(row, 0, sizeof(*row));
	row->id = db_int(q, 0);
	row->account_id = db_int(q, 1);
	item_kind_parse(db_text(q, 2), &row->kind);
	item_state_parse(db_text(q, 3), &row->state);
	row->issued = day(q, 4);
	row->due = day(q, 5);
	row->paid = day(q, 6);
	row->amount = db_int(q, 7);
	row->balance = db_int(q, 8);
	snprintf(row->cur, sizeof(row->cur), "%s", db_text(q, 9));
	row->as_of = day(q, 10);
	row->disputed = db_int(q, 11) != 0;
	snprintf(row->blocked, sizeof(row->blocked), "%s", db_text(q, 12));
}

int
items_find(struct db *db, int64_t company_id, int64_t source_id,
    const struct item_key *key, struct item_row *ret_item, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &item_find, &q, err, "iitii", company_id,
	    source_id, key->document, (int64_t)key->year,
	    (int64_t)key->line);

	if (r <= 0)
		return r;
	fetch(q, ret_item);
	db_done(q);
	return 1;
}

int
items_add(struct db *db, int64_t company_id, int64_t source_id,
    const struct item_key *key, const struct item_row *row, int64_t now,
    const char *closed_why, int64_t *ret_id, struct err *err)
{
	return db_get_int(db, &item_add, ret_id, err, "iitiiittiiiiitiiiitt",
	    company_id,
	    source_id, key->document, (int64_t)key->year, (int64_t)key->line,
	    row->account_id, item_kind_name(row->kind),
	    item_state_name(row->state), to_null(row->issued),
	    (int64_t)row->due, to_null(row->paid), row->amount, row->balance,
	    row->cur, (int64_t)row->as_of, (int64_t)row->disputed, now,
	    row->state == ITEM_IS_OPEN ? CLOCK_NONE : now, closed_why,
	    row->blocked);
}

int
items_put(struct db *db, const struct item_row *row, int64_t now,
    const char *closed_why, struct err *err)
{
	return db_run(db, &item_put, err, "iittiiiiitiiitt", row->id,
	    row->account_id, item_kind_name(row->kind),
	    item_state_name(row->state), to_null(row->issued),
	    (int64_t)row->due, to_null(row->paid), row->amount, row->balance,
	    row->cur, (int64_t)row->as_of, (int64_t)row->disputed,
	    row->state == ITEM_IS_OPEN ? CLOCK_NONE : now, closed_why,
	    row->blocked);
}

int
items_date(struct db *db, int64_t item_id, int32_t as_of, struct err *err)
{
	return db_run(db, &item_date, err, "ii", item_id, (int64_t)as_of);
}

int
items_date_range(struct db *db, int64_t company_id, int64_t source_id,
    int32_t as_of, int64_t from_id, int64_t to_id, struct err *err)
{
	return db_run(db, &item_date_range, err, "iiiii", company_id,
	    source_id, (int64_t)as_of, from_id, to_id);
}

int
items_last(struct db *db, int64_t *ret_id, struct err *err)
{
	return db_get_int(db, &item_last, ret_id, err, "");
}

int
items_each_open(struct db *db, int64_t company_id, int64_t source_id,
    int (*fn)(const struct item_key *key, const struct item_row *row,
    void *arg), void *arg, struct err *err)
{
	struct db_query *q = db_query(db, &item_open_of_source);
	struct item_row row;
	struct item_key key;
	int r;

	db_bind_int(q, 1, company_id);
	db_bind_int(q, 2, source_id);
	while ((r = db_step(q, err)) == 1) {
		fetch(q, &row);
		key.document = db_text(q, 13);
		key.year = (int32_t)db_int(q, 14);
		key.line = (int32_t)db_int(q, 15);
		if (fn(&key, &row, arg) != 0) {
			db_done(q);
			return 0;
		}
	}
	return r;
}

int
items_of_account(struct db *db, int64_t account_id, const char *document,
    struct item_row *ret_item, struct err *err)
{
	struct db_query *q = db_query(db, &item_of_account);
	struct item_row row;
	int r;

	db_bind_int(q, 1, account_id);
	db_bind_text(q, 2, document);
	if ((r = db_step(q, err)) <= 0)
		return r;
	fetch(q, &row);
	r = db_step(q, err);
	db_done(q);
	if (r < 0)
		return -1;
	if (r == 1)
		return err_set(err, ERR_PERM, "several open items of this "
		    "account have the number '%.60s'", document);
	*ret_item = row;
	return 1;
}

int
items_currency(struct db *db, int64_t account_id,
    char ret_cur[MONEY_CUR_MAX], struct err *err)
{
	struct db_query *q;
	int r;

	if (db_get(db, &item_currency, &q, err, "i", account_id) < 0)
		return -1;
	r = db_is_null(q, 0) ? 0 : 1;
	if (r == 1 && strcmp(db_text(q, 0), db_text(q, 1)) != 0)
		r = 2;
	if (r == 1)
		snprintf(ret_cur, MONEY_CUR_MAX, "%s", db_text(q, 0));
	db_done(q);
	return r;
}

int
items_move(struct db *db, int64_t item_id, int64_t account_id,
    struct err *err)
{
	if (db_run(db, &item_move_holds, err, "ii", item_id, account_id) < 0)
		return -1;
	return db_run(db, &item_move_payments, err, "ii", item_id,
	    account_id);
}

int
items_hold(struct db *db, int64_t account_id, int64_t item_id,
    enum hold_kind kind, const char *actor, int64_t *ret_hold_id,
    struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &item_hold, &q, err, "iitt", account_id,
	    item_id, actor, hold_name(kind));

	if (r <= 0)
		return r;
	*ret_hold_id = db_int(q, 0);
	db_done(q);
	return 1;
}
