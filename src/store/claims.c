#include "store/claims.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/holds.h"
#include "store/payments.h"
#include "store/tasks.h"

#define COLUMNS "id, company_id, account_id, state, made_at, look_at," \
    " until_day, paid_on, amount, currency, reference, made_by, inbox_id," \
    " contact_id, found, found_on, found_amount, sure"

/* clang-format off */
DB_STMT(claim_add,
    "INSERT INTO claim (company_id, account_id, state, made_at, look_at,"
    " until_day, paid_on, amount, currency, reference, made_by, inbox_id,"
    " contact_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
    " $13) RETURNING id");
DB_STMT(claim_item_add,
    "INSERT INTO claim_item (claim_id, item_id, open, hold_id)"
    " VALUES ($1, $2, $3, $4)");
DB_STMT(claim_item_hold,
    "UPDATE claim_item SET hold_id = $3 WHERE claim_id = $1"
    " AND item_id = $2");
DB_STMT(claim_item_open,
    "UPDATE claim_item SET open = $3 WHERE claim_id = $1"
    " AND item_id = $2");
DB_STMT(claim_get, "SELECT " COLUMNS " FROM claim WHERE id = $1");
DB_STMT(claim_active,
    "SELECT id FROM claim WHERE account_id = $1"
    " AND closed_at IS NULL ORDER BY id");
DB_STMT(claim_items,
    "SELECT item_id, open, hold_id FROM claim_item WHERE claim_id = $1"
    " ORDER BY item_id");
DB_STMT(claim_state,
    "UPDATE claim SET state = $2, closed_at = $3, look_at = $4,"
    " until_day = $6, found = $7, found_on = $8, found_amount = $9,"
    " sure = $10 WHERE id = $1 AND state = $5");
DB_STMT(claim_receipts_off, "DELETE FROM claim_receipt WHERE claim_id = $1");
DB_STMT(claim_receipt_add,
    "INSERT INTO claim_receipt (claim_id, reference) VALUES ($1, $2)");
DB_STMT(claim_refused_add,
    "INSERT INTO claim_refused (claim_id, reference, several)"
    " VALUES ($1, $2, $3) ON CONFLICT (claim_id, reference, several)"
    " DO NOTHING");
DB_STMT(claim_refused_list,
    "SELECT reference, several FROM claim_refused WHERE claim_id = $1"
    " ORDER BY reference");
DB_STMT(claim_receipt_list,
    "SELECT reference FROM claim_receipt WHERE claim_id = $1"
    " ORDER BY reference");
#define HAS(whose, reference) "EXISTS (SELECT 1 FROM claim c" \
    " JOIN claim_receipt x ON x.claim_id = c.id WHERE c.company_id = $1" \
    " AND c.closed_at IS NULL AND c.state = 'found'" \
    " AND c.account_id " whose " AND x.reference = " reference ")"
#define TAKEN HAS("<> $2", "p.reference")
#define SHARED(reference) HAS("= $2 AND c.id <> $3", reference)
DB_STMT(claim_receipts_own,
    "SELECT p.reference, p.amount, p.currency, p.value_date, " TAKEN ", "
    SHARED("p.reference") ", 0 FROM payment p WHERE p.account_id = $2"
    " AND p.company_id = $1"
    " AND p.item_id IS NULL AND p.state = 'received' AND p.amount > 0"
    " UNION ALL SELECT p.document, -p.balance, p.currency,"
    " COALESCE(p.issued, p.due), 1 = 0, " SHARED("p.document") ", 1 FROM item p"
    " WHERE p.account_id = $2 AND p.company_id = $1 AND p.state = 'open'"
    " AND p.kind = 'unapplied' AND p.balance < 0 ORDER BY 4, 1");
DB_STMT(claim_receipts_nobody,
    "SELECT p.reference, p.amount, p.currency, p.value_date, " TAKEN ", "
    SHARED("p.reference") ", 0 FROM payment p WHERE p.account_id IS NULL"
    " AND p.company_id = $1"
    " AND p.state = 'received' AND p.amount > 0"
    " ORDER BY p.value_date, p.reference");
DB_STMT(claim_lines,
    "SELECT c.id, c.made_at, c.amount, c.found_amount, c.until_day,"
    " c.paid_on, c.found_on, a.code, y.name, c.currency, c.reference,"
    " c.made_by, c.found, c.sure, c.state, (SELECT min(i.document)"
    " FROM claim_item x JOIN item i ON i.id = x.item_id"
    " WHERE x.claim_id = c.id), (SELECT min(i.currency)"
    " FROM claim_item x JOIN item i ON i.id = x.item_id"
    " WHERE x.claim_id = c.id), (SELECT count(*) FROM claim_item z"
    " WHERE z.claim_id = c.id)"
    " FROM claim c JOIN account a ON a.id = c.account_id"
    " JOIN party y ON y.id = a.party_id WHERE c.company_id = $1"
    " AND ($2 = 0 OR c.account_id = $2)"
    " AND ($3 = 1 OR c.closed_at IS NULL) ORDER BY c.until_day, c.id");
DB_STMT(claim_look, "UPDATE claim SET look_at = $2 WHERE id = $1");
/* clang-format on */

static int
tell(struct db *db, const struct claim *c, int64_t now, const char *kind,
    const char *actor, struct err *err)
{
	json_t *j = json_pack("{s:I, s:s, s:s*, s:I}", "claim",
	    (json_int_t)c->id, "state", claim_state_name(c->state),
	    "reference", c->reference, "amount", (json_int_t)c->amount);

	if (j != NULL && c->found != NULL)
		json_object_set_new(j, "receipt", json_string(c->found));

	if (accounts_touch(db, c->account_id, err) < 0)
		return -1;
	return events_append(db, c->company_id, c->account_id, now, kind,
	    actor, j, NULL, err);
}

static struct hold_new
hold_of(const struct claim *c)
{
	struct hold_new h = { .company_id = c->company_id,
	    .kind = HOLD_PAID_CLAIM, .scope = SCOPE_ITEM,
	    .account_id = c->account_id, .ends_at = CLOCK_NONE };

	/* A person looks when it was not found: well after that. */
	h.review_at = c->look_at + 7 * 86400;
	return h;
}

int
claims_add(struct db *db, struct claim *c, struct err *err)
{
	struct hold_new h = hold_of(c);
	size_t i;

	db_want_tx(db, "claims_add");
	c->state = CLAIM_IS_CHECKING;
	if (db_get_int(db, &claim_add, &c->id, err, "iitiiiiitttii",
	    c->company_id, c->account_id, claim_state_name(c->state),
	    c->made_at, c->look_at, (int64_t)c->until,
	    c->paid_on == DATE_NONE ? CLOCK_NONE : (int64_t)c->paid_on,
	    c->amount, c->cur, c->reference, c->made_by,
	    db_or_null(c->inbox_id), db_or_null(c->contact_id)) < 0)
		return -1;
	for (i = 0; i < c->n_items; i++) {
		h.item_id = c->items[i].item_id;
		if (holds_place(db, &h, c->made_at, c->made_by,
		    &c->items[i].hold_id, err) < 0 ||
		    db_run(db, &claim_item_add, err, "iiii", c->id,
		    h.item_id, c->items[i].open, c->items[i].hold_id) < 0)
			return -1;
	}
	return tell(db, c, c->made_at, "claim-made", c->made_by, err);
}

static int32_t
day_or_none(struct db_query *q, int col)
{
	return db_is_null(q, col) ? DATE_NONE : (int32_t)db_int(q, col);
}

static int
read_row(void *owner, struct db_query *q, struct claim **ret, struct err *err)
{
	struct claim *c = mem_new(owner, struct claim);

	c->id = db_int(q, 0);
	c->company_id = db_int(q, 1);
	c->account_id = db_int(q, 2);
	if (!claim_state_parse(db_text(q, 3), &c->state))
		return err_set(err, ERR_CORRUPT, "claim %lld: unknown state",
		    (long long)c->id);
	c->made_at = db_int(q, 4);
	c->look_at = db_int(q, 5);
	c->until = (int32_t)db_int(q, 6);
	c->paid_on = day_or_none(q, 7);
	c->amount = db_int(q, 8);
	c->cur = mem_str(c, db_text(q, 9));
	c->reference = mem_str(c, db_text(q, 10));
	c->made_by = mem_str(c, db_text(q, 11));
	c->inbox_id = db_id(q, 12);
	c->contact_id = db_id(q, 13);
	c->found = mem_str(c, db_text(q, 14));
	c->found_on = day_or_none(q, 15);
	c->found_amount = db_id(q, 16);
	c->sure = db_int(q, 17) != 0;
	*ret = c;
	return 0;
}

static int
read_receipts(struct claim *c, struct db *db, struct err *err)
{
	struct db_query *q = db_query(db, &claim_receipt_list);
	int step;

	db_bind_int(q, 1, c->id);
	while ((step = db_step(q, err)) > 0) {
		c->receipts = mem_grow(c, c->receipts, const char *,
		    c->n_receipts + 1);
		c->receipts[c->n_receipts++] = mem_str(c, db_text(q, 0));
	}
	return step;
}

static int
read_refused(struct claim *c, struct db *db, struct err *err)
{
	struct db_query *q = db_query(db, &claim_refused_list);
	int step;

	db_bind_int(q, 1, c->id);
	while ((step = db_step(q, err)) > 0) {
		if (db_int(q, 1) != 0) {
			c->several_refused = true;
			continue;
		}
		c->refused = mem_grow(c, c->refused, const char *,
		    c->n_refused + 1);
		c->refused[c->n_refused++] = mem_str(c, db_text(q, 0));
	}
	return step;
}

int
claims_get(void *owner, struct db *db, int64_t id, struct claim **ret_claim,
    struct err *err)
{
	struct claim *c = NULL;
	struct db_query *q;
	int r;

	if (db_get(db, &claim_get, &q, err, "i", id) < 0)
		return err_add(err, "claim %lld", (long long)id);
	r = read_row(owner, q, &c, err);
	db_done(q);
	if (r < 0 || covered_read(c, db, &claim_items, c->id,
	    &c->items, &c->n_items, err) < 0 || read_receipts(c, db, err) < 0 ||
	    read_refused(c, db, err) < 0)
		return -1;
	*ret_claim = c;
	return 0;
}

int
claims_active(void *owner, struct db *db, int64_t account_id,
    struct claim ***ret_list, size_t *ret_n, struct err *err)
{
	struct claim **list;
	int64_t *ids;
	size_t n, i;

	if (covered_ids(owner, db, &claim_active, account_id, &ids, &n, err) < 0)
		return -1;
	list = mem_array(owner, struct claim *, n + 1);
	for (i = 0; i < n; i++)
		if (claims_get(owner, db, ids[i], &list[i], err) < 0)
			return -1;
	*ret_list = list;
	*ret_n = n;
	return 0;
}

/* What is over holds nothing; what is open again holds it anew. */
static int
hold_again(struct db *db, struct claim *c, int64_t now, const char *actor,
    struct err *err)
{
	struct hold_new h = hold_of(c);
	size_t i;

	for (i = 0; i < c->n_items; i++) {
		h.item_id = c->items[i].item_id;
		if (holds_place(db, &h, now, actor, &c->items[i].hold_id,
		    err) < 0 || db_run(db, &claim_item_hold, err, "iii",
		    c->id, h.item_id, c->items[i].hold_id) < 0)
			return -1;
	}
	return 0;
}

/* Those that it was found by; none are left when it names none. */
static int
write_receipts(struct db *db, const struct claim *c, struct err *err)
{
	size_t i;

	if (db_run(db, &claim_receipts_off, err, "i", c->id) < 0)
		return -1;
	for (i = 0; c->found != NULL && i < c->n_receipts; i++)
		if (db_run(db, &claim_receipt_add, err, "it", c->id,
		    c->receipts[i]) < 0)
			return -1;
	return 0;
}

/* What it named when a person said that it was not that. */
static int
keep_refused(struct db *db, const struct claim *c, struct err *err)
{
	size_t i;

	for (i = 0; c->found != NULL && i < c->n_receipts; i++)
		if (db_run(db, &claim_refused_add, err, "iti", c->id,
		    c->receipts[i], (int64_t)(c->n_receipts > 1)) < 0)
			return -1;
	return 0;
}

int
claims_move(struct db *db, struct claim *c, enum claim_event ev, int64_t now,
    const char *actor, struct err *err)
{
	enum claim_state was = c->state;
	bool over, was_over = machine_is_final(&claim_machine, (int)was);
	int next;

	db_want_tx(db, "claims_move");
	if (!machine_next(&claim_machine, (int)was, (int)ev, &next))
		return err_set(err, ERR_PERM, "claim %lld is %s: it cannot be "
		    "changed so (%s)", (long long)c->id,
		    claim_state_name(was), claim_machine.events[ev]);
	c->state = (enum claim_state)next;
	over = machine_is_final(&claim_machine, next);
	if (db_run(db, &claim_state, err, "itiititiii", c->id,
	    claim_state_name(c->state), over ? now : CLOCK_NONE, c->look_at,
	    claim_state_name(was), (int64_t)c->until, c->found,
	    c->found_on == DATE_NONE ? CLOCK_NONE : (int64_t)c->found_on,
	    db_or_null(c->found_amount), (int64_t)c->sure) < 0 ||
	    write_receipts(db, c, err) < 0 || (ev == CLAIM_EV_LOSE &&
	    keep_refused(db, c, err) < 0))
		return -1;
	if (over && covered_release(db, c->items, c->n_items, now, actor,
	    claim_state_name(c->state), err) < 0)
		return -1;
	if (was_over && !over && hold_again(db, c, now, actor, err) < 0)
		return -1;
	return tell(db, c, now, "claim-changed", actor, err);
}

int
claims_close_tasks(struct db *db, const struct claim *c, int64_t now,
    const char *actor, const char *why, struct err *err)
{
	static const char *const reasons[] = { "paid-found", "paid-perhaps",
		"paid-not-found" };
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (tasks_close_reason(db, c->company_id, c->account_id,
		    reasons[i], now, actor, why, err) < 0)
			return -1;
	return 0;
}

int
claims_look(struct db *db, const struct claim *c, int64_t look_at,
    struct err *err)
{
	return db_run(db, &claim_look, err, "ii", c->id, look_at);
}

int
claims_rebase(struct db *db, struct claim *c, int64_t *ret_open,
    struct err *err)
{
	int64_t open, sum = 0;
	size_t i;

	for (i = 0; i < c->n_items; i++) {
		if (payments_open(db, c->items[i].item_id, &open, err) < 0 ||
		    db_run(db, &claim_item_open, err, "iii", c->id,
		    c->items[i].item_id, open) < 0)
			return -1;
		c->items[i].open = open;
		sum += open > 0 ? open : 0;
	}
	*ret_open = sum;
	return 0;
}

/* --- what it may be found by --- */

static int
receipts(void *owner, struct db_query *q, bool own,
    struct claim_receipt **list, size_t *n, struct err *err)
{
	struct claim_receipt *r;
	int step;

	while ((step = db_step(q, err)) > 0) {
		*list = mem_grow(owner, *list, struct claim_receipt, *n + 1);
		r = &(*list)[(*n)++];
		r->reference = mem_str(owner, db_text(q, 0));
		r->amount = db_int(q, 1);
		r->cur = mem_str(owner, db_text(q, 2));
		r->value_date = (int32_t)db_int(q, 3);
		r->taken = db_int(q, 4) != 0;
		r->shared = db_int(q, 5) != 0;
		r->item = db_int(q, 6) != 0;
		r->own = own;
	}
	return step;
}

int
claims_receipts(void *owner, struct db *db, const struct claim *c,
    struct claim_receipt **ret_list, size_t *ret_n, struct err *err)
{
	struct db_stmt *const stmts[] = { &claim_receipts_own,
		&claim_receipts_nobody };
	struct claim_receipt *list = NULL;
	struct db_query *q;
	size_t n = 0, i;

	for (i = 0; i < 2; i++) {
		q = db_query(db, stmts[i]);
		db_bind_int(q, 1, c->company_id);
		db_bind_int(q, 2, c->account_id);
		db_bind_int(q, 3, c->id);
		if (receipts(owner, q, i == 0, &list, &n, err) < 0)
			return -1;
	}
	*ret_list = list;
	*ret_n = n;
	return 0;
}

/* --- lists --- */

struct lines {
	int (*fn)(const struct claim_line *l, void *arg);
	void *arg;
};

static int
line(struct db_query *q, void *arg)
{
	const struct lines *to = arg;
	struct claim_line l;

	l.id = db_int(q, 0);
	l.made_at = db_int(q, 1);
	l.amount = db_int(q, 2);
	l.found_amount = db_id(q, 3);
	l.until = (int32_t)db_int(q, 4);
	l.paid_on = day_or_none(q, 5);
	l.found_on = day_or_none(q, 6);
	l.account = db_text(q, 7);
	l.name = db_text(q, 8);
	l.cur = db_text(q, 9);
	l.reference = db_text(q, 10);
	l.made_by = db_text(q, 11);
	l.found = db_text(q, 12);
	l.sure = db_int(q, 13) != 0;
	if (!claim_state_parse(db_text(q, 14), &l.state))
		l.state = CLAIM_IS_COUNT;
	l.document = db_text(q, 15);
	l.item_cur = db_text(q, 16);
	l.n_items = db_int(q, 17);
	return to->fn(&l, to->arg);
}

int
claims_each(struct db *db, int64_t company_id, int64_t account_id,
    bool ended, int (*fn)(const struct claim_line *l, void *arg), void *arg,
    struct err *err)
{
	struct lines to = { fn, arg };
	struct covered_list l = { company_id, account_id, ended, line, &to };

	return covered_each(db, &claim_lines, &l, err);
}
