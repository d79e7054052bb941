#include "store/schema.h"

#include "unit.h"

#include "base/file.h"
#include "store.h"

#include <string.h>

static void
refused(struct store_fixture *f, const char *path, enum db_mode mode,
    const char *text)
{
	struct db *db;
	struct err err;

	assert_int_equal(db_open(f, path, mode, &db, &err), -1);
	assert_int_equal(err.kind, ERR_CONFIG);
	if (strstr(err.text, text) == NULL || strstr(err.text, path) == NULL)
		fail_msg("%s", err.text);
}

static void
opens_again(void **state)
{
	struct store_fixture *f = *state;
	struct db *db;
	struct err err;
	int version;

	assert_int_equal(db_open(f, f->path, DB_CREATE, &db, &err), 0);
	assert_int_equal(schema_version(db, &version, &err), 0);
	assert_int_equal(version, schema_latest());
	assert_true(version >= 1);
	/* Nothing of what was there is gone. */
	assert_int_equal(store_number(f, "SELECT count(*) FROM account"), 2);
}

static void
newer_schema_is_refused(void **state)
{
	struct store_fixture *f = *state;

	store_sql(f, "UPDATE meta SET value = '999' WHERE key = 'schema'");
	refused(f, f->path, DB_WRITE, "newer");
	refused(f, f->path, DB_READ, "newer");
	refused(f, f->path, DB_CREATE, "newer");
	assert_int_equal(store_number(f, "SELECT value = '999' FROM meta "
	    "WHERE key = 'schema'"), 1);
}

static void
foreign_files_are_refused(void **state)
{
	struct store_fixture *f = *state;
	char *path = mem_fmt(f, "%s/other", f->dir), *data;
	static const char text[] = "This is a letter to my aunt, and it is "
	    "longer than one hundred bytes, so that it might be a database "
	    "with a header of its own.";
	struct store_fixture other = { .path = path };
	struct err err;
	size_t n;

	assert_int_equal(file_write(path, text, strlen(text), 0600, &err), 0);
	refused(f, path, DB_WRITE, "not a Dunlin database");
	refused(f, path, DB_CREATE, "not a Dunlin database");
	assert_int_equal(file_read(f, path, 1000, &data, &n, &err), 0);
	assert_string_equal(data, text);
	unlink(path);
	store_sql(&other, "CREATE TABLE recipes (name TEXT)");
	refused(f, path, DB_WRITE, "another program");
	refused(f, path, DB_CREATE, "another program");
	assert_int_equal(store_number(&other, "SELECT count(*) FROM "
	    "sqlite_schema"), 1);
	/* Not even its journal was touched. */
	assert_int_equal(store_number(&other, "SELECT journal_mode = "
	    "'delete' FROM pragma_journal_mode"), 1);
}

static void
missing_and_empty_files_are_refused(void **state)
{
	struct store_fixture *f = *state;
	char *path = mem_fmt(f, "%s/none", f->dir);
	struct err err;

	refused(f, path, DB_WRITE, "dunlin init");
	refused(f, path, DB_READ, "dunlin init");
	assert_false(file_exists(path));
	assert_int_equal(file_write(path, "", 0, 0600, &err), 0);
	refused(f, path, DB_WRITE, "empty");
}

static void
both_dialects_are_filled_in(void **state)
{
	void *ctx = talloc_new(NULL);
	struct err err;
	char *sql;
	int i;

	for (i = 1; i <= schema_latest(); i++) {
		assert_int_equal(schema_sql(ctx, i, SCHEMA_SQLITE, &sql,
		    &err), 0);
		assert_null(strchr(sql, '@'));
		assert_non_null(strstr(sql, "STRICT"));
		assert_int_equal(schema_sql(ctx, i, SCHEMA_POSTGRESQL, &sql,
		    &err), 0);
		assert_null(strchr(sql, '@'));
		assert_null(strstr(sql, "STRICT"));
		assert_non_null(strstr(sql, "BIGINT"));
	}
	talloc_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(opens_again),
		STORE_TEST(newer_schema_is_refused),
		STORE_TEST(foreign_files_are_refused),
		STORE_TEST(missing_and_empty_files_are_refused),
		cmocka_unit_test(both_dialects_are_filled_in),
	};

	return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
