#include "bench_db.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

static const char *const debtors[] = {
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
	NULL
};

void
bench_die(const char *what, const char *why)
{
	fprintf(stderr, "bench: %s: %s\n", what, why);
	exit(1);
}

sqlite3 *
bench_open(const char *path)
{
	sqlite3 *h;

	if (sqlite3_open(path, &h) != SQLITE_OK)
		bench_die(path, sqlite3_errmsg(h));
	return h;
}

void
bench_sql(sqlite3 *h, const char *sql)
{
	char *text = NULL;

	if (sqlite3_exec(h, sql, NULL, NULL, &text) != SQLITE_OK)
		bench_die(sql, text);
}

void
bench_fill(const char *path, long n, int items, const char *const *more)
{
	sqlite3 *h = bench_open(path);
	const char *const *sql;
	char text[256];

	bench_sql(h, "PRAGMA synchronous = OFF; BEGIN; CREATE TEMP TABLE n "
	    "(value INTEGER PRIMARY KEY); CREATE TEMP TABLE m (value INTEGER "
	    "PRIMARY KEY)");
	snprintf(text, sizeof(text), "WITH RECURSIVE c(v) AS (SELECT 1 UNION "
	    "ALL SELECT v + 1 FROM c WHERE v < %ld) INSERT INTO m SELECT v "
	    "FROM c", n * items);
	bench_sql(h, text);
	snprintf(text, sizeof(text), "INSERT INTO n SELECT value FROM m WHERE "
	    "value <= %ld", n);
	bench_sql(h, text);
	for (sql = debtors; *sql != NULL; sql++)
		bench_sql(h, *sql);
	for (sql = more; *sql != NULL; sql++)
		bench_sql(h, *sql);
	bench_sql(h, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
	sqlite3_close(h);
}

double
bench_peak_mib(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_maxrss / 1024;
}
