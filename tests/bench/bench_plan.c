/* bench_plan.c - how fast the planner looks at every debtor, and finds who is
 * due, against what SQLite needs to read the same rows.
 *
 *	bench_plan [ACCOUNTS]...	default 100000 1000000
 *
 * The database is made with plain SQL and is not timed.  Prints rates, the
 * ratio to the reference of the same run and the peak memory. */
#include "bench_db.h"

#include "base/clock.h"
#include "base/mem.h"
#include "config/policy_read.h"
#include "core/zone.h"
#include "plan/planner_write.h"
#include "store/companies.h"
#include "store/planning.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TODAY 20780
#define ROUNDS 5

static const char *const tables[] = {
	/* Three items each, as a ledger has them: by date, not by debtor. */
	"INSERT INTO item (company_id, account_id, source_id, document, "
	    "kind, state, issued, due, amount, balance, currency, "
	    "balance_as_of, created_at) "
	    "SELECT 1, abs(m.value * 2654435761) % (SELECT max(value) FROM n)"
	    " + 1, 1, 'INV-' || m.value, 'invoice', 'open', "
	    "20600 + m.value * 200 / (SELECT max(value) FROM m), "
	    "20630 + m.value * 200 / (SELECT max(value) FROM m), "
	    "5000 + m.value % 100000, 5000 + m.value % 100000, 'GBP', 20780, "
	    "1790000000 FROM m",
	"INSERT INTO communication (company_id, account_id, class, cause, "
	    "channel, policy, step, stage, level, episode, nth, created_at, "
	    "at) SELECT 1, value, 'reminder', '0/m0-notice/0', 'mail', 'p', "
	    "'m0-notice', 0, 0, 0, 0, 1794000000, 1794000000 FROM n "
	    "WHERE value % 2 = 0",
	"UPDATE company SET state = 'armed'",
	NULL
};

/* What was written is in the database proper, for both. */
static void
checkpoint(const char *path)
{
	sqlite3 *h = bench_open(path);

	bench_sql(h, "PRAGMA wal_checkpoint(TRUNCATE)");
	sqlite3_close(h);
}

/* All columns of one query, read. */
static int64_t
scan(sqlite3 *h, const char *sql, int64_t *ret_rows)
{
	int64_t from = clock_mono_ms(), sum = 0;
	bool text[32];
	sqlite3_stmt *q;
	int i, n;

	if (sqlite3_prepare_v2(h, sql, -1, &q, NULL) != SQLITE_OK)
		bench_die(sql, sqlite3_errmsg(h));
	n = sqlite3_column_count(q);
	for (i = 0; i < n; i++)
		text[i] = sqlite3_column_decltype(q, i) != NULL &&
		    strcmp(sqlite3_column_decltype(q, i), "TEXT") == 0;
	while (sqlite3_step(q) == SQLITE_ROW) {
		(*ret_rows)++;
		for (i = 0; i < n; i++)
			if (text[i])
				sum += sqlite3_column_text(q, i) != NULL;
			else
				sum += sqlite3_column_int64(q, i);
	}
	sqlite3_finalize(q);
	return clock_mono_ms() - from + (sum == 42);
}

static int64_t
reference(const char *path, int64_t *ret_rows)
{
	sqlite3 *h = bench_open(path);
	int64_t ms;

	ms = scan(h, "SELECT * FROM account", ret_rows);
	ms += scan(h, "SELECT * FROM item", ret_rows);
	sqlite3_close(h);
	return ms;
}

struct bench {
	struct planner_sweep sweep;
	struct facts_stream *s;
	int64_t *ids;
	size_t n, at;
};

static int
write_tx(struct db *db, void *arg, struct err *err)
{
	struct bench *b = arg;
	struct planner_account a = { .policy = b->sweep.policy, .now = BENCH_NOW };
	struct facts_stream *s;
	struct plan plan;
	void *pool;
	size_t end = b->at + 5000 < b->n ? b->at + 5000 : b->n;

	for (; b->at < end; b->at++) {
		pool = talloc_new(NULL);
		if (facts_stream_open(pool, db, b->sweep.company,
		    b->ids[b->at], b->ids[b->at], BENCH_NOW, &s, err) < 0 ||
		    facts_stream_next(s, &a.f, err) != 1)
			return -1;
		facts_stream_close(s);
		a.written = facts_stream_written(s);
		a.plan = &plan;
		ramp_plan(b->sweep.ramp, a.f, b->sweep.company, a.policy,
		    BENCH_NOW, NULL, &plan);
		if (planner_write(db, &a, err) < 0)
			return -1;
		talloc_free(pool);
	}
	return 0;
}

static int64_t
sweep(void *ctx, struct bench *b, long n, size_t *ret_changed)
{
	int64_t from = clock_mono_ms();
	size_t seen;
	struct err err;

	if (planner_sweep(ctx, &b->sweep, 1, INT64_MAX, &b->ids, &b->n, &seen,
	    &err) < 0)
		bench_die("planner_sweep", err.text);
	if (seen != (size_t)n)
		bench_die("planner_sweep", "not all accounts were seen");
	*ret_changed = b->n;
	return clock_mono_ms() - from;
}

static int
by_ms(const void *a, const void *b)
{
	return *(const int64_t *)a < *(const int64_t *)b ? -1 : 1;
}

static double
median(int64_t *ms)
{
	qsort(ms, ROUNDS, sizeof(*ms), by_ms);
	return ms[ROUNDS / 2] > 0 ? (double)ms[ROUNDS / 2] : 1;
}

static void
full_plan(void *ctx, struct bench *b, const char *path, long n)
{
	int64_t mine[ROUNDS], ref[ROUNDS], rows = 0;
	size_t changed;
	double m, r;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		mine[i] = sweep(ctx, b, n, &changed);
		if (changed != 0)
			bench_die("full plan", "something was to be written");
		rows = 0;
		ref[i] = reference(path, &rows);
	}
	m = median(mine);
	r = median(ref);
	printf("full plan of %ld accounts: %.0f ms, %.0f accounts/s; scan of "
	    "their %lld rows: %.0f ms; ratio %.2f (goal 3, floor 10)\n", n, m,
	    (double)n * 1000 / m, (long long)rows, r, m / r);
}

/* Microseconds for a question asked many times. */
static void
find_due(struct bench *b, const char *path)
{
	static const char sql[] = "SELECT id FROM account WHERE "
	    "company_id = 1 AND plan_at <= ? AND merged_into IS NULL "
	    "ORDER BY plan_at, id LIMIT 128";
	int64_t ids[128], t0, mine, ref;
	struct err err;
	sqlite3_stmt *q;
	sqlite3 *h;
	size_t n = 0;
	int i;

	if (sqlite3_open(path, &h) != SQLITE_OK ||
	    sqlite3_prepare_v2(h, sql, -1, &q, NULL) != SQLITE_OK)
		bench_die(path, sqlite3_errmsg(h));
	t0 = clock_mono_ms();
	for (i = 0; i < 2000; i++)
		if (planning_due(b->sweep.db, 1, BENCH_NOW + 3 * 86400, 128, ids,
		    &n, &err) < 0)
			bench_die("planning_due", err.text);
	mine = clock_mono_ms() - t0;
	t0 = clock_mono_ms();
	for (i = 0; i < 2000; i++) {
		sqlite3_bind_int64(q, 1, BENCH_NOW + 3 * 86400);
		while (sqlite3_step(q) == SQLITE_ROW)
			ids[0] += sqlite3_column_int64(q, 0);
		sqlite3_reset(q);
	}
	ref = clock_mono_ms() - t0;
	sqlite3_finalize(q);
	sqlite3_close(h);
	printf("find due work (%zu rows): %.1f us; bare indexed query: %.1f "
	    "us; ratio %.2f (goal 2, floor 5)\n", n, (double)mine / 2,
	    (double)ref / 2, (double)mine / (ref > 0 ? (double)ref : 1));
}

static void
one_size(long n)
{
	struct config_company company = { .code = "main", .country = "GB" };
	struct config config = { .companies = &company, .n_companies = 1 };
	struct policy policy;
	struct bench b = { .at = 0 };
	void *ctx = talloc_new(NULL);
	char dir[] = "bench-plan-XXXXXX";
	char *path;
	struct err err;
	struct db *db;
	int64_t t0;
	size_t changed;

	policy = *policy_default(ctx);
	policy.max_new_per_day = 0;
	company.policy = &policy;
	if (mkdtemp(dir) == NULL ||
	    zone_open("Europe/London", &company.zone, &err) < 0)
		bench_die(dir, "cannot begin");
	path = mem_fmt(ctx, "%s/dunlin.db", dir);
	if (db_open(ctx, path, DB_CREATE, &db, &err) < 0 ||
	    companies_sync(db, &config, BENCH_NOW, &err) < 0)
		bench_die(path, err.text);
	bench_fill(path, n, 3, tables);
	if (facts_company(ctx, db, &company, BENCH_NOW, &b.sweep.company, &err) < 0)
		bench_die(path, err.text);
	b.sweep.db = db;
	b.sweep.policy = &policy;
	b.sweep.now = BENCH_NOW;
	b.sweep.ramp = ramp_new(ctx, company.zone, TODAY, 0);
	sweep(ctx, &b, n, &changed);
	t0 = clock_mono_ms();
	while (b.at < b.n)
		if (store_tx(db, write_tx, &b, &err) < 0)
			bench_die("write", err.text);
	TALLOC_FREE(b.ids);
	t0 = clock_mono_ms() - t0;
	printf("first plan of %ld accounts, all written: %.0f accounts/s\n",
	    n, (double)n * 1000 / (double)(t0 + 1));
	checkpoint(path);
	full_plan(ctx, &b, path, n);
	find_due(&b, path);
	printf("peak memory with %ld accounts: %.1f MiB (goal: under 64)\n",
	    n, bench_peak_mib());
	talloc_free(ctx);
	unlink(path);
	rmdir(dir);
}

int
main(int argc, char **argv)
{
	int i;

	mem_init();
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 1; i < argc; i++)
		one_size(atol(argv[i]));
	if (argc == 1) {
		one_size(100000);
		one_size(1000000);
	}
	return 0;
}
