/* store.h - a database for unit tests: a folder of its own with one company,
 * two accounts and an address.  In the header, as each test is one file. */
#ifndef DUNLIN_TESTS_STORE_H
#define DUNLIN_TESTS_STORE_H

#include "base/mem.h"
#include "store/companies.h"
#include "store/db.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NOW INT64_C(1795251600)		/* 2026-11-21T09:00:00Z */

struct store_fixture {
	void *ctx;
	char dir[64];
	char *path;
	struct db *db;
	int64_t company, party, a1, a2, address;
};

/* Run SQL on the file behind the back of the program. */
static inline void
store_sql(const struct store_fixture *f, const char *sql)
{
	sqlite3 *handle;
	char *text = NULL;

	assert_int_equal(sqlite3_open(f->path, &handle), SQLITE_OK);
	if (sqlite3_exec(handle, sql, NULL, NULL, &text) != SQLITE_OK)
		fail_msg("%s: %s", sql, text);
	sqlite3_close(handle);
}

static inline int64_t
store_number(const struct store_fixture *f, const char *sql)
{
	sqlite3_stmt *stmt;
	sqlite3 *handle;
	int64_t v;

	assert_int_equal(sqlite3_open(f->path, &handle), SQLITE_OK);
	if (sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(handle));
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	v = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(handle);
	return v;
}

static inline void
store_fill(struct store_fixture *f)
{
	struct config_company company = { .code = "main" };
	struct config config = { .companies = &company, .n_companies = 1 };
	struct company_row row;
	struct err err;

	assert_int_equal(companies_sync(f->db, &config, NOW, &err), 0);
	assert_int_equal(companies_get(f->db, "main", &row, &err), 0);
	f->company = row.id;
	f->party = f->a1 = f->address = 1;
	f->a2 = 2;
	store_sql(f, "INSERT INTO party (id, company_id, name, kind, tier) "
	    "VALUES (1, 1, 'Blue Harbour', 'organisation', 'standard');"
	    "INSERT INTO account (id, company_id, party_id, code, created_at)"
	    " VALUES (1, 1, 1, 'C-1', 0), (2, 1, 1, 'C-2', 0);"
	    "INSERT INTO address (id, company_id, kind, value, norm, state) "
	    "VALUES (1, 1, 'email', 'a@example.com', 'a@example.com', "
	    "'working');"
	    "INSERT INTO contact (account_id, address_id, role) "
	    "VALUES (1, 1, 'payables')");
}

static inline int
store_setup(void **state)
{
	struct store_fixture *f;
	struct err err;
	void *ctx = talloc_new(NULL);

	f = mem_new(ctx, struct store_fixture);
	f->ctx = ctx;
	snprintf(f->dir, sizeof(f->dir), "/tmp/dunlin-unit-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	f->path = mem_fmt(f, "%s/dunlin.db", f->dir);
	if (db_open(f, f->path, DB_CREATE, &f->db, &err) < 0)
		fail_msg("%s", err.text);
	store_fill(f);
	*state = f;
	return 0;
}

static inline void
store_remove(void *ctx, const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL)
		unlink(mem_fmt(ctx, "%s/%s", dir, e->d_name));
	if (d != NULL)
		closedir(d);
	rmdir(dir);
}

static inline int
store_teardown(void **state)
{
	struct store_fixture *f = *state;

	TALLOC_FREE(f->db);
	store_remove(f, mem_fmt(f, "%s/roots", f->dir));
	store_remove(f, f->dir);
	talloc_free(f->ctx);
	return 0;
}

#define STORE_TEST(fn) \
	cmocka_unit_test_setup_teardown(fn, store_setup, store_teardown)

#endif
