#include "store/promises.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/holds.h"

#include <string.h>

#define COLUMNS "id, company_id, account_id, payplan_id, state, made_at," \
    " made_on, day, amount, currency, made_by, inbox_id, contact_id, note," \
    " look_at, tell, paid, by_bill, matures"

/* clang-format off */
DB_STMT(promise_add,
    "INSERT INTO promise (company_id, account_id, payplan_id, state,"
    " made_at, made_on, day, amount, currency, made_by, inbox_id,"
    " contact_id, note, look_at, tell, by_bill, matures) VALUES ($1, $2, $3,"
    " $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
    " RETURNING id");
DB_STMT(promise_item_add,
    "INSERT INTO promise_item (promise_id, item_id, open)"
    " VALUES ($1, $2, $3)");
DB_STMT(promise_get, "SELECT " COLUMNS " FROM promise WHERE id = $1");
DB_STMT(promise_active,
    "SELECT id FROM promise WHERE account_id = $1"
    " AND closed_at IS NULL ORDER BY day, id");
DB_STMT(promise_items,
    "SELECT item_id, open, hold_id FROM promise_item"
    " WHERE promise_id = $1 ORDER BY item_id");
DB_STMT(promise_item_hold,
    "UPDATE promise_item SET hold_id = $3 WHERE promise_id = $1"
    " AND item_id = $2");
DB_STMT(promise_due,
    "SELECT account_id FROM promise WHERE company_id = $1"
    " AND closed_at IS NULL AND (look_at <= $2"
    " OR (state = 'awaiting-ledger' AND tell < $3))"
    " UNION SELECT account_id FROM claim WHERE company_id = $1"
    " AND closed_at IS NULL AND look_at <= $2"
    " UNION SELECT account_id FROM bill WHERE company_id = $1"
    " AND closed_at IS NULL AND look_at <= $2"
    " UNION SELECT account_id FROM offer WHERE company_id = $1"
    " AND closed_at IS NULL AND (look_at <= $2"
    " OR (state = 'open' AND tell < $3)) LIMIT $4");
DB_STMT(promise_state,
    "UPDATE promise SET state = $2, paid = $3, look_at = $4, closed_at = $5,"
    " why = $6, tell = $8 WHERE id = $1 AND state = $7");
DB_STMT(promise_look, "UPDATE promise SET look_at = $2 WHERE id = $1");
DB_STMT(promise_paid,
    "SELECT i.state, i.paid, (SELECT COALESCE(sum(amount), 0) FROM payment"
    " WHERE item_id = i.id AND state = 'received' AND value_date >= $2"
    " AND created_at >= $3 AND value_date <= $4), (SELECT"
    " COALESCE(sum(amount), 0) FROM payment WHERE item_id = i.id"
    " AND state = 'received' AND created_at >= $3 AND value_date > $4),"
    " i.account_id FROM item i WHERE i.id = $1");
DB_STMT(promise_before,
    "SELECT COALESCE(sum(amount), 0) FROM promise WHERE payplan_id = $1"
    " AND id < $2 AND state NOT IN ('withdrawn', 'renegotiated')");
DB_STMT(promise_broken,
    "SELECT count(DISTINCT COALESCE(-payplan_id, id)) FROM promise"
    " WHERE account_id = $1 AND state = 'broken' AND closed_at >= $2");
DB_STMT(promise_lines,
    "SELECT p.id, p.payplan_id, p.made_at, p.amount, p.paid, p.day, a.code,"
    " y.name, p.currency, p.made_by, p.note, p.state, (SELECT"
    " min(i.document) FROM promise_item x JOIN item i ON i.id = x.item_id"
    " WHERE x.promise_id = p.id), (SELECT count(*) FROM promise_item z"
    " WHERE z.promise_id = p.id)"
    " FROM promise p JOIN account a ON a.id = p.account_id"
    " JOIN party y ON y.id = a.party_id WHERE p.company_id = $1"
    " AND ($2 = 0 OR p.account_id = $2)"
    " AND ($3 = 1 OR p.closed_at IS NULL) ORDER BY p.day, p.id");
/* clang-format on */

static int
tell(struct db *db, const struct promise *p, int64_t now, const char *kind,
    const char *actor, const char *why, struct err *err)
{
	char day[DATE_TEXT_MAX];
	json_t *j;

	j = json_pack("{s:I, s:s, s:I, s:s, s:s, s:s*, s:I}", "promise",
	    (json_int_t)p->id, "day", date_format(p->day, day), "amount",
	    (json_int_t)p->amount, "currency", p->cur, "state",
	    promise_state_name(p->state), "why", why, "paid",
	    (json_int_t)p->paid);
	if (j != NULL && p->plan_id != 0)
		json_object_set_new(j, "plan", json_integer(p->plan_id));
	if (accounts_touch(db, p->account_id, err) < 0)
		return -1;
	return events_append(db, p->company_id, p->account_id, now, kind,
	    actor, j, NULL, err);
}

/* --- holds --- */

int
promises_before(struct db *db, const struct promise *p, int64_t *ret_amount,
    struct err *err)
{
	*ret_amount = 0;
	if (p->plan_id == 0)
		return 0;
	return db_get_int(db, &promise_before, ret_amount, err, "ii",
	    p->plan_id, p->id);
}

static int
hold_item(struct db *db, struct promise *p, struct covered *it,
    int64_t amount, int64_t review_at, int64_t now, const char *actor,
    struct err *err)
{
	struct hold_new h = { .company_id = p->company_id,
	    .kind = p->plan_id != 0 ? HOLD_PLAN : HOLD_PROMISE,
	    .scope = SCOPE_ITEM, .account_id = p->account_id,
	    .item_id = it->item_id, .amount = amount,
	    .review_at = review_at, .ends_at = CLOCK_NONE };

	if (holds_place(db, &h, now, actor, &it->hold_id, err) < 0)
		return -1;
	return db_run(db, &promise_item_hold, err, "iii", p->id, it->item_id,
	    it->hold_id);
}

int
promises_hold(struct db *db, struct promise *p, size_t i, int64_t amount,
    int64_t review_at, int64_t now, const char *actor, struct err *err)
{
	db_want_tx(db, "promises_hold");
	if (covered_release(db, &p->items[i], 1, now, actor,
	    "more of it is of the plan", err) < 0)
		return -1;
	return hold_item(db, p, &p->items[i], amount, review_at, now, actor,
	    err);
}

/* The parts of the items that are this promise's: those before them are of
 * the earlier instalments. */
static int
place(struct db *db, struct promise *p, int64_t review_at, int64_t now,
    const char *actor, struct err *err)
{
	int64_t left = p->amount, skip, part;
	size_t i;

	if (promises_before(db, p, &skip, err) < 0)
		return -1;
	for (i = 0; i < p->n_items && (p->amount == 0 || left > 0); i++) {
		part = (p->items[i].part > 0 ? p->items[i].part :
		    p->items[i].open) - skip;
		skip = part < 0 ? -part : 0;
		if (part <= 0)
			continue;
		if (p->amount > 0 && left < part)
			part = left;
		left -= part;
		if (hold_item(db, p, &p->items[i], part == p->items[i].open ?
		    0 : part, review_at, now, actor, err) < 0)
			return -1;
	}
	return 0;
}

/* --- one promise --- */

int
promises_add(struct db *db, struct promise *p, int64_t hold_until,
    struct err *err)
{
	size_t i;

	db_want_tx(db, "promises_add");
	if (db_get_int(db, &promise_add, &p->id, err, "iiitiiiittiitiiii",
	    p->company_id, p->account_id, db_or_null(p->plan_id),
	    promise_state_name(p->state), p->made_at, (int64_t)p->made_on,
	    (int64_t)p->day, p->amount, p->cur, p->made_by,
	    db_or_null(p->inbox_id), db_or_null(p->contact_id), p->note,
	    p->look_at, (int64_t)p->tell, (int64_t)p->by_bill,
	    p->matures == DATE_NONE ? CLOCK_NONE : (int64_t)p->matures) < 0)
		return -1;
	for (i = 0; i < p->n_items; i++)
		if (db_run(db, &promise_item_add, err, "iii", p->id,
		    p->items[i].item_id, p->items[i].open) < 0)
			return -1;
	if (p->state == PROMISE_IS_OPEN &&
	    place(db, p, hold_until, p->made_at, p->made_by, err) < 0)
		return -1;
	return tell(db, p, p->made_at, "promise-made", p->made_by, p->note,
	    err);
}

static int
read_row(void *owner, struct db_query *q, struct promise **ret,
    struct err *err)
{
	struct promise *p = mem_new(owner, struct promise);

	p->id = db_int(q, 0);
	p->company_id = db_int(q, 1);
	p->account_id = db_int(q, 2);
	p->plan_id = db_id(q, 3);
	if (!promise_state_parse(db_text(q, 4), &p->state))
		return err_set(err, ERR_CORRUPT, "promise %lld: unknown "
		    "state", (long long)p->id);
	p->made_at = db_int(q, 5);
	p->made_on = (int32_t)db_int(q, 6);
	p->day = (int32_t)db_int(q, 7);
	p->amount = db_int(q, 8);
	memcpy(p->cur, db_text(q, 9), strnlen(db_text(q, 9),
	    MONEY_CUR_MAX - 1));
	p->made_by = mem_str(p, db_text(q, 10));
	p->inbox_id = db_id(q, 11);
	p->contact_id = db_id(q, 12);
	p->note = mem_str(p, db_text(q, 13));
	p->look_at = db_int(q, 14);
	p->tell = (int32_t)db_int(q, 15);
	p->paid = db_int(q, 16);
	p->by_bill = db_int(q, 17) != 0;
	p->matures = db_is_null(q, 18) ? DATE_NONE : (int32_t)db_int(q, 18);
	*ret = p;
	return 0;
}

int
promises_get(void *owner, struct db *db, int64_t id,
    struct promise **ret_promise, struct err *err)
{
	struct promise *p = NULL;
	struct db_query *q;
	int r = db_get_maybe(db, &promise_get, &q, err, "i", id);

	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(err, ERR_PERM, "no promise %lld",
		    (long long)id);
	r = read_row(owner, q, &p, err);
	db_done(q);
	if (r < 0 || covered_read(p, db, &promise_items, p->id,
	    &p->items, &p->n_items, err) < 0)
		return -1;
	*ret_promise = p;
	return 0;
}

int
promises_active(void *owner, struct db *db, int64_t account_id,
    struct promise ***ret_list, size_t *ret_n, struct err *err)
{
	struct promise **list;
	int64_t *ids;
	size_t n, i;

	if (covered_ids(owner, db, &promise_active, account_id, &ids, &n, err) < 0)
		return -1;
	list = mem_array(owner, struct promise *, n + 1);
	for (i = 0; i < n; i++)
		if (promises_get(owner, db, ids[i], &list[i], err) < 0)
			return -1;
	*ret_list = list;
	*ret_n = n;
	return 0;
}

int
promises_due(struct db *db, int64_t company_id, int64_t now, int32_t as_of,
    size_t max, int64_t *ret_ids, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &promise_due);
	size_t n = 0;
	int r;

	db_bind_int(q, 1, company_id);
	db_bind_int(q, 2, now);
	db_bind_int(q, 3, (int64_t)as_of);
	db_bind_int(q, 4, (int64_t)max);
	while ((r = db_step(q, err)) > 0)
		ret_ids[n++] = db_int(q, 0);
	*ret_n = n;
	return r;
}

static bool
has_holds(enum promise_state s)
{
	return s == PROMISE_IS_OPEN || s == PROMISE_IS_DUE_SOON ||
	    s == PROMISE_IS_AWAITING;
}

int
promises_move(struct db *db, struct promise *p, enum promise_event ev,
    int64_t now, const char *actor, const char *why, struct err *err)
{
	enum promise_state was = p->state;
	int next;

	db_want_tx(db, "promises_move");
	if (!machine_next(&promise_machine, (int)was, (int)ev, &next))
		return err_set(err, ERR_PERM, "promise %lld is %s: it cannot "
		    "be changed so (%s)", (long long)p->id,
		    promise_state_name(was), promise_machine.events[ev]);
	p->state = (enum promise_state)next;
	if (db_run(db, &promise_state, err, "itiiitti", p->id,
	    promise_state_name(p->state), p->paid, p->look_at,
	    machine_is_final(&promise_machine, next) ? now : CLOCK_NONE, why,
	    promise_state_name(was), (int64_t)p->tell) < 0)
		return -1;
	if (has_holds(p->state) && !has_holds(was) &&
	    place(db, p, CLOCK_NONE, now, actor, err) < 0)
		return -1;
	if (!has_holds(p->state) && has_holds(was) &&
	    covered_release(db, p->items, p->n_items, now, actor,
	    promise_state_name(p->state), err) < 0)
		return -1;
	return tell(db, p, now, "promise-changed", actor, why, err);
}

int
promises_look(struct db *db, const struct promise *p, int64_t look_at,
    struct err *err)
{
	return db_run(db, &promise_look, err, "ii", p->id, look_at);
}

int
promises_paid(struct db *db, const struct promise *p, int64_t item_id,
    int32_t deadline, struct promise_paid *ret, struct err *err)
{
	enum item_state state = ITEM_IS_OPEN;
	struct db_query *q;

	if (db_get(db, &promise_paid, &q, err, "iiii", item_id,
	    (int64_t)p->made_on, p->made_at, (int64_t)deadline) < 0)
		return err_add(err, "item %lld", (long long)item_id);
	item_state_parse(db_text(q, 0), &state);
	ret->open = state == ITEM_IS_OPEN;
	/* What another account owes now is no part of it any more. */
	ret->cancelled = state == ITEM_IS_CANCELLED ||
	    db_int(q, 4) != p->account_id;
	ret->paid_on = db_is_null(q, 1) ? DATE_NONE : (int32_t)db_int(q, 1);
	ret->in_time = db_int(q, 2);
	ret->late = db_int(q, 3);
	db_done(q);
	return 0;
}

int
promises_broken(struct db *db, int64_t account_id, int64_t since,
    int64_t *ret_n, struct err *err)
{
	return db_get_int(db, &promise_broken, ret_n, err, "ii", account_id,
	    since);
}

/* --- lists --- */

struct lines {
	int (*fn)(const struct promise_line *l, void *arg);
	void *arg;
};

static int
line(struct db_query *q, void *arg)
{
	const struct lines *to = arg;
	struct promise_line l;

	l.id = db_int(q, 0);
	l.plan_id = db_id(q, 1);
	l.made_at = db_int(q, 2);
	l.amount = db_int(q, 3);
	l.paid = db_int(q, 4);
	l.day = (int32_t)db_int(q, 5);
	l.account = db_text(q, 6);
	l.name = db_text(q, 7);
	l.cur = db_text(q, 8);
	l.made_by = db_text(q, 9);
	l.note = db_text(q, 10);
	if (!promise_state_parse(db_text(q, 11), &l.state))
		l.state = PROMISE_IS_COUNT;
	l.document = db_text(q, 12);
	l.n_items = db_int(q, 13);
	return to->fn(&l, to->arg);
}

int
promises_each(struct db *db, int64_t company_id, int64_t account_id,
    bool ended, int (*fn)(const struct promise_line *l, void *arg),
    void *arg, struct err *err)
{
	struct lines to = { fn, arg };
	struct covered_list l = { company_id, account_id, ended, line, &to };

	return covered_each(db, &promise_lines, &l, err);
}
