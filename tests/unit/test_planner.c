/* The planner step on a database: what it writes, and what it leaves. */
#include "plan/planner_step.h"

#include "unit.h"

#include "base/clock.h"
#include "base/file.h"
#include "config/policy_read.h"
#include "core/date.h"
#include "core/zone.h"
#include "plan/plan.h"
#include "store/accounts.h"
#include "store/companies.h"
#include "store/facts_load.h"
#include "store/holds.h"
#include "store/tasks.h"

#include "store.h"

#include <stdio.h>
#include <string.h>

struct bed {
	struct store_fixture *f;
	struct policy policy;
	struct config_company company;
	struct config config;
	struct planner *planner;
};

static struct bed bed;

static void
set_now(const char *text)
{
	struct err err;

	assert_int_equal(clock_set(text, &err), 0);
}

static int
setup(void **state)
{
	struct store_fixture *f;
	struct err err;

	if (store_setup(state) != 0)
		return -1;
	f = *state;
	memset(&bed, 0, sizeof(bed));
	bed.f = f;
	bed.policy = *policy_default(f);
	bed.company.code = "main";
	bed.company.country = "GB";
	bed.company.policy = &bed.policy;
	if (zone_open("Europe/London", &bed.company.zone, &err) < 0)
		return -1;
	bed.config.dir = f->dir;
	bed.config.companies = &bed.company;
	bed.config.n_companies = 1;
	/* C-1 has an address and 3 days past due; C-2 has none. */
	store_sql(f, "UPDATE company SET state = 'armed';"
	    "UPDATE party SET country = 'GB', zone = 'Europe/London';"
	    "INSERT INTO source (id, company_id, name, as_of) "
	    "VALUES (1, 1, 'ledger', 20780);"
	    "INSERT INTO item (id, company_id, account_id, source_id, "
	    "document, kind, state, due, amount, balance, currency, "
	    "balance_as_of, created_at) VALUES (1, 1, 1, 1, 'INV-1', "
	    "'invoice', 'open', 20777, 10000, 10000, 'GBP', 20780, 0), "
	    "(2, 1, 2, 1, 'INV-2', 'invoice', 'open', 20777, 7000, 7000, "
	    "'GBP', 20780, 0)");
	set_now("2026-11-23T08:00:00Z");
	return planner_new(f, f->db, &bed.config, NULL, &bed.planner, &err);
}

static int
teardown(void **state)
{
	TALLOC_FREE(bed.planner);
	return store_teardown(state);
}

static void
run(void)
{
	struct err err;
	int i, r;

	for (i = 0; i < 1000 && (r = planner_step(bed.planner, &err)) > 0;
	    i++)
		continue;
	if (r < 0)
		fail_msg("%s", err.text);
	assert_int_equal(r, 0);
}

static int64_t
number(const char *sql)
{
	return store_number(bed.f, sql);
}

static void
sql(const char *text)
{
	store_sql(bed.f, text);
}

static int
arm(struct db *db, void *arg, struct err *err)
{
	return companies_arm(db, 1, clock_now(), "user:test", err);
}

static int
set_stopped(struct db *db, void *arg, struct err *err)
{
	return companies_stop(db, 1, arg != NULL, clock_now(), "user:test",
	    err);
}

#define LIVE "SELECT count(*) FROM outbox WHERE state = 'queued'"

/* One write that does not grow with the accounts; the planner does the rest,
 * also after it was killed at its first transactions. */
static void
test_arming(void **state)
{
	struct err err;
	int i;

	sql("UPDATE company SET state = 'observing'");
	run();
	assert_int_equal(number(LIVE), 0);
	assert_int_equal(number("SELECT count(*) FROM account WHERE "
	    "plan_why = 'observing'"), 2);
	assert_int_equal(store_tx(bed.f->db, arm, NULL, &err), 0);
	assert_int_equal(number("SELECT count(*) FROM account WHERE "
	    "rev <> planned_rev"), 0);
	for (i = 0; i < 2; i++) {
		assert_true(planner_step(bed.planner, &err) >= 0);
		TALLOC_FREE(bed.planner);
		assert_int_equal(planner_new(bed.f, bed.f->db, &bed.config,
		    NULL, &bed.planner, &err), 0);
	}
	run();
	assert_int_equal(number(LIVE), 1);
	/* Stopping takes no row away; what is planned goes on after it. */
	assert_int_equal(store_tx(bed.f->db, set_stopped, &bed, &err), 0);
	sql("UPDATE account SET rev = rev + 1");
	run();
	assert_int_equal(number("SELECT count(*) FROM account WHERE "
	    "plan_why = 'stopped'"), 2);
	assert_int_equal(store_tx(bed.f->db, set_stopped, NULL, &err), 0);
	run();
	assert_int_equal(number(LIVE), 1);
	assert_int_equal(number("SELECT count(*) FROM account WHERE "
	    "plan_why = 'stopped'"), 0);
}

static void
test_writes(void **state)
{
	int64_t version;

	run();
	assert_int_equal(number(LIVE), 1);
	/* Friday, 09:00 in London. */
	assert_int_equal(number("SELECT due_at FROM outbox"), 1795770000);
	assert_int_equal(number("SELECT count(*) FROM communication WHERE "
	    "cause = '1/m1-first/0' AND step = 'm1-first' AND stage = 1 AND "
	    "episode = 1 AND at IS NULL AND cancelled = 0"), 1);
	assert_int_equal(number("SELECT amount FROM communication_item "
	    "WHERE item_id = 1"), 10000);
	assert_int_equal(number("SELECT count(*) FROM account WHERE "
	    "planned_rev = rev AND episode = 1 AND episode_from = 20780"), 2);
	assert_int_equal(number("SELECT count(*) FROM account WHERE id = 1 "
	    "AND plan_verdict = 'send' AND plan_why = 'm1-first'"), 1);
	/* Nobody can be written to: held, with a task. */
	assert_int_equal(number("SELECT count(*) FROM account WHERE id = 2 "
	    "AND plan_verdict = 'held' AND plan_why = 'no-contact'"), 1);
	assert_int_equal(number("SELECT count(*) FROM task WHERE "
	    "account_id = 2 AND reason = 'no-contact'"), 1);
	/* Again: not a byte. */
	version = db_data_version(bed.f->db);
	sql("CREATE TABLE watch (n); CREATE TRIGGER w1 AFTER UPDATE ON "
	    "account BEGIN INSERT INTO watch VALUES (1); END; "
	    "CREATE TRIGGER w2 AFTER INSERT ON outbox BEGIN "
	    "INSERT INTO watch VALUES (2); END; CREATE TRIGGER w3 AFTER "
	    "UPDATE ON meta BEGIN INSERT INTO watch VALUES (3); END");
	assert_true(db_data_version(bed.f->db) != version);
	run();
	assert_int_equal(number("SELECT count(*) FROM watch"), 0);
}

static void
test_paid(void **state)
{
	run();
	sql("INSERT INTO payment (company_id, account_id, item_id, "
	    "reference, amount, currency, value_date, state, created_at) "
	    "VALUES (1, 1, 1, 'p', 10000, 'GBP', 20781, 'received', 0); "
	    "UPDATE account SET rev = rev + 1 WHERE id = 1");
	run();
	assert_int_equal(number(LIVE), 0);
	assert_int_equal(number("SELECT count(*) FROM communication WHERE "
	    "cancelled = 1"), 1);
	assert_int_equal(number("SELECT count(*) FROM account WHERE id = 1 "
	    "AND plan_verdict = 'none' AND episode_from IS NULL AND "
	    "episode = 1"), 1);
	assert_int_equal(number("SELECT count(*) FROM event WHERE kind IN "
	    "('episode-opened', 'episode-closed') AND actor = 'planner'"), 3);
}

/* A changed amount is seen; the message keeps its row, as the sender reads
 * the facts again. */
static void
test_kept_row(void **state)
{
	int64_t id;

	run();
	id = number("SELECT id FROM outbox WHERE state = 'queued'");
	sql("UPDATE item SET balance = 9000 WHERE id = 1; "
	    "UPDATE account SET rev = rev + 1 WHERE id = 1");
	run();
	assert_int_equal(number(LIVE), 1);
	assert_int_equal(number("SELECT id FROM outbox WHERE "
	    "state = 'queued'"), id);
	assert_int_equal(number("SELECT planned_rev - rev FROM account "
	    "WHERE id = 1"), 0);
}

static void
test_other_recipient(void **state)
{
	run();
	sql("INSERT INTO address (id, company_id, kind, value, norm, state) "
	    "VALUES (2, 1, 'email', 'b@example.com', 'b@example.com', "
	    "'working'); UPDATE contact SET closed_at = 1; "
	    "INSERT INTO contact (account_id, address_id, role) "
	    "VALUES (1, 2, 'payables'); "
	    "UPDATE account SET rev = rev + 1 WHERE id = 1");
	run();
	assert_int_equal(number("SELECT count(*) FROM outbox WHERE "
	    "state = 'cancelled' AND address_id = 1"), 1);
	assert_int_equal(number("SELECT count(*) FROM outbox WHERE "
	    "state = 'queued' AND address_id = 2"), 1);
}

/* The slot passes unused: one message, at the next good time. */
static void
test_missed(void **state)
{
	run();
	set_now("2026-11-30T07:00:00Z");
	sql("UPDATE source SET as_of = 20787");
	sql("UPDATE meta SET value = '1796021000' WHERE "
	    "key = 'clock-highest'");
	run();
	assert_int_equal(number(LIVE), 1);
	assert_int_equal(number("SELECT due_at FROM outbox WHERE "
	    "state = 'queued'"), 1796029200);
}

static void
test_company_holds(void **state)
{
	run();
	sql("UPDATE company SET stopped = 1; "
	    "UPDATE account SET rev = rev + 1");
	run();
	assert_int_equal(number(LIVE), 1);	/* the sender leaves it */
	assert_int_equal(number("SELECT count(*) FROM account WHERE "
	    "plan_why = 'stopped'"), 2);
	sql("UPDATE company SET stopped = 0");	/* no account is touched */
	run();
	assert_int_equal(number("SELECT count(*) FROM account WHERE "
	    "plan_why = 'stopped'"), 0);
	assert_int_equal(number(LIVE), 1);
	sql("UPDATE company SET state = 'observing'; "
	    "UPDATE account SET rev = rev + 1");
	run();
	assert_int_equal(number(LIVE), 0);
}

/* What holds the whole company too long becomes a task, once; it is closed
 * when the hold has gone. */
static void
test_company_task(void **state)
{
#define OLD "SELECT count(*) FROM task WHERE account_id IS NULL AND " \
    "reason = 'ledger-old' AND state "
	sql("UPDATE source SET as_of = 20770");
	run();
	assert_int_equal(number(OLD "= 'open'"), 0);
	set_now("2026-11-24T08:00:01Z");
	run();
	run();
	assert_int_equal(number(OLD "= 'open'"), 1);
	sql("UPDATE source SET as_of = 20781");
	run();
	assert_int_equal(number(OLD "= 'open'"), 0);
	assert_int_equal(number(OLD "= 'closed'"), 1);
	assert_int_equal(number(LIVE), 1);
}

static void
test_new_policy(void **state)
{
	struct err err;

	run();
	talloc_free(bed.planner);
	bed.policy.hash = "another";
	bed.policy.weekday_score[FRI] = 0;
	assert_int_equal(planner_new(bed.f, bed.f->db, &bed.config, NULL,
	    &bed.planner, &err), 0);
	run();
	/* Thursday. */
	assert_int_equal(number("SELECT due_at FROM outbox WHERE "
	    "state = 'queued'"), 1795683600);
	assert_int_equal(number(LIVE), 1);
}

static void
test_review(void **state)
{
	sql("INSERT INTO hold (company_id, kind, scope, account_id, "
	    "placed_at, placed_by, review_at) VALUES (1, 'human', 'account',"
	    " 1, 0, 'user:x', 1795420799)");
	run();
	assert_int_equal(number(LIVE), 0);
	assert_int_equal(number("SELECT count(*) FROM task WHERE "
	    "account_id = 1 AND reason = 'hold-review' AND hold_id = 1"), 1);
	assert_int_equal(number("SELECT count(*) FROM account WHERE id = 1 "
	    "AND plan_verdict = 'held' AND plan_why = 'human'"), 1);
}

/* The facts of the first account change, and it is planned. */
static void
tick(void)
{
	sql("UPDATE account SET rev = rev + 1 WHERE id = 1");
	run();
}

/* As plan and why compute it for the first account. */
static int64_t
shown_review(void)
{
	struct fact_company *company;
	struct facts *f;
	struct plan p;
	struct err err;

	assert_int_equal(facts_company(bed.f, bed.f->db, &bed.company,
	    clock_now(), &company, &err), 0);
	assert_int_equal(facts_load(bed.f, bed.f->db, company, 1,
	    clock_now(), &f, &err), 0);
	plan_account(f, &bed.policy, clock_now(), NULL, &p);
	return p.review_at;
}

/* A hold that follows from facts keeps the review date it was given, however
 * often they change; then a person looks. */
static void
test_computed_review(void **state)
{
#define TASKS "SELECT count(*) FROM task WHERE account_id = 1 AND " \
    "reason = 'hold-review'"
	char when[32];
	int64_t at;
	int day;

	sql("UPDATE party SET restricted = 1");
	tick();
	at = number("SELECT plan_at FROM account WHERE id = 1 AND "
	    "plan_verdict = 'held' AND plan_why = 'restricted'");
	assert_int_not_equal(at, 0);
	set_now("2026-11-26T08:00:00Z");
	tick();
	set_now("2026-11-29T08:00:00Z");
	tick();
	for (day = 2; day <= 22; day += 2) {
		snprintf(when, sizeof(when), "2026-12-%02dT08:00:00Z", day);
		set_now(when);
		tick();
		assert_int_equal(number("SELECT plan_at FROM account WHERE "
		    "id = 1"), at);
		assert_int_equal(shown_review(), at);
	}
	assert_int_equal(number(TASKS), 0);
	set_now("2026-12-24T08:00:00Z");
	tick();
	assert_int_equal(number(TASKS), 1);
	assert_true(number("SELECT plan_at FROM account WHERE id = 1") > at);
}
#undef TASKS

static void
test_approval(void **state)
{
	sql("UPDATE item SET due = 20680 WHERE id = 1");
	run();
	/* Three days before the slot a person is asked. */
	set_now("2026-11-24T09:00:00Z");
	run();
	assert_int_equal(number("SELECT count(*) FROM outbox WHERE "
	    "state = 'draft' AND approve = 2 AND template = 'm4-letter'"), 1);
	assert_int_equal(number("SELECT count(*) FROM task WHERE "
	    "reason = 'approval' AND state = 'open'"), 1);
	sql("UPDATE item SET state = 'cleared' WHERE id = 1; "
	    "UPDATE account SET rev = rev + 1");
	run();
	assert_int_equal(number("SELECT count(*) FROM outbox WHERE "
	    "state = 'draft'"), 0);
	assert_int_equal(number("SELECT count(*) FROM task WHERE "
	    "reason = 'approval' AND state = 'closed'"), 1);
}

/* Another planner that lives holds the lease; one that is gone does not. */
static void
test_lease(void **state)
{
	struct err err;
	char host[64];

	gethostname(host, sizeof(host));
	sql(mem_fmt(bed.f, "INSERT INTO meta VALUES ('planner', "
	    "'%s 1 1795420900')", host));
	assert_int_equal(planner_step(bed.planner, &err), 0);
	assert_int_equal(number(LIVE), 0);
	sql(mem_fmt(bed.f, "UPDATE meta SET value = '%s 99999999 "
	    "1795420900' WHERE key = 'planner'", host));
	run();
	assert_int_equal(number(LIVE), 1);
	assert_int_equal(number("SELECT count(*) FROM meta WHERE "
	    "key = 'planner' AND value = ''"), 1);
}

/* 120 new debtors at 50 a day: three days. */
static void
test_ramp(void **state)
{
	sql("WITH RECURSIVE n(v) AS (SELECT 11 UNION ALL SELECT v + 1 FROM "
	    "n WHERE v < 130) INSERT INTO account (id, company_id, party_id,"
	    " code, created_at) SELECT v, 1, 1, 'D-' || v, 0 FROM n; "
	    "INSERT INTO address (id, company_id, kind, value, norm, state) "
	    "SELECT id, 1, 'email', id || '@example.com', id || "
	    "'@example.com', 'working' FROM account WHERE id > 10; "
	    "INSERT INTO contact (account_id, address_id, role) "
	    "SELECT id, id, 'payables' FROM account WHERE id > 10; "
	    "INSERT INTO item (company_id, account_id, source_id, document, "
	    "kind, state, due, amount, balance, currency, balance_as_of, "
	    "created_at) SELECT 1, id, 1, 'X-' || id, 'invoice', 'open', "
	    "20770, 10000, 10000, 'GBP', 20780, 0 FROM account WHERE id > 10");
	run();
	assert_int_equal(number(LIVE), 121);
	assert_int_equal(number("SELECT max(n) FROM (SELECT count(*) AS n "
	    "FROM outbox GROUP BY due_at / 86400)"), 50);
	assert_int_equal(number("SELECT count(DISTINCT due_at / 86400) FROM "
	    "outbox WHERE account_id > 10"), 3);
	/* And they keep their places. */
	sql("UPDATE account SET rev = rev + 1");
	run();
	assert_int_equal(number("SELECT count(*) FROM outbox"), 121);
}

/* One account alone and in the stream of all: the same facts. */
static void
test_one_and_all(void **state)
{
	struct fact_company *fc;
	struct facts_stream *s;
	const struct facts *f;
	struct facts *one;
	struct plan a, b;
	struct err err;
	int n = 0;

	run();
	assert_int_equal(facts_company(bed.f, bed.f->db, &bed.company,
	    clock_now(), &fc, &err), 0);
	assert_int_equal(db_snapshot_begin(bed.f->db, &err), 0);
	assert_int_equal(facts_stream_open(bed.f, bed.f->db, fc, 1, 99,
	    clock_now(), &s, &err), 0);
	while (facts_stream_next(s, &f, &err) > 0) {
		n++;
		assert_int_equal(f->account_id, n);
		assert_int_equal(f->n_items, 1);
		assert_int_equal(f->n_planned, n == 1);
		plan_account(f, &bed.policy, clock_now(), NULL, &a);
	}
	assert_int_equal(n, 2);
	facts_stream_close(s);
	assert_int_equal(facts_load(bed.f, bed.f->db, fc, 2, clock_now(),
	    &one, &err), 0);
	plan_account(one, &bed.policy, clock_now(), NULL, &b);
	assert_true(a.verdict == b.verdict && a.hold == b.hold &&
	    a.next_at == b.next_at);
	assert_string_equal(one->items[0].document, "INV-2");
	assert_int_equal(facts_load(bed.f, bed.f->db, fc, 77, clock_now(),
	    &one, &err), -1);
	db_snapshot_end(bed.f->db);
}

/* Two customers, one mailbox (a bookkeeper's): its owner gets one message a
 * day, whoever the debtor is. */
static void
test_shared_address(void **state)
{
	sql("INSERT INTO party (id, company_id, name, kind, tier, country, "
	    "zone) VALUES (2, 1, 'Other', 'organisation', 'standard', 'GB', "
	    "'Europe/London'); UPDATE account SET party_id = 2 WHERE id = 2; "
	    "INSERT INTO contact (account_id, address_id, role) "
	    "VALUES (2, 1, 'payables')");
	run();
	assert_int_equal(number(LIVE), 2);
	assert_int_equal(number("SELECT count(DISTINCT due_at) FROM outbox"),
	    1);
	set_now("2026-11-25T09:00:00Z");
	run();
	sql("UPDATE communication SET at = (SELECT due_at FROM outbox o WHERE "
	    "o.communication_id = communication.id) WHERE account_id = 1; "
	    "UPDATE outbox SET state = 'accepted' WHERE account_id = 1; "
	    "UPDATE account SET rev = rev + 1");
	set_now("2026-11-27T09:01:00Z");
	run();
	assert_int_equal(number("SELECT count(*) FROM outbox WHERE "
	    "account_id = 2 AND state = 'queued' AND due_at >= "
	    "unixepoch('2026-11-28')"), 1);
	/* Nothing was sent to it: nothing counts. */
	sql("UPDATE outbox SET state = 'failed' WHERE account_id = 1; "
	    "UPDATE account SET rev = rev + 1 WHERE id = 2");
	run();
	assert_int_equal(number("SELECT count(*) FROM outbox WHERE "
	    "account_id = 2 AND state = 'queued' AND due_at < "
	    "unixepoch('2026-11-28')"), 1);
}

#define ASKED(reason) number("SELECT count(*) FROM task WHERE reason = '" \
    reason "' AND state <> 'closed' AND account_id = 1")

/* Asked once a month while they owe more, and no longer when they do not. */
static void
test_credit_limit(void **state)
{
	sql("UPDATE party SET credit_limit = 9999, credit_currency = 'GBP' "
	    "WHERE id = 1");
	run();
	assert_int_equal(ASKED("credit-limit"), 1);
	assert_int_equal(number(LIVE), 1);
	sql("UPDATE task SET state = 'closed'");
	sql("UPDATE account SET rev = rev + 1");
	run();
	assert_int_equal(ASKED("credit-limit"), 0);
	sql("UPDATE task SET state = 'open' WHERE reason = 'credit-limit'");
	sql("UPDATE party SET credit_limit = 10000");
	sql("UPDATE account SET rev = rev + 1");
	run();
	assert_int_equal(ASKED("credit-limit"), 0);
	assert_int_equal(number("SELECT count(*) FROM task WHERE reason = "
	    "'credit-limit' AND outcome = 'no longer so'"), 1);
}

static void
mail_from_them(const char *kind)
{
	char text[400];

	snprintf(text, sizeof(text), "INSERT INTO inbox (company_id, "
	    "channel, intake, received_at, raw, hash, state, account_id, "
	    "meaning) VALUES (1, 'mail', 'x', 1795400000, x'00', '%s', "
	    "'read', 1, '{\"kind\": \"%s\"}')", kind, kind);
	sql(text);
}

/* Sixty-four days late and reminded ten days ago. */
static void
test_silence(void **state)
{
	sql("UPDATE item SET due = 20716 WHERE id = 1");
	sql("UPDATE account SET stage_cap = NULL, episode = 1, "
	    "episode_from = 20716 WHERE id = 1");
	sql("INSERT INTO communication (company_id, account_id, class, cause, "
	    "channel, policy, step, stage, level, episode, nth, created_at, "
	    "at) VALUES (1, 1, 'reminder', '1/m2-first/0', 'mail', '', "
	    "'m2-first', 2, 3, 1, 0, 1794560400, 1794560400)");
	mail_from_them("auto-reply");
	run();
	assert_int_equal(ASKED("silence"), 1);
	sql("DELETE FROM task WHERE reason = 'silence'");
	mail_from_them("human");
	sql("UPDATE account SET rev = rev + 1");
	run();
	assert_int_equal(ASKED("silence"), 0);
	/* Somebody of ours got hold of them; a call that nobody took is none.
	 */
	sql("DELETE FROM inbox");
	sql("INSERT INTO communication (company_id, account_id, class, cause, "
	    "channel, policy, created_at, at, result) VALUES (1, 1, "
	    "'reminder', 'contacted/9', 'phone', 'person', 1795400000, "
	    "1795400000, 'promised')");
	sql("UPDATE account SET rev = rev + 1");
	run();
	assert_int_equal(ASKED("silence"), 0);
	sql("UPDATE communication SET result = 'no-answer' WHERE cause = "
	    "'contacted/9'");
	sql("UPDATE account SET rev = rev + 1");
	run();
	assert_int_equal(ASKED("silence"), 1);
}

#define BED_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BED_TEST(test_credit_limit),
		BED_TEST(test_silence),
		BED_TEST(test_arming),
		BED_TEST(test_writes),
		BED_TEST(test_paid),
		BED_TEST(test_kept_row),
		BED_TEST(test_other_recipient),
		BED_TEST(test_missed),
		BED_TEST(test_company_holds),
		BED_TEST(test_company_task),
		BED_TEST(test_new_policy),
		BED_TEST(test_review),
		BED_TEST(test_computed_review),
		BED_TEST(test_approval),
		BED_TEST(test_lease),
		BED_TEST(test_ramp),
		BED_TEST(test_shared_address),
		BED_TEST(test_one_and_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
