#include "store/tasks.h"

#include "base/clock.h"
#include "base/mem.h"
#include "escalate/reason.h"
#include "policy/workhours.h"
#include "store/accounts.h"
#include "store/desks.h"
#include "store/events.h"

#include <string.h>

#define DETAIL_MOST 12000	/* bytes, with what was said before */

DB_STMT(task_of_mail, "SELECT id, coalesce(hold_id, 0) FROM task "
    "WHERE inbox_id = $1 AND state <> 'closed' AND NOT (reason = 'dispute' "
    "AND hold_id IS NULL) ORDER BY id LIMIT $2");
DB_STMT(task_inbox, "SELECT coalesce(inbox_id, 0) FROM task WHERE id = $1");
DB_STMT(task_find_account, "SELECT id, severity, due_at, title, detail, "
    "owner, outbox_id, hold_id, inbox_id FROM task "
    "WHERE company_id = $1 AND account_id = $2 AND reason = $3 "
    "AND state <> 'closed'");
DB_STMT(task_find_company, "SELECT id, severity, due_at, title, detail, "
    "owner, outbox_id, hold_id, inbox_id FROM task "
    "WHERE company_id = $1 AND account_id IS NULL AND reason = $2 "
    "AND state <> 'closed'");
DB_STMT(task_add, "INSERT INTO task (company_id, account_id, reason, state, "
    "severity, owner, title, detail, outbox_id, hold_id, inbox_id, "
    "opened_at, due_at, came_at) VALUES ($1, $2, $3, 'open', $4, $5, $6, "
    "$7, $8, $9, $10, $11, $12, $11) RETURNING id");
DB_STMT(task_merge, "UPDATE task SET entered = 0, severity = $2, due_at = $3, "
    "detail = $4, owner = $5, outbox_id = $6, hold_id = $7, inbox_id = $8 "
    "WHERE id = $1");
/* Who had seen it has not seen what came now. */
DB_STMT(task_again, "UPDATE task SET entered = 0, times = times + 1, came_at = $2, "
    "look_at = 0, state = 'open' WHERE id = $1");
DB_STMT(task_get, "SELECT company_id, account_id, reason FROM task "
    "WHERE id = $1 AND state <> 'closed'");
DB_STMT(task_close, "UPDATE task SET entered = 0, state = 'closed', closed_at = $2, "
    "closed_by = $3, outcome = $4 WHERE id = $1 AND state <> 'closed'");

DB_STMT(task_ack, "UPDATE task SET entered = 0, state = 'acked' WHERE id = $1 "
    "AND state = 'open'");
DB_STMT(task_assign, "UPDATE task SET entered = 0, owner = $2, look_at = 0 WHERE id = $1 "
    "AND state <> 'closed'");
DB_STMT(task_decision, "SELECT CASE WHEN outbox_id IS NOT NULL OR "
    "hold_id IS NOT NULL OR reason IN ('unverified-promise', 'approval') "
    "THEN 1 ELSE 0 END FROM task WHERE id = $1 AND state <> 'closed'");
DB_STMT(task_move, "UPDATE task SET entered = 0, due_at = $2, look_at = $2, level = 0 "
    "WHERE id = $1 AND state <> 'closed' AND due_at <> $2");
DB_STMT(task_list, "SELECT t.id, t.opened_at, t.due_at, t.closed_at, a.code, "
    "p.name, t.reason, t.title, t.detail, t.owner, t.state, t.outcome, "
    "t.severity, t.outbox_id, t.hold_id, coalesce(t.account_id, 0) "
    "FROM task t "
    "LEFT JOIN account a ON a.id = t.account_id "
    "LEFT JOIN party p ON p.id = a.party_id "
    "WHERE t.company_id = $1 AND ($2 = 0 OR t.account_id = $2) "
    "AND ($3 = 1 OR t.state <> 'closed') "
    "ORDER BY t.severity DESC, t.due_at, t.id");

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* 1: an open one is there, and *ret_was holds it. */
static int
find(struct db *db, int64_t company_id, int64_t account_id,
    const char *reason, void *owner, int64_t *ret_id,
    struct task_new *ret_was, struct err *err)
{
	struct db_query *q;
	int r;

	if (account_id != 0)
		r = db_get_maybe(db, &task_find_account, &q, err, "iit",
		    company_id, account_id, reason);
	else
		r = db_get_maybe(db, &task_find_company, &q, err, "it",
		    company_id, reason);
	if (r <= 0)
		return r;
	*ret_id = db_int(q, 0);
	ret_was->severity = (int)db_int(q, 1);
	ret_was->due_at = db_int(q, 2);
	ret_was->title = mem_str(owner, db_text(q, 3));
	ret_was->detail = mem_str(owner, db_text(q, 4));
	ret_was->owner = mem_str(owner, db_text(q, 5));
	ret_was->outbox_id = db_id(q, 6);
	ret_was->hold_id = db_id(q, 7);
	ret_was->inbox_id = db_id(q, 8);
	db_done(q);
	return 1;
}

/* What is said now, with what was said before it where the reason wants
 * that.  *ret_news: it was not known. */
static const char *
merged_detail(void *ctx, const struct task_new *was,
    const struct task_new *t, bool *ret_news)
{
	const struct reason *reason = reason_find(t->reason);
	char *both;
	size_t n;

	*ret_news = false;
	if (t->detail == NULL || same_text(t->detail, was->detail))
		return was->detail;
	if (reason->again != AGAIN_ADD || was->detail == NULL) {
		*ret_news = reason->again == AGAIN_ADD;
		return t->detail;
	}
	if (strstr(was->detail, t->detail) != NULL)
		return was->detail;
	*ret_news = true;
	both = mem_fmt(ctx, "%s\n----\n%s", t->detail, was->detail);
	if (strlen(both) <= DETAIL_MOST)
		return both;
	for (n = DETAIL_MOST; n > 0 && ((unsigned char)both[n] & 0xc0) ==
	    0x80; n--)
		continue;
	return mem_fmt(ctx, "%.*s ...", (int)n, both);
}

/* The graver, the sooner and what is said last; never less than before. */
static int
merge(struct db *db, int64_t id, const struct task_new *was,
    const struct task_new *t, int64_t now, const char *actor,
    struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct task_new m = *t;
	bool news;

	if (was->severity > m.severity)
		m.severity = was->severity;
	if (was->due_at < m.due_at)
		m.due_at = was->due_at;
	m.detail = merged_detail(ctx, was, t, &news);
	news |= m.severity > was->severity;
	if (was->owner != NULL)		/* somebody may have it in hand */
		m.owner = was->owner;
	if (m.outbox_id == 0)
		m.outbox_id = was->outbox_id;
	if (m.hold_id == 0)
		m.hold_id = was->hold_id;
	if (m.inbox_id == 0)
		m.inbox_id = was->inbox_id;
	if (m.severity == was->severity && m.due_at == was->due_at &&
	    same_text(m.detail, was->detail) &&
	    same_text(m.owner, was->owner) &&
	    m.outbox_id == was->outbox_id && m.hold_id == was->hold_id &&
	    m.inbox_id == was->inbox_id)
		return 0;
	if (db_run(db, &task_merge, err, "iiittiii", id,
	    (int64_t)m.severity, m.due_at, m.detail, m.owner,
	    db_or_null(m.outbox_id), db_or_null(m.hold_id),
	    db_or_null(m.inbox_id)) < 0)
		return -1;
	if (!news)
		return 0;
	if (db_run(db, &task_again, err, "ii", id, now) < 0)
		return -1;
	return events_append(db, t->company_id, t->account_id, now,
	    "task-again", actor, json_pack("{s:I, s:s, s:i}", "task",
	    (json_int_t)id, "reason", t->reason, "severity", m.severity),
	    NULL, err);
}

static int
add(struct db *db, const struct task_new *t, int64_t now, const char *actor,
    int64_t *ret_id, struct err *err)
{
	int64_t id;

	if (db_get_int(db, &task_add, &id, err, "iititttiiiii",
	    t->company_id, db_or_null(t->account_id), t->reason,
	    (int64_t)t->severity, t->owner, t->title, t->detail,
	    db_or_null(t->outbox_id), db_or_null(t->hold_id),
	    db_or_null(t->inbox_id), now, t->due_at) < 0 ||
	    events_append(db, t->company_id, t->account_id, now,
	    "task-opened", actor, json_pack("{s:I, s:s, s:i, s:s}", "task",
	    (json_int_t)id, "reason", t->reason, "severity", t->severity,
	    "title", t->title), NULL, err) < 0)
		return -1;
	*ret_id = id;
	return 0;
}

/* What the caller leaves to the table.  Nothing is due on a day or at an hour
 * when nobody is there, but for what is due at once. */
static int
complete(struct db *db, const struct reason *reason, int64_t now,
    struct task_new *t, struct err *err)
{
	struct desk desk;

	if (t->severity == 0)
		t->severity = reason->severity;
	if (t->title == NULL)
		t->title = reason->en;
	if (desks_of(db, t->company_id, t->owner, &desk, err) < 0)
		return -1;
	if (t->due_at == 0)
		t->due_at = reason->hours == 0 ? now :
		    workhours_add(desk.calendar, desk.zone, now,
		    reason->hours);
	else if (t->due_at > now && strcmp(reason->word, TASK_OWN) != 0)
		t->due_at = workhours_next(desk.calendar, desk.zone,
		    t->due_at);
	return 0;
}

int
tasks_add(struct db *db, const struct task_new *t, int64_t now,
    const char *actor, int64_t *ret_id, struct err *err)
{
	struct task_new own = *t;

	db_want_tx(db, "tasks_add");
	own.reason = TASK_OWN;
	if (complete(db, reason_find(TASK_OWN), now, &own, err) < 0)
		return -1;
	return add(db, &own, now, actor, ret_id, err);
}

int
tasks_open(struct db *db, const struct task_new *t, int64_t now,
    const char *actor, int64_t *ret_id, bool *ret_new, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	const struct reason *reason = reason_find(t->reason);
	struct task_new was, is = *t;
	int64_t id;
	int r;

	db_want_tx(db, "tasks_open");
	if (reason == NULL)
		return err_set(err, ERR_CORRUPT, "'%s' is no reason for a "
		    "task", t->reason);
	if (complete(db, reason, now, &is, err) < 0)
		return -1;
	r = find(db, t->company_id, t->account_id, t->reason, ctx, &id, &was,
	    err);
	if (r < 0 || (r > 0 && merge(db, id, &was, &is, now, actor,
	    err) < 0) || (r == 0 && add(db, &is, now, actor, &id, err) < 0))
		return -1;
	if (ret_id != NULL)
		*ret_id = id;
	if (ret_new != NULL)
		*ret_new = r == 0;
	return 0;
}

int
tasks_detail(void *owner, struct db *db, int64_t company_id,
    int64_t account_id, const char *reason, char **ret_detail,
    struct err *err)
{
	struct task_new was;
	int64_t id;
	int r;

	r = find(db, company_id, account_id, reason, owner, &id, &was, err);
	if (r > 0)
		*ret_detail = (char *)(uintptr_t)was.detail;
	return r;
}

/* The task's place for its event; ERR_PERM when it is closed or not there. */
static int
whose(struct db *db, int64_t task_id, void *owner, int64_t *ret_company,
    int64_t *ret_account, char **ret_reason, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &task_get, &q, err, "i", task_id);

	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(err, ERR_PERM, "no task %lld, or it is closed "
		    "already", (long long)task_id);
	*ret_company = db_int(q, 0);
	*ret_account = db_id(q, 1);
	*ret_reason = mem_str(owner, db_text(q, 2));
	db_done(q);
	return 0;
}

int
tasks_ack(struct db *db, int64_t task_id, int64_t now,
    const char *actor, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	int64_t company, account;
	char *reason;

	db_want_tx(db, "tasks_ack");
	if (whose(db, task_id, ctx, &company, &account, &reason, err) < 0 ||
	    db_run(db, &task_ack, err, "i", task_id) < 0)
		return -1;
	if (db_changes(db) == 0)
		return 0;	/* acked before: nothing new to say */
	return events_append(db, company, account, now, "task-acked", actor,
	    json_pack("{s:I, s:s}", "task", (json_int_t)task_id, "reason",
	    reason), NULL, err);
}

int
tasks_assign(struct db *db, int64_t task_id, const char *login,
    int64_t now, const char *actor, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	int64_t company, account;
	char *reason;

	db_want_tx(db, "tasks_assign");
	if (whose(db, task_id, ctx, &company, &account, &reason, err) < 0 ||
	    db_run(db, &task_assign, err, "it", task_id, login) < 0)
		return -1;
	return events_append(db, company, account, now, "task-assigned",
	    actor, json_pack("{s:I, s:s, s:s}", "task", (json_int_t)task_id,
	    "reason", reason, "owner", login), NULL, err);
}

int
tasks_tick(struct db *db, int64_t task_id, int64_t now, const char *actor,
    const char *outcome, enum tick *ret_tick, struct err *err)
{
	struct db_query *q;
	int64_t decide;
	int r;

	db_want_tx(db, "tasks_tick");
	r = db_get_maybe(db, &task_decision, &q, err, "i", task_id);
	if (r < 0)
		return -1;
	*ret_tick = TICK_CLOSED_BEFORE;
	if (r == 0)
		return 0;
	decide = db_int(q, 0);
	db_done(q);
	*ret_tick = decide ? TICK_DECIDE : TICK_DONE;
	return decide ? 0 : tasks_close(db, task_id, now, actor, outcome,
	    err);
}

int
tasks_is_open(void *owner, struct db *db, int64_t task_id,
    char **ret_reason, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &task_get, &q, err, "i", task_id);

	if (r <= 0)
		return r;
	*ret_reason = mem_str(owner, db_text(q, 2));
	db_done(q);
	return 1;
}

int
tasks_move(struct db *db, int64_t task_id, int64_t due_at, int64_t now,
    const char *actor, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	int64_t company, account;
	char *reason;

	db_want_tx(db, "tasks_move");
	if (whose(db, task_id, ctx, &company, &account, &reason, err) < 0 ||
	    db_run(db, &task_move, err, "ii", task_id, due_at) < 0)
		return -1;
	if (db_changes(db) == 0)
		return 0;
	return events_append(db, company, account, now, "task-moved", actor,
	    json_pack("{s:I, s:s, s:I}", "task", (json_int_t)task_id,
	    "reason", reason, "due", (json_int_t)due_at), NULL, err);
}

int
tasks_close(struct db *db, int64_t task_id, int64_t now,
    const char *actor, const char *outcome, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	int64_t company, account;
	char *reason;

	db_want_tx(db, "tasks_close");
	if (whose(db, task_id, ctx, &company, &account, &reason, err) < 0)
		return -1;
	if (db_run(db, &task_close, err, "iitt", task_id, now, actor,
	    outcome) < 0)
		return -1;
	/* The planner may have waited for it. */
	if (account != 0 && accounts_touch(db, account, err) < 0)
		return -1;
	return events_append(db, company, account, now, "task-closed", actor,
	    json_pack("{s:I, s:s, s:s*}", "task", (json_int_t)task_id,
	    "reason", reason, "outcome", outcome), NULL, err);
}

int
tasks_close_reason(struct db *db, int64_t company_id, int64_t account_id,
    const char *reason, int64_t now, const char *actor, const char *outcome,
    struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct task_new was;
	int64_t id;
	int r;

	db_want_tx(db, "tasks_close_reason");
	r = find(db, company_id, account_id, reason, ctx, &id, &was, err);
	return r <= 0 ? r : tasks_close(db, id, now, actor, outcome, err);
}

int
tasks_each(struct db *db, int64_t company_id, int64_t account_id,
    bool closed_too, int (*fn)(const struct task *t, void *arg), void *arg,
    struct err *err)
{
	struct db_query *q = db_query(db, &task_list);
	struct task t;
	int r, stop = 0;

	db_bind_int(q, 1, company_id);
	db_bind_int(q, 2, account_id);
	db_bind_int(q, 3, closed_too);
	while (stop == 0 && (r = db_step(q, err)) > 0) {
		t.id = db_int(q, 0);
		t.opened_at = db_int(q, 1);
		t.due_at = db_int(q, 2);
		t.closed_at = db_int(q, 3);
		t.account = db_text(q, 4);
		t.name = db_text(q, 5);
		t.reason = db_text(q, 6);
		t.title = db_text(q, 7);
		t.detail = db_text(q, 8);
		t.owner = db_text(q, 9);
		t.state = db_text(q, 10);
		t.outcome = db_text(q, 11);
		t.severity = (int)db_int(q, 12);
		t.outbox_id = db_id(q, 13);
		t.hold_id = db_id(q, 14);
		t.account_id = db_int(q, 15);
		stop = fn(&t, arg);
	}
	if (stop != 0)
		db_done(q);
	return stop != 0 ? 0 : r;
}

int
tasks_inbox(struct db *db, int64_t task_id, int64_t *ret_inbox_id,
    struct err *err)
{
	return db_get_int(db, &task_inbox, ret_inbox_id, err, "i", task_id);
}

int
tasks_of_mail(struct db *db, int64_t inbox_id, struct task_of_mail *ret_list,
    size_t max, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &task_of_mail);
	size_t n = 0;
	int r;

	db_bind_int(q, 1, inbox_id);
	db_bind_int(q, 2, (int64_t)max);
	while ((r = db_step(q, err)) > 0) {
		ret_list[n].id = db_int(q, 0);
		ret_list[n++].hold_id = db_int(q, 1);
	}
	*ret_n = n;
	return r;
}
