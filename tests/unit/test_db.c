#include "store/db.h"

#include "unit.h"

#include "base/clock.h"
#include "base/file.h"
#include "store.h"
#include "store/db_driver.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

DB_STMT(t_put, "INSERT INTO meta (key, value) VALUES ($1, $2)");
DB_STMT(t_get, "SELECT value FROM meta WHERE key = $1");
DB_STMT(t_all, "SELECT key, value FROM meta WHERE key LIKE 't%' "
    "ORDER BY key");
DB_STMT(t_backwards, "SELECT $2 || '-' || $1 || '-' || $2");
DB_STMT(t_types, "SELECT CAST($1 AS INTEGER), $2, $3, CAST($4 AS INTEGER)");
DB_STMT(t_orphan, "INSERT INTO account (company_id, party_id, code, "
    "created_at) VALUES (77, 77, 'x', 0)");
DB_STMT(t_count, "SELECT count(*) FROM meta WHERE key LIKE 't%'");

static int
put_tx(struct db *db, void *arg, struct err *err)
{
	return db_run(db, &t_put, err, "tt", *(const char **)arg, "v");
}

static int
put(struct db *db, const char *key, struct err *err)
{
	return store_tx(db, put_tx, &key, err);
}

static int64_t
count(struct db *db)
{
	struct err err;
	int64_t n;

	assert_int_equal(db_get_int(db, &t_count, &n, &err, ""), 0);
	return n;
}

static struct db *
second(struct store_fixture *f, enum db_mode mode)
{
	struct db *db;
	struct err err;

	if (db_open(f, f->path, mode, &db, &err) < 0)
		fail_msg("%s", err.text);
	return db;
}

static void
values_come_back(void **state)
{
	struct store_fixture *f = *state;
	struct db_query *q;
	struct err err;
	size_t n;

	assert_int_equal(db_get(f->db, &t_types, &q, &err, "itbi",
	    INT64_C(-9000000000), NULL, "a\0b", (size_t)3, CLOCK_NONE), 0);
	assert_int_equal(db_int(q, 0), INT64_C(-9000000000));
	assert_true(db_is_null(q, 1));
	assert_null(db_text(q, 1));
	assert_memory_equal(db_blob(q, 2, &n), "a\0b", 3);
	assert_int_equal(n, 3);
	assert_true(db_is_null(q, 3));
	assert_true(db_int(q, 3) == CLOCK_NONE);
	db_done(q);
	/* What is not bound is NULL, not what was bound before. */
	q = db_query(f->db, &t_types);
	assert_int_equal(db_step(q, &err), 1);
	assert_true(db_is_null(q, 0));
	assert_true(db_is_null(q, 2));
	db_done(q);
}

static void
parameters_go_by_number(void **state)
{
	struct store_fixture *f = *state;
	struct db_query *q;
	struct err err;

	assert_int_equal(db_get(f->db, &t_backwards, &q, &err, "tt", "one",
	    "two"), 0);
	assert_string_equal(db_text(q, 0), "two-one-two");
	db_done(q);
}

static void
missing_row_is_told(void **state)
{
	struct store_fixture *f = *state;
	struct db_query *q;
	struct err err;

	assert_int_equal(db_get(f->db, &t_get, &q, &err, "t", "none"), -1);
	assert_int_equal(err.kind, ERR_PERM);
	assert_int_equal(db_get_maybe(f->db, &t_get, &q, &err, "t", "none"),
	    0);
}

static void
settings_hold(void **state)
{
	struct store_fixture *f = *state;
	int64_t v;
	struct err err;

	assert_int_equal(db_pragma(f->db, "PRAGMA synchronous", &v, &err), 0);
	assert_int_equal(v, 2);
	assert_int_equal(store_number(f, "SELECT journal_mode = 'wal' FROM "
	    "pragma_journal_mode"), 1);
	/* Foreign keys are kept. */
	assert_int_equal(db_run(f->db, &t_orphan, &err, ""), -1);
	assert_int_equal(err.kind, ERR_PERM);
}

/* --- transactions --- */

static int
failing_tx(struct db *db, void *arg, struct err *err)
{
	struct db_query *q;

	if (db_run(db, &t_put, err, "tt", "t1", "v") < 0)
		return -1;
	/* Left in the middle, as an error path may. */
	q = db_query(db, &t_all);
	assert_int_equal(db_step(q, err), 1);
	return err_set(err, ERR_PERM, "changed my mind");
}

static void
failure_rolls_back(void **state)
{
	struct store_fixture *f = *state;
	struct db_query *q;
	struct err err;

	assert_int_equal(store_tx(f->db, failing_tx, NULL, &err), -1);
	assert_string_equal(err.text, "changed my mind");
	assert_int_equal(count(f->db), 0);
	/* The statement left running is free again. */
	q = db_query(f->db, &t_all);
	assert_int_equal(db_step(q, &err), 0);
	assert_int_equal(put(f->db, "t1", &err), 0);
	assert_int_equal(count(f->db), 1);
}

static int
positive_tx(struct db *db, void *arg, struct err *err)
{
	return 7;
}

static void
result_of_the_function_is_passed_on(void **state)
{
	struct store_fixture *f = *state;
	struct err err;

	assert_int_equal(store_tx(f->db, positive_tx, NULL, &err), 7);
}

static int
nested_tx(struct db *db, void *arg, struct err *err)
{
	return put(db, "t", err);
}

static int
running_twice(struct db *db, void *arg, struct err *err)
{
	if (db_run(db, &t_put, err, "tt", "t1", "v") < 0)
		return -1;
	assert_int_equal(db_step(db_query(db, &t_all), err), 1);
	db_query(db, &t_all);
	return 0;
}

/* Defects end the process: try them in a child. */
static int
child_signal(struct store_fixture *f, store_tx_fn fn)
{
	struct err err;
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		signal(SIGABRT, SIG_DFL);
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(1);
		store_tx(second(f, DB_WRITE), fn, NULL, &err);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void
defects_abort(void **state)
{
	struct store_fixture *f = *state;

	assert_int_equal(child_signal(f, positive_tx), 0);
	assert_int_equal(child_signal(f, nested_tx), SIGABRT);
	assert_int_equal(child_signal(f, running_twice), SIGABRT);
}

/* --- two connections --- */

/* A process that holds the write lock for ms; returns when it has it. */
static pid_t
hold_lock(struct store_fixture *f, int ms)
{
	sqlite3 *handle;
	int fds[2];
	pid_t pid;
	char c = 'x';

	assert_int_equal(pipe(fds), 0);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (sqlite3_open(f->path, &handle) != SQLITE_OK ||
		    sqlite3_exec(handle, "BEGIN IMMEDIATE", NULL, NULL,
		    NULL) != SQLITE_OK || write(fds[1], &c, 1) != 1)
			_exit(1);
		clock_sleep_ms(ms);
		sqlite3_exec(handle, "COMMIT", NULL, NULL, NULL);
		_exit(0);
	}
	assert_int_equal(read(fds[0], &c, 1), 1);
	close(fds[0]);
	close(fds[1]);
	return pid;
}

static void
busy_database_is_tried_again(void **state)
{
	struct store_fixture *f = *state;
	struct err err;
	int status;
	pid_t pid;

	/* One try waits 200 ms: the lock is held for longer than that. */
	db_set_busy_timeout(f->db, 200);
	pid = hold_lock(f, 300);
	assert_int_equal(put(f->db, "t1", &err), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(count(f->db), 1);
}

static void
busy_for_too_long_is_temporary(void **state)
{
	struct store_fixture *f = *state;
	struct err err;
	int status;
	pid_t pid;

	db_set_busy_timeout(f->db, 10);
	pid = hold_lock(f, 2000);
	assert_int_equal(put(f->db, "t1", &err), -1);
	assert_int_equal(err.kind, ERR_TEMP);
	assert_non_null(strstr(err.text, "busy"));
	assert_non_null(strstr(err.text, f->path));
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	/* Readers never wait for a writer, and the next write works. */
	assert_int_equal(count(f->db), 0);
	assert_int_equal(put(f->db, "t1", &err), 0);
}

static void
snapshot_sees_one_state(void **state)
{
	struct store_fixture *f = *state;
	struct db *other = second(f, DB_WRITE);
	struct err err;

	assert_int_equal(db_snapshot_begin(f->db, &err), 0);
	assert_int_equal(put(other, "t1", &err), 0);
	assert_int_equal(count(f->db), 0);
	assert_int_equal(count(other), 1);
	db_snapshot_end(f->db);
	assert_int_equal(count(f->db), 1);
}

static void
data_version_tells_of_others(void **state)
{
	struct store_fixture *f = *state;
	struct db *other = second(f, DB_WRITE);
	int64_t before = db_data_version(f->db);
	struct err err;

	assert_int_equal(put(f->db, "t1", &err), 0);
	assert_int_equal(db_data_version(f->db), before);
	assert_int_equal(put(other, "t2", &err), 0);
	assert_int_not_equal(db_data_version(f->db), before);
}

static void
reader_cannot_write(void **state)
{
	struct store_fixture *f = *state;
	struct db *reader = second(f, DB_READ);
	struct err err;

	assert_int_equal(count(reader), 0);
	assert_int_equal(put(reader, "t1", &err), -1);
	assert_int_equal(err.kind, ERR_CONFIG);
}

/* --- backup --- */

static void
backup_is_whole(void **state)
{
	struct store_fixture *f = *state;
	char *to = mem_fmt(f, "%s/copy", f->dir);
	struct db *copy;
	struct err err;

	assert_int_equal(put(f->db, "t1", &err), 0);
	if (db_backup(f->db, to, NULL, NULL, &err) < 0)
		fail_msg("%s", err.text);
	/* One file, without a log beside it. */
	assert_false(file_exists(mem_fmt(f, "%s-wal", to)));
	assert_int_equal(put(f->db, "t2", &err), 0);
	assert_int_equal(db_open(f, to, DB_WRITE, &copy, &err), 0);
	assert_int_equal(count(copy), 1);
	assert_int_equal(db_integrity(copy, &err), 0);
	/* Never over something that is there. */
	assert_int_equal(db_backup(f->db, to, NULL, NULL, &err), -1);
	assert_int_equal(err.kind, ERR_CONFIG);
	assert_int_equal(db_backup(f->db, mem_fmt(f, "%s/no/where", f->dir),
	    NULL, NULL, &err), -1);
	assert_int_equal(count(copy), 1);
}

static int
seen(const struct db_stmt *stmt, void *arg)
{
	int *n = arg;

	assert_non_null(stmt->sql);
	*n += strcmp(stmt->name, "t_backwards") == 0;
	*n += strcmp(stmt->name, "company_get") == 0 ? 100 : 0;
	return 0;
}

static void
registry_knows_every_statement(void **state)
{
	int n = 0;

	assert_int_equal(db_stmt_each(seen, &n), 0);
	assert_int_equal(n, 101);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(values_come_back),
		STORE_TEST(parameters_go_by_number),
		STORE_TEST(missing_row_is_told),
		STORE_TEST(settings_hold),
		STORE_TEST(failure_rolls_back),
		STORE_TEST(result_of_the_function_is_passed_on),
		STORE_TEST(defects_abort),
		STORE_TEST(busy_database_is_tried_again),
		STORE_TEST(busy_for_too_long_is_temporary),
		STORE_TEST(snapshot_sees_one_state),
		STORE_TEST(data_version_tells_of_others),
		STORE_TEST(reader_cannot_write),
		STORE_TEST(backup_is_whole),
		cmocka_unit_test(registry_knows_every_statement),
	};

	return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
