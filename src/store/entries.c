#include "store/entries.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/mem.h"
#include "core/date.h"
#include "store/meta.h"

#include <stdint.h>
#include <string.h>

#define BATCH 100

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

/* clang-format off */
DB_STMT(entry_promises, CHANGED(
    "SELECT x.account_id, CASE WHEN x.payplan_id IS NULL THEN 'promise'"
    " ELSE 'instalment' END AS kind, x.id AS ref, u.login AS owner,"
    " a.code AS account, y.name AS name, x.day AS day,"
    " CAST(NULL AS BIGINT) AS due_at, '' AS state, 0 AS severity,"
    " x.amount AS amount, x.currency AS currency,"
    " (SELECT min(i.document) FROM promise_item p JOIN item i"
    "  ON i.id = p.item_id WHERE p.promise_id = x.id) AS document,"
    " (SELECT count(*) FROM promise_item p WHERE p.promise_id = x.id)"
    " AS n_documents, CAST(NULL AS TEXT) AS title, x.note AS note"
    " FROM promise x" OF_ACCOUNT " WHERE x.company_id = $1 AND " PROMISED));
DB_STMT(entry_disputes, CHANGED(
    "SELECT x.account_id, 'dispute' AS kind, x.id AS ref,"
    " COALESCE(x.owner, u.login) AS owner, a.code AS account,"
    " y.name AS name, x.by_day AS day, CAST(NULL AS BIGINT) AS due_at,"
    " '' AS state, 0 AS severity, x.amount AS amount,"
    " i.currency AS currency, i.document AS document,"
    " CASE WHEN i.id IS NULL THEN 0 ELSE 1 END AS n_documents,"
    " x.reason AS title, x.note AS note FROM dispute x" OF_ACCOUNT
    " LEFT JOIN item i ON i.id = x.item_id"
    " WHERE x.company_id = $1 AND x.closed_at IS NULL"));
DB_STMT(entry_tasks, CHANGED(
    "SELECT x.account_id, 'task' AS kind, x.id AS ref,"
    " COALESCE(x.owner, u.login) AS owner, a.code AS account,"
    " y.name AS name, CAST(NULL AS BIGINT) AS day, x.due_at AS due_at,"
    " x.state AS state, x.severity AS severity, 0 AS amount,"
    " CAST(NULL AS TEXT) AS currency, CAST(NULL AS TEXT) AS document,"
    " 0 AS n_documents, x.title AS title, x.detail AS note FROM task x"
    " LEFT JOIN account a ON a.id = x.account_id"
    " LEFT JOIN party y ON y.id = a.party_id"
    " LEFT JOIN users u ON u.id = a.owner_id"
    " WHERE x.company_id = $1 AND x.state <> 'closed'"));
/* The first of an account; ref is the account. */
DB_STMT(entry_limitations, CHANGED(
    "SELECT x.account_id, 'limitation' AS kind, x.account_id AS ref,"
    " u.login AS owner, a.code AS account, y.name AS name, x.day AS day,"
    " CAST(NULL AS BIGINT) AS due_at, '' AS state, 0 AS severity,"
    " 0 AS amount, CAST(NULL AS TEXT) AS currency,"
    " (SELECT min(i.document) FROM limitation l JOIN item i"
    "  ON i.id = l.item_id AND i.state = 'open' WHERE l.company_id = $1"
    "  AND l.account_id = x.account_id AND l.passed = 0"
    "  AND l.ends_on = x.day) AS document, 1 AS n_documents,"
    " CAST(NULL AS TEXT) AS title, CAST(NULL AS TEXT) AS note"
    " FROM (SELECT l.account_id, min(l.ends_on) AS day FROM limitation l"
    "  JOIN item i ON i.id = l.item_id AND i.state = 'open'"
    "  WHERE l.company_id = $1 AND l.passed = 0 GROUP BY l.account_id) x"
    OF_ACCOUNT));
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
DB_STMT(entry_over_promises,
    "SELECT id FROM entry WHERE company_id = $1 AND ended_at IS NULL"
    " AND kind IN ('promise', 'instalment') AND NOT EXISTS (SELECT 1"
    " FROM promise x WHERE x.id = entry.ref AND " PROMISED ")"
    " LIMIT 100");
DB_STMT(entry_over_disputes,
    "SELECT id FROM entry WHERE company_id = $1 AND ended_at IS NULL AND kind = 'dispute'"
    " AND NOT EXISTS (SELECT 1 FROM dispute x WHERE x.id = entry.ref"
    " AND x.closed_at IS NULL) LIMIT 100");
DB_STMT(entry_over_tasks,
    "SELECT id FROM entry WHERE company_id = $1 AND ended_at IS NULL AND kind = 'task'"
    " AND NOT EXISTS (SELECT 1 FROM task x WHERE x.id = entry.ref"
    " AND x.state <> 'closed') LIMIT 100");
DB_STMT(entry_over_limitations,
    "SELECT id FROM entry WHERE company_id = $1 AND ended_at IS NULL"
    " AND kind = 'limitation' AND NOT EXISTS (SELECT 1 FROM limitation l"
    " JOIN item i ON i.id = l.item_id AND i.state = 'open'"
    " WHERE l.company_id = $1 AND l.account_id = entry.ref"
    " AND l.passed = 0) LIMIT 100");
DB_STMT(entry_end,
    "UPDATE entry SET ended_at = $2, changed_at = $2, sequence = sequence + 1"
    " WHERE id = $1 AND ended_at IS NULL");
DB_STMT(entry_get, "SELECT " ENTRY_COLUMNS " FROM entry e WHERE e.id = $1");
DB_STMT(entry_of_account, "SELECT " ENTRY_COLUMNS " FROM entry e "
    "WHERE e.account_id = $1 ORDER BY e.id");
DB_STMT(entry_list, "SELECT " ENTRY_COLUMNS " FROM entry e WHERE "
    ENTRY_IN_CALENDAR " AND e.ended_at IS NULL"
    " ORDER BY COALESCE(e.day, e.due_at / 86400), e.id LIMIT $4");
/* clang-format on */

static struct db_stmt *const live[] = { &entry_promises, &entry_disputes,
	&entry_tasks, &entry_limitations };
static struct db_stmt *const over[] = { &entry_over_promises,
	&entry_over_disputes, &entry_over_tasks, &entry_over_limitations };
#define KINDS (sizeof(live) / sizeof(live[0]))

/* A row of CHANGED as what entry_put takes. */
struct change {
	int64_t account_id, ref, day, due, severity, amount, n_documents;
	const char *kind, *owner, *account, *name, *state, *cur, *document;
	const char *title, *note;
};

/* Read outside the transaction that writes it: what changes in between is
 * found by the next refresh. */
struct refresh {
	void *m;
	int64_t company_id, now;
	const char *salt;
	struct change *changes;
	int64_t over[BATCH];
	size_t n;		/* of either */
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
read_changes(struct db *db, struct refresh *r, struct db_stmt *stmt,
    struct err *err)
{
	struct db_query *q = db_query(db, stmt);
	int got = 0;

	talloc_free_children(r->m);
	r->changes = mem_array(r->m, struct change, BATCH);
	db_bind_int(q, 1, r->company_id);
	for (r->n = 0; r->n < BATCH && (got = db_step(q, err)) > 0; r->n++)
		take(r->m, q, &r->changes[r->n]);
	if (r->n == BATCH)
		db_done(q);
	return got < 0 ? -1 : 0;
}

static int
read_over(struct db *db, struct refresh *r, struct db_stmt *stmt,
    struct err *err)
{
	struct db_query *q = db_query(db, stmt);
	int got = 0;

	db_bind_int(q, 1, r->company_id);
	for (r->n = 0; r->n < BATCH && (got = db_step(q, err)) > 0; r->n++)
		r->over[r->n] = db_int(q, 0);
	if (r->n == BATCH)
		db_done(q);
	return got < 0 ? -1 : 0;
}

static int
put_all(struct db *db, void *arg, struct err *err)
{
	const struct refresh *r = arg;
	const struct change *c;

	for (c = r->changes; c < r->changes + r->n; c++)
		if (db_run(db, &entry_put, err, "iititttt" "iitiittitti",
		    r->company_id, c->account_id, c->kind, c->ref,
		    make_uid(r->m, r, c->kind, c->ref), c->owner, c->account,
		    c->name, c->day, c->due, c->state, c->severity,
		    c->amount, c->cur, c->document, c->n_documents, c->title,
		    c->note, r->now) < 0)
			return -1;
	return 0;
}

static int
end_all(struct db *db, void *arg, struct err *err)
{
	const struct refresh *r = arg;
	size_t i;

	for (i = 0; i < r->n; i++)
		if (db_run(db, &entry_end, err, "ii", r->over[i], r->now) < 0)
			return -1;
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

static int
refresh_kind(struct db *db, struct refresh *r, size_t which,
    size_t *ret_changed, struct err *err)
{
	do {
		if (read_changes(db, r, live[which], err) < 0 || (r->n > 0 &&
		    store_tx(db, put_all, r, err) < 0))
			return -1;
		*ret_changed += r->n;
	} while (r->n == BATCH);
	do {
		if (read_over(db, r, over[which], err) < 0 || (r->n > 0 &&
		    store_tx(db, end_all, r, err) < 0))
			return -1;
		*ret_changed += r->n;
	} while (r->n == BATCH);
	return 0;
}

int
entries_refresh(struct db *db, int64_t company_id, int64_t now,
    size_t *ret_changed, struct err *err)
{
	void *m MEM_AUTO = talloc_new(NULL);
	struct refresh r = { .m = talloc_new(m), .company_id = company_id,
	    .now = now };
	size_t i, changed = 0;
	char *salt;
	int got;

	while ((got = meta_get(m, db, "calendar_salt", &salt, err)) == 0)
		if (store_tx(db, make_salt, NULL, err) < 0)
			return -1;
	if (got < 0)
		return -1;
	r.salt = salt;
	for (i = 0; i < KINDS; i++)
		if (refresh_kind(db, &r, i, &changed, err) < 0)
			return -1;
	if (ret_changed != NULL)
		*ret_changed = changed;
	return 0;
}

void
entries_row(void *owner, struct db_query *q, int col, struct entry_facts *f)
{
	const char *cur = db_text(q, col + 14);

	memset(f, 0, sizeof(*f));
	f->id = db_int(q, col);
	f->company_id = db_int(q, col + 1);
	f->account_id = db_id(q, col + 2);
	entry_kind_parse(db_text(q, col + 3), &f->kind);
	f->ref = db_int(q, col + 4);
	f->uid = mem_str(owner, db_text(q, col + 5));
	f->owner = mem_str(owner, db_text(q, col + 6));
	f->account = mem_str(owner, db_text(q, col + 7));
	f->name = mem_str(owner, db_text(q, col + 8));
	f->day = db_is_null(q, col + 9) ? DATE_NONE :
	    (int32_t)db_int(q, col + 9);
	f->due = db_int(q, col + 10);
	f->state = mem_str(owner, db_text(q, col + 11));
	f->severity = (int)db_int(q, col + 12);
	f->amount = money_zero(cur == NULL ? "XXX" : cur);
	f->amount.minor = db_int(q, col + 13);
	f->document = mem_str(owner, db_text(q, col + 15));
	f->n_documents = (int)db_int(q, col + 16);
	f->title = mem_str(owner, db_text(q, col + 17));
	f->note = mem_str(owner, db_text(q, col + 18));
	f->sequence = (int)db_int(q, col + 19);
	f->created = db_int(q, col + 20);
	f->changed = db_int(q, col + 21);
	f->ended = db_int(q, col + 22);
}

int
entries_get(void *owner, struct db *db, int64_t id,
    struct entry_facts **ret_entry, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &entry_get, &q, err, "i", id);

	if (r <= 0)
		return r;
	*ret_entry = mem_new(owner, struct entry_facts);
	entries_row(*ret_entry, q, 0, *ret_entry);
	db_done(q);
	return 1;
}

static int
each(struct db_query *q, int (*fn)(const struct entry_facts *f, void *arg),
    void *arg, struct err *err)
{
	struct entry_facts *f;
	int r = 0, stop = 0;

	while (stop == 0 && (r = db_step(q, err)) > 0) {
		f = mem_new(NULL, struct entry_facts);
		entries_row(f, q, 0, f);
		stop = fn(f, arg);
		talloc_free(f);
	}
	if (stop != 0)
		db_done(q);
	return stop != 0 ? 0 : r;
}

int
entries_each(struct db *db, const struct entries_of *of, size_t max,
    int (*fn)(const struct entry_facts *f, void *arg), void *arg,
    struct err *err)
{
	struct db_query *q = db_query(db, &entry_list);

	db_bind_int(q, 1, of->company_id);
	db_bind_text(q, 2, of->owner);
	db_bind_text(q, 3, of->others);
	db_bind_int(q, 4, (int64_t)max);
	return each(q, fn, arg, err);
}

int
entries_of_account(struct db *db, int64_t account_id,
    int (*fn)(const struct entry_facts *f, void *arg), void *arg,
    struct err *err)
{
	struct db_query *q = db_query(db, &entry_of_account);

	db_bind_int(q, 1, account_id);
	return each(q, fn, arg, err);
}
