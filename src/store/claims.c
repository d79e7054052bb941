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
    "SELECT id FROM claim WHERE account_id = $1"
    " AND closed_at IS NULL ORDER BY id");
DB_STMT(claim_items,
    "SELECT item_id, open, hold_id FROM claim_item WHERE claim_id = $1"
    " ORDER BY item_id");
DB_STMT(claim_state,
    "UPDATE claim SET state = $2, closed_at = $3, look_at = $4"
    " WHERE id = $1 AND state = $5");
DB_STMT(claim_look, "UPDATE claim SET look_at = $2 WHERE id = $1");
/* clang-format on */

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
	    db_or_null(c->inbox_id), db_or_null(c->contact_id)) < 0)
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
	c->inbox_id = db_id(q, 12);
	c->contact_id = db_id(q, 13);
	*ret = c;
	return 0;
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
	    &c->items, &c->n_items, err) < 0)
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
	    claim_state_name(c->state), over ? now : CLOCK_NONE, c->look_at,
	    claim_state_name(was)) < 0)
		return -1;
	if (over && covered_release(db, c->items, c->n_items, now, actor,
	    claim_state_name(c->state), err) < 0)
		return -1;
	return tell(db, c, now, "claim-changed", actor, err);
}

int
claims_look(struct db *db, const struct claim *c, int64_t look_at,
    struct err *err)
{
	return db_run(db, &claim_look, err, "ii", c->id, look_at);
}
