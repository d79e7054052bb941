#include "store/meta.h"

#include "unit.h"

#include "base/file.h"
#include "store.h"
#include "store/highwater.h"

#include <string.h>

static bool
believed(struct store_fixture *f, int64_t now)
{
	char why[META_WHY_MAX] = "";
	struct err err;
	bool ok;

	if (meta_clock_check(f->db, now, &ok, why, &err) < 0)
		fail_msg("%s", err.text);
	if (!ok)
		assert_non_null(strstr(why, "--accept-clock"));
	return ok;
}

static int
accept_tx(struct db *db, void *arg, struct err *err)
{
	return meta_clock_accept(db, *(int64_t *)arg, "user:lin", err);
}

static void
clock_is_guarded(void **state)
{
	struct store_fixture *f = *state;
	int64_t later = NOW + 30 * 86400;
	struct err err;

	assert_true(believed(f, NOW));
	/* Up to five minutes back, up to three days ahead. */
	assert_true(believed(f, NOW - 300));
	assert_false(believed(f, NOW - 301));
	assert_false(believed(f, NOW + 3 * 86400 + 1));
	assert_true(believed(f, NOW + 3 * 86400));
	assert_false(believed(f, NOW));
	/* What is not believed is not remembered either. */
	assert_false(believed(f, later));
	assert_true(believed(f, NOW + 3 * 86400 + 60));
	assert_int_equal(store_tx(f->db, accept_tx, &later, &err), 0);
	assert_true(believed(f, later));
	assert_int_equal(store_number(f, "SELECT count(*) FROM event "
	    "WHERE kind = 'clock-accepted'"), 1);
}

static void
clock_may_be_accepted_backwards(void **state)
{
	struct store_fixture *f = *state;
	int64_t before = NOW - 86400;
	struct err err;

	assert_true(believed(f, NOW));
	assert_false(believed(f, before));
	assert_int_equal(store_tx(f->db, accept_tx, &before, &err), 0);
	assert_true(believed(f, before));
}

/* --- the record outside the database --- */

static void
attempt(struct store_fixture *f, int id)
{
	char *sql = mem_fmt(f, "INSERT INTO communication (id, company_id, "
	    "account_id, class, cause, channel, policy, created_at) VALUES "
	    "(%d, 1, 1, 'reminder', '1/m1-first/%d', 'mail', 'p', 0);"
	    "INSERT INTO outbox (id, company_id, account_id, "
	    "communication_id, address_id, channel, state, template, "
	    "language, due_at, not_after, priority, created_at, changed_at) "
	    "VALUES (%d, 1, 1, %d, 1, 'mail', 'sending', 'm1-first', 'en', "
	    "0, 0, 0, 0, 0);"
	    "INSERT INTO attempt (id, outbox_id, n, token, message_id, envid,"
	    " recipient, hash, started_at) VALUES (%d, %d, 1, "
	    "'token%d', 'm', 'e', 'r', 'h', %d)",
	    id, id, id, id, id, id, id, id);

	store_sql(f, sql);
}

static enum highwater_state
state_of(struct store_fixture *f, struct highwater *h)
{
	char why[HIGHWATER_WHY_MAX] = "";
	enum highwater_state s;
	struct err err;

	if (highwater_check(h, f->db, &s, why, &err) < 0)
		fail_msg("%s", err.text);
	assert_true(s == HIGHWATER_OK || strstr(why, "recover") != NULL);
	return s;
}

static struct highwater *
record(struct store_fixture *f)
{
	struct highwater *h;
	struct err err;

	assert_int_equal(highwater_open(f, mem_fmt(f, "%s/sent", f->dir), &h,
	    &err), 0);
	return h;
}

static void
record_follows(void **state)
{
	struct store_fixture *f = *state;
	struct highwater *h = record(f), *other = record(f);
	struct err err;
	int i;

	assert_int_equal(state_of(f, h), HIGHWATER_OK);
	for (i = 1; i <= 400; i++) {
		attempt(f, i);
		assert_int_equal(highwater_note(i % 2 ? h : other, f->db, i,
		    &err), 0);
		if (i % 100 == 1)
			assert_int_equal(state_of(f, h), HIGHWATER_OK);
	}
	assert_int_equal(state_of(f, other), HIGHWATER_OK);
	assert_int_equal(state_of(f, record(f)), HIGHWATER_OK);
}

static void
restored_database_is_behind(void **state)
{
	struct store_fixture *f = *state;
	struct highwater *h = record(f);
	struct err err;

	attempt(f, 1);
	attempt(f, 2);
	assert_int_equal(highwater_note(h, f->db, 1, &err), 0);
	assert_int_equal(highwater_note(h, f->db, 2, &err), 0);
	store_sql(f, "DELETE FROM attempt WHERE id = 2");
	assert_int_equal(state_of(f, h), HIGHWATER_BEHIND);
	assert_int_equal(state_of(f, record(f)), HIGHWATER_BEHIND);
	/* The same number given to another attempt proves nothing. */
	attempt(f, 3);
	store_sql(f, "UPDATE attempt SET id = 2 WHERE id = 3");
	assert_int_equal(state_of(f, h), HIGHWATER_BEHIND);
	assert_int_equal(highwater_settle(h, f->db, NOW, &err), 0);
	assert_int_equal(state_of(f, h), HIGHWATER_OK);
	assert_int_equal(state_of(f, record(f)), HIGHWATER_OK);
}

static void
missing_and_foreign_records(void **state)
{
	struct store_fixture *f = *state;
	struct highwater *h = record(f);
	char *path = mem_fmt(f, "%s/sent", f->dir);
	const char *foreign = "{\"dunlin-sent\":\"another\"}\n";
	struct err err;

	attempt(f, 1);
	assert_int_equal(state_of(f, h), HIGHWATER_MISSING);
	assert_int_equal(highwater_settle(h, f->db, NOW, &err), 0);
	assert_int_equal(state_of(f, h), HIGHWATER_OK);
	assert_int_equal(file_write(path, foreign, strlen(foreign), 0600,
	    &err), 0);
	assert_int_equal(state_of(f, h), HIGHWATER_FOREIGN);
	assert_int_equal(highwater_settle(h, f->db, NOW, &err), 0);
	assert_int_equal(state_of(f, h), HIGHWATER_OK);
	assert_true(file_exists(mem_fmt(f, "%s/sent.old", f->dir)));
}

static void
torn_last_line_is_passed_over(void **state)
{
	struct store_fixture *f = *state;
	struct highwater *h = record(f);
	char *path = mem_fmt(f, "%s/sent", f->dir);
	struct err err;
	FILE *out;

	attempt(f, 1);
	assert_int_equal(highwater_note(h, f->db, 1, &err), 0);
	out = fopen(path, "a");
	assert_non_null(out);
	fputs("{\"sent\":99,\"tok", out);
	fclose(out);
	assert_int_equal(state_of(f, h), HIGHWATER_OK);
	/* The next line does not join it. */
	attempt(f, 2);
	assert_int_equal(highwater_note(h, f->db, 2, &err), 0);
	store_sql(f, "DELETE FROM attempt WHERE id = 2");
	assert_int_equal(state_of(f, h), HIGHWATER_BEHIND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(clock_is_guarded),
		STORE_TEST(clock_may_be_accepted_backwards),
		STORE_TEST(record_follows),
		STORE_TEST(restored_database_is_behind),
		STORE_TEST(missing_and_foreign_records),
		STORE_TEST(torn_last_line_is_passed_over),
	};

	return cmocka_run_group_tests_name("meta", tests, NULL, NULL);
}
