#include "store/holds.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/money.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/outbox.h"

#include <string.h>

#define DAY 86400

DB_STMT(hold_item_account, "SELECT account_id, company_id FROM item "
    "WHERE id = $1");
DB_STMT(hold_item, "SELECT document, currency FROM item WHERE id = $1");
DB_STMT(hold_add, "INSERT INTO hold (company_id, kind, scope, account_id, "
    "item_id, amount, party_id, address_id, channel, owner, placed_at, "
    "placed_by, note, review_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, "
    "$7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id");
DB_STMT(hold_get, "SELECT company_id, kind, scope, account_id, party_id, "
    "address_id, item_id FROM hold WHERE id = $1 AND released_at IS NULL");
#define FIND "SELECT id FROM hold WHERE company_id = $1 AND kind = $2 " \
    "AND scope = $3 AND coalesce(item_id, 0) = $5 " \
    "AND coalesce(address_id, 0) = $6 AND released_at IS NULL "
DB_STMT(hold_held, "SELECT id FROM hold WHERE id = $1 "
    "AND released_at IS NULL");
DB_STMT(hold_find_account, FIND "AND account_id = $4 ORDER BY id LIMIT 1");
DB_STMT(hold_find_address, FIND "AND account_id IS NULL AND $4 = 0 "
    "AND address_id = $6 ORDER BY id LIMIT 1");
DB_STMT(hold_find_other, FIND "AND account_id IS NULL AND $4 = 0 "
    "ORDER BY id LIMIT 1");
DB_STMT(hold_on_channel, "SELECT id, ends_at, note FROM hold "
    "WHERE company_id = $1 AND kind = $2 AND scope = $3 AND channel = $4 "
    "AND released_at IS NULL AND substr(coalesce(note, ''), 1, length($5)) "
    "= $5 ORDER BY id LIMIT 1");
DB_STMT(hold_was, "SELECT company_id, kind, scope, account_id, item_id, "
    "amount, party_id, address_id, channel, owner, note, ends_at FROM hold "
    "WHERE id = $1 AND released_at IS NOT NULL");
DB_STMT(hold_release, "UPDATE hold SET released_at = $2, released_by = $3 "
    "WHERE id = $1 AND released_at IS NULL");

static int
wrong(struct err *err, const struct hold_new *h, const char *what)
{
	return err_set(err, ERR_PERM, "hold %s on %s: %s", hold_name(h->kind),
	    hold_scope_name(h->scope), what);
}

/* Each scope needs its own reference; NULL: the hold is well formed. */
static const char *
missing(const struct hold_new *h)
{
	switch (h->scope) {
	case SCOPE_ACCOUNT:
		return h->account_id == 0 ? "no account given" : NULL;
	case SCOPE_ITEM:
		return h->item_id == 0 ? "no item given" : NULL;
	case SCOPE_PARTY:
		return h->party_id == 0 ? "no party given" : NULL;
	case SCOPE_ADDRESS:
		return h->address_id == 0 ? "no address given" : NULL;
	case SCOPE_CHANNEL:
		return h->channel == NULL ? "no channel given" : NULL;
	default:
		return NULL;
	}
}

static int
check(const struct hold_new *h, struct err *err)
{
	const char *what = missing(h);

	if (what != NULL)
		return wrong(err, h, what);
	if (hold_is_computed(h->kind))
		return wrong(err, h, "this kind follows from the facts and "
		    "is never placed");
	if (h->ends_at != CLOCK_NONE && !hold_lapses(h->kind))
		return wrong(err, h, "this kind never lapses by itself: give "
		    "a review date");
	if (h->amount != 0 && h->scope != SCOPE_ITEM)
		return wrong(err, h, "only a hold on an item has an amount");
	return 0;
}

/* Does it stop or delay anything that is planned? */
static bool
concerns_plans(enum hold_kind kind)
{
	int class;

	for (class = 0; class < CLASS_COUNT; class++)
		if (hold_effect(kind, (enum class)class) != PASS)
			return true;
	return false;
}

/* What a hold on any of these changes for planner and sender. */
static int
touch(struct db *db, const struct hold_new *h, struct err *err)
{
	if (!concerns_plans(h->kind))
		return 0;
	if (h->address_id != 0 &&
	    accounts_touch_address(db, h->address_id, err) < 0)
		return -1;
	if (h->party_id != 0 && accounts_touch_party(db, h->party_id, err) < 0)
		return -1;
	if (h->account_id != 0)
		return accounts_touch(db, h->account_id, err);
	if (h->address_id != 0 || h->party_id != 0)
		return 0;
	return accounts_touch_company(db, h->company_id, err);
}

static int
item_account(struct db *db, struct hold_new *h, struct err *err)
{
	struct db_query *q;

	if (h->item_id == 0 || h->account_id != 0)
		return 0;
	if (db_get(db, &hold_item_account, &q, err, "i", h->item_id) < 0)
		return err_add(err, "item %lld", (long long)h->item_id);
	h->account_id = db_int(q, 0);
	db_done(q);
	return 0;
}

/* For people: the document's number, and money as they write it. */
static int
describe_item(struct db *db, const struct hold_new *h, json_t *j,
    struct err *err)
{
	struct money m = { .minor = h->amount };
	char text[MONEY_TEXT_MAX];
	struct db_query *q;
	const char *cur;

	if (h->item_id == 0)
		return 0;
	if (db_get(db, &hold_item, &q, err, "i", h->item_id) < 0)
		return -1;
	json_object_set_new(j, "item", json_string(db_text(q, 0)));
	cur = db_text(q, 1);
	memcpy(m.cur, cur, strnlen(cur, MONEY_CUR_MAX - 1));
	if (h->amount != 0) {
		json_object_set_new(j, "amount", json_string(money_format(m,
		    text)));
		json_object_set_new(j, "currency", json_string(m.cur));
	}
	db_done(q);
	return 0;
}

static int
record(struct db *db, int64_t id, const struct hold_new *h, const char *kind,
    int64_t now, const char *actor, const char *note, struct err *err)
{
	json_t *j = json_pack("{s:I, s:s, s:s, s:s*}", "hold",
	    (json_int_t)id, "kind", hold_name(h->kind), "scope",
	    hold_scope_name(h->scope), "note", note);

	if (describe_item(db, h, j, err) < 0) {
		json_decref(j);
		return -1;
	}
	if (h->party_id != 0)
		json_object_set_new(j, "party", json_integer(h->party_id));
	if (h->address_id != 0)
		json_object_set_new(j, "address",
		    json_integer(h->address_id));
	return events_append(db, h->company_id, h->account_id, now, kind,
	    actor, j, NULL, err);
}

int
holds_place(struct db *db, const struct hold_new *given, int64_t now,
    const char *actor, int64_t *ret_id, struct err *err)
{
	struct hold_new h = *given;
	int64_t id;

	db_want_tx(db, "holds_place");
	if (h.review_at == CLOCK_NONE)
		h.review_at = now + (int64_t)hold_review_days(h.kind) * DAY;
	if (check(&h, err) < 0 || item_account(db, &h, err) < 0)
		return -1;
	if (touch(db, &h, err) < 0 ||
	    db_get_int(db, &hold_add, &id, err, "ittiiiiittittii",
	    h.company_id, hold_name(h.kind), hold_scope_name(h.scope),
	    db_or_null(h.account_id), db_or_null(h.item_id),
	    db_or_null(h.amount), db_or_null(h.party_id),
	    db_or_null(h.address_id), h.channel, h.owner, now, actor, h.note,
	    h.review_at, h.ends_at) < 0 ||
	    record(db, id, &h, "hold-placed", now, actor, h.note, err) < 0)
		return -1;
	if (ret_id != NULL)
		*ret_id = id;
	return 0;
}

int
holds_find(struct db *db, const struct hold_new *h, int64_t *ret_id,
    struct err *err)
{
	struct db_query *q;
	int r;

	r = db_get_maybe(db, h->account_id != 0 ? &hold_find_account :
	    h->address_id != 0 ? &hold_find_address : &hold_find_other, &q,
	    err, "ittiii", h->company_id,
	    hold_name(h->kind), hold_scope_name(h->scope), h->account_id,
	    h->item_id, h->address_id);
	if (r <= 0)
		return r;
	*ret_id = db_int(q, 0);
	db_done(q);
	return 1;
}

int
holds_channel(void *owner, struct db *db, int64_t company_id,
    enum hold_kind kind, enum channel channel, const char *start,
    struct hold_found *ret_found, struct err *err)
{
	struct db_query *q;
	int r;

	r = db_get_maybe(db, &hold_on_channel, &q, err, "itttt", company_id,
	    hold_name(kind), hold_scope_name(SCOPE_CHANNEL),
	    channel_name(channel), start);
	if (r <= 0)
		return r;
	ret_found->id = db_int(q, 0);
	ret_found->ends_at = db_int(q, 1);
	ret_found->note = mem_str(owner, db_text(q, 2));
	db_done(q);
	return 1;
}

int
holds_release(struct db *db, int64_t hold_id, int64_t now,
    const char *actor, const char *note, struct err *err)
{
	struct hold_new h = { 0 };
	struct db_query *q;
	int r;

	db_want_tx(db, "holds_release");
	r = db_get_maybe(db, &hold_get, &q, err, "i", hold_id);
	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(err, ERR_PERM, "no hold %lld, or it is "
		    "released already", (long long)hold_id);
	h.company_id = db_int(q, 0);
	if (!hold_parse(db_text(q, 1), &h.kind) ||
	    !hold_scope_parse(db_text(q, 2), &h.scope)) {
		db_done(q);
		return err_set(err, ERR_CORRUPT, "hold %lld: unknown kind or "
		    "scope", (long long)hold_id);
	}
	h.account_id = db_id(q, 3);
	h.party_id = db_id(q, 4);
	h.address_id = db_id(q, 5);
	h.item_id = db_id(q, 6);
	db_done(q);
	if (touch(db, &h, err) < 0 ||
	    db_run(db, &hold_release, err, "iit", hold_id, now, actor) < 0)
		return -1;
	if (h.kind == HOLD_SENDER_CRASH && outbox_unpark(db, h.company_id,
	    h.account_id, now, actor, err) < 0)
		return -1;
	return record(db, hold_id, &h, "hold-released", now, actor, note, err);
}

int
holds_end(struct db *db, int64_t hold_id, int64_t now, const char *actor,
    const char *note, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &hold_held, &q, err, "i", hold_id);

	if (r <= 0)
		return r < 0 ? -1 : 1;
	db_done(q);
	return holds_release(db, hold_id, now, actor, note, err);
}

static int
read_released(void *owner, struct db *db, int64_t hold_id, int64_t now,
    struct hold_new *h, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &hold_was, &q, err, "i", hold_id);

	if (r <= 0)
		return r < 0 ? -1 : err_set(err, ERR_PERM, "no hold %lld, or "
		    "it is not released", (long long)hold_id);
	h->company_id = db_int(q, 0);
	if (!hold_parse(db_text(q, 1), &h->kind) ||
	    !hold_scope_parse(db_text(q, 2), &h->scope))
		h->kind = HOLD_HUMAN;
	h->account_id = db_id(q, 3);
	h->item_id = db_id(q, 4);
	h->amount = db_id(q, 5);
	h->party_id = db_id(q, 6);
	h->address_id = db_id(q, 7);
	h->channel = mem_str(owner, db_text(q, 8));
	h->owner = mem_str(owner, db_text(q, 9));
	h->note = mem_str(owner, db_text(q, 10));
	h->ends_at = db_int(q, 11);
	if (h->ends_at <= now)
		h->ends_at = CLOCK_NONE;
	h->review_at = CLOCK_NONE;
	db_done(q);
	return 0;
}

int
holds_again(struct db *db, int64_t hold_id, int64_t now, const char *actor,
    struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct hold_new h = { 0 };
	int64_t id;
	int found;

	if (read_released(pool, db, hold_id, now, &h, err) < 0)
		return -1;
	found = holds_find(db, &h, &id, err);
	if (found != 0)
		return found < 0 ? -1 : err_set(err, ERR_PERM, "hold %lld "
		    "stands in its place", (long long)id);
	return holds_place(db, &h, now, actor, NULL, err);
}
