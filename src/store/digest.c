#include "store/digest.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "store/ageing_sql.h"
#include "store/reports.h"

#include <string.h>

#define CURRENCIES 32

/* An owner of NULL is nobody: what nobody owns is the lead's. */
#define OWNED "a.company_id = $1 AND a.owner_id IS NOT DISTINCT FROM $2" \
	" AND a.merged_into IS NULL"
#define WHOSE "FROM account a JOIN party p ON p.id = a.party_id "
/* What a promise names, else what is open of what it covers: now (i.balance)
 * or when it was made (z.open). */
#define PROMISED(x, open) "CASE WHEN " x ".amount > 0 THEN " x ".amount ELSE" \
	" (SELECT coalesce(sum(" open "), 0) FROM promise_item z JOIN item i" \
	" ON i.id = z.item_id WHERE z.promise_id = " x ".id" \
	" AND i.currency = " x ".currency) END"

/* Whose tasks: $1, $2. */
#define TASKS_OF \
	"SELECT t.id, t.due_at, coalesce(t.account_id, 0)," \
	" coalesce(t.inbox_id, 0), t.severity, t.level, t.reason, t.title," \
	" a.code, p.name, p.language, t.came_at FROM task t" \
	" LEFT JOIN account a ON a.id = t.account_id" \
	" LEFT JOIN party p ON p.id = a.party_id" \
	" WHERE t.company_id = $1 AND t.owner IS NOT DISTINCT FROM $2" \
	" AND t.state <> 'closed'"

/* clang-format off */
DB_STMT(digest_user, "SELECT id FROM users WHERE login = $1 AND active = 1");
DB_STMT(digest_task, TASKS_OF
    " ORDER BY t.severity DESC, t.due_at, t.id LIMIT $3");
DB_STMT(digest_task_soon, TASKS_OF
    " AND t.due_at >= $4 AND t.due_at < $5"
    " ORDER BY t.due_at, t.id LIMIT $3");
DB_STMT(digest_task_reason,
    "SELECT t.id, t.due_at, t.account_id, 0, t.severity, t.level, t.reason,"
    " t.title, a.code, p.name, p.language, t.came_at FROM task t"
    " JOIN account a ON a.id = t.account_id"
    " JOIN party p ON p.id = a.party_id"
    " WHERE t.company_id = $1 AND t.reason = $2 AND t.state <> 'closed'"
    " ORDER BY t.due_at, t.id LIMIT $3");
DB_STMT(digest_task_count,
    "SELECT count(*) FROM task WHERE company_id = $1"
    " AND owner IS NOT DISTINCT FROM $2 AND state <> 'closed'");
DB_STMT(digest_owed,
    "SELECT x.currency, sum(x.open), min(x.due) FROM (SELECT i.currency,"
    " i.due, i.balance - (SELECT coalesce(sum(p.amount), 0) FROM payment p"
    " WHERE p.item_id = i.id AND " AGEING_RECEIVED ") AS open FROM item i"
    " WHERE i.account_id = $1 AND i.state = 'open' AND i.due < $2"
    " AND NOT " AGEING_NOT_OWED ") x WHERE x.open > 0"
    " GROUP BY x.currency ORDER BY x.currency LIMIT $3");
DB_STMT(digest_inbox,
    "SELECT coalesce(max(id), 0) FROM inbox WHERE account_id = $1"
    " AND received_at >= $2");
DB_STMT(digest_promise,
    "SELECT x.id, 0, x.day, " PROMISED("x",
    "CASE WHEN i.state = 'open' THEN i.balance ELSE 0 END") ", x.currency,"
    " a.code, p.name,"
    " (SELECT i.document FROM promise_item y JOIN item i ON i.id = y.item_id"
    " WHERE y.promise_id = x.id ORDER BY i.due, i.id LIMIT 1), '', 0 " WHOSE
    "JOIN promise x ON x.account_id = a.id WHERE " OWNED
    " AND x.closed_at IS NULL AND x.day <= $3 ORDER BY x.day, x.id");
DB_STMT(digest_dispute,
    "SELECT x.id, 0, x.by_day, CASE WHEN x.amount > 0 THEN x.amount"
    " ELSE coalesce(i.balance, 0) END, coalesce(i.currency, ''), a.code,"
    " p.name, i.document, '', 0 " WHOSE "JOIN dispute x ON x.account_id = a.id"
    " LEFT JOIN item i ON i.id = x.item_id WHERE " OWNED
    " AND x.closed_at IS NULL AND x.by_day <= $3 ORDER BY x.by_day, x.id");
DB_STMT(digest_unsure,
    "SELECT x.id, x.changed_at, 0, 0, '', a.code, p.name, x.template,"
    /* Few: not by way of all accounts. */
    " c.class, c.stage FROM outbox x JOIN account a ON a.id = +x.account_id"
    " JOIN communication c ON c.id = x.communication_id"
    " JOIN party p ON p.id = a.party_id WHERE " OWNED
    " AND x.state = 'uncertain' AND x.changed_at <= $3 ORDER BY x.id");
DB_STMT(digest_next,
    "SELECT x.id, x.due_at, 0, 0, '', a.code, p.name, x.template,"
    " c.class, c.stage FROM outbox x JOIN account a ON a.id = x.account_id"
    " JOIN communication c ON c.id = x.communication_id"
    " JOIN party p ON p.id = a.party_id WHERE " OWNED
    " AND x.state IN ('queued', 'deferred') AND x.due_at <= $3"
    " ORDER BY x.priority DESC, x.id");
/* One row each: what, currency, amount, when; "x" of accounts OF. */
#define CHANGED(what, cur, amount, at, y, OF, more) \
    "SELECT " what " AS what, " cur " AS cur, " amount " AS amount, y." at \
    " AS at, a.code, a.party_id FROM account a JOIN " y \
    " y ON y.account_id = a.id WHERE " OF " AND y." at " >= $3 AND y." at \
    " < $4" more
#define CHANGES(OF) \
    CHANGED("0", "y.currency", "y.amount", "created_at", "payment", OF, \
    " AND y.state <> 'reversed'") " UNION ALL " \
    CHANGED("1", "''", "0", "received_at", "inbox", OF, "") " UNION ALL " \
    CHANGED("2", "y.currency", PROMISED("y", "z.open"), "made_at", \
    "promise", OF, "") " UNION ALL " \
    CHANGED("CASE y.state WHEN 'kept' THEN 3 ELSE 4 END", "y.currency", \
    PROMISED("y", "z.open"), "closed_at", "promise", OF, \
    " AND y.state IN ('kept', 'broken', 'partly-kept')") " UNION ALL " \
    CHANGED("5", "''", "0", "opened_at", "dispute", OF, "") " UNION ALL " \
    CHANGED("6", "''", "0", "closed_at", "dispute", OF, "") " UNION ALL " \
    CHANGED("7", "''", "0", "at", "communication", OF, \
    " AND y.cancelled = 0")
DB_STMT(digest_change_owned,
    "SELECT x.what, x.cur, 1, x.amount, x.code, p.name FROM ("
    CHANGES(OWNED) ") x JOIN party p ON p.id = x.party_id"
    " ORDER BY x.what, x.at DESC, x.code");
DB_STMT(digest_change_all,
    "SELECT x.what, x.cur, count(*), sum(x.amount), NULL, NULL FROM ("
    CHANGES("a.company_id = $1 AND $2 = 0") ") x GROUP BY 1, 2 ORDER BY 1, 2");
DB_STMT(digest_age_owned,
    "SELECT x.currency, x.age, sum(x.balance) + " AGEING_LATER
    " FROM (SELECT i.currency, " AGEING_AGE("$3") " AS age, i.balance,"
    " (SELECT coalesce(sum(p.amount), 0) FROM payment p WHERE p.item_id = i.id"
    " AND " AGEING_RECEIVED ") AS paid FROM account a JOIN item i"
    " ON i.account_id = a.id AND i.state = 'open' WHERE " OWNED ") x"
    " GROUP BY 1, 2 ORDER BY 1, 2");
DB_STMT(digest_cash,
    "SELECT x.day, x.currency, sum(" PROMISED("x", "CASE WHEN"
    " i.state = 'open' THEN i.balance ELSE 0 END") ")"
    " FROM promise x WHERE x.company_id = $1"
    " AND x.closed_at IS NULL AND x.state <> 'proposed' AND x.day >= $2"
    " AND x.day <= $3 GROUP BY x.day, x.currency ORDER BY x.day, x.currency");
DB_STMT(digest_numbers,
    "SELECT count(*), coalesce(sum(CASE WHEN due_at < $2 THEN 1 ELSE 0 END),"
    " 0), coalesce(sum(CASE WHEN reason = 'end-of-schedule' THEN 1 ELSE 0"
    " END), 0), (SELECT count(*) FROM dispute WHERE company_id = $1"
    " AND closed_at IS NULL), (SELECT count(*) FROM outbox"
    " WHERE company_id = $1 AND state = 'uncertain'), (SELECT count(*)"
    " FROM limitation l JOIN item i ON i.id = l.item_id AND i.state = 'open'"
    " WHERE l.company_id = $1 AND l.passed = 0 AND l.warned > 0)"
    " FROM task WHERE company_id = $1 AND state <> 'closed'");
DB_STMT(digest_is_taken,
    "SELECT 1 FROM digest WHERE company_id = $1 AND login = $2"
    " AND kind = $3 AND day = $4");
DB_STMT(digest_taken,
    "INSERT INTO digest (company_id, login, kind, day, at)"
    " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING");
DB_STMT(digest_before,
    "SELECT max(at) FROM digest WHERE company_id = $1 AND login = $2"
    " AND kind = $3");
/* clang-format on */

static int64_t
owner_or_null(const struct digest_scope *s)
{
	return s->owner_id == DIGEST_NOBODY ? CLOCK_NONE : s->owner_id;
}

int
digest_owner(struct db *db, const char *login, int64_t *ret_id,
    struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &digest_user, &q, err, "t", login);

	if (r < 0)
		return -1;
	*ret_id = r > 0 ? db_int(q, 0) : DIGEST_NOBODY;
	if (r > 0)
		db_done(q);
	return 0;
}

static int
read_tasks(struct digest_task *list, struct db_query *q, size_t *ret_n,
    struct err *err)
{
	struct digest_task *t;
	size_t n = 0;
	int r;

	while ((r = db_step(q, err)) > 0) {
		t = &list[n++];
		t->id = db_int(q, 0);
		t->due_at = db_int(q, 1);
		t->account_id = db_int(q, 2);
		t->inbox_id = db_int(q, 3);
		t->severity = (int)db_int(q, 4);
		t->level = (int)db_int(q, 5);
		t->reason = mem_str(list, db_text(q, 6));
		t->title = mem_str(list, db_text(q, 7));
		t->account = mem_str(list, db_text(q, 8));
		t->name = mem_str(list, db_text(q, 9));
		t->language = mem_str(list, db_text(q, 10));
		t->came_at = db_int(q, 11);
	}
	*ret_n = n;
	return r;
}

int
digest_tasks(void *owner, struct db *db, const struct digest_scope *s,
    size_t max, struct digest_task **ret_list, size_t *ret_n,
    int64_t *ret_all, struct err *err)
{
	struct db_query *q;

	if (db_get_int(db, &digest_task_count, ret_all, err, "it",
	    s->company_id, s->login) < 0)
		return -1;
	*ret_list = mem_array(owner, struct digest_task, max);
	q = db_query(db, &digest_task);
	db_bind_int(q, 1, s->company_id);
	db_bind_text(q, 2, s->login);
	db_bind_int(q, 3, (int64_t)max);
	return read_tasks(*ret_list, q, ret_n, err);
}

int
digest_tasks_soon(void *owner, struct db *db, const struct digest_scope *s,
    int64_t from, int64_t until, size_t max, struct digest_task **ret_list,
    size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &digest_task_soon);

	*ret_list = mem_array(owner, struct digest_task, max);
	db_bind_int(q, 1, s->company_id);
	db_bind_text(q, 2, s->login);
	db_bind_int(q, 3, (int64_t)max);
	db_bind_int(q, 4, from);
	db_bind_int(q, 5, until);
	return read_tasks(*ret_list, q, ret_n, err);
}

int
digest_tasks_of(void *owner, struct db *db, int64_t company_id,
    const char *reason, size_t max, struct digest_task **ret_list,
    size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &digest_task_reason);

	*ret_list = mem_array(owner, struct digest_task, max);
	db_bind_int(q, 1, company_id);
	db_bind_text(q, 2, reason);
	db_bind_int(q, 3, (int64_t)max);
	return read_tasks(*ret_list, q, ret_n, err);
}

int
digest_overdue(void *owner, struct db *db, int64_t account_id, int32_t today,
    struct money **ret_list, size_t *ret_n, int32_t *ret_oldest,
    struct err *err)
{
	struct money *list = mem_array(owner, struct money, CURRENCIES);
	struct db_query *q = db_query(db, &digest_owed);
	int32_t oldest = DATE_NONE;
	size_t n = 0;
	int r;

	db_bind_int(q, 1, account_id);
	db_bind_int(q, 2, today);
	db_bind_int(q, 3, CURRENCIES);
	while ((r = db_step(q, err)) > 0) {
		list[n] = money_zero(db_text(q, 0));
		list[n++].minor = db_int(q, 1);
		if (!db_is_null(q, 2) && (oldest == DATE_NONE ||
		    db_int(q, 2) < oldest))
			oldest = (int32_t)db_int(q, 2);
	}
	*ret_list = list;
	*ret_n = n;
	*ret_oldest = oldest;
	return r;
}

int
digest_last_inbox(struct db *db, int64_t account_id, int64_t since,
    int64_t *ret_inbox_id, struct err *err)
{
	return db_get_int(db, &digest_inbox, ret_inbox_id, err, "ii",
	    account_id, since);
}

static void
read_line(struct db_query *q, void *owner, struct digest_line *ret)
{
	enum class class;

	ret->id = db_int(q, 0);
	ret->at = db_int(q, 1);
	ret->day = (int32_t)db_int(q, 2);
	ret->amount = money_zero(db_text(q, 4));
	ret->amount.minor = db_int(q, 3);
	ret->account = mem_str(owner, db_text(q, 5));
	ret->name = mem_str(owner, db_text(q, 6));
	ret->what = mem_str(owner, db_text(q, 7));
	ret->class = db_text(q, 8)[0] != '\0' &&
	    class_parse(db_text(q, 8), &class) ? (int)class : -1;
	ret->stage = db_is_null(q, 9) ? -1 : (int)db_int(q, 9);
}

static int
lines(void *owner, struct db *db, struct db_stmt *stmt,
    const struct digest_scope *s, int64_t until, size_t max,
    struct digest_line **ret_list, size_t *ret_n, int64_t *ret_all,
    struct err *err)
{
	struct digest_line *list = mem_array(owner, struct digest_line, max);
	struct db_query *q = db_query(db, stmt);
	int64_t all = 0;
	int r;

	db_bind_int(q, 1, s->company_id);
	db_bind_int(q, 2, owner_or_null(s));
	db_bind_int(q, 3, until);
	while ((r = db_step(q, err)) > 0)
		if (all++ < (int64_t)max)
			read_line(q, list, &list[all - 1]);
	*ret_list = list;
	*ret_n = all < (int64_t)max ? (size_t)all : max;
	*ret_all = all;
	return r;
}

int
digest_promises(void *owner, struct db *db, const struct digest_scope *s,
    int32_t until, size_t max, struct digest_line **ret_list, size_t *ret_n,
    int64_t *ret_all, struct err *err)
{
	return lines(owner, db, &digest_promise, s, until, max, ret_list,
	    ret_n, ret_all, err);
}

int
digest_disputes(void *owner, struct db *db, const struct digest_scope *s,
    int32_t until, size_t max, struct digest_line **ret_list, size_t *ret_n,
    int64_t *ret_all, struct err *err)
{
	return lines(owner, db, &digest_dispute, s, until, max, ret_list,
	    ret_n, ret_all, err);
}

int
digest_uncertain(void *owner, struct db *db, const struct digest_scope *s,
    size_t max, struct digest_line **ret_list, size_t *ret_n,
    int64_t *ret_all, struct err *err)
{
	return lines(owner, db, &digest_unsure, s, INT64_MAX, max, ret_list,
	    ret_n, ret_all, err);
}

int
digest_outgoing(void *owner, struct db *db, const struct digest_scope *s,
    int64_t until, size_t max, struct digest_line **ret_list, size_t *ret_n,
    int64_t *ret_all, struct err *err)
{
	return lines(owner, db, &digest_next, s, until, max, ret_list, ret_n,
	    ret_all, err);
}

int
digest_changes(void *owner, struct db *db, const struct digest_scope *s,
    bool all, int64_t since, int64_t until, struct digest_change **ret_list,
    size_t *ret_n, struct err *err)
{
	struct digest_change *list = NULL, *c;
	struct db_query *q = db_query(db, all ? &digest_change_all :
	    &digest_change_owned);
	size_t n = 0;
	int r;

	db_bind_int(q, 1, s->company_id);
	db_bind_int(q, 2, all ? 0 : owner_or_null(s));
	db_bind_int(q, 3, since);
	db_bind_int(q, 4, until);
	while ((r = db_step(q, err)) > 0) {
		if ((n & (n + 1)) == 0)
			list = mem_grow(owner, list, struct digest_change,
			    2 * (n + 1));
		c = &list[n++];
		c->what = (enum digest_what)db_int(q, 0);
		c->sum = money_zero(db_text(q, 1));
		c->n = db_int(q, 2);
		c->sum.minor = db_int(q, 3);
		c->account = mem_str(owner, db_text(q, 4));
		c->name = mem_str(owner, db_text(q, 5));
	}
	*ret_list = list;
	*ret_n = n;
	return r;
}

struct ages {
	struct digest_ageing *list;
	size_t n;
};

static void
add_age(struct ages *a, const char *cur, int64_t age, int64_t minor)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (strcmp(a->list[i].cur, cur) == 0)
			break;
	if (i == CURRENCIES)
		return;
	if (i == a->n) {
		a->list[i] = (struct digest_ageing){ .cur = "" };
		snprintf(a->list[i].cur, sizeof(a->list[i].cur), "%s", cur);
		a->n++;
	}
	a->list[i].minor[age] += minor;
}

static int
take_age(const struct answer *answer, void *arg)
{
	add_age(arg, answer->text[0], answer->n[0], answer->n[2]);
	return 0;
}

static int
owned_ages(struct ages *a, struct db *db, const struct digest_scope *s,
    int32_t today, struct err *err)
{
	struct db_query *q = db_query(db, &digest_age_owned);
	int r;

	db_bind_int(q, 1, s->company_id);
	db_bind_int(q, 2, owner_or_null(s));
	db_bind_int(q, 3, today);
	while ((r = db_step(q, err)) > 0)
		add_age(a, db_text(q, 0), db_int(q, 1), db_int(q, 2));
	return r;
}

int
digest_ageing(void *owner, struct db *db, const struct digest_scope *s,
    bool all, int32_t today, struct digest_ageing **ret_list, size_t *ret_n,
    struct err *err)
{
	struct ages a = { mem_array(owner, struct digest_ageing, CURRENCIES),
	    0 };
	struct ask ask = { .company_id = s->company_id, .today = today };

	if (!all && owned_ages(&a, db, s, today, err) < 0)
		return -1;
	if (all && (reports_ask(db, ASK_AGEING, &ask, take_age, &a,
	    err) < 0 || reports_ask(db, ASK_AGEING_PAID, &ask, take_age, &a,
	    err) < 0))
		return -1;
	*ret_list = a.list;
	*ret_n = a.n;
	return 0;
}

int
digest_forecast(void *owner, struct db *db, int64_t company_id, int32_t from,
    int32_t until, struct digest_cash **ret_list, size_t *ret_n,
    struct err *err)
{
	struct digest_cash *list = NULL;
	struct db_query *q = db_query(db, &digest_cash);
	size_t n = 0;
	int r;

	db_bind_int(q, 1, company_id);
	db_bind_int(q, 2, from);
	db_bind_int(q, 3, until);
	while ((r = db_step(q, err)) > 0) {
		list = mem_grow(owner, list, struct digest_cash, n + 1);
		list[n].day = (int32_t)db_int(q, 0);
		list[n].amount = money_zero(db_text(q, 1));
		list[n++].amount.minor = db_int(q, 2);
	}
	*ret_list = list;
	*ret_n = n;
	return r;
}

int
digest_state(struct db *db, int64_t company_id, int64_t now,
    struct digest_state *ret, struct err *err)
{
	struct db_query *q;

	if (db_get(db, &digest_numbers, &q, err, "ii", company_id, now) < 0)
		return -1;
	ret->tasks = db_int(q, 0);
	ret->tasks_late = db_int(q, 1);
	ret->end_of_schedule = db_int(q, 2);
	ret->disputes = db_int(q, 3);
	ret->uncertain = db_int(q, 4);
	ret->limitation = db_int(q, 5);
	db_done(q);
	return 0;
}

int
digest_take(struct db *db, int64_t company_id, const char *login,
    const char *kind, int32_t day, int64_t now, struct err *err)
{
	db_want_tx(db, "digest_take");
	if (db_run(db, &digest_taken, err, "ittii", company_id, login, kind,
	    (int64_t)day, now) < 0)
		return -1;
	return db_changes(db) > 0;
}

int
digest_taken_on(struct db *db, int64_t company_id, const char *login,
    const char *kind, int32_t day, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &digest_is_taken, &q, err, "itti",
	    company_id, login, kind, (int64_t)day);

	if (r > 0)
		db_done(q);
	return r;
}

int
digest_last(struct db *db, int64_t company_id, const char *login,
    const char *kind, int64_t *ret_at, struct err *err)
{
	return db_get_int(db, &digest_before, ret_at, err, "itt", company_id,
	    login, kind);
}
