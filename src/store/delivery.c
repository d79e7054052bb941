#include "store/delivery.h"

#include "base/mem.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/outbox.h"
#include "track/machine.h"
#include "track/outbox_state.h"

#include <string.h>

/* clang-format off */
DB_STMT(delivery_address_get,
    "SELECT state FROM address WHERE id = $1");
DB_STMT(delivery_address_set,
    "UPDATE address SET state = $2, state_at = $3, state_why = $4"
    " WHERE id = $1");
DB_STMT(delivery_accounts,
    "SELECT DISTINCT a.id, a.company_id FROM contact c"
    " JOIN account a ON a.id = c.account_id WHERE c.address_id = $1"
    " AND c.closed_at IS NULL AND a.merged_into IS NULL ORDER BY a.id");
DB_STMT(delivery_row,
    "SELECT company_id, account_id, communication_id, state FROM outbox"
    " WHERE id = $1");
DB_STMT(delivery_row_set,
    "UPDATE outbox SET state = $2, changed_at = $3, detail = $4"
    " WHERE id = $1 AND state = $5");
DB_STMT(delivery_uncount,
    "UPDATE communication SET at = NULL WHERE id = $1 AND NOT EXISTS"
    " (SELECT 1 FROM outbox WHERE communication_id = $1"
    " AND state IN ('sending', 'accepted', 'uncertain'))");
DB_STMT(delivery_drop,
    "UPDATE communication SET cancelled = 1 WHERE id = $1 AND at IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM outbox WHERE communication_id = $1"
    " AND state NOT IN ('cancelled', 'failed'))");
DB_STMT(delivery_left,
    "SELECT count(*) FROM contact c JOIN address d ON d.id = c.address_id"
    " WHERE c.account_id = $1 AND c.closed_at IS NULL"
    " AND d.state IN ('working', 'soft-bounced')");
DB_STMT(delivery_attempt_get,
    "SELECT delivery FROM attempt WHERE id = $1 AND delivery IS NOT NULL");
DB_STMT(delivery_attempt_set,
    "UPDATE attempt SET delivery = $2, delivery_at = $3 WHERE id = $1");
DB_STMT(delivery_set_open,
    "UPDATE address SET state = 'working', state_at = $2, state_why = $3,"
    " consent_at = $2, consent = $3 WHERE id = $1 AND state = 'opted-out'");
DB_STMT(delivery_set_consent,
    "UPDATE address SET consent_at = $2, consent = $3 WHERE id = $1"
    " AND consent_at IS NULL");
DB_STMT(delivery_value, "SELECT value FROM address WHERE id = $1");
/* clang-format on */

struct ids {
	int64_t account, company;
};

static int
accounts_of(void *owner, struct db *db, int64_t address_id,
    struct ids **ret_ids, size_t *ret_n, struct err *err)
{
	struct ids *ids = NULL;
	struct db_query *q = db_query(db, &delivery_accounts);
	size_t n = 0;
	int r;

	db_bind_int(q, 1, address_id);
	while ((r = db_step(q, err)) > 0) {
		ids = mem_grow(owner, ids, struct ids, n + 1);
		ids[n].account = db_int(q, 0);
		ids[n++].company = db_int(q, 1);
	}
	*ret_ids = ids;
	*ret_n = n;
	return r;
}

struct change {
	int64_t address_id, now;
	const char *state, *was;	/* was NULL: not said */
	const char *why, *actor;
};

/* Every account that writes there is told. */
static int
tell_state(struct db *db, const struct change *c, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct db_query *q;
	struct ids *ids;
	const char *value;
	size_t i, n;

	if (accounts_touch_address(db, c->address_id, err) < 0 ||
	    accounts_of(tmp, db, c->address_id, &ids, &n, err) < 0 ||
	    db_get(db, &delivery_value, &q, err, "i", c->address_id) < 0)
		return -1;
	value = mem_str(tmp, db_text(q, 0));
	db_done(q);
	for (i = 0; i < n; i++)
		if (events_append(db, ids[i].company, ids[i].account, c->now,
		    "address-state", c->actor, json_pack("{s:I, s:s, s:s, "
		    "s:s*, s:s*}", "address", (json_int_t)c->address_id,
		    "value", value, "state", c->state, "was", c->was, "why",
		    c->why), NULL, err) < 0)
			return -1;
	return 0;
}

int
delivery_address(struct db *db, int64_t address_id, enum address_event ev,
    const char *why, int64_t now, const char *actor, struct err *err)
{
	struct change c = { .address_id = address_id, .now = now,
		.why = why, .actor = actor };
	enum address_state was;
	int next;

	db_want_tx(db, "delivery_address");
	if (delivery_address_state(db, address_id, &was, err) < 0)
		return -1;
	if (!machine_next(&address_machine, (int)was, (int)ev, &next))
		return 1;
	c.was = address_state_name(was);
	c.state = address_state_name((enum address_state)next);
	if (db_run(db, &delivery_address_set, err, "itit", address_id,
	    c.state, now, why) < 0)
		return -1;
	return tell_state(db, &c, err);
}

int
delivery_works(struct db *db, int64_t address_id, const char *why,
    int64_t now, const char *actor, struct err *err)
{
	return delivery_address(db, address_id, ADDRESS_EV_DELIVER, why, now,
	    actor, err);
}

int
delivery_settle(struct db *db, int64_t outbox_id, const char *evidence,
    int64_t now, const char *actor, struct err *err)
{
	struct outbox_result r;
	struct db_query *q;
	bool uncertain;

	db_want_tx(db, "delivery_settle");
	if (db_get(db, &delivery_row, &q, err, "i", outbox_id) < 0)
		return -1;
	uncertain = strcmp(db_text(q, 3),
	    outbox_state_name(OUTBOX_UNCERTAIN)) == 0;
	db_done(q);
	if (!uncertain)
		return 1;
	memset(&r, 0, sizeof(r));
	r.outcome = OUTCOME_ACCEPTED;
	r.reply = evidence;
	r.actor = actor;
	return outbox_finish(db, outbox_id, NULL, &r, now, err);
}

int
delivery_bounced(struct db *db, int64_t outbox_id, bool dead,
    const char *why, int64_t now, const char *actor, struct err *err)
{
	int64_t company, account, communication;
	enum outbox_state was, next;
	struct db_query *q;
	bool moves;

	db_want_tx(db, "delivery_bounced");
	if (db_get(db, &delivery_row, &q, err, "i", outbox_id) < 0)
		return -1;
	company = db_int(q, 0);
	account = db_int(q, 1);
	communication = db_int(q, 2);
	moves = outbox_state_parse(db_text(q, 3), &was) &&
	    outbox_next(was, OUTBOX_EV_BOUNCE, &next);
	db_done(q);
	if (!moves)
		return 0;
	if (db_run(db, &delivery_row_set, err, "ititt", outbox_id,
	    outbox_state_name(next), now, why, outbox_state_name(was)) < 0 ||
	    db_run(db, &delivery_uncount, err, "i", communication) < 0 ||
	    (dead && db_run(db, &delivery_drop, err, "i",
	    communication) < 0) ||
	    accounts_touch(db, account, err) < 0)
		return -1;
	return events_append(db, company, account, now, "message-bounced",
	    actor, json_pack("{s:I, s:s*}", "outbox", (json_int_t)outbox_id,
	    "why", why), NULL, err);
}

int
delivery_contacts_left(struct db *db, int64_t account_id, int64_t *ret_n,
    struct err *err)
{
	return db_get_int(db, &delivery_left, ret_n, err, "i", account_id);
}

int
delivery_get(struct db *db, int64_t attempt_id, enum delivery *ret_state,
    struct err *err)
{
	struct db_query *q;
	int r;

	r = db_get_maybe(db, &delivery_attempt_get, &q, err, "i", attempt_id);
	if (r <= 0)
		return r;
	r = delivery_parse(db_text(q, 0), ret_state);
	db_done(q);
	return r;
}

int
delivery_set(struct db *db, int64_t attempt_id, enum delivery state,
    int64_t now, struct err *err)
{
	db_want_tx(db, "delivery_set");
	return db_run(db, &delivery_attempt_set, err, "iti", attempt_id,
	    delivery_name(state), now);
}

int
delivery_address_state(struct db *db, int64_t address_id,
    enum address_state *ret_state, struct err *err)
{
	struct db_query *q;

	if (db_get(db, &delivery_address_get, &q, err, "i", address_id) < 0)
		return -1;
	if (!address_state_parse(db_text(q, 0), ret_state))
		*ret_state = ADDRESS_IS_DEAD;
	db_done(q);
	return 0;
}

int
delivery_reopen(struct db *db, int64_t address_id, const char *why,
    int64_t now, const char *actor, struct err *err)
{
	struct change c = { .address_id = address_id, .now = now,
		.state = "working", .why = why, .actor = actor };

	db_want_tx(db, "delivery_reopen");
	if (db_run(db, &delivery_set_open, err, "iit", address_id, now,
	    why) < 0)
		return -1;
	if (db_changes(db) == 0)
		return 0;
	return tell_state(db, &c, err);
}

int
delivery_consent(struct db *db, int64_t address_id, const char *how,
    int64_t now, struct err *err)
{
	if (db_run(db, &delivery_set_consent, err, "iit", address_id, now,
	    how) < 0)
		return -1;
	return db_changes(db) == 0 ? 0 : accounts_touch_address(db,
	    address_id, err);
}
