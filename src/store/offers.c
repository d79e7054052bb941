#include "store/offers.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/holds.h"

#include <string.h>

#define NEVER INT64_C(7258118400)	/* 2200: the ledger wakes it */
#define DAY 86400
#define REVIEW_DAYS 30	/* after its last day, if the ledger never tells */
#define COLUMNS "id, company_id, account_id, communication_id, state," \
    " made_at, made_on, day, amount, discount, percent, next_order," \
    " currency, ground, look_at, tell, paid, forgiven"

/* clang-format off */
DB_STMT(offer_add,
    "INSERT INTO offer (company_id, account_id, communication_id, state,"
    " made_at, made_on, day, amount, discount, percent, next_order, currency,"
    " ground, look_at, tell) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
    " $11, $12, $13, $14, $15) RETURNING id");
DB_STMT(offer_item_add,
    "INSERT INTO offer_item (offer_id, item_id, open, amount)"
    " VALUES ($1, $2, $3, $4)");
DB_STMT(offer_item_hold,
    "UPDATE offer_item SET hold_id = $3 WHERE offer_id = $1"
    " AND item_id = $2");
DB_STMT(offer_get, "SELECT " COLUMNS " FROM offer WHERE id = $1");
DB_STMT(offer_of,
    "SELECT id FROM offer WHERE communication_id = $1"
    " AND state <> 'unsent'");
/* What is over may begin again when an item that it covers is open again. */
DB_STMT(offer_active,
    "SELECT id FROM offer WHERE account_id = $1 AND (state = 'open'"
    " OR state = 'kept' OR ((state = 'settled' OR state = 'lapsed')"
    " AND EXISTS (SELECT 1 FROM offer_item x JOIN item i ON i.id = x.item_id"
    " WHERE x.offer_id = offer.id AND i.state = 'open'))) ORDER BY id");
DB_STMT(offer_items_of,
    "SELECT item_id, open, hold_id FROM offer_item WHERE offer_id = $1"
    " ORDER BY item_id");
DB_STMT(offer_rows,
    "SELECT coalesce(sum(CASE WHEN state = 'accepted' OR state = 'uncertain'"
    " THEN 1 ELSE 0 END), 0), coalesce(sum(CASE WHEN state = 'sending' THEN 1"
    " ELSE 0 END), 0) FROM outbox WHERE communication_id = $1");
DB_STMT(offer_state,
    "UPDATE offer SET state = $2, closed_at = $3, look_at = $4, paid = $5,"
    " forgiven = $6, kept_at = CASE WHEN $2 = 'kept' THEN $8 WHEN"
    " $2 = 'open' THEN NULL ELSE kept_at END"
    " WHERE id = $1 AND state = $7");
DB_STMT(offer_look, "UPDATE offer SET look_at = $2, tell = $3 WHERE id = $1");
#define PAID_SINCE(state, value) "(SELECT coalesce(sum(p.amount), 0)" \
    " FROM payment p WHERE p.item_id = i.id AND p.state = '" state "'" \
    " AND p.created_at >= $3 AND p.value_date " value " $4)"
DB_STMT(offer_paid,
    "SELECT x.amount, i.amount, i.state, i.account_id, i.paid, i.disputed,"
    " (SELECT count(*) FROM dispute d WHERE d.account_id = i.account_id"
    " AND (d.item_id = i.id OR d.item_id IS NULL) AND d.opened_at >= $3"
    " AND d.state IN ('opened', 'evidence-asked', 'accepted')), "
    PAID_SINCE("received", "<=") ", " PAID_SINCE("received", ">") ", "
    PAID_SINCE("superseded", "<=") ", " PAID_SINCE("superseded", ">")
    " FROM offer_item x JOIN item i ON i.id = x.item_id"
    " WHERE x.offer_id = $1 AND x.item_id = $2");
DB_STMT(offer_loose,
    "SELECT amount FROM payment WHERE account_id = $1 AND item_id IS NULL"
    " AND state = 'received' AND amount > 0 AND currency = $2"
    " AND created_at >= $3 AND value_date <= $4"
    " UNION ALL SELECT -balance FROM item WHERE account_id = $1"
    " AND state = 'open' AND kind = 'unapplied' AND balance < 0"
    " AND currency = $2 AND created_at >= $3"
    " AND coalesce(issued, due) <= $4 LIMIT 100");
DB_STMT(offer_documents,
    "SELECT i.document FROM offer_item x JOIN item i ON i.id = x.item_id"
    " WHERE x.offer_id = $1 ORDER BY i.due, i.id");
/* clang-format on */

static json_t *
sum_json(const char *cur, int64_t minor)
{
	char buf[MONEY_TEXT_MAX];
	struct money m = money_zero(cur);

	m.minor = minor;
	return json_string(money_format(m, buf));
}

static int
tell(struct db *db, const struct offer *o, int64_t now, const char *kind,
    const char *actor, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	const struct offer_terms *t = &o->terms;
	char day[DATE_TEXT_MAX];
	char *documents;
	size_t n;
	json_t *j;

	if (offers_documents(pool, db, o->id, " ", &documents, &n, err) < 0 ||
	    accounts_touch(db, o->account_id, err) < 0)
		return -1;
	j = json_pack("{s:I, s:s, s:s, s:I, s:o, s:o, s:s, s:s, s:s, s:I}",
	    "offer", (json_int_t)o->id, "state", offer_state_name(o->state),
	    "until", date_format(t->day, day), "amount", (json_int_t)t->full,
	    "discount", sum_json(t->cur, t->discount), "pay",
	    sum_json(t->cur, offer_sum(t)), "currency", t->cur, "documents",
	    documents, "off", t->next_order ? "next-order" : "payment",
	    "communication", (json_int_t)o->communication_id);
	if (o->state == OFFER_IS_OPEN)
		json_object_set_new(j, "ground", json_string(o->ground));
	if (o->paid > 0)
		json_object_set_new(j, "received", sum_json(t->cur, o->paid));
	if (o->forgiven > 0)
		json_object_set_new(j, "credit", sum_json(t->cur,
		    o->forgiven));
	return events_append(db, o->company_id, o->account_id, now, kind,
	    actor, j, NULL, err);
}

/* --- making --- */

int
offers_leave(struct db *db, const struct offer *o, const struct facts *f,
    const struct plan_item *items, struct err *err)
{
	const struct offer_terms *t = &o->terms;
	struct db_query *q;
	int64_t id;
	size_t i;
	int r;

	db_want_tx(db, "offers_leave");
	if ((r = db_get_maybe(db, &offer_of, &q, err, "i",
	    o->communication_id)) < 0)
		return -1;
	if (r > 0) {
		db_done(q);
		return 0;
	}
	if (db_get_int(db, &offer_add, &id, err, "iiitiiiiiiittii",
	    o->company_id, o->account_id, o->communication_id,
	    offer_state_name(OFFER_IS_LEAVING), o->made_at,
	    (int64_t)t->on, (int64_t)t->day, t->full, t->discount,
	    t->percent, (int64_t)t->next_order, t->cur, o->ground, NEVER,
	    (int64_t)t->day) < 0)
		return -1;
	for (i = 0; i < o->n_items; i++)
		if (db_run(db, &offer_item_add, err, "iiii", id,
		    f->items[items[i].i].id, items[i].amount,
		    f->items[items[i].i].amount) < 0)
			return -1;
	return 0;
}

int
offers_outcome(struct db *db, int64_t communication_id, int64_t now,
    const char *actor, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	int64_t id, arrived, leaving;
	struct offer *o;
	struct db_query *q;
	int r;

	if ((r = db_get_maybe(db, &offer_of, &q, err, "i",
	    communication_id)) <= 0)
		return r;
	id = db_int(q, 0);
	db_done(q);
	if (db_get(db, &offer_rows, &q, err, "i", communication_id) < 0)
		return -1;
	arrived = db_int(q, 0);
	leaving = db_int(q, 1);
	db_done(q);
	if (offers_get(pool, db, id, &o, err) < 0)
		return -1;
	if (arrived > 0 && o->state == OFFER_IS_LEAVING)
		return offers_move(db, o, OFFER_EV_ARRIVE, NULL, CLOCK_NONE,
		    now, actor, err);
	if (arrived == 0 && leaving == 0 && (o->state == OFFER_IS_LEAVING ||
	    o->state == OFFER_IS_OPEN))
		return offers_move(db, o, OFFER_EV_FAIL, NULL, CLOCK_NONE,
		    now, actor, err);
	return 0;
}

/* --- reading --- */

static int
read_row(void *owner, struct db_query *q, struct offer **ret, struct err *err)
{
	struct offer *o = mem_new(owner, struct offer);

	o->id = db_int(q, 0);
	o->company_id = db_int(q, 1);
	o->account_id = db_int(q, 2);
	o->communication_id = db_int(q, 3);
	if (!offer_state_parse(db_text(q, 4), &o->state))
		return err_set(err, ERR_CORRUPT, "offer %lld: unknown state",
		    (long long)o->id);
	o->made_at = db_int(q, 5);
	o->terms.on = (int32_t)db_int(q, 6);
	o->terms.made = true;
	o->terms.day = (int32_t)db_int(q, 7);
	o->terms.full = db_int(q, 8);
	o->terms.discount = db_int(q, 9);
	o->terms.percent = db_int(q, 10);
	o->terms.next_order = db_int(q, 11) != 0;
	memcpy(o->terms.cur, db_text(q, 12), strnlen(db_text(q, 12),
	    MONEY_CUR_MAX - 1));
	o->ground = mem_str(o, db_text(q, 13));
	o->look_at = db_int(q, 14);
	o->tell = (int32_t)db_int(q, 15);
	o->paid = db_int(q, 16);
	o->forgiven = db_int(q, 17);
	*ret = o;
	return 0;
}

int
offers_get(void *owner, struct db *db, int64_t id, struct offer **ret_offer,
    struct err *err)
{
	struct offer *o = NULL;
	struct db_query *q;
	int r = db_get_maybe(db, &offer_get, &q, err, "i", id);

	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(err, ERR_PERM, "no offer %lld", (long long)id);
	r = read_row(owner, q, &o, err);
	db_done(q);
	if (r < 0 || covered_read(o, db, &offer_items_of, id, &o->items,
	    &o->n_items, err) < 0)
		return -1;
	o->terms.n_items = o->n_items;
	*ret_offer = o;
	return 0;
}

int
offers_active(void *owner, struct db *db, int64_t account_id,
    struct offer ***ret_list, size_t *ret_n, struct err *err)
{
	struct offer **list;
	int64_t *ids;
	size_t n, i;

	if (covered_ids(owner, db, &offer_active, account_id, &ids, &n,
	    err) < 0)
		return -1;
	list = mem_array(owner, struct offer *, n + 1);
	for (i = 0; i < n; i++)
		if (offers_get(owner, db, ids[i], &list[i], err) < 0)
			return -1;
	*ret_list = list;
	*ret_n = n;
	return 0;
}

int
offers_documents(void *owner, struct db *db, int64_t id, const char *sep,
    char **ret_text, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &offer_documents);
	struct text *t = text_new(owner);
	size_t n = 0;
	int r;

	db_bind_int(q, 1, id);
	while ((r = db_step(q, err)) > 0)
		text_addf(t, "%s%s", n++ > 0 ? sep : "", db_text(q, 0));
	if (r < 0)
		return -1;
	*ret_text = mem_str(owner, text_str(t));
	*ret_n = n;
	return 0;
}

/* --- what becomes of it --- */

/* When somebody is asked why it still waits, if the ledger never tells. */
static int64_t
review(const struct offer *o, int64_t now)
{
	int64_t at = (int64_t)(o->terms.day + REVIEW_DAYS) * DAY;

	return at > now ? at : now + DAY;
}

int
offers_look(struct db *db, const struct offer *o, struct err *err)
{
	return db_run(db, &offer_look, err, "iii", o->id, o->look_at,
	    (int64_t)o->tell);
}

static int
place(struct db *db, struct offer *o, enum hold_kind kind,
    const bool *counts, int64_t review_at, int64_t now, const char *actor,
    struct err *err)
{
	struct hold_new h = { .company_id = o->company_id, .kind = kind,
	    .scope = SCOPE_ITEM, .account_id = o->account_id,
	    .review_at = review_at, .ends_at = CLOCK_NONE };
	struct covered *it;
	size_t i;

	for (i = 0; i < o->n_items; i++) {
		it = &o->items[i];
		it->hold_id = 0;
		h.item_id = it->item_id;
		if ((counts == NULL || counts[i]) && holds_place(db, &h, now,
		    actor, &it->hold_id, err) < 0)
			return -1;
		if (db_run(db, &offer_item_hold, err, "iii", o->id,
		    it->item_id, db_or_null(it->hold_id)) < 0)
			return -1;
	}
	return 0;
}

int
offers_move(struct db *db, struct offer *o, enum offer_event ev,
    const bool *counts, int64_t review_at, int64_t now, const char *actor,
    struct err *err)
{
	enum offer_state was = o->state;
	bool over;
	int next;

	db_want_tx(db, "offers_move");
	if (!machine_next(&offer_machine, (int)was, (int)ev, &next))
		return err_set(err, ERR_PERM, "offer %lld is %s: it cannot be "
		    "changed so (%s)", (long long)o->id,
		    offer_state_name(was), offer_machine.events[ev]);
	o->state = (enum offer_state)next;
	over = machine_is_final(&offer_machine, next);
	o->look_at = o->state == OFFER_IS_OPEN ? now : NEVER;
	if (db_run(db, &offer_state, err, "itiiiiti", o->id,
	    offer_state_name(o->state), over ? now : CLOCK_NONE, o->look_at,
	    o->paid, o->forgiven, offer_state_name(was), now) < 0 ||
	    covered_release(db, o->items, o->n_items, now, actor,
	    offer_state_name(o->state), err) < 0)
		return -1;
	if (!over && place(db, o, o->state == OFFER_IS_OPEN ? HOLD_OFFER :
	    HOLD_CREDIT, counts, o->state == OFFER_IS_OPEN ?
	    review(o, now) : review_at, now, actor, err) < 0)
		return -1;
	/* What never left is nobody's to know. */
	if (was == OFFER_IS_LEAVING && over)
		return 0;
	return tell(db, o, now, was == OFFER_IS_LEAVING ? "offer-made" :
	    "offer-changed", actor, err);
}

/* --- was it paid? --- */

int
offers_paid(struct db *db, const struct offer *o, int64_t item_id,
    int32_t deadline, struct offer_paid *ret, struct err *err)
{
	enum item_state state = ITEM_IS_OPEN;
	struct db_query *q;

	if (db_get(db, &offer_paid, &q, err, "iiii", o->id, item_id,
	    o->made_at, (int64_t)deadline) < 0)
		return err_add(err, "item %lld", (long long)item_id);
	ret->was = db_int(q, 0);
	ret->is = db_int(q, 1);
	item_state_parse(db_text(q, 2), &state);
	ret->closed = state != ITEM_IS_OPEN;
	ret->gone = state == ITEM_IS_CANCELLED ||
	    db_int(q, 3) != o->account_id;
	ret->paid_on = db_is_null(q, 4) ? DATE_NONE : (int32_t)db_int(q, 4);
	ret->disputed = db_int(q, 5) != 0 || db_int(q, 6) > 0;
	ret->in_time = db_int(q, 7);
	ret->late = db_int(q, 8);
	/* A ledger of balances has taken it over, but not its day. */
	if (ret->in_time + ret->late == 0) {
		ret->in_time = db_int(q, 9);
		ret->late = db_int(q, 10);
	}
	db_done(q);
	return 0;
}

int
offers_loose(void *owner, struct db *db, const struct offer *o,
    int32_t deadline, int64_t **ret_list, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &offer_loose);
	int64_t *list = NULL;
	size_t n = 0;
	int r;

	db_bind_int(q, 1, o->account_id);
	db_bind_text(q, 2, o->terms.cur);
	db_bind_int(q, 3, o->made_at);
	db_bind_int(q, 4, (int64_t)deadline);
	while ((r = db_step(q, err)) > 0) {
		list = mem_grow(owner, list, int64_t, n + 1);
		list[n++] = db_int(q, 0);
	}
	if (r < 0)
		return -1;
	*ret_list = list;
	*ret_n = n;
	return 0;
}
