/* entries_refresh.c - entries follow what they stand for.  An account whose rev
 * is not the one that was looked at last, and a task that says so itself
 * (entered = 0), are looked at again; once a day all of them are. */
#include "store/entries.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/mem.h"
#include "store/meta.h"

#include <stdint.h>
#include <string.h>

#define ACCOUNTS 50	/* in one transaction */
#define BATCH 100	/* entries of one query */
#define DAY 86400

/* What is live, and differs from what its entry says. */
#define CHANGED(live)							\
	"SELECT v.account_id, v.kind, v.ref, v.owner, v.account, v.name,"	\
	" v.day, v.due_at, v.state, v.severity, v.amount, v.currency,"	\
	" v.document, v.n_documents, v.title, v.note FROM (" live ") v"	\
	" LEFT JOIN entry e ON e.company_id = $1 AND e.kind = v.kind"	\
	" AND e.ref = v.ref WHERE e.id IS NULL OR e.ended_at IS NOT NULL"	\
	" OR e.account_id IS DISTINCT FROM v.account_id"		\
	" OR e.owner IS DISTINCT FROM v.owner"				\
	" OR e.account IS DISTINCT FROM v.account"			\
	" OR e.name IS DISTINCT FROM v.name"				\
	" OR e.day IS DISTINCT FROM v.day"				\
	" OR e.due_at IS DISTINCT FROM v.due_at"			\
	" OR e.state <> v.state OR e.severity <> v.severity"		\
	" OR e.amount <> v.amount"					\
	" OR e.currency IS DISTINCT FROM v.currency"			\
	" OR e.document IS DISTINCT FROM v.document"			\
	" OR e.n_documents <> v.n_documents"				\
	" OR e.title IS DISTINCT FROM v.title"				\
	" OR e.note IS DISTINCT FROM v.note"				\
	" ORDER BY v.ref LIMIT 100"

#define OF_ACCOUNT							\
	" JOIN account a ON a.id = x.account_id"			\
	" JOIN party y ON y.id = a.party_id"				\
	" LEFT JOIN users u ON u.id = a.owner_id"

#define PROMISED "x.closed_at IS NULL AND x.state IN ('open', 'due-soon',"	\
	" 'awaiting-ledger')"

#define LIVE_PROMISES							\
	"SELECT x.account_id, CASE WHEN x.payplan_id IS NULL THEN 'promise'" \
	" ELSE 'instalment' END AS kind, x.id AS ref, u.login AS owner,"	\
	" a.code AS account, y.name AS name, x.day AS day,"		\
	" CAST(NULL AS BIGINT) AS due_at, '' AS state, 0 AS severity,"	\
	" x.amount AS amount, x.currency AS currency,"			\
	" (SELECT min(i.document) FROM promise_item p JOIN item i"	\
	"  ON i.id = p.item_id WHERE p.promise_id = x.id) AS document,"	\
	" (SELECT count(*) FROM promise_item p WHERE p.promise_id = x.id)" \
	" AS n_documents, CAST(NULL AS TEXT) AS title, x.note AS note"	\
	" FROM promise x" OF_ACCOUNT " WHERE x.company_id = $1"		\
	" AND x.account_id = $2 AND " PROMISED
#define LIVE_DISPUTES							\
	"SELECT x.account_id, 'dispute' AS kind, x.id AS ref,"		\
	" COALESCE(x.owner, u.login) AS owner, a.code AS account,"	\
	" y.name AS name, x.by_day AS day, CAST(NULL AS BIGINT) AS due_at," \
	" '' AS state, 0 AS severity, x.amount AS amount,"		\
	" i.currency AS currency, i.document AS document,"		\
	" CASE WHEN i.id IS NULL THEN 0 ELSE 1 END AS n_documents,"	\
	" x.reason AS title, x.note AS note FROM dispute x" OF_ACCOUNT	\
	" LEFT JOIN item i ON i.id = x.item_id"				\
	" WHERE x.company_id = $1 AND x.account_id = $2"		\
	" AND x.closed_at IS NULL"
#define LIVE_TASKS							\
	"SELECT x.account_id, 'task' AS kind, x.id AS ref,"		\
	" COALESCE(x.owner, u.login) AS owner, a.code AS account,"	\
	" y.name AS name, CAST(NULL AS BIGINT) AS day,"			\
	" x.due_at AS due_at, x.state AS state, x.severity AS severity," \
	" 0 AS amount, CAST(NULL AS TEXT) AS currency,"			\
	" CAST(NULL AS TEXT) AS document, 0 AS n_documents,"		\
	" x.title AS title, x.detail AS note FROM task x"		\
	" LEFT JOIN account a ON a.id = x.account_id"			\
	" LEFT JOIN party y ON y.id = a.party_id"			\
	" LEFT JOIN users u ON u.id = a.owner_id"			\
	" WHERE x.company_id = $1 AND x.state <> 'closed'"
/* The first of an account; ref is the account. */
#define LIVE_LIMITATIONS						\
	"SELECT x.account_id, 'limitation' AS kind, x.account_id AS ref," \
	" u.login AS owner, a.code AS account, y.name AS name,"		\
	" x.day AS day, CAST(NULL AS BIGINT) AS due_at, '' AS state,"	\
	" 0 AS severity, 0 AS amount, CAST(NULL AS TEXT) AS currency,"	\
	" (SELECT min(i.document) FROM limitation l JOIN item i"	\
	"  ON i.id = l.item_id AND i.state = 'open'"			\
	"  WHERE l.account_id = x.account_id AND l.passed = 0"		\
	"  AND l.ends_on = x.day) AS document, 1 AS n_documents,"	\
	" CAST(NULL AS TEXT) AS title, CAST(NULL AS TEXT) AS note"	\
	" FROM (SELECT l.account_id, min(l.ends_on) AS day"		\
	"  FROM limitation l JOIN item i ON i.id = l.item_id"		\
	"  AND i.state = 'open' WHERE l.company_id = $1"		\
	"  AND l.account_id = $2 AND l.passed = 0"			\
	"  GROUP BY l.account_id) x" OF_ACCOUNT
#define OVER "SELECT id FROM entry WHERE company_id = $1 AND ended_at IS NULL"
#define TASK_OVER "kind = 'task' AND NOT EXISTS (SELECT 1 FROM task x"	\
	" WHERE x.id = entry.ref AND x.state <> 'closed')"

/* clang-format off */
DB_STMT(entry_of_accounts, CHANGED(LIVE_PROMISES " UNION ALL " LIVE_DISPUTES
    " UNION ALL " LIVE_TASKS " AND x.account_id = $2 UNION ALL "
    LIVE_LIMITATIONS));
DB_STMT(entry_of_task, CHANGED(LIVE_TASKS " AND x.id = $2"));
DB_STMT(entry_over_accounts, OVER " AND account_id = $2 AND ("
    "(kind IN ('promise', 'instalment') AND NOT EXISTS (SELECT 1"
    " FROM promise x WHERE x.id = entry.ref AND " PROMISED "))"
    " OR (kind = 'dispute' AND NOT EXISTS (SELECT 1 FROM dispute x"
    " WHERE x.id = entry.ref AND x.closed_at IS NULL))"
    " OR (" TASK_OVER ") OR (kind = 'limitation' AND NOT EXISTS (SELECT 1"
    " FROM limitation l JOIN item i ON i.id = l.item_id"
    " AND i.state = 'open' WHERE l.account_id = entry.ref"
    " AND l.passed = 0))) LIMIT 100");
DB_STMT(entry_over_task, OVER " AND ref = $2 AND " TASK_OVER " LIMIT 100");
DB_STMT(entry_put,
    "INSERT INTO entry (company_id, account_id, kind, ref, uid, owner,"
    " account, name, day, due_at, state, severity, amount, currency,"
    " document, n_documents, title, note, created_at, changed_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
    " $15, $16, $17, $18, $19, $19) ON CONFLICT (company_id, kind, ref)"
    " DO UPDATE SET account_id = $2, owner = $6, account = $7, name = $8,"
    " day = $9, due_at = $10, state = $11, severity = $12, amount = $13,"
    " currency = $14, document = $15, n_documents = $16, title = $17,"
    " note = $18, sequence = entry.sequence + 1, changed_at = $19,"
    " ended_at = NULL");
DB_STMT(entry_end,
    "UPDATE entry SET ended_at = $2, changed_at = $2, sequence = sequence + 1"
    " WHERE id = $1 AND ended_at IS NULL");
DB_STMT(entry_accounts_changed,
    "SELECT id, rev FROM account WHERE company_id = $1 AND id > $2"
    " AND rev <> entered_rev ORDER BY id LIMIT $3");
DB_STMT(entry_accounts_all,
    "SELECT id, rev FROM account WHERE company_id = $1 AND id > $2"
    " ORDER BY id LIMIT $3");
DB_STMT(entry_account_done,
    "UPDATE account SET entered_rev = $2 WHERE id = $1"
    " AND entered_rev <> $2");
DB_STMT(entry_tasks_changed,
    "SELECT id, 0 FROM task WHERE company_id = $1 AND id > $2"
    " AND entered = 0 ORDER BY id LIMIT $3");
DB_STMT(entry_tasks_all,
    "SELECT id, 0 FROM task WHERE company_id = $1 AND id > $2"
    " AND (entered = 0 OR state <> 'closed') ORDER BY id LIMIT $3");
DB_STMT(entry_task_done,
    "UPDATE task SET entered = 1 WHERE id = $1 AND entered = 0");
/* clang-format on */

/* A row of CHANGED as what entry_put takes. */
struct change {
	int64_t account_id, ref, day, due, severity, amount, n_documents;
	const char *kind, *owner, *account, *name, *state, *cur, *document;
	const char *title, *note;
};

/* What is looked at: accounts, or tasks. */
static const struct source {
	struct db_stmt *changed, *all, *live, *over, *done;
} sources[] = {
	{ &entry_accounts_changed, &entry_accounts_all, &entry_of_accounts,
	    &entry_over_accounts, &entry_account_done },
	{ &entry_tasks_changed, &entry_tasks_all, &entry_of_task,
	    &entry_over_task, &entry_task_done },
};

struct refresh {
	void *m;		/* of the transaction in hand */
	int64_t company_id, now;
	const char *salt;
	const struct source *source;
	bool all;
	int64_t after;		/* ids up to this one are done */
	int64_t list[ACCOUNTS][2];	/* id, rev */
	size_t n;
	size_t changed;		/* of the transaction in hand */
};

/* Of the database's own secret: nobody can tell what it stands for, and a
 * restored database names the same thing the same way. */
static char *
make_uid(void *owner, const struct refresh *r, const char *kind, int64_t ref)
{
	unsigned char digest[HASH_LEN];
	char hex[HASH_HEX_MAX];
	struct hash *h = hash_new(owner);

	hash_text(h, r->salt);
	hash_int(h, r->company_id);
	hash_text(h, kind);
	hash_int(h, ref);
	hash_done(h, digest);
	return mem_strn(owner, hash_hex(digest, hex), 32);
}

static void
take(void *m, struct db_query *q, struct change *c)
{
	c->account_id = db_int(q, 0);
	c->kind = mem_str(m, db_text(q, 1));
	c->ref = db_int(q, 2);
	c->owner = mem_str(m, db_text(q, 3));
	c->account = mem_str(m, db_text(q, 4));
	c->name = mem_str(m, db_text(q, 5));
	c->day = db_int(q, 6);
	c->due = db_int(q, 7);
	c->state = mem_str(m, db_text(q, 8));
	c->severity = db_int(q, 9);
	c->amount = db_int(q, 10);
	c->cur = mem_str(m, db_text(q, 11));
	c->document = mem_str(m, db_text(q, 12));
	c->n_documents = db_int(q, 13);
	c->title = mem_str(m, db_text(q, 14));
	c->note = mem_str(m, db_text(q, 15));
}

static int
put(struct db *db, const struct refresh *r, const struct change *c,
    struct err *err)
{
	return db_run(db, &entry_put, err, "iititttt" "iitiittitti",
	    r->company_id, c->account_id, c->kind, c->ref,
	    make_uid(r->m, r, c->kind, c->ref), c->owner, c->account,
	    c->name, c->day, c->due, c->state, c->severity, c->amount,
	    c->cur, c->document, c->n_documents, c->title, c->note, r->now);
}

/* BATCH: there may be more. */
static int
put_some(struct db *db, struct refresh *r, int64_t id, size_t *ret_n,
    struct err *err)
{
	struct db_query *q = db_query(db, r->source->live);
	struct change *list = mem_array(r->m, struct change, BATCH);
	size_t n, i;
	int got = 0;

	db_bind_int(q, 1, r->company_id);
	db_bind_int(q, 2, id);
	for (n = 0; n < BATCH && (got = db_step(q, err)) > 0; n++)
		take(r->m, q, &list[n]);
	if (n == BATCH)
		db_done(q);
	for (i = 0; got >= 0 && i < n; i++)
		if (put(db, r, &list[i], err) < 0)
			return -1;
	*ret_n = n;
	return got < 0 ? -1 : 0;
}

static int
end_some(struct db *db, struct refresh *r, int64_t id, size_t *ret_n,
    struct err *err)
{
	struct db_query *q = db_query(db, r->source->over);
	int64_t list[BATCH];
	size_t n, i;
	int got = 0;

	db_bind_int(q, 1, r->company_id);
	db_bind_int(q, 2, id);
	for (n = 0; n < BATCH && (got = db_step(q, err)) > 0; n++)
		list[n] = db_int(q, 0);
	if (n == BATCH)
		db_done(q);
	for (i = 0; got >= 0 && i < n; i++)
		if (db_run(db, &entry_end, err, "ii", list[i], r->now) < 0)
			return -1;
	*ret_n = n;
	return got < 0 ? -1 : 0;
}

static int
one(struct db *db, struct refresh *r, const int64_t id_rev[2],
    struct err *err)
{
	static int (*const fns[])(struct db *db, struct refresh *r,
	    int64_t id, size_t *ret_n, struct err *err) = { put_some,
	    end_some };
	size_t i, n;

	for (i = 0; i < 2; i++)
		do {
			if (fns[i](db, r, id_rev[0], &n, err) < 0)
				return -1;
			r->changed += n;
		} while (n == BATCH);
	return id_rev[1] == 0 ? db_run(db, r->source->done, err, "i",
	    id_rev[0]) : db_run(db, r->source->done, err, "ii", id_rev[0],
	    id_rev[1]);
}

static int
read_list(struct db *db, struct refresh *r, struct err *err)
{
	struct db_query *q = db_query(db, r->all ? r->source->all :
	    r->source->changed);
	int got;

	db_bind_int(q, 1, r->company_id);
	db_bind_int(q, 2, r->after);
	db_bind_int(q, 3, ACCOUNTS);
	for (r->n = 0; (got = db_step(q, err)) > 0; r->n++) {
		r->list[r->n][0] = db_int(q, 0);
		r->list[r->n][1] = db_int(q, 1);
	}
	return got;
}

/* What is read is written in the same transaction: nothing comes between a
 * rev and what it was looked at for. */
static int
some_tx(struct db *db, void *arg, struct err *err)
{
	struct refresh *r = arg;
	size_t i;
	int got = 0;

	r->changed = 0;
	r->m = mem_check(talloc_new(NULL));
	if (read_list(db, r, err) < 0)
		got = -1;
	for (i = 0; got == 0 && i < r->n; i++)
		got = one(db, r, r->list[i], err);
	TALLOC_FREE(r->m);
	return got;
}

static int
refresh_source(struct db *db, struct refresh *r, size_t *ret_changed,
    struct err *err)
{
	r->after = 0;
	do {
		/* No lock for writing where there is nothing to do. */
		if (read_list(db, r, err) < 0)
			return -1;
		if (r->n == 0)
			break;
		if (store_tx(db, some_tx, r, err) < 0)
			return -1;
		*ret_changed += r->changed;
		if (r->n > 0)
			r->after = r->list[r->n - 1][0];
	} while (r->n == ACCOUNTS);
	return 0;
}

static int
make_salt(struct db *db, void *arg, struct err *err)
{
	char a[ID_TOKEN_MAX], b[ID_TOKEN_MAX];
	void *m MEM_AUTO = talloc_new(NULL);

	id_token(a);
	id_token(b);
	return meta_set(db, "calendar_salt", mem_fmt(m, "%s%s", a, b), err);
}

struct day {
	const char *key, *value;
};

static int
set_day(struct db *db, void *arg, struct err *err)
{
	const struct day *d = arg;

	return meta_set(db, d->key, d->value, err);
}

int
entries_refresh(struct db *db, int64_t company_id, int64_t now,
    size_t *ret_changed, struct err *err)
{
	void *m MEM_AUTO = talloc_new(NULL);
	struct refresh r = { .company_id = company_id, .now = now };
	struct day day = { mem_fmt(m, "entries_day/%lld",
	    (long long)company_id), mem_fmt(m, "%lld",
	    (long long)(now / DAY)) };
	char *salt, *last;
	size_t i, changed = 0;
	int got;

	while ((got = meta_get(m, db, "calendar_salt", &salt, err)) == 0)
		if (store_tx(db, make_salt, NULL, err) < 0)
			return -1;
	if (got < 0 || (got = meta_get(m, db, day.key, &last, err)) < 0)
		return -1;
	r.salt = salt;
	r.all = got == 0 || strcmp(last, day.value) != 0;
	for (i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		r.source = &sources[i];
		if (refresh_source(db, &r, &changed, err) < 0)
			return -1;
	}
	if (r.all && store_tx(db, set_day, &day, err) < 0)
		return -1;
	if (ret_changed != NULL)
		*ret_changed = changed;
	return 0;
}
