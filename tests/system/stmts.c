/* stmts - every statement of the store, for a test on each engine.
 *
 *   stmts sqlite FILE   makes the schema in FILE and prepares all of them
 *   stmts postgresql    prints a script for psql that does the same */
#include "base/mem.h"
#include "store/db.h"
#include "store/db_driver.h"
#include "store/schema.h"

#include <stdio.h>
#include <string.h>

struct count {
	struct db *db;
	int n, failed;
};

static int
prepare(const struct db_stmt *stmt, void *arg)
{
	struct count *c = arg;
	sqlite3_stmt *s = NULL;

	c->n++;
	if (sqlite3_prepare_v2(c->db->handle, stmt->sql, -1, &s, NULL) !=
	    SQLITE_OK) {
		c->failed++;
		printf("%s: %s\n  %s\n", stmt->name,
		    sqlite3_errmsg(c->db->handle), stmt->sql);
	}
	sqlite3_finalize(s);
	return 0;
}

static int
on_sqlite(const char *path)
{
	struct count c = { NULL, 0, 0 };
	struct err err;

	if (db_open(NULL, path, DB_CREATE, &c.db, &err) < 0) {
		printf("%s\n0 passed, 1 failed\n", err.text);
		return 1;
	}
	db_stmt_each(prepare, &c);
	printf("%d passed, %d failed\n", c.n - c.failed, c.failed);
	talloc_free(c.db);
	return c.n == 0 || c.failed > 0;
}

static int
print(const struct db_stmt *stmt, void *arg)
{
	struct count *c = arg;

	c->n++;
	printf("PREPARE s%d AS %s; -- %s\n", c->n, stmt->sql, stmt->name);
	return 0;
}

static int
for_postgresql(void)
{
	struct count c = { NULL, 0, 0 };
	struct err err;
	char *sql;
	int i;

	for (i = 1; i <= schema_latest(); i++) {
		if (schema_sql(NULL, i, SCHEMA_POSTGRESQL, &sql, &err) < 0) {
			fprintf(stderr, "%s\n", err.text);
			return 1;
		}
		puts(sql);
		talloc_free(sql);
	}
	db_stmt_each(print, &c);
	printf("SELECT count(*) FROM pg_prepared_statements;\n");
	return c.n == 0;
}

int
main(int argc, char **argv)
{
	mem_init();
	if (argc == 3 && strcmp(argv[1], "sqlite") == 0)
		return on_sqlite(argv[2]);
	if (argc == 2 && strcmp(argv[1], "postgresql") == 0)
		return for_postgresql();
	fprintf(stderr, "usage: stmts sqlite FILE | stmts postgresql\n");
	return 64;
}
