#include "store/status.h"

#include "base/clock.h"
#include "core/date.h"
#include "store/outbox.h"

#include <string.h>

DB_STMT(status_send_at, "SELECT min(due_at) FROM outbox "
    "WHERE state IN ('queued', 'deferred')");
DB_STMT(status_claim_at, "SELECT min(deadline) FROM outbox "
    "WHERE " OUTBOX_BUSY("state"));
DB_STMT(status_plan_at, "SELECT min((SELECT a.plan_at FROM account a "
    "WHERE a.company_id = c.id AND a.merged_into IS NULL "
    "ORDER BY a.plan_at LIMIT 1)) FROM company c");
DB_STMT(status_row, "SELECT id, state, stopped, intake_at FROM company "
    "WHERE code = $1");
DB_STMT(status_as_of, "SELECT min(as_of) FROM source "
    "WHERE company_id = $1");
DB_STMT(status_imports, "SELECT count(*) FROM import JOIN source "
    "ON source.id = import.source_id WHERE company_id = $1 "
    "AND state = 'waiting'");
DB_STMT(status_accounts, "SELECT CASE WHEN planned_rev = rev "
    "THEN plan_verdict END, count(*) FROM account WHERE company_id = $1 "
    "AND merged_into IS NULL GROUP BY 1");
DB_STMT(status_outbox, "SELECT state, count(*) FROM outbox "
    "WHERE company_id = $1 GROUP BY state");
DB_STMT(status_late, "SELECT count(*) FROM outbox WHERE company_id = $1 "
    "AND state IN ('queued', 'deferred') AND not_after < $2");
DB_STMT(status_tasks, "SELECT count(*), "
    "coalesce(sum(CASE WHEN severity >= 3 THEN 1 ELSE 0 END), 0), "
    "coalesce(sum(CASE WHEN due_at < $2 THEN 1 ELSE 0 END), 0) "
    "FROM task WHERE company_id = $1 AND state <> 'closed'");
DB_STMT(status_holds, "SELECT count(*), "
    "coalesce(sum(CASE WHEN review_at < $2 THEN 1 ELSE 0 END), 0) "
    "FROM hold WHERE company_id = $1 AND released_at IS NULL "
    "AND (ends_at IS NULL OR ends_at > $2)");
DB_STMT(status_inbox, "SELECT state, count(*) FROM inbox "
    "WHERE company_id = $1 AND state <> 'read' GROUP BY state");
DB_STMT(status_sent, "SELECT max(changed_at) FROM outbox "
    "WHERE company_id = $1 AND state = 'accepted'");

static const char *const verdict_names[STATUS_VERDICT_COUNT] = {
	"unplanned", "send", "wait", "held", "task", "none"
};

const char *
status_verdict_name(enum status_verdict v)
{
	return verdict_names[v];
}

/* The only column of the only row; NULL is CLOCK_NONE. */
static int
one(struct db *db, struct db_stmt *stmt, int64_t *ret_v, struct err *err)
{
	struct db_query *q;

	if (db_get(db, stmt, &q, err, "") < 0)
		return -1;
	*ret_v = db_int(q, 0);
	db_done(q);
	return 0;
}

int
status_next_send(struct db *db, int64_t *ret_at, struct err *err)
{
	int64_t due, claim;

	if (one(db, &status_send_at, &due, err) < 0 ||
	    one(db, &status_claim_at, &claim, err) < 0)
		return -1;
	*ret_at = due == CLOCK_NONE || (claim != CLOCK_NONE && claim < due) ?
	    claim : due;
	return 0;
}

int
status_next_plan(struct db *db, int64_t *ret_at, struct err *err)
{
	return one(db, &status_plan_at, ret_at, err);
}

static int
count_accounts(struct db *db, struct status_company *s, struct err *err)
{
	struct db_query *q = db_query(db, &status_accounts);
	const char *verdict;
	int r, v;

	db_bind_int(q, 1, s->id);
	while ((r = db_step(q, err)) > 0) {
		verdict = db_text(q, 0);
		for (v = STATUS_UNPLANNED + 1; verdict != NULL &&
		    v < STATUS_VERDICT_COUNT; v++)
			if (strcmp(verdict, verdict_names[v]) == 0)
				break;
		if (verdict == NULL || v == STATUS_VERDICT_COUNT)
			v = STATUS_UNPLANNED;
		s->accounts[v] += db_int(q, 1);
	}
	return r;
}

static int
count_outbox(struct db *db, struct status_company *s, struct err *err)
{
	struct db_query *q = db_query(db, &status_outbox);
	enum outbox_state state;
	int r;

	db_bind_int(q, 1, s->id);
	while ((r = db_step(q, err)) > 0)
		if (outbox_state_parse(db_text(q, 0), &state))
			s->outbox[state] = db_int(q, 1);
	return r;
}

static int
count_inbox(struct db *db, struct status_company *s, struct err *err)
{
	struct db_query *q = db_query(db, &status_inbox);
	int r;

	db_bind_int(q, 1, s->id);
	while ((r = db_step(q, err)) > 0) {
		if (strcmp(db_text(q, 0), inbox_state_name(INBOX_NEW)) == 0)
			s->inbox_new = db_int(q, 1);
		else
			s->inbox_held = db_int(q, 1);
	}
	return r;
}

static int
count_people(struct db *db, struct status_company *s, int64_t now,
    struct err *err)
{
	struct db_query *q;

	if (db_get(db, &status_tasks, &q, err, "ii", s->id, now) < 0)
		return -1;
	s->tasks = db_int(q, 0);
	s->tasks_at_once = db_int(q, 1);
	s->tasks_late = db_int(q, 2);
	db_done(q);
	if (db_get(db, &status_holds, &q, err, "ii", s->id, now) < 0)
		return -1;
	s->holds = db_int(q, 0);
	s->holds_to_review = db_int(q, 1);
	db_done(q);
	return 0;
}

int
status_company(struct db *db, const char *code, int64_t now,
    struct status_company *ret, struct err *err)
{
	struct status_company s = { 0 };
	struct db_query *q;

	if (db_get(db, &status_row, &q, err, "t", code) < 0)
		return err_add(err, "company %s", code);
	s.id = db_int(q, 0);
	s.armed = strcmp(db_text(q, 1), "armed") == 0;
	s.stopped = db_int(q, 2) != 0;
	s.intake_at = db_int(q, 3);
	db_done(q);
	if (db_get(db, &status_as_of, &q, err, "i", s.id) < 0)
		return -1;
	s.as_of = db_is_null(q, 0) ? DATE_NONE : (int32_t)db_int(q, 0);
	db_done(q);
	if (db_get(db, &status_sent, &q, err, "i", s.id) < 0)
		return -1;
	s.last_sent = db_int(q, 0);
	db_done(q);
	if (db_get_int(db, &status_imports, &s.imports_waiting, err, "i",
	    s.id) < 0 ||
	    db_get_int(db, &status_late, &s.late, err, "ii", s.id, now) < 0 ||
	    count_accounts(db, &s, err) < 0 ||
	    count_outbox(db, &s, err) < 0 || count_inbox(db, &s, err) < 0 ||
	    count_people(db, &s, now, err) < 0)
		return -1;
	*ret = s;
	return 0;
}
