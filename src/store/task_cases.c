/* task_cases.c - what escalation asks and says of tasks (tasks.h). */
#include "store/tasks.h"

#include "base/clock.h"
#include "base/mem.h"
#include "store/accounts.h"
#include "store/events.h"

#include <jansson.h>
#include <string.h>

#define CURRENCIES 20

/* clang-format off */
DB_STMT(task_looks,
    "SELECT id FROM task WHERE company_id = $1 AND state <> 'closed'"
    " AND look_at <= $2 ORDER BY look_at, id LIMIT $3");
DB_STMT(task_anew,
    "UPDATE task SET look_at = 0 WHERE company_id = $1 AND owner = $2"
    " AND state = 'open' AND look_at > $3 AND reason <> 'todo'");
DB_STMT(task_next_look,
    "SELECT min(look_at) FROM task WHERE company_id = $1"
    " AND state <> 'closed'");
DB_STMT(task_one_case,
    "SELECT t.company_id, coalesce(t.account_id, 0), coalesce(t.inbox_id, 0),"
    " coalesce(t.hold_id, 0), coalesce(t.outbox_id, 0), t.opened_at,"
    " t.due_at, t.look_at, t.severity, t.level, t.times, t.reason, t.owner,"
    " t.state, t.title, t.detail, a.code, p.name, u.login, p.language,"
    " coalesce(p.tier, 'standard'), h.kind FROM task t"
    " LEFT JOIN hold h ON h.id = t.hold_id AND h.released_at IS NULL"
    " LEFT JOIN account a ON a.id = t.account_id"
    " LEFT JOIN party p ON p.id = a.party_id"
    " LEFT JOIN users u ON u.id = a.owner_id AND u.active = 1"
    " WHERE t.id = $1 AND t.state <> 'closed'");
DB_STMT(task_case_open,
    "SELECT currency, sum(balance) FROM item WHERE account_id = $1"
    " AND state = 'open' GROUP BY currency ORDER BY currency LIMIT $2");
DB_STMT(task_give,
    "UPDATE task SET entered = 0, owner = $2, level = $3, due_at = $4, look_at = $5,"
    " state = CASE WHEN $6 = 1 THEN 'open' ELSE state END WHERE id = $1");
DB_STMT(task_meaning, "SELECT meaning FROM inbox WHERE id = $1");
DB_STMT(task_load,
    "SELECT count(*) FROM task WHERE company_id = $1 AND owner = $2"
    " AND state <> 'closed'");
DB_STMT(task_was_closed,
    "SELECT company_id, coalesce(account_id, 0), reason FROM task"
    " WHERE id = $1 AND state = 'closed'");
DB_STMT(task_reopen,
    "UPDATE task SET entered = 0, state = 'open', closed_at = NULL, closed_by = NULL,"
    " outcome = NULL, look_at = 0 WHERE id = $1 AND NOT EXISTS (SELECT 1"
    " FROM task x WHERE x.company_id = task.company_id"
    " AND coalesce(x.account_id, 0) = coalesce(task.account_id, 0)"
    " AND x.reason = task.reason AND x.state <> 'closed'"
    " AND x.reason <> 'todo')");
/* clang-format on */

int
tasks_anew(struct db *db, int64_t company_id, const char *login, int64_t now,
    struct err *err)
{
	return db_run(db, &task_anew, err, "iti", company_id, login, now);
}

int
tasks_look(struct db *db, int64_t company_id, int64_t now, int64_t *ret_ids,
    size_t max, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &task_looks);
	size_t n = 0;
	int r;

	db_bind_int(q, 1, company_id);
	db_bind_int(q, 2, now);
	db_bind_int(q, 3, (int64_t)max);
	while ((r = db_step(q, err)) > 0)
		ret_ids[n++] = db_int(q, 0);
	*ret_n = n;
	return r;
}

int
tasks_next_look(struct db *db, int64_t company_id, int64_t *ret_at,
    struct err *err)
{
	return db_get_int(db, &task_next_look, ret_at, err, "i", company_id);
}

static int
case_open(struct task_case *c, struct db *db, struct err *err)
{
	struct money *open = mem_array(c, struct money, CURRENCIES);
	struct db_query *q = db_query(db, &task_case_open);
	int r;

	db_bind_int(q, 1, c->account_id);
	db_bind_int(q, 2, CURRENCIES);
	while ((r = db_step(q, err)) > 0) {
		open[c->n_open] = money_zero(db_text(q, 0));
		open[c->n_open++].minor = db_int(q, 1);
	}
	c->open = open;
	return r;
}

int
tasks_case(void *owner, struct db *db, int64_t task_id,
    struct task_case **ret_case, struct err *err)
{
	struct task_case *c;
	struct db_query *q;
	int r = db_get_maybe(db, &task_one_case, &q, err, "i", task_id);

	if (r <= 0)
		return r;
	c = mem_new(owner, struct task_case);
	c->id = task_id;
	c->company_id = db_int(q, 0);
	c->account_id = db_int(q, 1);
	c->inbox_id = db_int(q, 2);
	c->hold_id = db_int(q, 3);
	c->outbox_id = db_int(q, 4);
	c->opened_at = db_int(q, 5);
	c->due_at = db_int(q, 6);
	c->look_at = db_int(q, 7);
	c->severity = (int)db_int(q, 8);
	c->level = (int)db_int(q, 9);
	c->times = (int)db_int(q, 10);
	c->reason = mem_str(c, db_text(q, 11));
	c->owner = mem_str(c, db_text(q, 12));
	c->state = mem_str(c, db_text(q, 13));
	c->title = mem_str(c, db_text(q, 14));
	c->detail = mem_str(c, db_text(q, 15));
	c->account = mem_str(c, db_text(q, 16));
	c->name = mem_str(c, db_text(q, 17));
	c->account_owner = mem_str(c, db_text(q, 18));
	c->language = mem_str(c, db_text(q, 19));
	if (!tier_parse(db_text(q, 20), &c->tier))
		c->tier = TIER_STANDARD;
	c->hold = mem_str(c, db_text(q, 21));
	db_done(q);
	if (c->account_id != 0 && case_open(c, db, err) < 0)
		return -1;
	*ret_case = c;
	return 1;
}

int
tasks_give(struct db *db, const struct task_case *c,
    const struct task_given *g, int64_t now, const char *actor,
    struct err *err)
{
	bool same = c->owner != NULL && g->owner != NULL &&
	    strcmp(c->owner, g->owner) == 0;

	db_want_tx(db, "tasks_give");
	if (db_run(db, &task_give, err, "itiiii", c->id, g->owner,
	    (int64_t)g->level, g->due_at, g->look_at, (int64_t)g->raised) < 0)
		return -1;
	if ((same || g->owner == NULL) && !g->raised)
		return 0;
	return events_append(db, c->company_id, c->account_id, now,
	    g->raised ? "task-raised" : "task-assigned", actor, json_pack(
	    "{s:I, s:s, s:s*, s:s*, s:i}", "task", (json_int_t)c->id,
	    "reason", c->reason, "owner", g->owner, "from", c->owner,
	    "level", g->level), NULL, err);
}

int
tasks_words(void *owner, struct db *db, int64_t inbox_id, char **ret_words,
    struct err *err)
{
	struct db_query *q;
	const char *meaning;
	json_t *j;
	int r;

	*ret_words = NULL;
	r = db_get_maybe(db, &task_meaning, &q, err, "i", inbox_id);
	if (r <= 0)
		return r;
	meaning = db_text(q, 0);
	j = meaning != NULL ? json_loads(meaning, 0, NULL) : NULL;
	*ret_words = mem_str(owner, json_string_value(json_object_get(j,
	    "text")));
	json_decref(j);
	db_done(q);
	return 0;
}

int
tasks_load(struct db *db, int64_t company_id, const char *login,
    int64_t *ret_n, struct err *err)
{
	return db_get_int(db, &task_load, ret_n, err, "it", company_id, login);
}

int
tasks_reopen(struct db *db, int64_t task_id, int64_t now, const char *actor,
    struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	int64_t company, account;
	struct db_query *q;
	char *reason;
	int r;

	db_want_tx(db, "tasks_reopen");
	r = db_get_maybe(db, &task_was_closed, &q, err, "i", task_id);
	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(err, ERR_PERM, "task %lld is open, or not "
		    "there", (long long)task_id);
	company = db_int(q, 0);
	account = db_int(q, 1);
	reason = mem_str(pool, db_text(q, 2));
	db_done(q);
	if (db_run(db, &task_reopen, err, "i", task_id) < 0)
		return -1;
	if (db_changes(db) == 0)
		return err_set(err, ERR_PERM, "another task of that reason "
		    "(%s) is open already", reason);
	if (account != 0 && accounts_touch(db, account, err) < 0)
		return -1;
	return events_append(db, company, account, now, "task-reopened",
	    actor, json_pack("{s:I, s:s}", "task", (json_int_t)task_id,
	    "reason", reason), NULL, err);
}
