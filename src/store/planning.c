#include "store/planning.h"

#include "base/clock.h"
#include "core/date.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/outbox.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define SLICE 5000
#define REVIEW_AGAIN (3 * 86400)

/* clang-format off */
DB_STMT(planning_changed,
    "SELECT id FROM account WHERE rev <> planned_rev AND company_id = $1"
    " AND merged_into IS NULL ORDER BY id LIMIT $2");
DB_STMT(planning_in_time,
    "SELECT id FROM account WHERE plan_at <= $2 AND company_id = $1"
    " AND merged_into IS NULL ORDER BY plan_at, id LIMIT $3");
DB_STMT(planning_update,
    "UPDATE account SET planned_rev = $1, plan_at = $2, plan_verdict = $3,"
    " plan_why = $4, episode = $5, episode_from = $6 WHERE id = $7");
DB_STMT(planning_slice,
    "SELECT max(id) FROM (SELECT id FROM account WHERE id >= $1"
    " ORDER BY id LIMIT $2) x");
DB_STMT(planning_wake_held,
    "UPDATE account SET plan_at = 0 WHERE id BETWEEN $1 AND $2"
    " AND company_id = $3 AND plan_verdict = 'held' AND plan_why IN"
    " ('clock', 'stopped', 'observing', 'ledger-shrunk', 'ledger-old',"
    " 'inbox-behind')");
DB_STMT(planning_first,
    "SELECT due_at, count(DISTINCT communication_id) FROM outbox"
    " WHERE (" OUTBOX_PLANNED("state") ")"
    " AND state <> 'uncertain' AND first_contact = 1 AND company_id = $1"
    " GROUP BY due_at");
DB_STMT(planning_reviews,
    "SELECT h.id, h.company_id, h.account_id, h.kind, h.owner FROM hold h"
    " WHERE h.released_at IS NULL AND h.review_at <= $1"
    " AND (h.ends_at IS NULL OR h.ends_at > $1) AND NOT EXISTS"
    " (SELECT 1 FROM task t WHERE t.company_id = h.company_id"
    " AND coalesce(t.account_id, 0) = coalesce(h.account_id, 0)"
    " AND t.reason = 'hold-review'"
    " AND (t.state <> 'closed' OR t.closed_at > $2))"
    " ORDER BY h.review_at, h.id LIMIT 1");
DB_STMT(planning_task_since,
    "SELECT count(*) FROM task WHERE account_id = $1 AND reason = $2"
    " AND opened_at >= $3");
DB_STMT(planning_task_dealt,
    "SELECT count(*) FROM task WHERE account_id = $1 AND reason = $2"
    " AND (state <> 'closed' OR (closed_at > $3 AND closed_by LIKE"
    " 'user:%'))");
DB_STMT(planning_letters,
    "SELECT meaning FROM inbox WHERE account_id = $1 AND received_at >= $2"
    " AND state = 'read' ORDER BY id DESC LIMIT 50");
DB_STMT(planning_spoken,
    "SELECT count(*) FROM communication WHERE account_id = $1 AND at >= $2"
    " AND result IS NOT NULL AND result <> 'no-answer'");
DB_STMT(planning_set_cap,
    "UPDATE account SET stage_cap = $1 WHERE id = $2");
DB_STMT(planning_ids,
    "SELECT min(id), max(id) FROM account WHERE company_id = $1");
/* clang-format on */

/* What one query gives is all different; it may repeat what was there. */
static int
take_ids(struct db_query *q, size_t max, int64_t *ids, size_t *n,
    struct err *err)
{
	size_t i, before = *n;
	int64_t id;
	int r;

	while ((r = db_step(q, err)) > 0) {
		id = db_int(q, 0);
		for (i = 0; i < before && ids[i] != id; i++)
			continue;
		if (i == before && *n < max)
			ids[(*n)++] = id;
	}
	return r;
}

int
planning_due(struct db *db, int64_t company_id, int64_t now, size_t max,
    int64_t *ret_ids, size_t *ret_n, struct err *err)
{
	struct db_query *q;
	size_t n = 0;

	q = db_query(db, &planning_changed);
	db_bind_int(q, 1, company_id);
	db_bind_int(q, 2, (int64_t)max);
	if (take_ids(q, max, ret_ids, &n, err) < 0)
		return -1;
	if (n < max) {
		q = db_query(db, &planning_in_time);
		db_bind_int(q, 1, company_id);
		db_bind_int(q, 2, now);
		db_bind_int(q, 3, (int64_t)max);
		if (take_ids(q, max, ret_ids, &n, err) < 0)
			return -1;
	}
	*ret_n = n;
	return 0;
}

int
planning_write(struct db *db, const struct planning *p, struct err *err)
{
	db_want_tx(db, "planning_write");
	return db_run(db, &planning_update, err, "iittiii", p->rev,
	    p->plan_at, p->verdict, p->why, p->episode,
	    p->episode_from == DATE_NONE ? CLOCK_NONE :
	    (int64_t)p->episode_from, p->account_id);
}

int
planning_wake(struct db *db, int64_t company_id, int64_t *at,
    struct err *err)
{
	struct db_query *q;
	int64_t to;

	db_want_tx(db, "planning_wake");
	if (db_get(db, &planning_slice, &q, err, "ii", *at,
	    (int64_t)SLICE) < 0)
		return -1;
	to = db_int(q, 0);
	db_done(q);
	if (to == CLOCK_NONE) {
		*at = INT64_MAX;
		return 0;
	}
	if (db_run(db, &planning_wake_held, err, "iii", *at, to,
	    company_id) < 0)
		return -1;
	*at = to + 1;
	return 0;
}

int
planning_first_contacts(struct db *db, int64_t company_id,
    void (*fn)(int64_t slot, int n, void *arg), void *arg, struct err *err)
{
	struct db_query *q = db_query(db, &planning_first);
	int r;

	db_bind_int(q, 1, company_id);
	while ((r = db_step(q, err)) > 0)
		fn(db_int(q, 0), (int)db_int(q, 1), arg);
	return r;
}

int
planning_review(struct db *db, int64_t now, struct planning_review *ret,
    struct err *err)
{
	const char *owner;
	struct db_query *q;
	int r;

	r = db_get_maybe(db, &planning_reviews, &q, err, "ii", now,
	    now - REVIEW_AGAIN);
	if (r <= 0)
		return r;
	ret->hold_id = db_int(q, 0);
	ret->company_id = db_int(q, 1);
	ret->account_id = db_is_null(q, 2) ? 0 : db_int(q, 2);
	ret->kind = HOLD_COUNT;
	hold_parse(db_text(q, 3), &ret->kind);
	owner = db_text(q, 4);
	snprintf(ret->owner, sizeof(ret->owner), "%s",
	    owner != NULL ? owner : "");
	db_done(q);
	return 1;
}

int
planning_has_task(struct db *db, int64_t account_id, const char *reason,
    int64_t since, enum planning_asked how, bool *ret_has,
    struct err *err)
{
	int64_t n;

	if (db_get_int(db, how == PLANNING_ASKED ? &planning_task_since :
	    &planning_task_dealt, &n, err, "iti", account_id, reason,
	    since) < 0)
		return -1;
	*ret_has = n > 0;
	return 0;
}

/* No machine: the rest are people, though nobody understood them. */
static bool
is_person(const char *meaning)
{
	json_t *j = meaning != NULL ? json_loads(meaning, 0, NULL) : NULL;
	const char *kind = json_string_value(json_object_get(j, "kind"));
	bool person = kind != NULL && strcmp(kind, "human") == 0;

	json_decref(j);
	return person;
}

int
planning_heard(struct db *db, int64_t account_id, int64_t since,
    bool *ret_heard, struct err *err)
{
	struct db_query *q = db_query(db, &planning_letters);
	bool heard = false;
	int64_t n = 0;
	int r = 0;

	db_bind_int(q, 1, account_id);
	db_bind_int(q, 2, since);
	while (!heard && (r = db_step(q, err)) > 0)
		heard = is_person(db_text(q, 0));
	if (heard)
		db_done(q);
	if (r < 0 || (!heard && db_get_int(db, &planning_spoken, &n, err,
	    "ii", account_id, since) < 0))
		return -1;
	*ret_heard = heard || n > 0;
	return 0;
}

int
planning_cap(struct db *db, int64_t company_id, int64_t account_id,
    int stage, int64_t now, const char *actor, struct err *err)
{
	db_want_tx(db, "planning_cap");
	if (db_run(db, &planning_set_cap, err, "ii", stage < 0 ? CLOCK_NONE :
	    (int64_t)stage, account_id) < 0 ||
	    accounts_touch(db, account_id, err) < 0)
		return -1;
	return events_append(db, company_id, account_id, now, "stage-cap",
	    actor, stage < 0 ? json_pack("{s:n}", "stage") :
	    json_pack("{s:s}", "stage", stage_name((enum stage)stage)), NULL,
	    err);
}

int
planning_range(struct db *db, int64_t company_id, int64_t *ret_first,
    int64_t *ret_last, struct err *err)
{
	struct db_query *q;

	if (db_get(db, &planning_ids, &q, err, "i", company_id) < 0)
		return -1;
	*ret_first = db_is_null(q, 0) ? 0 : db_int(q, 0);
	*ret_last = db_is_null(q, 1) ? 0 : db_int(q, 1);
	db_done(q);
	return 0;
}
