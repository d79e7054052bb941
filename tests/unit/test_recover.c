#include "store/recover.h"

#include "unit.h"

#include "base/file.h"
#include "store.h"

#include <string.h>

/* A communication with one row, in a state, due at NOW - 60; and an attempt
 * of it when token is given. */
static void
message(struct store_fixture *f, int id, int account, const char *cause,
    const char *state, const char *token)
{
	bool sent = token != NULL;

	store_sql(f, mem_fmt(f, "INSERT OR IGNORE INTO communication (id, "
	    "company_id, account_id, class, cause, channel, policy, step, "
	    "stage, level, episode, created_at) VALUES (%d, 1, %d, "
	    "'reminder', '%s', 'mail', 'p', 'm1-first', 1, 3, 1, 0);"
	    "INSERT OR REPLACE INTO outbox (id, company_id, account_id, "
	    "communication_id, address_id, channel, state, template, "
	    "language, due_at, not_after, priority, created_at, changed_at) "
	    "VALUES (%d, 1, %d, %d, 1, 'mail', '%s', 'm1-first', 'en', "
	    "%lld, 0, 0, 0, 0)", id, account, cause, id, account, id, state,
	    (long long)NOW - 60));
	if (sent)
		store_sql(f, mem_fmt(f, "INSERT INTO attempt (outbox_id, n, "
		    "token, message_id, envid, recipient, hash, "
		    "started_at) VALUES (%d, 1, '%s', 'm', 'e', 'r', "
		    "'h', %lld)", id, token, (long long)NOW));
}

static void
note(struct store_fixture *f, const char *state_file, const char *token)
{
	struct highwater *h;
	struct err err;

	assert_int_equal(highwater_open(f, state_file, &h, &err), 0);
	if (highwater_note(h, f->db, store_number(f, mem_fmt(f, "SELECT id "
	    "FROM attempt WHERE token = '%s'", token)), &err) < 0)
		fail_msg("%s", err.text);
	talloc_free(h);
}

static void
restore(struct store_fixture *f, const char *backup)
{
	struct err err;

	TALLOC_FREE(f->db);
	unlink(mem_fmt(f, "%s-wal", f->path));
	unlink(mem_fmt(f, "%s-shm", f->path));
	assert_int_equal(rename(backup, f->path), 0);
	if (db_open(f, f->path, DB_WRITE, &f->db, &err) < 0)
		fail_msg("%s", err.text);
}

static struct recover_report
look(struct store_fixture *f, const char *state_file)
{
	struct recover_report r;
	struct err err;

	if (recover_look(f->db, state_file, NOW, &r, &err) < 0)
		fail_msg("%s", err.text);
	return r;
}

static struct recover_report
apply(struct store_fixture *f, const char *state_file, bool nothing_lost)
{
	struct recover_report r;
	struct err err;

	if (recover_apply(f->db, state_file, nothing_lost, NOW, "user:lin",
	    &r, &err) < 0)
		fail_msg("%s", err.text);
	return r;
}

static int64_t
uncertain(struct store_fixture *f)
{
	return store_number(f, "SELECT count(*) FROM outbox o JOIN "
	    "communication c ON c.id = o.communication_id WHERE o.state = "
	    "'uncertain' AND c.at IS NOT NULL AND c.cancelled = 0");
}

/* Before the backup: one message sent, one waits.  After it the waiting one
 * goes out, and so does one that was planned only then. */
static void
restored_backup_sends_nothing_again(void **state)
{
	struct store_fixture *f = *state;
	char *record = mem_fmt(f, "%s/sent", f->dir);
	char *backup = mem_fmt(f, "%s/copy", f->dir);
	struct recover_report r;
	struct err err;

	message(f, 1, 1, "1/m1-first/0", "accepted", "first");
	note(f, record, "first");
	message(f, 2, 2, "1/m1-first/0", "queued", NULL);
	assert_int_equal(db_backup(f->db, backup, NULL, NULL, &err), 0);
	message(f, 2, 2, "1/m1-first/0", "accepted", "second");
	note(f, record, "second");
	message(f, 3, 1, "1/m1-second/0", "accepted", "third");
	/* It offered something: whoever pays so is not to be chased. */
	store_sql(f, "INSERT INTO offer (company_id, account_id, "
	    "communication_id, state, made_at, made_on, day, amount, discount,"
	    " percent, next_order, currency, ground, look_at, tell) "
	    "SELECT 1, 1, 3, 'open', "
	    "0, 20000, 20007, 10000, 200, 200, 0, 'GBP', 'consent', 0, 0");
	note(f, record, "third");
	assert_int_equal(look(f, record).record, HIGHWATER_OK);

	restore(f, backup);
	r = look(f, record);
	assert_int_equal(r.record, HIGHWATER_BEHIND);
	assert_int_equal(r.lost, 2);
	assert_false(r.gap);
	assert_int_equal(r.due, 0);
	assert_int_equal(apply(f, record, false).lost, 2);
	assert_int_equal(uncertain(f), 2);
	/* The occurrence that was planned later is taken again. */
	assert_int_equal(store_number(f, "SELECT count(*) FROM communication "
	    "WHERE account_id = 1 AND cause = '1/m1-second/0' AND "
	    "cancelled = 0 AND level = 3 AND stage = 1"), 1);
	/* Replies to what was sent still find their way. */
	assert_int_equal(store_number(f, "SELECT count(*) FROM attempt WHERE "
	    "token IN ('first', 'second', 'third')"), 3);
	assert_int_equal(store_number(f, "SELECT count(*) FROM task WHERE "
	    "reason = 'uncertain-delivery' AND state = 'open'"), 2);
	assert_int_equal(store_number(f, "SELECT state = 'accepted' FROM "
	    "outbox WHERE id = 1"), 1);
	assert_int_equal(look(f, record).record, HIGHWATER_OK);
	/* Once more is nothing more. */
	apply(f, record, false);
	assert_int_equal(uncertain(f), 2);
	assert_int_equal(store_number(f, "SELECT count(*) FROM hold WHERE "
	    "account_id = 1 AND kind = 'human' AND released_at IS NULL AND "
	    "review_at = 20008 * 86400"), 1);
	assert_int_equal(store_number(f, "SELECT count(*) FROM hold WHERE "
	    "account_id = 2 AND kind = 'human'"), 0);
}

static void
lost_record_takes_what_was_due(void **state)
{
	struct store_fixture *f = *state;
	char *record = mem_fmt(f, "%s/sent", f->dir);
	struct recover_report r;

	message(f, 1, 1, "1/m1-first/0", "accepted", "first");
	message(f, 2, 2, "1/m1-first/0", "queued", NULL);
	message(f, 3, 1, "1/m1-second/0", "queued", NULL);
	message(f, 4, 2, "1/m1-second/0", "sending", "fourth");
	store_sql(f, "UPDATE outbox SET due_at = due_at + 3600 WHERE id = 3");
	r = look(f, record);
	assert_int_equal(r.record, HIGHWATER_MISSING);
	assert_int_equal(r.due, 1);
	assert_int_equal(r.in_flight, 1);
	apply(f, record, false);
	assert_int_equal(uncertain(f), 2);
	assert_int_equal(store_number(f, "SELECT state = 'queued' FROM "
	    "outbox WHERE id = 3"), 1);
	assert_int_equal(look(f, record).record, HIGHWATER_OK);
}

static void
a_person_may_say_that_nothing_is_lost(void **state)
{
	struct store_fixture *f = *state;
	char *record = mem_fmt(f, "%s/sent", f->dir);

	message(f, 1, 1, "1/m1-first/0", "accepted", "first");
	message(f, 2, 2, "1/m1-first/0", "queued", NULL);
	apply(f, record, true);
	assert_int_equal(uncertain(f), 0);
	assert_int_equal(look(f, record).record, HIGHWATER_OK);
}

static void
clock_alone_touches_no_message(void **state)
{
	struct store_fixture *f = *state;
	char *record = mem_fmt(f, "%s/sent", f->dir);
	struct err err;
	char why[META_WHY_MAX];
	bool ok;

	message(f, 1, 1, "1/m1-first/0", "sending", "first");
	note(f, record, "first");
	assert_int_equal(meta_clock_check(f->db, NOW - 10 * 86400, &ok, why,
	    &err), 0);
	assert_false(look(f, record).clock_ok);
	apply(f, record, false);
	assert_true(look(f, record).clock_ok);
	assert_int_equal(store_number(f, "SELECT state = 'sending' FROM "
	    "outbox WHERE id = 1"), 1);
}

static void
strangers_are_counted(void **state)
{
	struct store_fixture *f = *state;
	char *record = mem_fmt(f, "%s/sent", f->dir);
	struct recover_report r;

	message(f, 1, 1, "1/m1-first/0", "accepted", "first");
	note(f, record, "first");
	store_sql(f, "DELETE FROM attempt; UPDATE account SET code = 'C-9' "
	    "WHERE id = 1");
	r = look(f, record);
	assert_int_equal(r.lost, 1);
	assert_int_equal(r.strangers, 1);
	apply(f, record, false);
	assert_int_equal(look(f, record).record, HIGHWATER_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(restored_backup_sends_nothing_again),
		STORE_TEST(lost_record_takes_what_was_due),
		STORE_TEST(a_person_may_say_that_nothing_is_lost),
		STORE_TEST(clock_alone_touches_no_message),
		STORE_TEST(strangers_are_counted),
	};

	return cmocka_run_group_tests_name("recover", tests, NULL, NULL);
}
