#include "store/holds.h"

#include "unit.h"

#include "base/clock.h"
#include "store.h"

static struct hold_new
hold(const struct store_fixture *f, enum hold_kind kind,
    enum hold_scope scope)
{
	struct hold_new h = { 0 };

	h.company_id = f->company;
	h.kind = kind;
	h.scope = scope;
	h.review_at = CLOCK_NONE;
	h.ends_at = CLOCK_NONE;
	return h;
}

struct op {
	struct hold_new h;
	int64_t id;
	const char *note;
};

static int
place_tx(struct db *db, void *arg, struct err *err)
{
	struct op *o = arg;

	return holds_place(db, &o->h, NOW, "user:lin", &o->id, err);
}

static int
release_tx(struct db *db, void *arg, struct err *err)
{
	struct op *o = arg;

	return holds_release(db, o->id, NOW + 60, "user:lin", o->note, err);
}

static void
place_and_release(void **state)
{
	struct store_fixture *f = *state;
	struct op o = { hold(f, HOLD_DISPUTE, SCOPE_ACCOUNT), 0, "settled" };
	struct err err;

	o.h.account_id = f->a1;
	assert_int_equal(store_tx(f->db, place_tx, &o, &err), 0);
	/* The review date follows from the kind: five days. */
	assert_int_equal(store_number(f, "SELECT review_at FROM hold"),
	    NOW + 5 * 86400);
	assert_int_equal(store_number(f, "SELECT rev FROM account "
	    "WHERE id = 1"), 2);
	assert_int_equal(store_number(f, "SELECT rev FROM account "
	    "WHERE id = 2"), 1);
	assert_int_equal(store_tx(f->db, release_tx, &o, &err), 0);
	assert_int_equal(store_number(f, "SELECT released_at FROM hold"),
	    NOW + 60);
	assert_int_equal(store_number(f, "SELECT rev FROM account "
	    "WHERE id = 1"), 3);
	assert_int_equal(store_number(f, "SELECT count(*) FROM event e JOIN "
	    "stream s ON s.id = e.stream_id WHERE s.account_id = 1 AND "
	    "e.kind IN ('hold-placed', 'hold-released')"), 2);
	assert_int_equal(store_tx(f->db, release_tx, &o, &err), -1);
	assert_int_equal(err.kind, ERR_PERM);
}

static void
address_reaches_accounts(void **state)
{
	struct store_fixture *f = *state;
	struct op o = { hold(f, HOLD_BOUNCED, SCOPE_ADDRESS), 0, NULL };
	struct err err;

	o.h.address_id = f->address;
	assert_int_equal(store_tx(f->db, place_tx, &o, &err), 0);
	assert_int_equal(store_number(f, "SELECT rev FROM address"), 2);
	assert_int_equal(store_number(f, "SELECT rev FROM account "
	    "WHERE id = 1"), 2);
	assert_int_equal(store_number(f, "SELECT rev FROM account "
	    "WHERE id = 2"), 1);
}

static void
refused(void **state)
{
	struct store_fixture *f = *state;
	struct op o = { hold(f, HOLD_DISPUTE, SCOPE_ACCOUNT), 0, NULL };
	struct err err;

	/* No account named. */
	assert_int_equal(store_tx(f->db, place_tx, &o, &err), -1);
	/* A dispute never lapses by itself. */
	o.h.account_id = f->a1;
	o.h.ends_at = NOW + 86400;
	assert_int_equal(store_tx(f->db, place_tx, &o, &err), -1);
	assert_int_equal(err.kind, ERR_PERM);
	/* A computed kind is never a row. */
	o.h = hold(f, HOLD_GAP, SCOPE_ACCOUNT);
	o.h.account_id = f->a1;
	assert_int_equal(store_tx(f->db, place_tx, &o, &err), -1);
	assert_int_equal(store_number(f, "SELECT count(*) FROM hold"), 0);
	assert_int_equal(store_number(f, "SELECT rev FROM account "
	    "WHERE id = 1"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(place_and_release),
		STORE_TEST(address_reaches_accounts),
		STORE_TEST(refused),
	};

	return cmocka_run_group_tests_name("holds", tests, NULL, NULL);
}
