/* Entries follow what they stand for, and only what was touched is looked
 * at: after each act the refresh that looks at what changed must leave
 * nothing to the one that looks at everything. */
#include "unit.h"

#include "store.h"
#include "store/accounts.h"
#include "store/disputes.h"
#include "store/entries.h"
#include "store/merge.h"
#include "store/promises.h"
#include "store/tasks.h"

#include <string.h>

#define DAY INT64_C(86400)

static struct store_fixture *f;
static int64_t task_id;
static struct promise *promise;
static struct dispute *dispute;

static struct task_new
new_task(int64_t account_id, const char *detail)
{
	return (struct task_new){ .company_id = f->company,
	    .account_id = account_id, .reason = "legal", .detail = detail,
	    .title = "Call", .severity = 2, .due_at = NOW + DAY };
}

static int
task_opens(struct db *db, void *arg, struct err *err)
{
	struct task_new t = new_task(f->a1, "one");

	return tasks_open(db, &t, NOW, "user:lin", &task_id, NULL, err);
}

static int
task_comes_again(struct db *db, void *arg, struct err *err)
{
	struct task_new t = new_task(f->a1, "two");

	return tasks_open(db, &t, NOW, "user:lin", NULL, NULL, err);
}

static int
task_of_nobody(struct db *db, void *arg, struct err *err)
{
	struct task_new t = new_task(0, NULL);
	int64_t id;

	return tasks_add(db, &t, NOW, "user:lin", &id, err);
}

static int
task_acked(struct db *db, void *arg, struct err *err)
{
	return tasks_ack(db, task_id, NOW, "user:lin", err);
}

static int
task_assigned(struct db *db, void *arg, struct err *err)
{
	return tasks_assign(db, task_id, "lin", NOW, "user:lin", err);
}

static int
task_moved(struct db *db, void *arg, struct err *err)
{
	return tasks_move(db, task_id, NOW + 4 * DAY, NOW, "user:lin", err);
}

static int
task_closed(struct db *db, void *arg, struct err *err)
{
	return tasks_close(db, task_id, NOW, "user:lin", "called", err);
}

static int
task_reopened(struct db *db, void *arg, struct err *err)
{
	return tasks_reopen(db, task_id, NOW, "user:lin", err);
}

static int
task_given(struct db *db, void *arg, struct err *err)
{
	struct task_case c = { .id = task_id, .company_id = f->company,
	    .account_id = f->a1, .reason = "legal" };
	struct task_given g = { .owner = "mei", .level = 1,
	    .due_at = NOW + 3 * DAY };

	return tasks_give(db, &c, &g, NOW, "planner", err);
}

static int
promise_made(struct db *db, void *arg, struct err *err)
{
	promise = mem_new(f, struct promise);
	promise->company_id = f->company;
	promise->account_id = f->a1;
	promise->state = PROMISE_IS_OPEN;
	promise->made_at = NOW;
	promise->made_on = 20778;
	promise->day = 20780;
	strcpy(promise->cur, "CNY");
	promise->made_by = "user:lin";
	promise->look_at = NOW + DAY;
	return promises_add(db, promise, NOW + 9 * DAY, err);
}

static int
promise_withdrawn(struct db *db, void *arg, struct err *err)
{
	return promises_move(db, promise, PROMISE_EV_WITHDRAW, NOW, "user:lin",
	    NULL, err);
}

static int
disputed(struct db *db, void *arg, struct err *err)
{
	dispute = mem_new(f, struct dispute);
	dispute->company_id = f->company;
	dispute->account_id = f->a1;
	dispute->state = DISPUTE_IS_OPENED;
	dispute->reason = "goods";
	dispute->by = 20790;
	dispute->opened_at = NOW;
	dispute->opened_by = "user:lin";
	return disputes_open(db, dispute, err);
}

static int
owner_set(struct db *db, void *arg, struct err *err)
{
	return accounts_set_owner(db, f->company, f->a1, "mei", NOW,
	    "user:lin", err);
}

static int
merged(struct db *db, void *arg, struct err *err)
{
	struct merge_counts counts;

	return merge_accounts(db, f->company, f->a1, f->a2, NOW, "user:lin",
	    &counts, err);
}

static const struct {
	const char *name;
	store_tx_fn fn;
	bool quiet;		/* no entry changes */
} acts[] = {
	{ "task opens", task_opens, false },
	{ "the same again", task_opens, true },
	{ "it comes again with news", task_comes_again, false },
	{ "acked", task_acked, false },
	{ "assigned", task_assigned, false },
	{ "moved", task_moved, false },
	{ "given", task_given, false },
	{ "closed", task_closed, false },
	{ "reopened", task_reopened, false },
	{ "of the company", task_of_nobody, false },
	{ "promise", promise_made, false },
	{ "withdrawn", promise_withdrawn, false },
	{ "promised again", promise_made, false },
	{ "dispute", disputed, false },
	{ "owner", owner_set, false },
	{ "merged", merged, false },
};

static size_t
refresh(int64_t now)
{
	struct err err;
	size_t n = 0;

	if (entries_refresh(f->db, f->company, now, &n, &err) < 0)
		fail_msg("%s", err.text);
	return n;
}

static void
test_what_changed(void **state)
{
	struct err err;
	size_t i, n;

	f = *state;
	store_sql(f, "INSERT INTO users (login, name, roles, companies) VALUES"
	    " ('mei', 'Mei', '', '*'), ('lin', 'Lin', '', '*')");
	assert_int_equal(refresh(NOW), 0);
	for (i = 0; i < UNIT_COUNT(acts); i++) {
		if (store_tx(f->db, acts[i].fn, NULL, &err) < 0)
			fail_msg("%s: %s", acts[i].name, err.text);
		n = refresh(NOW + (int64_t)i);
		if ((n == 0) != acts[i].quiet)
			fail_msg("%s: %zu entries", acts[i].name, n);
		store_sql(f, "DELETE FROM meta WHERE key LIKE 'entries_day%'");
		n = refresh(NOW + (int64_t)i);
		if (n != 0)
			fail_msg("%s: %zu entries overlooked", acts[i].name,
			    n);
		assert_int_equal(store_number(f, "SELECT (SELECT count(*) "
		    "FROM account WHERE rev <> entered_rev) + (SELECT "
		    "count(*) FROM task WHERE entered = 0)"), 0);
	}
	assert_int_equal(store_number(f, "SELECT count(*) FROM entry WHERE "
	    "account_id = 2 AND owner = 'mei' AND ended_at IS NULL"), 1);
}

/* What went by unseen is found the next day. */
static void
test_next_day(void **state)
{
	struct err err;

	f = *state;
	assert_int_equal(store_tx(f->db, task_opens, NULL, &err), 0);
	assert_int_equal(refresh(NOW), 1);
	store_sql(f, "UPDATE task SET due_at = due_at + 60");
	assert_int_equal(refresh(NOW + 60), 0);
	assert_int_equal(refresh(NOW + DAY), 1);
	store_sql(f, "UPDATE task SET state = 'closed', entered = 1");
	assert_int_equal(refresh(NOW + DAY), 0);
	/* Its account tells of it, if nothing else does. */
	assert_int_equal(refresh(NOW + 2 * DAY), 1);
}

/* More than one transaction takes. */
static void
test_many(void **state)
{
	struct err err;
	char sql[300];

	f = *state;
	snprintf(sql, sizeof(sql), "WITH RECURSIVE n(i) AS (SELECT 10 UNION "
	    "ALL SELECT i + 1 FROM n WHERE i < 259) INSERT INTO account (id, "
	    "company_id, party_id, code, created_at) SELECT i, 1, 1, 'X-' || "
	    "i, 0 FROM n");
	store_sql(f, sql);
	store_sql(f, "INSERT INTO task (company_id, account_id, reason, state,"
	    " severity, title, opened_at, came_at, due_at) SELECT 1, CASE WHEN"
	    " b.id > 50 THEN a.id END, 'todo', 'open', 1, 't', 1, 1, 1 FROM "
	    "account a, account b WHERE a.id < 13 AND b.id < 160");
	assert_int_equal(refresh(NOW), store_number(f, "SELECT count(*) FROM "
	    "task"));
	assert_true(store_number(f, "SELECT count(*) FROM task") > 700);
	assert_int_equal(refresh(NOW), 0);
	assert_int_equal(store_number(f, "SELECT count(*) FROM entry"),
	    store_number(f, "SELECT count(*) FROM task"));
	store_sql(f, "UPDATE task SET state = 'closed', entered = 0");
	assert_int_equal(refresh(NOW), store_number(f, "SELECT count(*) FROM "
	    "task"));
	assert_int_equal(entries_refresh(f->db, f->company, NOW, NULL, &err),
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(test_what_changed), STORE_TEST(test_next_day),
		STORE_TEST(test_many),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
