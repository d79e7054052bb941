#include "store/outbox.h"

#include "unit.h"

#include "store.h"

struct finish {
	enum outcome outcome;
	const char *token;
};

static int
finish_tx(struct db *db, void *arg, struct err *err)
{
	const struct finish *x = arg;
	struct outbox_result r = { .outcome = x->outcome, .actor = "sender",
	    .reply = "gone" };

	return outbox_finish(db, 1, x->token, &r, NOW, err);
}

static int
finish(struct store_fixture *f, enum outcome outcome, const char *token)
{
	struct finish x = { outcome, token };
	struct err err;

	return store_tx(f->db, finish_tx, &x, &err);
}

/* A row that is being handed over. */
static void
sending(struct store_fixture *f)
{
	store_sql(f, "INSERT INTO communication (id, company_id, account_id, "
	    "class, cause, channel, policy, step, stage, created_at, at) "
	    "VALUES (1, 1, 1, 'reminder', '1/m1-first/0', 'mail', 'p', "
	    "'m1-first', 1, 0, 500);"
	    "INSERT INTO outbox (id, company_id, account_id, "
	    "communication_id, contact_id, address_id, channel, state, "
	    "template, language, due_at, not_after, priority, claim_token, "
	    "created_at, changed_at) VALUES (1, 1, 1, 1, 1, 1, 'mail', "
	    "'sending', 'm1-first', 'en', 500, 900, 1, 'abc', 0, 500);"
	    "INSERT INTO attempt (id, outbox_id, n, token, message_id, envid, "
	    "recipient, hash, started_at) VALUES (1, 1, 1, 'tok', "
	    "'<m@example.com>', 'tok', 'a@example.com', '', 500)");
}

static void
the_second_reaper_finds_nothing_to_do(void **state)
{
	struct store_fixture *f = *state;

	sending(f);
	assert_int_equal(finish(f, OUTCOME_UNCERTAIN, "abc"), 0);
	assert_int_equal(finish(f, OUTCOME_UNCERTAIN, "abc"), 1);
	assert_int_equal(store_number(f, "SELECT count(*) FROM outbox "
	    "WHERE state = 'uncertain'"), 1);
	assert_int_equal(store_number(f, "SELECT count(*) FROM event "
	    "JOIN stream ON stream.id = stream_id WHERE account_id = 1 "
	    "AND kind NOT LIKE 'task%' AND kind NOT LIKE 'hold%'"), 1);
}

static void
a_late_outcome_settles(void **state)
{
	struct store_fixture *f = *state;

	sending(f);
	assert_int_equal(finish(f, OUTCOME_UNCERTAIN, "abc"), 0);
	assert_int_equal(finish(f, OUTCOME_ACCEPTED, "other"), 1);
	assert_int_equal(finish(f, OUTCOME_ACCEPTED, "abc"), 0);
	assert_int_equal(finish(f, OUTCOME_UNCERTAIN, "abc"), 1);
	assert_int_equal(store_number(f, "SELECT count(*) FROM outbox "
	    "WHERE state = 'accepted'"), 1);
}

static int
claim_tx(struct db *db, void *arg, struct err *err)
{
	struct outbox_row **row = arg;

	return outbox_claim(NULL, db, 1, "host 1 1", NOW + 60, NOW, row, err);
}

/* How long it is tried counts from when it was known not to have left. */
static void
what_a_person_settles_has_its_days_anew(void **state)
{
	struct store_fixture *f = *state;
	struct outbox_row *row = NULL;
	struct err err;

	sending(f);
	assert_int_equal(finish(f, OUTCOME_UNCERTAIN, "abc"), 0);
	assert_int_equal(finish(f, OUTCOME_NOT_SENT, NULL), 0);
	store_sql(f, "UPDATE outbox SET due_at = 500");
	assert_int_equal(store_tx(f->db, claim_tx, &row, &err), 1);
	assert_int_equal(row->first_try, NOW);
	talloc_free(row);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(the_second_reaper_finds_nothing_to_do),
		STORE_TEST(a_late_outcome_settles),
		STORE_TEST(what_a_person_settles_has_its_days_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
