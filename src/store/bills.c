#include "store/bills.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/holds.h"

#include <string.h>

#define NEVER INT64_C(7258118400)	/* 2200: a person ends it */
#define COLUMNS "id, company_id, account_id, state, number, drawee," \
    " received_on, matures, amount, currency, made_at, made_by, note," \
    " look_at"

/* clang-format off */
DB_STMT(bill_add,
    "INSERT INTO bill (company_id, account_id, state, number, drawee,"
    " received_on, matures, amount, currency, made_at, made_by, note,"
    " look_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
    " $13) RETURNING id");
DB_STMT(bill_item_add,
    "INSERT INTO bill_item (bill_id, item_id, open)"
    " VALUES ($1, $2, $3)");
DB_STMT(bill_item_hold,
    "UPDATE bill_item SET hold_id = $3 WHERE bill_id = $1 AND item_id = $2");
DB_STMT(bill_get, "SELECT " COLUMNS " FROM bill WHERE id = $1");
DB_STMT(bill_active,
    "SELECT id FROM bill WHERE account_id = $1"
    " AND closed_at IS NULL ORDER BY matures, id");
DB_STMT(bill_items,
    "SELECT item_id, open, hold_id FROM bill_item WHERE bill_id = $1"
    " ORDER BY item_id");
DB_STMT(bill_state,
    "UPDATE bill SET state = $2, closed_at = $3, look_at = $4"
    " WHERE id = $1 AND state = $5");
DB_STMT(bill_unpaid,
    "SELECT count(*) FROM bill_item x JOIN item i ON i.id = x.item_id"
    " WHERE x.bill_id = $1 AND (i.state = 'open' OR i.paid IS NULL"
    " OR i.paid < $2)");
DB_STMT(bill_lines,
    "SELECT b.id, b.amount, b.matures, b.received_on, a.code, y.name,"
    " b.currency, b.number, b.drawee, b.note, b.state, (SELECT"
    " min(i.document) FROM bill_item x JOIN item i ON i.id = x.item_id"
    " WHERE x.bill_id = b.id), (SELECT count(*) FROM bill_item z"
    " WHERE z.bill_id = b.id)"
    " FROM bill b JOIN account a ON a.id = b.account_id"
    " JOIN party y ON y.id = a.party_id WHERE b.company_id = $1"
    " AND ($2 = 0 OR b.account_id = $2)"
    " AND ($3 = 1 OR b.closed_at IS NULL) ORDER BY b.matures, b.id");
/* clang-format on */

static int
tell(struct db *db, const struct bill *b, int64_t now, const char *kind,
    const char *actor, const char *why, struct err *err)
{
	char day[DATE_TEXT_MAX];
	json_t *j = json_pack("{s:I, s:s, s:s, s:I, s:s, s:s*, s:s*}", "bill",
	    (json_int_t)b->id, "state", bill_state_name(b->state), "matures",
	    date_format(b->matures, day), "amount", (json_int_t)b->amount,
	    "currency", b->cur, "number", b->number, "why", why);

	if (accounts_touch(db, b->account_id, err) < 0)
		return -1;
	return events_append(db, b->company_id, b->account_id, now, kind,
	    actor, j, NULL, err);
}

/* The parts of the items up to the bill's amount. */
static int
place(struct db *db, struct bill *b, int64_t review_at, int64_t now,
    const char *actor, struct err *err)
{
	struct hold_new h = { .company_id = b->company_id, .kind = HOLD_BILL,
	    .scope = SCOPE_ITEM, .account_id = b->account_id,
	    .review_at = review_at, .ends_at = CLOCK_NONE };
	int64_t left = b->amount, part;
	size_t i;

	for (i = 0; i < b->n_items; i++) {
		part = b->items[i].part > 0 ? b->items[i].part :
		    b->items[i].open;
		if (left < part)
			part = left;
		left -= part;
		if (part <= 0)
			continue;
		h.item_id = b->items[i].item_id;
		h.amount = part == b->items[i].open ? 0 : part;
		if (holds_place(db, &h, now, actor, &b->items[i].hold_id,
		    err) < 0 || db_run(db, &bill_item_hold, err, "iii",
		    b->id, h.item_id, b->items[i].hold_id) < 0)
			return -1;
	}
	return 0;
}

int
bills_add(struct db *db, struct bill *b, int64_t review_at, struct err *err)
{
	size_t i;

	db_want_tx(db, "bills_add");
	b->state = BILL_IS_RECEIVED;
	if (db_get_int(db, &bill_add, &b->id, err, "iitttiiititti",
	    b->company_id, b->account_id, bill_state_name(b->state),
	    b->number, b->drawee, (int64_t)b->received_on,
	    (int64_t)b->matures, b->amount, b->cur, b->made_at, b->made_by,
	    b->note, b->look_at) < 0)
		return -1;
	for (i = 0; i < b->n_items; i++)
		if (db_run(db, &bill_item_add, err, "iii", b->id,
		    b->items[i].item_id, b->items[i].open) < 0)
			return -1;
	if (place(db, b, review_at, b->made_at, b->made_by, err) < 0)
		return -1;
	return tell(db, b, b->made_at, "bill-received", b->made_by, b->note,
	    err);
}

static int
read_row(void *owner, struct db_query *q, struct bill **ret, struct err *err)
{
	struct bill *b = mem_new(owner, struct bill);

	b->id = db_int(q, 0);
	b->company_id = db_int(q, 1);
	b->account_id = db_int(q, 2);
	if (!bill_state_parse(db_text(q, 3), &b->state))
		return err_set(err, ERR_CORRUPT, "bill %lld: unknown state",
		    (long long)b->id);
	b->number = mem_str(b, db_text(q, 4));
	b->drawee = mem_str(b, db_text(q, 5));
	b->received_on = (int32_t)db_int(q, 6);
	b->matures = (int32_t)db_int(q, 7);
	b->amount = db_int(q, 8);
	memcpy(b->cur, db_text(q, 9), strnlen(db_text(q, 9),
	    MONEY_CUR_MAX - 1));
	b->made_at = db_int(q, 10);
	b->made_by = mem_str(b, db_text(q, 11));
	b->note = mem_str(b, db_text(q, 12));
	b->look_at = db_int(q, 13);
	*ret = b;
	return 0;
}

int
bills_get(void *owner, struct db *db, int64_t id, struct bill **ret_bill,
    struct err *err)
{
	struct bill *b = NULL;
	struct db_query *q;
	int r = db_get_maybe(db, &bill_get, &q, err, "i", id);

	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(err, ERR_PERM, "no bill %lld", (long long)id);
	r = read_row(owner, q, &b, err);
	db_done(q);
	if (r < 0 || covered_read(b, db, &bill_items, b->id,
	    &b->items, &b->n_items, err) < 0)
		return -1;
	*ret_bill = b;
	return 0;
}

int
bills_active(void *owner, struct db *db, int64_t account_id,
    struct bill ***ret_list, size_t *ret_n, struct err *err)
{
	struct bill **list;
	int64_t *ids;
	size_t n, i;

	if (covered_ids(owner, db, &bill_active, account_id, &ids, &n, err) < 0)
		return -1;
	list = mem_array(owner, struct bill *, n + 1);
	for (i = 0; i < n; i++)
		if (bills_get(owner, db, ids[i], &list[i], err) < 0)
			return -1;
	*ret_list = list;
	*ret_n = n;
	return 0;
}

int
bills_move(struct db *db, struct bill *b, enum bill_event ev, int64_t now,
    const char *actor, const char *why, struct err *err)
{
	enum bill_state was = b->state;
	bool over, was_over = machine_is_final(&bill_machine, (int)was);
	int next;

	db_want_tx(db, "bills_move");
	if (!machine_next(&bill_machine, (int)was, (int)ev, &next))
		return err_set(err, ERR_PERM, "bill %lld is %s: it cannot be "
		    "changed so (%s)", (long long)b->id,
		    bill_state_name(was), bill_machine.events[ev]);
	b->state = (enum bill_state)next;
	over = machine_is_final(&bill_machine, next);
	if (db_run(db, &bill_state, err, "itiit", b->id,
	    bill_state_name(b->state), over ? now : CLOCK_NONE, NEVER,
	    bill_state_name(was)) < 0)
		return -1;
	if (over && covered_release(db, b->items, b->n_items, now, actor,
	    bill_state_name(b->state), err) < 0)
		return -1;
	if (was_over && !over &&
	    place(db, b, CLOCK_NONE, now, actor, err) < 0)
		return -1;
	return tell(db, b, now, "bill-changed", actor, why, err);
}

int
bills_paid(struct db *db, const struct bill *b, bool *ret_paid,
    struct err *err)
{
	int64_t left;

	if (db_get_int(db, &bill_unpaid, &left, err, "ii", b->id,
	    (int64_t)b->matures) < 0)
		return -1;
	*ret_paid = left == 0;
	return 0;
}

struct lines {
	int (*fn)(const struct bill_line *l, void *arg);
	void *arg;
};

static int
line(struct db_query *q, void *arg)
{
	const struct lines *to = arg;
	struct bill_line l;

	l.id = db_int(q, 0);
	l.amount = db_int(q, 1);
	l.matures = (int32_t)db_int(q, 2);
	l.received_on = (int32_t)db_int(q, 3);
	l.account = db_text(q, 4);
	l.name = db_text(q, 5);
	l.cur = db_text(q, 6);
	l.number = db_text(q, 7);
	l.drawee = db_text(q, 8);
	l.note = db_text(q, 9);
	if (!bill_state_parse(db_text(q, 10), &l.state))
		l.state = BILL_IS_COUNT;
	l.document = db_text(q, 11);
	l.n_items = db_int(q, 12);
	return to->fn(&l, to->arg);
}

int
bills_each(struct db *db, int64_t company_id, int64_t account_id,
    bool ended, int (*fn)(const struct bill_line *l, void *arg), void *arg,
    struct err *err)
{
	struct lines to = { fn, arg };
	struct covered_list l = { company_id, account_id, ended, line, &to };

	return covered_each(db, &bill_lines, &l, err);
}
