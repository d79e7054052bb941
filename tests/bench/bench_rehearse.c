/* bench_rehearse.c - how fast a policy is rehearsed: two years of many
 * accounts with two invoices a month or so, against what SQLite needs to
 * read the same rows in the same order.
 *
 *	bench_rehearse [ACCOUNTS]	default 100000
 *
 * The database is made with plain SQL and is not timed. */
#include "base/clock.h"
#include "base/mem.h"
#include "config/policy_read.h"
#include "core/date.h"
#include "core/zone.h"
#include "rehearse/rehearse.h"
#include "store/companies.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define NOW INT64_C(1795420800)		/* 2026-11-23T08:00:00Z */
#define FIRST 19723			/* 2024-01-01 */
#define DAYS 730
#define ITEMS 24			/* as a real ledger of two years */

static const char *const tables[] = {
	"INSERT INTO source (id, company_id, name, as_of) "
	    "VALUES (1, 1, 'ledger', 20780)",
	"INSERT INTO party (id, company_id, name, kind, tier, country, zone)"
	    " SELECT value, 1, 'Debtor ' || value, 'organisation', "
	    "'standard', 'GB', 'Europe/London' FROM n",
	"INSERT INTO account (id, company_id, party_id, code, created_at)"
	    " SELECT value, 1, value, 'C-' || value, 1700000000 FROM n",
	"INSERT INTO address (id, company_id, party_id, kind, value, norm, "
	    "state) SELECT value, 1, value, 'email', 'ap@d' || value || "
	    "'.example.com', 'ap@d' || value || '.example.com', 'working' "
	    "FROM n",
	"INSERT INTO contact (account_id, address_id, role) "
	    "SELECT value, value, 'payables' FROM n",
	/* By date, not by debtor; two in five are paid late, by up to 40
	 * days, one in thirty is disputed. */
	"INSERT INTO item (company_id, account_id, source_id, document, "
	    "kind, state, issued, due, amount, balance, currency, "
	    "balance_as_of, paid, disputed, created_at, closed_at) "
	    "SELECT 1, abs(m.value * 2654435761) % (SELECT max(value) FROM n)"
	    " + 1, 1, 'INV-' || m.value, 'invoice', 'cleared', d, d + 30, "
	    "5000 + m.value % 100000, 0, 'GBP', 20780, d + CASE WHEN "
	    "m.value % 5 < 2 THEN 32 + m.value % 41 ELSE 10 + m.value % 20 "
	    "END, m.value % 30 = 0, 1700000000, 1795000000 FROM (SELECT "
	    "value, 19723 + value * 730 / (SELECT max(value) FROM m) AS d "
	    "FROM m) AS m",
};

static void
die(const char *what, const char *why)
{
	fprintf(stderr, "bench_rehearse: %s: %s\n", what, why);
	exit(1);
}

static void
run_sql(sqlite3 *h, const char *sql)
{
	char *text = NULL;

	if (sqlite3_exec(h, sql, NULL, NULL, &text) != SQLITE_OK)
		die(sql, text);
}

static void
fill(const char *path, long n)
{
	char sql[256];
	sqlite3 *h;
	size_t i;

	if (sqlite3_open(path, &h) != SQLITE_OK)
		die(path, sqlite3_errmsg(h));
	run_sql(h, "PRAGMA synchronous = OFF; BEGIN; CREATE TEMP TABLE n "
	    "(value INTEGER PRIMARY KEY); CREATE TEMP TABLE m (value INTEGER "
	    "PRIMARY KEY)");
	snprintf(sql, sizeof(sql), "WITH RECURSIVE c(v) AS (SELECT 1 UNION "
	    "ALL SELECT v + 1 FROM c WHERE v < %ld) INSERT INTO m SELECT v "
	    "FROM c", n * ITEMS);
	run_sql(h, sql);
	snprintf(sql, sizeof(sql), "INSERT INTO n SELECT value FROM m WHERE "
	    "value <= %ld", n);
	run_sql(h, sql);
	for (i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		run_sql(h, tables[i]);
	run_sql(h, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
	sqlite3_close(h);
}

static int64_t
reference(const char *path)
{
	int64_t from, sum = 0;
	sqlite3_stmt *q;
	sqlite3 *h;
	int i, n;

	if (sqlite3_open(path, &h) != SQLITE_OK ||
	    sqlite3_prepare_v2(h, "SELECT * FROM item ORDER BY account_id, "
	    "due, id", -1, &q, NULL) != SQLITE_OK)
		die(path, sqlite3_errmsg(h));
	run_sql(h, "PRAGMA cache_size = -16384");
	from = clock_mono_ms();
	n = sqlite3_column_count(q);
	while (sqlite3_step(q) == SQLITE_ROW)
		for (i = 0; i < n; i++)
			sum += sqlite3_column_int64(q, i);
	sqlite3_finalize(q);
	sqlite3_close(h);
	return clock_mono_ms() - from + (sum == 42);
}

static long
peak_mib(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss / 1024;
}

int
main(int argc, char **argv)
{
	long n = argc > 1 ? atol(argv[1]) : 100000;
	struct config_company company = { .code = "main", .country = "GB" };
	struct config config = { .companies = &company, .n_companies = 1 };
	struct rehearsal x = { .company = &company, .from = FIRST,
	    .to = FIRST + DAYS - 1, .load = { 10, false, FIRST } };
	char dir[] = "bench-rehearse-XXXXXX";
	int64_t mine, ref;
	struct report *r;
	struct err err;
	struct db *db;
	void *ctx;
	char *path;

	mem_init();
	setvbuf(stdout, NULL, _IOLBF, 0);
	ctx = talloc_new(NULL);
	company.policy = policy_default(ctx);
	if (mkdtemp(dir) == NULL ||
	    zone_open("Europe/London", &company.zone, &err) < 0)
		die(dir, "cannot begin");
	path = mem_fmt(ctx, "%s/dunlin.db", dir);
	if (db_open(ctx, path, DB_CREATE, &db, &err) < 0 ||
	    companies_sync(db, &config, NOW, &err) < 0)
		die(path, err.text);
	fill(path, n);
	x.db = db;
	mine = clock_mono_ms();
	if (rehearse(ctx, &x, company.policy, &r, &err) < 0)
		die("rehearse", err.text);
	mine = clock_mono_ms() - mine + 1;
	printf("two years of %ld accounts, %ld items: %.1f s, %.0f accounts/s,"
	    " %ld plans, %ld messages, %ld violations\n", r->n_accounts,
	    r->items, (double)mine / 1000, (double)n * 1000 / (double)mine,
	    r->plans, r->messages, report_violations(r));
	printf("peak memory: %ld MiB\n", peak_mib());
	ref = reference(path) + 1;
	printf("reading the items in that order: %.1f s; ratio %.1f\n",
	    (double)ref / 1000, (double)mine / (double)ref);
	talloc_free(ctx);
	unlink(path);
	rmdir(dir);
	return 0;
}
