/* bench_rehearse.c - how fast a policy is rehearsed: two years of many
 * accounts with two invoices a month or so, against what SQLite needs to
 * read the same rows in the same order.
 *
 *	bench_rehearse [ACCOUNTS]	default 100000
 *
 * The database is made with plain SQL and is not timed. */
#include "bench_db.h"

#include "base/clock.h"
#include "base/mem.h"
#include "config/policy_read.h"
#include "core/date.h"
#include "core/zone.h"
#include "rehearse/rehearse.h"
#include "store/companies.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FIRST 19723			/* 2024-01-01 */
#define DAYS 730
#define ITEMS 24			/* as a real ledger of two years */

static const char *const tables[] = {
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
	NULL
};

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
		bench_die(path, sqlite3_errmsg(h));
	bench_sql(h, "PRAGMA cache_size = -16384");
	from = clock_mono_ms();
	n = sqlite3_column_count(q);
	while (sqlite3_step(q) == SQLITE_ROW)
		for (i = 0; i < n; i++)
			sum += sqlite3_column_int64(q, i);
	sqlite3_finalize(q);
	sqlite3_close(h);
	return clock_mono_ms() - from + (sum == 42);
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
		bench_die(dir, "cannot begin");
	path = mem_fmt(ctx, "%s/dunlin.db", dir);
	if (db_open(ctx, path, DB_CREATE, &db, &err) < 0 ||
	    companies_sync(db, &config, BENCH_NOW, &err) < 0)
		bench_die(path, err.text);
	bench_fill(path, n, ITEMS, tables);
	x.db = db;
	mine = clock_mono_ms();
	if (rehearse(ctx, &x, company.policy, &r, &err) < 0)
		bench_die("rehearse", err.text);
	mine = clock_mono_ms() - mine + 1;
	printf("two years of %ld accounts, %ld items: %.1f s, %.0f accounts/s,"
	    " %ld plans, %ld messages, %ld violations\n", r->n_accounts,
	    r->items, (double)mine / 1000, (double)n * 1000 / (double)mine,
	    r->plans, r->messages, report_violations(r));
	printf("peak memory: %.0f MiB\n", bench_peak_mib());
	ref = reference(path) + 1;
	printf("reading the items in that order: %.1f s; ratio %.1f\n",
	    (double)ref / 1000, (double)mine / (double)ref);
	talloc_free(ctx);
	unlink(path);
	rmdir(dir);
	return 0;
}
