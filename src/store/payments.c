#include "store/payments.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"

#include <stdio.h>
#include <string.h>

DB_STMT(payment_by_reference, "SELECT id, account_id, item_id, reference, "
	"amount, currency, value_date, state FROM payment "
	"WHERE company_id = $1 AND account_id = $2 AND source_id IS NULL "
	"AND reference = $3 ORDER BY id");
DB_STMT(payment_on_item, "SELECT i.balance - coalesce((SELECT sum(p.amount) "
	"FROM payment p WHERE p.item_id = i.id AND p.state = 'received' "
	"AND (p.provisional = 1 OR p.value_date > i.balance_as_of)), 0) "
	"FROM item i WHERE i.id = $1");
DB_STMT(payment_report, "INSERT INTO payment (company_id, account_id, "
	"item_id, reference, amount, currency, value_date, state, "
	"provisional, created_at) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7, 'received', 1, $8) "
	"RETURNING id");
DB_STMT(payment_reverse, "UPDATE payment SET state = 'reversed', "
	"reversed_on = $2 WHERE id = $1 AND state = 'received'");
DB_STMT(payment_supersede, "UPDATE payment SET state = 'superseded' "
	"WHERE id = $1 AND state = 'received'");
DB_STMT(payment_ledger_drop, "UPDATE payment SET state = 'reversed', "
	"reversed_on = $3 WHERE item_id = $1 AND source_id = $2 AND state = 'received'");
DB_STMT(payment_ledger_put, "INSERT INTO payment (company_id, source_id, "
	"account_id, item_id, reference, amount, currency, value_date, "
	"state, created_at) "
	"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'received', $9) "
	"ON CONFLICT (company_id, source_id, reference, item_id) "
	"DO UPDATE SET account_id = excluded.account_id, "
	"amount = excluded.amount, currency = excluded.currency, "
	"state = 'received', reversed_on = NULL");
DB_STMT(payment_provisional, "SELECT p.id, p.account_id, p.item_id, "
	"p.reference, p.amount, p.currency, p.value_date, i.source_id, "
	"i.document, i.year, i.line "
	"FROM payment p LEFT JOIN item i ON i.id = p.item_id "
	"WHERE p.company_id = $1 AND p.provisional = 1 "
	"AND p.state = 'received' AND p.value_date <= $3 "
	"AND (i.source_id = $2 OR (p.item_id IS NULL AND EXISTS "
	"(SELECT 1 FROM item x WHERE x.account_id = p.account_id "
	"AND x.source_id = $2))) ORDER BY p.id");

DB_STMT(payment_nobody_find, "SELECT id FROM payment "
	"WHERE company_id = $1 AND source_id = $2 AND reference = $3 "
	"AND account_id IS NULL AND amount = $4 AND currency = $5 "
	"AND state = 'received' LIMIT 1");
DB_STMT(payment_nobody_put, "UPDATE payment SET amount = $4, currency = $5, "
	"value_date = $6, state = 'received' WHERE company_id = $1 "
	"AND source_id = $2 AND reference = $3 AND account_id IS NULL");
DB_STMT(payment_nobody_add, "INSERT INTO payment (company_id, source_id, "
	"reference, amount, currency, value_date, state, created_at) "
	"VALUES ($1, $2, $3, $4, $5, $6, 'received', $7)");
DB_STMT(payment_nobody_count, "SELECT count(*) FROM payment "
	"WHERE company_id = $1 AND source_id = $2 AND account_id IS NULL "
	"AND state = 'received'");
DB_STMT(payment_nobody_drop, "UPDATE payment SET state = 'superseded' "
	"WHERE company_id = $1 AND source_id = $2 AND account_id IS NULL "
	"AND state = 'received'");

int
payments_find(void *owner, struct db *db, int64_t company_id,
    int64_t account_id, const char *reference, struct payment_row *list,
    size_t max, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &payment_by_reference);
	struct payment_row *row;
	size_t n = 0;
	int r;

	db_bind_int(q, 1, company_id);
	db_bind_int(q, 2, account_id);
	db_bind_text(q, 3, reference);
	while ((r = db_step(q, err)) == 1 && n < max) {
		row = &list[n++];
		memset(row, 0, sizeof(*row));
		row->id = db_int(q, 0);
		row->account_id = db_int(q, 1);
		row->item_id = db_id(q, 2);
		row->reference = mem_str(owner, db_text(q, 3));
		row->amount = db_int(q, 4);
		snprintf(row->cur, sizeof(row->cur), "%s", db_text(q, 5));
		row->value_date = (int32_t)db_int(q, 6);
		row->received = strcmp(db_text(q, 7), "received") == 0;
	}
	if (r == 1)
		db_done(q);
	*ret_n = n;
	return r < 0 ? -1 : 0;
}

int
payments_open(struct db *db, int64_t item_id, int64_t *ret_open,
    struct err *err)
{
	return db_get_int(db, &payment_on_item, ret_open, err, "i", item_id);
}

int
payments_report(struct db *db, int64_t company_id, struct payment_row *row,
    int64_t now, struct err *err)
{
	row->received = true;
	return db_get_int(db, &payment_report, &row->id, err, "iiititii",
	    company_id, row->account_id, db_or_null(row->item_id),
	    row->reference, row->amount, row->cur, (int64_t)row->value_date,
	    now);
}

int
payments_reverse(struct db *db, int64_t payment_id, int32_t on,
    struct err *err)
{
	return db_run(db, &payment_reverse, err, "ii", payment_id,
	    (int64_t)on);
}

int
payments_supersede(struct db *db, int64_t payment_id, struct err *err)
{
	return db_run(db, &payment_supersede, err, "i", payment_id);
}

int
payments_ledger(struct db *db, int64_t company_id, int64_t source_id,
    int64_t account_id, int64_t item_id, int32_t value_date, int64_t amount,
    const char *cur, int32_t as_of, int64_t now, struct err *err)
{
	char day[DATE_TEXT_MAX], reference[32];

	if (db_run(db, &payment_ledger_drop, err, "iii", item_id,
	    source_id, (int64_t)as_of) < 0)
		return -1;
	if (amount == 0 || value_date == DATE_NONE)
		return 0;
	snprintf(reference, sizeof(reference), "paid %s",
	    date_format(value_date, day));
	return db_run(db, &payment_ledger_put, err, "iiiititii", company_id,
	    source_id, account_id, item_id, reference, amount, cur,
	    (int64_t)value_date, now);
}

int
payments_is_unidentified(struct db *db, int64_t company_id,
    int64_t source_id, const struct payment_row *p, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &payment_nobody_find, &q, err, "iitit",
	    company_id, source_id, p->reference, p->amount, p->cur);

	if (r == 1)
		db_done(q);
	return r;
}

int
payments_unidentified(struct db *db, int64_t company_id, int64_t source_id,
    const struct payment_row *p, int64_t now, struct err *err)
{
	if (db_run(db, &payment_nobody_put, err, "iititi", company_id,
	    source_id, p->reference, p->amount, p->cur,
	    (int64_t)p->value_date) < 0)
		return -1;
	if (db_changes(db) > 0)
		return 0;
	return db_run(db, &payment_nobody_add, err, "iititii", company_id,
	    source_id, p->reference, p->amount, p->cur,
	    (int64_t)p->value_date, now);
}

int
payments_count_unidentified(struct db *db, int64_t company_id,
    int64_t source_id, int64_t *ret_n, struct err *err)
{
	return db_get_int(db, &payment_nobody_count, ret_n, err, "ii",
	    company_id, source_id);
}

int
payments_drop_unidentified(struct db *db, int64_t company_id,
    int64_t source_id, struct err *err)
{
	return db_run(db, &payment_nobody_drop, err, "ii", company_id,
	    source_id);
}

int
payments_each_provisional(struct db *db, int64_t company_id,
    int64_t source_id, int32_t value_date,
    int (*fn)(const struct payment_row *p, void *arg), void *arg,
    struct err *err)
{
	struct db_query *q = db_query(db, &payment_provisional);
	struct payment_row row;
	int r;

	db_bind_int(q, 1, company_id);
	db_bind_int(q, 2, source_id);
	db_bind_int(q, 3, value_date);
	while ((r = db_step(q, err)) == 1) {
		memset(&row, 0, sizeof(row));
		row.id = db_int(q, 0);
		row.account_id = db_int(q, 1);
		row.item_id = db_id(q, 2);
		row.reference = db_text(q, 3);
		row.amount = db_int(q, 4);
		snprintf(row.cur, sizeof(row.cur), "%s", db_text(q, 5));
		row.value_date = (int32_t)db_int(q, 6);
		row.received = true;
		row.item_source_id = db_id(q, 7);
		row.document = db_text(q, 8);
		row.year = (int32_t)db_id(q, 9);
		row.line = (int32_t)db_id(q, 10);
		if (fn(&row, arg) != 0) {
			db_done(q);
			return 0;
		}
	}
	return r;
}
