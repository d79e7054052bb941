/* bench_digest.c - the morning's digests: 100 collectors and a manager, what
 * each is told made, drawn and written for the senders.
 *
 *	bench_digest [ACCOUNTS]		default 100000
 *
 * Against two references of the same run: one SQL aggregate of open amounts by
 * owner and age over the same rows, and the same digests of a world in which
 * the collectors own twenty accounts each: as many tasks, promises, disputes
 * and messages, so the same mails, without the accounts that no mail is about.
 * Times are of the CPU; the databases are made with plain SQL and not timed.
 */
#include "bench_db.h"
#include "bench_usage.h"

#include "base/file.h"
#include "base/mem.h"
#include "config/config.h"
#include "escalate/digest.h"
#include "store/companies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COLLECTORS 100
#define SMALL 2000
#define ROUNDS 3

/* Of each collector the first 20 accounts have something that is told:
 * account a is of collector a % 100 + 1, and its a / 100 th. */
#define TOLD "FROM n WHERE value / 100 < 20"
static const char *const tables[] = {
	"INSERT INTO item (company_id, account_id, source_id, document, "
	    "kind, state, issued, due, amount, balance, currency, "
	    "balance_as_of, created_at) "
	    "SELECT 1, abs(m.value * 2654435761) % (SELECT max(value) FROM n)"
	    " + 1, 1, 'INV-' || m.value, CASE WHEN m.value % 50 = 0 THEN "
	    "'credit' ELSE 'invoice' END, 'open', 20500 + m.value % 300, "
	    "20530 + m.value % 300, 5000 + m.value % 100000, "
	    "CASE WHEN m.value % 50 = 0 THEN -1 ELSE 1 END * "
	    "(5000 + m.value % 100000), CASE WHEN m.value % 4 = 0 THEN 'USD' "
	    "ELSE 'GBP' END, 20780, 1790000000 FROM m",
	"INSERT INTO payment (company_id, account_id, item_id, source_id, "
	    "reference, amount, currency, value_date, state, created_at) "
	    "SELECT company_id, account_id, id, 1, 'R-' || id, 1000, "
	    "currency, 20781, 'received', 1795400000 FROM item "
	    "WHERE id % 10 = 0 AND kind = 'invoice'",
	"UPDATE account SET owner_id = (SELECT u.id FROM users u WHERE "
	    "u.login = 'c' || (account.id % 100))",
	"UPDATE party SET language = CASE WHEN id % 2 = 0 THEN 'en' ELSE "
	    "'zh-CN' END",
	"INSERT INTO communication (company_id, account_id, class, cause, "
	    "channel, policy, step, stage, level, episode, nth, created_at, "
	    "at) SELECT 1, value, 'reminder', '0/m1-first/0', 'mail', 'p', "
	    "'m1-first', 1, 0, 0, 0, 1794000000, 1794000000 FROM n",
	/* What the planner has written for tomorrow, and what nobody knows. */
	"INSERT INTO communication (company_id, account_id, class, cause, "
	    "channel, policy, step, stage, level, episode, nth, created_at)"
	    " SELECT 1, value, 'reminder', '0/m1-second/0', 'mail', 'p', "
	    "'m1-second', 1, 1, 0, 0, 1795400000 FROM n WHERE value % 3 = 0"
	    " OR value / 100 < 20",
	"INSERT INTO outbox (company_id, account_id, communication_id, "
	    "contact_id, address_id, channel, state, template, language, "
	    "due_at, not_after, priority, created_at, changed_at) "
	    "SELECT 1, account_id, id, account_id, account_id, 'mail', "
	    "CASE WHEN account_id / 100 = 7 THEN 'uncertain' ELSE 'queued' "
	    "END, 'm1-second', 'en', CASE WHEN account_id / 100 < 20 THEN "
	    "1795420800 ELSE 1796000000 END, 1797000000, 5, 1795400000, "
	    "1795400000 FROM communication WHERE cause = '0/m1-second/0'",
	"INSERT INTO inbox (company_id, channel, intake, received_at, raw, "
	    "hash, state, account_id, meaning) SELECT 1, 'mail', 'main', "
	    "1795390000, x'00', 'h' || value, 'read', value, '{\"text\": "
	    "\"Who ordered this, and for which building site?\\nWe have no "
	    "order of that number.\"}' " TOLD,
	"INSERT INTO task (company_id, account_id, reason, state, severity,"
	    " owner, came_at, look_at, title, inbox_id, opened_at, due_at) "
	    "SELECT 1, value, 'question', 'open', 2, 'c' || (value % 100), "
	    "1795390000, 7258118400, 'They ask something: answer them', "
	    "(SELECT id FROM inbox WHERE account_id = value), 1795390000, "
	    "1795430000 " TOLD,
	"INSERT INTO promise (company_id, account_id, state, made_at, "
	    "made_on, day, amount, currency, made_by, look_at, tell) "
	    "SELECT 1, value, 'open', 1795390000, 20779, 20780 + value % 4,"
	    " 10000, 'GBP', 'bench', 7258118400, 20790 " TOLD,
	"INSERT INTO dispute (company_id, account_id, item_id, state, "
	    "reason, by_day, opened_at, opened_by) SELECT 1, value, "
	    "(SELECT min(id) FROM item WHERE account_id = value), 'opened', "
	    "'quality', 20781, 1795390000, 'bench' " TOLD,
	"UPDATE company SET state = 'armed'",
	NULL
};

struct world {
	char dir[32];
	char *path;
	struct config *config;
	struct db *db;
};

static void
configure(void *ctx, struct world *w)
{
	char *text = mem_fmt(ctx, "test: yes\ncompanies:\n  main:\n"
	    "    name: {en: Example Ltd, zh-CN: 示例公司}\n    country: GB\n"
	    "    zone: Europe/London\n    currency: GBP\n"
	    "    languages: [en, zh-CN]\n    reply_to: ar@seller.example.com\n"
	    "    transport: {url: \"maildir:outgoing\"}\n    senders:\n"
	    "      - {name: Accounts Receivable, email: "
	    "ar@seller.example.com}\nusers:\n  max: {name: Manager, mail: "
	    "max@seller.example.com, roles: manager}\n");
	struct err err;
	int i;

	for (i = 0; i < COLLECTORS; i++)
		text = mem_fmt(ctx, "%s  c%d: {name: Collector %d, mail: "
		    "c%d@seller.example.com, roles: collector, languages: "
		    "[%s]}\n", text, i, i, i, i % 2 == 0 ? "en" : "zh-CN");
	if (file_write(mem_fmt(ctx, "%s/dunlin.yaml", w->dir), text,
	    strlen(text), 0600, &err) < 0 || config_read(ctx, w->dir,
	    &w->config, NULL, &err) < 0)
		bench_die("dunlin.yaml", err.text);
}

static void
make(void *ctx, struct world *w, long accounts)
{
	struct err err;

	strcpy(w->dir, "bench-digest-XXXXXX");
	if (mkdtemp(w->dir) == NULL)
		bench_die(w->dir, "cannot begin");
	w->path = mem_fmt(ctx, "%s/dunlin.db", w->dir);
	configure(ctx, w);
	if (db_open(ctx, w->path, DB_CREATE, &w->db, &err) < 0 ||
	    companies_sync(w->db, w->config, BENCH_NOW, &err) < 0)
		bench_die(w->path, err.text);
	bench_fill(w->path, accounts, 3, tables);
}

static void
end(void *ctx, struct world *w)
{
	static const char *const names[] = { "dunlin.db", "dunlin.db-wal",
	    "dunlin.db-shm", "dunlin.yaml", "dunlin.state" };
	size_t i;

	TALLOC_FREE(w->db);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(mem_fmt(ctx, "%s/%s", w->dir, names[i]));
	rmdir(w->dir);
}

/* The morning of one more day: CPU seconds for all of them. */
static double
morning(struct world *w, int day, long *ret_mails)
{
	sqlite3 *h = bench_open(w->path);
	double from = cpu();
	sqlite3_stmt *q;
	struct err err;
	int r;

	while ((r = digest_step(w->db, w->config, &w->config->companies[0], 1,
	    BENCH_NOW + day * 86400, &err)) > 0)
		;
	if (r < 0)
		bench_die("digest_step", err.text);
	from = cpu() - from;
	if (sqlite3_prepare_v2(h, "SELECT count(*) FROM staff_mail", -1, &q,
	    NULL) != SQLITE_OK || sqlite3_step(q) != SQLITE_ROW)
		bench_die("staff_mail", sqlite3_errmsg(h));
	*ret_mails = sqlite3_column_int(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(h);
	return from;
}

static double
aggregate(struct world *w)
{
	sqlite3 *h = bench_open(w->path);
	double from = cpu();

	bench_sql(h, "SELECT a.owner_id, i.currency, CASE WHEN i.due >= 20780"
	    " THEN 0 ELSE 1 + min(3, (20779 - i.due) / 30) END, "
	    "sum(i.balance), count(*) FROM item i JOIN account a ON a.id = "
	    "i.account_id WHERE i.state = 'open' GROUP BY 1, 2, 3");
	from = cpu() - from;
	sqlite3_close(h);
	return from;
}

static int
by_value(const void *a, const void *b)
{
	return *(const double *)a < *(const double *)b ? -1 : 1;
}

static double
median(double *v)
{
	qsort(v, ROUNDS, sizeof(*v), by_value);
	return v[ROUNDS / 2];
}

int
main(int argc, char **argv)
{
	long n = argc > 1 ? atol(argv[1]) : 100000, mails, few;
	double mine[ROUNDS], small[ROUNDS], sql[ROUNDS], m, s, a, before;
	void *ctx;
	struct world big, little;
	int i;

	mem_init();
	ctx = talloc_new(NULL);
	make(ctx, &little, SMALL);
	make(ctx, &big, n);
	before = bench_peak_mib();
	for (i = 0; i < ROUNDS; i++) {
		mine[i] = morning(&big, i, &mails);
		small[i] = morning(&little, i, &few);
		sql[i] = aggregate(&big);
	}
	if (mails != few || mails < ROUNDS * COLLECTORS)
		bench_die("digests", "not as many as there are people");
	m = median(mine);
	s = median(small);
	a = median(sql);
	printf("digests of %d collectors and a manager over %ld accounts: "
	    "%.2f s CPU, %.1f ms each\n", COLLECTORS, n, m,
	    m * 1000 / (COLLECTORS + 1));
	printf("one SQL aggregate by owner and age: %.2f s; ratio %.2f\n", a,
	    m / a);
	printf("the same mails over %d accounts: %.2f s; ratio %.2f\n", SMALL,
	    s, m / s);
	printf("peak memory: %.1f MiB (%.1f before the first)\n",
	    bench_peak_mib(), before);
	end(ctx, &big);
	end(ctx, &little);
	talloc_free(ctx);
	return 0;
}
