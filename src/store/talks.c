#include "store/talks.h"

#include "base/mem.h"
#include "core/date.h"
#include "store/claims.h"
#include "store/disputes.h"
#include "store/promises.h"
#include "store/thanks.h"
#include "store/wrong.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define INSTALMENTS_MAX 60

DB_STMT(talk_reply,
    "SELECT received_at, meaning, account_id FROM inbox WHERE id = $1");
DB_STMT(talk_item, "SELECT id FROM item WHERE account_id = $1"
    " AND document = $2 ORDER BY due LIMIT 1");
DB_STMT(talk_rest, "SELECT id FROM promise WHERE account_id = $1"
    " AND inbox_id = $2 AND payplan_id IS NULL AND state IN ('open',"
    " 'due-soon') ORDER BY id LIMIT 1");
DB_STMT(talk_document, "SELECT document, currency FROM item WHERE id = $1");

/* Is it still as it was said? */
static bool
stands(enum promise_state s)
{
	return s == PROMISE_IS_PROPOSED || s == PROMISE_IS_OPEN ||
	    s == PROMISE_IS_DUE_SOON;
}

static int
add_promise(struct talk *t, struct db *db, const struct policy *p,
    int64_t id, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct talk_day *days;
	struct promise *m;
	int64_t *items;
	size_t i;

	if (promises_get(pool, db, id, &m, err) < 0)
		return -1;
	days = mem_grow(t, (struct talk_day *)t->days, struct talk_day,
	    t->n_days + 1);
	days[t->n_days].day = m->day;
	days[t->n_days].amount = money_zero(m->cur);
	days[t->n_days++].amount.minor = m->amount;
	t->days = days;
	t->current = t->current || stands(m->state);
	t->latest = m->made_on + p->promise_max_days;
	t->by_bill = m->by_bill;
	t->bill = m->matures;
	if (t->n_items > 0)	/* instalments cover the same items */
		return 0;
	items = mem_array(t, int64_t, m->n_items + 1);
	for (i = 0; i < m->n_items; i++)
		items[i] = m->items[i].item_id;
	t->items = items;
	t->n_items = m->n_items;
	return 0;
}

static int
plan(struct talk *t, struct db *db, const struct policy *p, int64_t id,
    struct err *err)
{
	int64_t ids[INSTALMENTS_MAX];
	size_t n, i;

	if (payplans_promises(db, id, INSTALMENTS_MAX, ids, &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (add_promise(t, db, p, ids[i], err) < 0)
			return -1;
	return 0;
}

/* The number of the item, and the currency of what was received. */
static int
document(struct talk *t, struct db *db, int64_t item_id, bool name,
    struct err *err)
{
	struct db_query *q;

	if (db_get(db, &talk_document, &q, err, "i", item_id) < 0)
		return -1;
	if (name)
		t->document = mem_str(t, db_text(q, 0));
	t->receipt = money_zero(db_text(q, 1));
	db_done(q);
	return 0;
}

/* What they promised of the rest in the same breath. */
static int
rest(struct talk *t, struct db *db, const struct policy *p,
    const struct dispute *d, struct err *err)
{
	int64_t id;
	struct db_query *q;
	int r = db_get_maybe(db, &talk_rest, &q, err, "ii", d->account_id,
	    d->inbox_id);

	if (r <= 0)
		return r;
	id = db_int(q, 0);
	db_done(q);
	return add_promise(t, db, p, id, err);
}

static int
dispute(struct talk *t, struct db *db, const struct policy *p, int64_t id,
    struct err *err)
{
	struct dispute *d;
	int64_t *items;

	if (disputes_get(t, db, id, &d, err) < 0)
		return -1;
	t->current = true;
	t->by = d->by;
	t->owner = d->owner;
	t->outcome = (int)d->state;
	if (d->item_id == 0)
		return 0;
	items = mem_array(t, int64_t, 1);
	items[0] = d->item_id;
	t->items = items;
	t->n_items = 1;
	if (document(t, db, d->item_id, true, err) < 0)
		return -1;
	t->part = t->receipt;
	t->part.minor = d->amount;
	return d->amount == 0 || d->inbox_id == 0 ? 0 :
	    rest(t, db, p, d, err);
}

/* outcome: how it ended is told; else that it is looked for. */
static int
claim(struct talk *t, struct db *db, int64_t id, bool outcome,
    struct err *err)
{
	struct claim *c;
	int64_t *items;
	size_t i;

	if (claims_get(t, db, id, &c, err) < 0)
		return -1;
	t->settled = c->state == CLAIM_IS_MATCHED;
	t->current = outcome ? t->settled || (c->state == CLAIM_IS_FOUND &&
	    c->sure) : c->state == CLAIM_IS_CHECKING;
	if (c->n_items > 0 && document(t, db, c->items[0].item_id,
	    c->n_items == 1, err) < 0)
		return -1;
	if (c->found != NULL && c->sure) {
		t->received = c->found_on;
		t->receipt.minor = c->found_amount;
	}
	t->by = c->until;
	t->reference = c->reference;
	items = mem_array(t, int64_t, c->n_items + 1);
	for (i = 0; i < c->n_items; i++)
		items[i] = c->items[i].item_id;
	t->items = items;
	t->n_items = c->n_items;
	return 0;
}

/* The items that a reading names. */
static int
named(struct talk *t, struct db *db, int64_t account_id,
    const json_t *meaning, struct err *err)
{
	const json_t *refs = json_object_get(meaning, "refs");
	int64_t *items = mem_array(t, int64_t, json_array_size(refs) + 1);
	struct db_query *q;
	const char *value;
	size_t i;
	int r;

	for (i = 0; i < json_array_size(refs); i++) {
		value = json_string_value(json_object_get(
		    json_array_get(refs, i), "value"));
		if (value == NULL)
			continue;
		r = db_get_maybe(db, &talk_item, &q, err, "it", account_id,
		    value);
		if (r < 0)
			return -1;
		if (r == 0)
			continue;
		items[t->n_items++] = db_int(q, 0);
		db_done(q);
	}
	t->items = items;
	return 0;
}

/* What may be proposed to them; names: the items that they ask about. */
static int
reply(struct talk *t, struct db *db, const struct policy *p, int64_t id,
    bool names, struct err *err)
{
	json_t *meaning;
	struct db_query *q;
	int64_t account_id;
	int r = 0;

	if (db_get(db, &talk_reply, &q, err, "i", id) < 0)
		return -1;
	t->current = true;
	t->parts = p->plan_instalments;
	t->latest = (int32_t)(db_int(q, 0) / 86400) + p->promise_max_days;
	account_id = db_is_null(q, 2) ? 0 : db_int(q, 2);
	meaning = db_is_null(q, 1) ? NULL : json_loads(db_text(q, 1), 0, NULL);
	db_done(q);
	if (names)
		r = named(t, db, account_id, meaning, err);
	json_decref(meaning);
	return r;
}

int
talks_load(void *owner, struct db *db, const struct policy *p,
    const char *cause, struct talk **ret_talk, struct err *err)
{
	struct talk *t = mem_new(owner, struct talk);
	long long id;
	int r = 0;

	/* Of an account that was merged: "CODE:promise/7". */
	if (strrchr(cause, ':') != NULL)
		cause = strrchr(cause, ':') + 1;

	t->latest = t->by = t->bill = t->received = t->sent = DATE_NONE;
	t->outcome = -1;
	if (sscanf(cause, "promise/%lld", &id) == 1)
		r = add_promise(t, db, p, id, err);
	else if (sscanf(cause, "plan/%lld", &id) == 1)
		r = plan(t, db, p, id, err);
	else if (sscanf(cause, "dispute/%lld", &id) == 1)
		r = dispute(t, db, p, id, err);
	else if (sscanf(cause, "claim/%lld", &id) == 1)
		r = claim(t, db, id, strchr(strchr(cause, '/') + 1, '/') !=
		    NULL, err);
	else if (sscanf(cause, "reply/%lld", &id) == 1)
		r = reply(t, db, p, id, false, err);
	else if (sscanf(cause, "invoice/%lld", &id) == 1)
		r = reply(t, db, p, id, true, err);
	else if (sscanf(cause, "thanks/%lld", &id) == 1)
		r = thanks_told(t, db, id, err);
	else if (sscanf(cause, "apology/%lld", &id) == 1) {
		t->current = true;
		r = wrongs_told(t, db, id, err);
	} else
		t->current = true;
	if (r < 0)
		return err_add(err, "%s", cause);
	*ret_talk = t;
	return 0;
}
