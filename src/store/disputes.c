#include "store/disputes.h"

#include "base/clock.h"
#include "base/mem.h"
#include "store/accounts.h"
#include "store/covered.h"
#include "store/events.h"
#include "store/holds.h"

/* clang-format off */
DB_STMT(dispute_add,
    "INSERT INTO dispute (company_id, account_id, item_id, amount, state,"
    " reason, owner, by_day, opened_at, opened_by, inbox_id, contact_id,"
    " hold_id, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
    " $12, $13, $14) RETURNING id");
DB_STMT(dispute_get,
    "SELECT id, company_id, account_id, item_id, amount, state, reason,"
    " owner, by_day, opened_at, opened_by, inbox_id, contact_id, hold_id,"
    " note FROM dispute WHERE id = $1");
DB_STMT(dispute_find,
    "SELECT id FROM dispute WHERE account_id = $1"
    " AND COALESCE(item_id, 0) = $2 AND closed_at IS NULL ORDER BY id");
DB_STMT(dispute_state,
    "UPDATE dispute SET state = $2, hold_id = $3, closed_at = $4,"
    " closed_by = $5, outcome = $6 WHERE id = $1 AND state = $7");
DB_STMT(dispute_lines,
    "SELECT d.id, d.opened_at, d.amount, d.by_day, a.code, y.name,"
    " i.document, i.currency, d.reason, d.owner, d.note, d.state"
    " FROM dispute d JOIN account a ON a.id = d.account_id"
    " JOIN party y ON y.id = a.party_id LEFT JOIN item i ON i.id = d.item_id"
    " WHERE d.company_id = $1 AND ($2 = 0 OR d.account_id = $2)"
    " AND ($3 = 1 OR d.closed_at IS NULL) ORDER BY d.by_day, d.id");
DB_STMT(dispute_of_part,
    "SELECT count(*) FROM dispute WHERE account_id = $1 AND inbox_id = $2"
    " AND amount > 0");
/* clang-format on */

static int
tell(struct db *db, const struct dispute *d, int64_t now, const char *kind,
    const char *actor, const char *note, struct err *err)
{
	json_t *j = json_pack("{s:I, s:s, s:s, s:I, s:I, s:s*}", "dispute",
	    (json_int_t)d->id, "state", dispute_state_name(d->state),
	    "reason", d->reason, "item", (json_int_t)d->item_id, "amount",
	    (json_int_t)d->amount, "note", note);

	if (accounts_touch(db, d->account_id, err) < 0)
		return -1;
	return events_append(db, d->company_id, d->account_id, now, kind,
	    actor, j, NULL, err);
}

static int
place(struct db *db, struct dispute *d, int64_t now, const char *actor,
    struct err *err)
{
	struct hold_new h = { .company_id = d->company_id,
	    .kind = HOLD_DISPUTE,
	    .scope = d->item_id != 0 ? SCOPE_ITEM : SCOPE_ACCOUNT,
	    .account_id = d->account_id, .item_id = d->item_id,
	    .amount = d->amount, .owner = d->owner, .note = d->reason,
	    .review_at = CLOCK_NONE, .ends_at = CLOCK_NONE };

	return holds_place(db, &h, now, actor, &d->hold_id, err);
}

int
disputes_open(struct db *db, struct dispute *d, struct err *err)
{
	db_want_tx(db, "disputes_open");
	d->state = DISPUTE_IS_OPENED;
	if (place(db, d, d->opened_at, d->opened_by, err) < 0 ||
	    db_get_int(db, &dispute_add, &d->id, err, "iiiitttiitiiit",
	    d->company_id, d->account_id, db_or_null(d->item_id),
	    d->amount, dispute_state_name(d->state), d->reason, d->owner,
	    (int64_t)d->by, d->opened_at, d->opened_by,
	    db_or_null(d->inbox_id), db_or_null(d->contact_id), d->hold_id,
	    d->note) < 0)
		return -1;
	return tell(db, d, d->opened_at, "dispute-opened", d->opened_by,
	    d->note, err);
}

int
disputes_get(void *owner, struct db *db, int64_t id,
    struct dispute **ret_dispute, struct err *err)
{
	struct dispute *d;
	struct db_query *q;
	int r = db_get_maybe(db, &dispute_get, &q, err, "i", id);

	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(err, ERR_PERM, "no dispute %lld",
		    (long long)id);
	d = mem_new(owner, struct dispute);
	d->id = db_int(q, 0);
	d->company_id = db_int(q, 1);
	d->account_id = db_int(q, 2);
	d->item_id = db_id(q, 3);
	d->amount = db_int(q, 4);
	if (!dispute_state_parse(db_text(q, 5), &d->state))
		d->state = DISPUTE_IS_COUNT;
	d->reason = mem_str(d, db_text(q, 6));
	d->owner = mem_str(d, db_text(q, 7));
	d->by = (int32_t)db_int(q, 8);
	d->opened_at = db_int(q, 9);
	d->opened_by = mem_str(d, db_text(q, 10));
	d->inbox_id = db_id(q, 11);
	d->contact_id = db_id(q, 12);
	d->hold_id = db_id(q, 13);
	d->note = mem_str(d, db_text(q, 14));
	db_done(q);
	*ret_dispute = d;
	return 0;
}

int
disputes_find(struct db *db, int64_t account_id, int64_t item_id,
    int64_t *ret_id, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &dispute_find, &q, err, "ii", account_id,
	    item_id);

	if (r <= 0)
		return r;
	*ret_id = db_int(q, 0);
	db_done(q);
	return 1;
}

int
disputes_of_part(struct db *db, int64_t account_id, int64_t inbox_id,
    bool *ret_is, struct err *err)
{
	int64_t n;

	if (db_get_int(db, &dispute_of_part, &n, err, "ii", account_id,
	    inbox_id) < 0)
		return -1;
	*ret_is = n > 0;
	return 0;
}

static int
release(struct db *db, struct dispute *d, int64_t now, const char *actor,
    struct err *err)
{
	return holds_end(db, d->hold_id, now, actor,
	    dispute_state_name(d->state), err) < 0 ? -1 : 0;
}

int
disputes_move(struct db *db, struct dispute *d, enum dispute_event ev,
    int64_t now, const char *actor, const char *note, struct err *err)
{
	enum dispute_state was = d->state;
	bool open;
	int next;

	db_want_tx(db, "disputes_move");
	if (!machine_next(&dispute_machine, (int)was, (int)ev, &next))
		return err_set(err, ERR_PERM, "dispute %lld is %s: it cannot "
		    "be changed so (%s)", (long long)d->id,
		    dispute_state_name(was), dispute_machine.events[ev]);
	d->state = (enum dispute_state)next;
	open = next == DISPUTE_IS_OPENED || next == DISPUTE_IS_ASKED;
	if (ev == DISPUTE_EV_REOPEN && place(db, d, now, actor, err) < 0)
		return -1;
	if (!open && release(db, d, now, actor, err) < 0)
		return -1;
	if (db_run(db, &dispute_state, err, "itiittt", d->id,
	    dispute_state_name(d->state), d->hold_id, open ? CLOCK_NONE : now,
	    open ? NULL : actor, open ? NULL : note,
	    dispute_state_name(was)) < 0)
		return -1;
	return tell(db, d, now, "dispute-changed", actor, note, err);
}

struct lines {
	int (*fn)(const struct dispute_line *l, void *arg);
	void *arg;
};

static int
line(struct db_query *q, void *arg)
{
	const struct lines *to = arg;
	struct dispute_line l;

	l.id = db_int(q, 0);
	l.opened_at = db_int(q, 1);
	l.amount = db_int(q, 2);
	l.by = (int32_t)db_int(q, 3);
	l.account = db_text(q, 4);
	l.name = db_text(q, 5);
	l.document = db_text(q, 6);
	l.cur = db_text(q, 7);
	l.reason = db_text(q, 8);
	l.owner = db_text(q, 9);
	l.note = db_text(q, 10);
	if (!dispute_state_parse(db_text(q, 11), &l.state))
		l.state = DISPUTE_IS_COUNT;
	return to->fn(&l, to->arg);
}

int
disputes_each(struct db *db, int64_t company_id, int64_t account_id,
    bool closed, int (*fn)(const struct dispute_line *l, void *arg),
    void *arg, struct err *err)
{
	struct lines to = { fn, arg };
	struct covered_list l = { company_id, account_id, closed, line, &to };

	return covered_each(db, &dispute_lines, &l, err);
}
