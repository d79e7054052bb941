#include "store/claims.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/holds.h"

#define COLUMNS "id, company_id, account_id, state, made_at, look_at," \
    " until_day, paid_on, amount, currency, reference, made_by, inbox_id," \
    " contact_id"

/* clang-format off */
DB_STMT(claim_add,
    "INSERT INTO claim (company_id, account_id, state, made_at, look_at,"
    " until_day, paid_on, amount, currency, reference, made_by, inbox_id,"
    " contact_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
    " $13) RETURNING id");
DB_STMT(claim_item_add,
    "INSERT INTO claim_item (claim_id, item_id, open, hold_id)"
    " VALUES ($1, $2, $3, $4)");
DB_STMT(claim_get, "SELECT " COLUMNS " FROM claim WHERE id = $1");
DB_STMT(claim_active,
    "SELECT " COLUMNS " FROM claim WHERE account_id = $1"
    " AND closed_at IS NULL ORDER BY id");
DB_STMT(claim_items,
    "SELECT item_id, open, hold_id FROM claim_item WHERE claim_id = $1"
    " ORDER BY item_id");
DB_STMT(claim_state,
    "UPDATE claim SET state = $2, closed_at = $3, look_at = $4"
    " WHERE id = $1 AND state = $5");
DB_STMT(claim_look, "UPDATE claim SET look_at = $2 WHERE id = $1");
/* clang-format on */

static int64_t
or_null(int64_t id)
{
	return id == 0 ? CLOCK_NONE : id;
}

static int64_t
or_zero(struct db_query *q, int col)
{
	return db_is_null(q, col) ? 0 : db_int(q, col);
}

static int
tell(struct db *db, const struct claim *c, int64_t now, const char *kind,
    const char *actor, struct err *err)
{
	json_t *j = json_pack("{s:I, s:s, s:s*, s:I}", "claim",
	    (json_int_t)c->id, "state", claim_state_name(c->state),
	    "reference", c->reference, "amount", (json_int_t)c->amount);

	if (accounts_touch(db, c->account_id, err) < 0)
		return -1;
	return events_append(db, c->company_id, c->account_id, now, kind,
	    actor, j, NULL, err);
}

int
claims_add(struct db *db, struct claim *c, struct err *err)
{
	struct hold_new h = { .company_id = c->company_id,
	    .kind = HOLD_PAID_CLAIM, .scope = SCOPE_ITEM,
	    .account_id = c->account_id, .review_at = CLOCK_NONE,
	    .ends_at = CLOCK_NONE };
	size_t i;

	db_want_tx(db, "claims_add");
	c->state = CLAIM_IS_CHECKING;
	if (db_get_int(db, &claim_add, &c->id, err, "iitiiiiitttii",
	    c->company_id, c->account_id, claim_state_name(c->state),
	    c->made_at, c->look_at, (int64_t)c->until,
	    c->paid_on == DATE_NONE ? CLOCK_NONE : (int64_t)c->paid_on,
	    c->amount, c->cur, c->reference, c->made_by,
	    or_null(c->inbox_id), or_null(c->contact_id)) < 0)
		return -1;
	/* A person looks when it was not found: well after that. */
	h.review_at = c->look_at + 7 * 86400;
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
	c->paid_on = db_is_null(q, 7) ? DATE_NONE : (int32_t)db_int(q, 7);
	c->amount = db_int(q, 8);
	c->cur = mem_str(c, db_text(q, 9));
	c->reference = mem_str(c, db_text(q, 10));
	c->made_by = mem_str(c, db_text(q, 11));
	c->inbox_id = or_zero(q, 12);
	c->contact_id = or_zero(q, 13);
	*ret = c;
	return 0;
}

static int
read_items(struct db *db, struct claim *c, struct err *err)
{
	struct db_query *q = db_query(db, &claim_items);
	int r;

	db_bind_int(q, 1, c->id);
	while ((r = db_step(q, err)) > 0) {
		c->items = mem_grow(c, c->items, struct claim_item,
		    c->n_items + 1);
		c->items[c->n_items].item_id = db_int(q, 0);
		c->items[c->n_items].open = db_int(q, 1);
		c->items[c->n_items++].hold_id = or_zero(q, 2);
	}
	return r;
}

int
claims_get(void *owner, struct db *db, int64_t id, struct claim **ret_claim,
    struct err *err)
{
	struct claim *c;
	struct db_query *q;
	int r;

	if (db_get(db, &claim_get, &q, err, "i", id) < 0)
		return err_add(err, "claim %lld", (long long)id);
	r = read_row(owner, q, &c, err);
	db_done(q);
	if (r < 0 || read_items(db, c, err) < 0)
		return -1;
	*ret_claim = c;
	return 0;
}

int
claims_active(void *owner, struct db *db, int64_t account_id,
    struct claim ***ret_list, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &claim_active);
	struct claim **list = NULL;
	size_t n = 0, i;
	int r;

	db_bind_int(q, 1, account_id);
	while ((r = db_step(q, err)) > 0) {
		list = mem_grow(owner, list, struct claim *, n + 1);
		if (read_row(owner, q, &list[n], err) < 0) {
			db_done(q);
			return -1;
		}
		n++;
	}
	for (i = 0; i < n && r == 0; i++)
		r = read_items(db, list[i], err);
	if (r < 0)
		return -1;
	*ret_list = list;
	*ret_n = n;
	return 0;
}

static int
release(struct db *db, struct claim *c, int64_t now, const char *actor,
    struct err *err)
{
	size_t i;

	for (i = 0; i < c->n_items; i++)
		if (c->items[i].hold_id != 0 && holds_end(db,
		    c->items[i].hold_id, now, actor,
		    claim_state_name(c->state), err) < 0)
			return -1;
	return 0;
}

int
claims_move(struct db *db, struct claim *c, enum claim_event ev, int64_t now,
    const char *actor, struct err *err)
{
	enum claim_state was = c->state;
	bool over;
	int next;

	db_want_tx(db, "claims_move");
	if (!machine_next(&claim_machine, (int)was, (int)ev, &next))
		return err_set(err, ERR_PERM, "claim %lld is %s: it cannot be "
		    "changed so (%s)", (long long)c->id,
		    claim_state_name(was), claim_machine.events[ev]);
	c->state = (enum claim_state)next;
	over = machine_is_final(&claim_machine, next);
	if (db_run(db, &claim_state, err, "itiit", c->id,
	    claim_state_name(c->state), over ? now : CLOCK_NONE, c->look_at, claim_state_name(was)) < 0)
		return -1;
	if (over && release(db, c, now, actor,
	    err) < 0)
		return -1;
	return tell(db, c, now, "claim-changed", actor, err);
}

int
claims_look(struct db *db, const struct claim *c, int64_t look_at,
    struct err *err)
{
	return db_run(db, &claim_look, err, "ii", c->id, look_at);
}
