#include "base/mem.h"
#include "store/tasks.h"
#include "unit.h"
#include "store.h"

#include <string.h>

struct seen {
	char order[128];
	size_t n;
};

static int
note(const struct task *t, void *arg)
{
	struct seen *s = arg;
	size_t len = strlen(s->order);

	s->n++;
	snprintf(s->order + len, sizeof(s->order) - len, "%s/%s/%s ",
	    t->account == NULL ? "-" : t->account, t->reason, t->state);
	return 0;
}

static int
open_three(struct db *db, void *arg, struct err *err)
{
	struct store_fixture *f = arg;
	struct task_new routine = { .company_id = f->company,
		.account_id = f->a1, .reason = "hold-review", .severity = 1,
		.title = "look", .due_at = NOW + 2 * 86400 + 9 };
	struct task_new grave = { .company_id = f->company,
		.account_id = f->a2, .reason = "legal", .severity = 3,
		.title = "now", .due_at = NOW + 2 * 86400 + 99 };
	struct task_new company = { .company_id = f->company,
		.reason = "clock", .severity = 1, .title = "clock",
		.due_at = NOW + 2 * 86400 + 1 };

	return tasks_open(db, &routine, NOW, "planner", NULL, NULL, err) < 0 ||
	    tasks_open(db, &grave, NOW, "planner", NULL, NULL, err) < 0 ||
	    tasks_open(db, &company, NOW, "planner", NULL, NULL, err) < 0
	    ? -1 : 0;
}

static int
work(struct db *db, void *arg, struct err *err)
{
	return tasks_ack(db, 1, NOW, "user:li", err) < 0 ||
	    tasks_ack(db, 1, NOW, "user:li", err) < 0 ||
	    tasks_assign(db, 1, "li", NOW, "user:li", err) < 0 ||
	    tasks_close(db, 2, NOW, "user:li", "settled", err) < 0 ? -1 : 0;
}

static int
close_again(struct db *db, void *arg, struct err *err)
{
	return tasks_ack(db, 2, NOW, "user:li", err);
}

static void
lists_gravest_first_and_acts(void **state)
{
	struct store_fixture *f = *state;
	struct seen s = { "", 0 };
	struct err err;

	assert_int_equal(store_tx(f->db, open_three, f, &err), 0);
	assert_int_equal(tasks_each(f->db, f->company, 0, false, note, &s,
	    &err), 0);
	assert_string_equal(s.order,
	    "C-2/legal/open -/clock/open C-1/hold-review/open ");
	assert_int_equal(store_tx(f->db, work, f, &err), 0);
	memset(&s, 0, sizeof(s));
	assert_int_equal(tasks_each(f->db, f->company, 0, false, note, &s,
	    &err), 0);
	assert_string_equal(s.order, "-/clock/open C-1/hold-review/acked ");
	memset(&s, 0, sizeof(s));
	assert_int_equal(tasks_each(f->db, f->company, f->a2, true, note, &s,
	    &err), 0);
	assert_string_equal(s.order, "C-2/legal/closed ");
	assert_int_equal(store_tx(f->db, close_again, f, &err), -1);
	assert_int_equal(err.kind, ERR_PERM);
	/* acking twice says so once */
	assert_int_equal(store_number(f, "SELECT count(*) FROM event "
	    "WHERE kind = 'task-acked'"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(lists_gravest_first_and_acts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
