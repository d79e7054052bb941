#include "store/tasks.h"

#include "unit.h"

#include "store.h"

struct op {
	struct task_new t;
	int64_t id;
	bool is_new;
};

#define MONDAY (NOW + 2 * 86400)	/* in working hours */

static int
open_tx(struct db *db, void *arg, struct err *err)
{
	struct op *o = arg;

	return tasks_open(db, &o->t, NOW, "planner", &o->id, &o->is_new, err);
}

static int
close_tx(struct db *db, void *arg, struct err *err)
{
	struct op *o = arg;

	return tasks_close(db, o->id, NOW + 5, "user:lin", "called", err);
}

static int
reason_tx(struct db *db, void *arg, struct err *err)
{
	struct op *o = arg;

	return tasks_close_reason(db, o->t.company_id, o->t.account_id,
	    o->t.reason, NOW + 5, "planner", "moot", err);
}

static struct op
task(const struct store_fixture *f, int64_t account, const char *reason)
{
	struct op o = { .t = { .company_id = f->company,
	    .account_id = account, .reason = reason, .severity = 1,
	    .title = "Look", .due_at = MONDAY + 1000 } };

	return o;
}

static void
open_twice(struct store_fixture *f, int64_t account)
{
	struct op a = task(f, account, "approval");
	struct op b = task(f, account, "approval");
	struct err err;

	assert_int_equal(store_tx(f->db, open_tx, &a, &err), 0);
	assert_true(a.is_new);
	b.t.severity = 3;
	b.t.due_at = MONDAY + 2000;
	b.t.detail = "second";
	assert_int_equal(store_tx(f->db, open_tx, &b, &err), 0);
	assert_false(b.is_new);
	assert_true(a.id == b.id);
	/* The graver of the two, the earlier date, the latest detail. */
	assert_int_equal(store_number(f, "SELECT count(*) FROM task WHERE "
	    "state = 'open' AND severity = 3 AND due_at = 1795425400 AND "
	    "detail = 'second'"), 1);
	b.t.severity = 1;
	b.t.detail = NULL;
	assert_int_equal(store_tx(f->db, open_tx, &b, &err), 0);
	assert_int_equal(store_number(f, "SELECT severity FROM task"), 3);
	assert_int_equal(store_number(f, "SELECT detail = 'second' FROM "
	    "task"), 1);
	assert_int_equal(store_number(f, "SELECT count(*) FROM event WHERE "
	    "kind = 'task-opened'"), 1);
}

static void
account_tasks_merge(void **state)
{
	struct store_fixture *f = *state;
	struct op other = task(f, f->a2, "approval");
	struct op reason = task(f, f->a1, "bounced");
	struct err err;

	open_twice(f, f->a1);
	assert_int_equal(store_tx(f->db, open_tx, &other, &err), 0);
	assert_true(other.is_new);
	assert_int_equal(store_tx(f->db, open_tx, &reason, &err), 0);
	assert_true(reason.is_new);
}

static void
company_tasks_merge(void **state)
{
	open_twice(*state, 0);
}

static void
closing_has_the_account_planned(void **state)
{
	struct store_fixture *f = *state;
	struct op o = task(f, f->a1, "approval");
	struct err err;

	assert_int_equal(store_tx(f->db, open_tx, &o, &err), 0);
	assert_int_equal(store_tx(f->db, close_tx, &o, &err), 0);
	assert_int_equal(store_number(f, "SELECT rev FROM account WHERE "
	    "id = 1"), 2);
	assert_int_equal(store_number(f, "SELECT count(*) FROM task WHERE "
	    "state = 'closed' AND outcome = 'called' AND closed_by = "
	    "'user:lin'"), 1);
	assert_int_equal(store_tx(f->db, close_tx, &o, &err), -1);
	assert_int_equal(err.kind, ERR_PERM);
	/* A closed one is not merged into: this is a new case. */
	assert_int_equal(store_tx(f->db, open_tx, &o, &err), 0);
	assert_true(o.is_new);
}

/* What comes again is kept with what came before, and is news. */
static void
what_comes_again_is_added(void **state)
{
	struct store_fixture *f = *state;
	struct op o = task(f, f->a1, "legal");
	struct err err;

	o.t.title = NULL;
	o.t.severity = 0;
	o.t.due_at = 0;
	o.t.detail = "our solicitors";
	assert_int_equal(store_tx(f->db, open_tx, &o, &err), 0);
	assert_int_equal(store_number(f, "SELECT severity FROM task"), 3);
	/* Four working hours of Monday, from nine: after noon. */
	assert_true(store_number(f, "SELECT due_at FROM task") == MONDAY +
	    5 * 3600);
	store_sql(f, "UPDATE task SET state = 'acked', look_at = 9");
	assert_int_equal(store_tx(f->db, open_tx, &o, &err), 0);
	assert_int_equal(store_number(f, "SELECT times FROM task WHERE "
	    "state = 'acked' AND look_at = 9"), 1);
	o.t.detail = "a writ";
	assert_int_equal(store_tx(f->db, open_tx, &o, &err), 0);
	assert_false(o.is_new);
	/* Who had seen it has not seen this. */
	assert_int_equal(store_number(f, "SELECT count(*) FROM task WHERE "
	    "state = 'open' AND times = 2 AND look_at = 0 AND detail = "
	    "'a writ' || char(10) || '----' || char(10) || "
	    "'our solicitors'"), 1);
	assert_int_equal(store_number(f, "SELECT count(*) FROM event WHERE "
	    "kind = 'task-again'"), 1);
}

static void
only_reasons_of_the_table(void **state)
{
	struct store_fixture *f = *state;
	struct op o = task(f, f->a1, "weather");
	struct err err;

	assert_int_equal(store_tx(f->db, open_tx, &o, &err), -1);
	assert_int_equal(store_number(f, "SELECT count(*) FROM task"), 0);
}

static void
closing_by_reason(void **state)
{
	struct store_fixture *f = *state;
	struct op o = task(f, f->a1, "approval");
	struct err err;

	assert_int_equal(store_tx(f->db, reason_tx, &o, &err), 0);
	assert_int_equal(store_tx(f->db, open_tx, &o, &err), 0);
	o.t.account_id = f->a2;
	assert_int_equal(store_tx(f->db, reason_tx, &o, &err), 0);
	assert_int_equal(store_number(f, "SELECT count(*) FROM task WHERE "
	    "state = 'open'"), 1);
	o.t.account_id = f->a1;
	assert_int_equal(store_tx(f->db, reason_tx, &o, &err), 0);
	assert_int_equal(store_number(f, "SELECT count(*) FROM task WHERE "
	    "state = 'open'"), 0);
}

/* NOW is a Saturday: nobody is there before Monday at nine, but what is due at
 * once is due at once. */
static void
due_in_working_hours(void **state)
{
	struct store_fixture *f = *state;
	struct op a = task(f, 0, "approval"), b = task(f, 0, "clock");
	struct err err;

	a.t.due_at = NOW + 3600;
	b.t.due_at = NOW;
	assert_int_equal(store_tx(f->db, open_tx, &a, &err), 0);
	assert_int_equal(store_tx(f->db, open_tx, &b, &err), 0);
	assert_int_equal(store_number(f, "SELECT due_at FROM task WHERE "
	    "reason = 'approval'"), MONDAY);
	assert_int_equal(store_number(f, "SELECT due_at FROM task WHERE "
	    "reason = 'clock'"), NOW);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(account_tasks_merge),
		STORE_TEST(company_tasks_merge),
		STORE_TEST(closing_has_the_account_planned),
		STORE_TEST(what_comes_again_is_added),
		STORE_TEST(only_reasons_of_the_table),
		STORE_TEST(closing_by_reason),
		STORE_TEST(due_in_working_hours),
	};

	return cmocka_run_group_tests_name("tasks", tests, NULL, NULL);
}
