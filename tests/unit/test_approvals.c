#include "store/approvals.h"

#include "unit.h"

#include "store.h"

struct yes {
	struct store_fixture *f;
	const char *login, *hash;
	int left;
};

/* A draft that wants two named users. */
static void
draft(struct store_fixture *f)
{
	store_sql(f, "INSERT INTO communication (id, company_id, account_id, "
	    "class, cause, channel, policy, step, stage, created_at) VALUES "
	    "(1, 1, 1, 'reminder', '1/m4-letter/0', 'mail', 'p', 'm4-letter', "
	    "4, 0);"
	    "INSERT INTO outbox (id, company_id, account_id, "
	    "communication_id, contact_id, address_id, channel, state, "
	    "template, language, due_at, not_after, priority, approve, "
	    "created_at, changed_at) VALUES (1, 1, 1, 1, 1, 1, 'mail', "
	    "'draft', 'm4-letter', 'en', 500, 900, 1, 2, 0, 0)");
}

static int
add(struct db *db, void *arg, struct err *err)
{
	struct yes *y = arg;
	struct approval *a;

	return approvals_get(y->f, db, y->f->company, 1, &a, err) < 0 ||
	    approvals_add(db, a, y->login, y->hash, NOW, "user:x", &y->left,
	    err) < 0 ? -1 : 0;
}

static int
approve(struct store_fixture *f, const char *login, const char *hash,
    struct err *err)
{
	struct yes y = { f, login, hash, -1 };

	return store_tx(f->db, add, &y, err) < 0 ? -1 : y.left;
}

static void
two_users_are_two_people(void **state)
{
	struct store_fixture *f = *state;
	struct err err;

	draft(f);
	assert_int_equal(approve(f, "li", "aa", &err), 1);
	assert_int_equal(approve(f, "li", "aa", &err), -1);
	assert_int_equal(err.kind, ERR_PERM);
	assert_int_equal(store_number(f, "SELECT count(*) FROM outbox "
	    "WHERE state = 'draft'"), 1);
	assert_int_equal(approve(f, "lin", "aa", &err), 0);
	assert_int_equal(store_number(f, "SELECT count(*) FROM outbox "
	    "WHERE state = 'queued' AND approved_by = 'li lin' "
	    "AND approved_hash = 'aa' AND approved_as_of = 500"), 1);
}

static void
another_content_counts_anew(void **state)
{
	struct store_fixture *f = *state;
	struct err err;

	draft(f);
	assert_int_equal(approve(f, "li", "aa", &err), 1);
	assert_int_equal(approve(f, "wang", "bb", &err), 1);
	assert_int_equal(approve(f, "li", "bb", &err), 0);
	/* queued: nothing is left to approve */
	assert_int_equal(approve(f, "zhao", "bb", &err), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(two_users_are_two_people),
		STORE_TEST(another_content_counts_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
