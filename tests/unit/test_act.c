/* What debtors say, on a database: promises, plans, claims, disputes, answers
 * and their caps. */
#include "track/act.h"

#include "unit.h"

#include "base/clock.h"
#include "config/policy_read.h"
#include "core/date.h"
#include "core/zone.h"
#include "plan/plan.h"
#include "store/facts_load.h"
#include "track/follow.h"

#include "store.h"

#include <string.h>

static struct {
	struct store_fixture *f;
	struct config_company company;
	struct act_reply r;
	enum act_done done;
	int64_t id;
} bed;

static void
at(const char *text)
{
	struct err err;

	assert_int_equal(clock_set(text, &err), 0);
	bed.r.now = clock_now();
}

static int
setup(void **state)
{
	struct err err;

	if (store_setup(state) != 0)
		return -1;
	memset(&bed, 0, sizeof(bed));
	bed.f = *state;
	bed.company.code = "main";
	bed.company.country = "GB";
	bed.company.policy = policy_default(bed.f);
	if (zone_open("Europe/London", &bed.company.zone, &err) < 0)
		return -1;
	/* INV-1 (100.00) and INV-2 (50.00) are overdue, INV-3 is not. */
	store_sql(bed.f, "UPDATE company SET state = 'armed';"
	    "UPDATE party SET country = 'GB', zone = 'Europe/London';"
	    "INSERT INTO source (id, company_id, name, as_of) "
	    "VALUES (1, 1, 'ledger', 20780);"
	    "INSERT INTO item (id, company_id, account_id, source_id, "
	    "document, kind, state, due, amount, balance, currency, "
	    "balance_as_of, created_at) VALUES (1, 1, 1, 1, 'INV-1', "
	    "'invoice', 'open', 20770, 10000, 10000, 'GBP', 20780, 0), "
	    "(2, 1, 1, 1, 'INV-2', 'invoice', 'open', 20772, 5000, 5000, "
	    "'GBP', 20780, 0), (3, 1, 1, 1, 'INV-3', 'invoice', 'open', "
	    "20880, 900, 900, 'GBP', 20780, 0)");
	bed.r.company = &bed.company;
	bed.r.company_id = bed.f->company;
	bed.r.account_id = bed.f->a1;
	bed.r.contact_id = 1;
	bed.r.proven = true;
	bed.r.message_id = "<reply@customer.test>";
	bed.r.quote = "We shall pay.";
	bed.r.actor = "reader";
	at("2026-11-24T10:00:00Z");	/* a Tuesday, day 20781 */
	return 0;
}

static int64_t
number(const char *sql)
{
	return store_number(bed.f, sql);
}

/* --- what runs in a transaction --- */

struct said {
	struct act_day days[4];
	size_t n;
};

static int
promise_tx(struct db *db, void *arg, struct err *err)
{
	struct said *s = arg;

	return act_promise(db, &bed.r, s->days, s->n, &bed.done, &bed.id,
	    err);
}

static int
accept_tx(struct db *db, void *arg, struct err *err)
{
	(void)arg;
	return act_accept(db, &bed.r, false, bed.id, &bed.done, err);
}

static int
vague_tx(struct db *db, void *arg, struct err *err)
{
	(void)arg;
	return act_promise_vague(db, &bed.r, &bed.done, err);
}

static int
paid_tx(struct db *db, void *arg, struct err *err)
{
	return act_paid(db, &bed.r, arg, &bed.done, err);
}

static int
refuse_tx(struct db *db, void *arg, struct err *err)
{
	(void)arg;
	return act_claim(db, &bed.r, bed.id, CLAIM_EV_LOSE, err);
}

static int
dispute_tx(struct db *db, void *arg, struct err *err)
{
	return act_dispute(db, &bed.r, arg, &bed.done, err);
}

static int
close_tx(struct db *db, void *arg, struct err *err)
{
	(void)arg;
	return act_dispute_close(db, &bed.r, 1, DISPUTE_EV_REJECT, NULL,
	    err);
}

static int
follow_tx(struct db *db, void *arg, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct fact_company *c;

	(void)arg;
	if (facts_company(pool, db, &bed.company, bed.r.now, &c, err) < 0)
		return -1;
	return follow_account(db, &bed.company, c, bed.r.account_id,
	    bed.r.now, err);
}

/* What of INV-1 and INV-2 may be reminded. */
static int
free_tx(struct db *db, void *arg, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	int64_t *sum = arg;
	struct fact_company *c;
	struct facts *f;
	size_t i;

	if (facts_company(pool, db, &bed.company, bed.r.now, &c, err) < 0 ||
	    facts_load(pool, db, c, bed.r.account_id, bed.r.now, &f,
	    err) < 0)
		return -1;
	for (i = 0; i < f->n_items; i++)
		if (f->items[i].id < 3)
			*sum += plan_amount(f, i, CLASS_REMINDER, bed.r.now);
	return 0;
}

static void
tx(store_tx_fn fn, void *arg)
{
	struct err err;

	if (store_tx(bed.f->db, fn, arg, &err) < 0)
		fail_msg("%s", err.text);
}

static void
promise(int32_t day, int64_t minor)
{
	struct said s = { .n = 1 };

	s.days[0].day = day;
	s.days[0].amount.minor = minor;
	tx(promise_tx, &s);
}

static void
ledger(int32_t as_of, int64_t first, int64_t second)
{
	char sql[256];

	snprintf(sql, sizeof(sql), "UPDATE source SET as_of = %d;"
	    "UPDATE item SET balance = %lld, balance_as_of = %d WHERE id = 1;"
	    "UPDATE item SET balance = %lld, balance_as_of = %d WHERE id = 2",
	    as_of, (long long)first, as_of, (long long)second, as_of);
	store_sql(bed.f, sql);
}

/* What is proposed holds nothing, but what was asked waits some days. */
#define HELD "SELECT count(*) FROM hold WHERE released_at IS NULL " \
	"AND kind <> 'asked'"
#define WAITS "SELECT count(*) FROM hold WHERE released_at IS NULL " \
	"AND kind = 'asked' AND ends_at > placed_at"
#define TASK(reason) "SELECT count(*) FROM task WHERE state <> 'closed' " \
	"AND reason = '" reason "'"
#define MAIL(template) "SELECT count(*) FROM outbox WHERE template = '" \
	template "'"
#define IN(state) "SELECT count(*) FROM promise WHERE state = '" state "'"

/* --- tests --- */

static void
proven(void **state)
{
	(void)state;
	promise(date_make(2026, 12, 4), 0);
	assert_int_equal(bed.done, ACT_DONE);
	assert_int_equal(number(IN("open")), 1);
	/* What is overdue, not what is to come. */
	assert_int_equal(number("SELECT sum(item_id) FROM promise_item"), 3);
	assert_int_equal(number(HELD " AND kind = 'promise-open'"), 2);
	assert_int_equal(number(MAIL("answer-promise")), 1);
	assert_int_equal(number("SELECT count(*) FROM communication WHERE "
	    "class = 'answer' AND in_reply_to = '<reply@customer.test>'"), 1);
	/* Said again: nothing, not even a second answer. */
	at("2026-11-26T10:00:00Z");
	promise(date_make(2026, 12, 4), 0);
	assert_int_equal(bed.done, ACT_SAME);
	assert_int_equal(number("SELECT count(*) FROM promise"), 1);
	assert_int_equal(number("SELECT count(*) FROM outbox"), 1);
	/* Another day stands for it. */
	promise(date_make(2026, 12, 7), 0);
	assert_int_equal(number(IN("renegotiated")), 1);
	assert_int_equal(number(IN("open")), 1);
	assert_int_equal(number(HELD), 2);
}

/* A part is held of one item; what lies outside stays on track. */
static void
part(void **state)
{
	(void)state;
	promise(date_make(2026, 12, 4), 12000);
	assert_int_equal(number(HELD), 2);
	assert_int_equal(number("SELECT amount FROM hold WHERE item_id = 2"),
	    2000);
	assert_int_equal(number("SELECT amount IS NULL FROM hold WHERE "
	    "item_id = 1"), 1);
}

static void
unproven(void **state)
{
	(void)state;
	bed.r.proven = false;
	promise(date_make(2026, 12, 4), 0);
	assert_int_equal(bed.done, ACT_TASK);
	assert_int_equal(number(IN("proposed")), 1);
	assert_int_equal(number(HELD), 0);
	assert_int_equal(number(WAITS), 1);
	assert_int_equal(number("SELECT count(*) FROM outbox"), 0);
	assert_int_equal(number(TASK("unverified-promise")), 1);
	bed.r.proven = true;
	tx(accept_tx, NULL);
	assert_int_equal(number(IN("open")), 1);
	assert_int_equal(number(HELD), 2);
	assert_int_equal(number(MAIL("answer-promise")), 1);
}

static void
too_far(void **state)
{
	(void)state;
	promise(date_make(2027, 3, 1), 0);
	assert_int_equal(bed.done, ACT_TASK);
	assert_int_equal(number(IN("proposed")), 1);
	assert_int_equal(number(HELD), 0);
	assert_int_equal(number(WAITS), 1);
	assert_int_equal(number(MAIL("answer-too-far")), 1);
	assert_int_equal(number(TASK("promise-beyond-limit")), 1);
	/* A day in the past is for a person to understand. */
	promise(date_make(2026, 11, 2), 0);
	assert_int_equal(number(TASK("promise-unclear")), 1);
}

static struct said
two_parts(void)
{
	struct said s = { .n = 2 };

	s.days[0].day = date_make(2026, 12, 4);
	s.days[0].amount.minor = 12000;
	memcpy(s.days[0].amount.cur, "GBP", 4);
	s.days[1].day = date_make(2026, 12, 18);
	s.days[1].rest = true;
	return s;
}

static void
plan(void **state)
{
	struct said s = two_parts();

	(void)state;
	tx(promise_tx, &s);
	assert_int_equal(bed.done, ACT_DONE);
	assert_int_equal(number("SELECT count(*) FROM payplan WHERE "
	    "state = 'running'"), 1);
	assert_int_equal(number("SELECT amount FROM promise WHERE id = 2"),
	    3000);
	/* Together they hold all of it, and no more. */
	assert_int_equal(number("SELECT sum(COALESCE(amount, 10000)) FROM "
	    "hold WHERE kind = 'plan-running'"), 15000);
	assert_int_equal(number(MAIL("answer-promise")), 1);
	/* The first part comes: it does not pay for the second. */
	at("2026-12-07T10:00:00Z");
	ledger(date_make(2026, 12, 7), 0, 3000);
	store_sql(bed.f, "UPDATE item SET state = 'cleared' WHERE id = 1");
	tx(follow_tx, NULL);
	assert_int_equal(number("SELECT count(*) FROM promise WHERE id = 1 "
	    "AND state = 'kept'"), 1);
	assert_int_equal(number("SELECT count(*) FROM promise WHERE id = 2 "
	    "AND state = 'open'"), 1);
	assert_int_equal(number(HELD), 1);
	/* The second does not. */
	at("2026-12-29T10:00:00Z");
	ledger(date_make(2026, 12, 28), 0, 3000);
	tx(follow_tx, NULL);
	assert_int_equal(number(IN("broken")), 1);
	assert_int_equal(number("SELECT count(*) FROM payplan WHERE "
	    "state = 'broken'"), 1);
	assert_int_equal(number(HELD), 0);
}

static void
whole_plan(void **state)
{
	struct said s = two_parts();

	(void)state;
	tx(promise_tx, &s);
	at("2026-12-17T10:00:00Z");
	ledger(date_make(2026, 12, 17), 0, 0);
	store_sql(bed.f, "UPDATE item SET state = 'cleared' WHERE id < 3");
	tx(follow_tx, NULL);
	assert_int_equal(number(IN("kept")), 2);
	assert_int_equal(number("SELECT count(*) FROM payplan WHERE "
	    "state = 'kept'"), 1);
	assert_int_equal(number(HELD), 0);
}

/* One instalment is not taken without the others: the plan is. */
static void
part_of_plan(void **state)
{
	struct said s = two_parts();
	struct err err;

	(void)state;
	bed.r.proven = false;
	tx(promise_tx, &s);
	assert_int_equal(number(IN("proposed")), 2);
	bed.id = number("SELECT min(id) FROM promise");
	assert_int_equal(store_tx(bed.f->db, accept_tx, NULL, &err), -1);
	assert_non_null(strstr(err.text, "is one instalment of plan/1"));
	assert_non_null(strstr(err.text,
	    "dunlin promise accept plan/1"));
	assert_int_equal(number(IN("proposed")), 2);
}

/* The first part is missed: what is left of the plan goes with it. */
static void
broken_plan(void **state)
{
	struct said s = two_parts();

	(void)state;
	tx(promise_tx, &s);
	at("2026-12-11T10:00:00Z");
	tx(follow_tx, NULL);	/* a ledger of November: nobody can tell */
	assert_int_equal(number(IN("awaiting-ledger")), 1);
	ledger(date_make(2026, 12, 10), 10000, 5000);
	tx(follow_tx, NULL);
	assert_int_equal(number(IN("broken")), 1);
	assert_int_equal(number(IN("withdrawn")), 1);
	assert_int_equal(number(HELD), 0);
}

static int64_t
free_now(void)
{
	int64_t sum = 0;

	tx(free_tx, &sum);
	return sum;
}

static struct said
three_parts(int64_t minor)
{
	struct said s = { .n = 3 };
	size_t i;

	for (i = 0; i < s.n; i++) {
		s.days[i].day = date_make(2026, 12, 4) + 7 * (int32_t)i;
		s.days[i].amount.minor = minor;
		memcpy(s.days[i].amount.cur, "GBP", 4);
	}
	return s;
}

/* What the ledger says of an evening, and what is made of it. */
static void
told(const char *now, int32_t as_of, int64_t first, int64_t second)
{
	at(now);
	ledger(as_of, first, second);
	store_sql(bed.f, "UPDATE item SET state = CASE balance WHEN 0 "
	    "THEN 'cleared' ELSE 'open' END");
	tx(follow_tx, NULL);
}

/* The ledger sets the money against other items than an instalment holds:
 * the plan is kept, and none of its items is reminded. */
static void
plan_any_item(void **state)
{
	struct said s = three_parts(5000);

	(void)state;
	tx(promise_tx, &s);
	assert_int_equal(free_now(), 0);
	told("2026-12-05T10:00:00Z", date_make(2026, 12, 4), 10000, 0);
	assert_int_equal(number(IN("kept")), 1);
	assert_int_equal(number(IN("open")), 2);
	assert_int_equal(free_now(), 0);
	/* Looked at again, nothing is placed again. */
	told("2026-12-06T10:00:00Z", date_make(2026, 12, 5), 10000, 0);
	assert_int_equal(number("SELECT count(*) FROM hold"), 4);
	/* The ledger thinks better of it; then the second one comes. */
	told("2026-12-07T10:00:00Z", date_make(2026, 12, 6), 5000, 5000);
	assert_int_equal(free_now(), 0);
	told("2026-12-12T10:00:00Z", date_make(2026, 12, 11), 5000, 0);
	assert_int_equal(number(IN("kept")), 2);
	assert_int_equal(free_now(), 0);
	told("2026-12-19T10:00:00Z", date_make(2026, 12, 18), 0, 0);
	assert_int_equal(number("SELECT count(*) FROM payplan WHERE "
	    "state = 'kept'"), 1);
	assert_int_equal(number(HELD), 0);
}

static void
plan_any_item_broken(void **state)
{
	struct said s = three_parts(5000);

	(void)state;
	tx(promise_tx, &s);
	told("2026-12-05T10:00:00Z", date_make(2026, 12, 4), 10000, 0);
	told("2026-12-22T10:00:00Z", date_make(2026, 12, 21), 10000, 0);
	assert_int_equal(number(IN("broken")), 1);
	assert_int_equal(number(HELD), 0);
	assert_int_equal(free_now(), 10000);
}

/* What lies outside the plan stays on track, no less and no more; when the
 * plan is kept, it is all that is left. */
static void
plan_of_part(void **state)
{
	struct said s = three_parts(4000);

	(void)state;
	tx(promise_tx, &s);
	assert_int_equal(free_now(), 3000);
	told("2026-12-05T10:00:00Z", date_make(2026, 12, 4), 10000, 1000);
	assert_int_equal(number(IN("kept")), 1);
	assert_int_equal(free_now(), 3000);
	told("2026-12-12T10:00:00Z", date_make(2026, 12, 11), 7000, 0);
	assert_int_equal(number(IN("kept")), 2);
	assert_int_equal(free_now(), 3000);
	told("2026-12-19T10:00:00Z", date_make(2026, 12, 18), 3000, 0);
	assert_int_equal(number("SELECT count(*) FROM payplan WHERE "
	    "state = 'kept'"), 1);
	assert_int_equal(number(HELD), 0);
	assert_int_equal(free_now(), 3000);
}

/* The disputed part is no part of the plan, and is not asked for with it. */
static void
plan_beside_dispute(void **state)
{
	struct said s = three_parts(4000);
	const char *document = "INV-1";
	struct act_dispute d = { .reason = "quality",
	    .documents = &document, .n_documents = 1,
	    .amount = { .minor = 3000 } };

	(void)state;
	tx(dispute_tx, &d);
	tx(promise_tx, &s);
	assert_int_equal(free_now(), 0);
	told("2026-12-05T10:00:00Z", date_make(2026, 12, 4), 10000, 1000);
	assert_int_equal(number(IN("kept")), 1);
	assert_int_equal(free_now(), 0);
}

/* A person wants it reminded in spite of the plan. */
static void
plan_released(void **state)
{
	struct said s = three_parts(5000);

	(void)state;
	tx(promise_tx, &s);
	store_sql(bed.f, "UPDATE hold SET released_at = 1 WHERE item_id = 1 "
	    "AND id = (SELECT hold_id FROM promise_item WHERE item_id = 1 "
	    "AND promise_id = 2)");
	assert_int_equal(free_now(), 5000);
	told("2026-12-05T10:00:00Z", date_make(2026, 12, 4), 10000, 0);
	assert_int_equal(free_now(), 10000);
}

/* Kept to the tolerance: what little is missing waits for the plan's end. */
static void
plan_almost(void **state)
{
	struct said s = three_parts(5000);

	(void)state;
	tx(promise_tx, &s);
	told("2026-12-05T10:00:00Z", date_make(2026, 12, 4), 10000, 20);
	assert_int_equal(number(IN("kept")), 1);
	assert_int_equal(free_now(), 0);
}

/* Each invoice its own day; two days without sums are for a person. */
static void
by_item(void **state)
{
	struct said s = { .n = 2 };

	(void)state;
	s.days[0].day = date_make(2026, 12, 4);
	s.days[1].day = date_make(2026, 12, 11);
	tx(promise_tx, &s);
	assert_int_equal(bed.done, ACT_TASK);
	assert_int_equal(number(HELD), 0);
	assert_int_equal(number(TASK("promise-unclear")), 1);
	s.days[0].document = "INV-1";
	s.days[1].document = "INV-2";
	tx(promise_tx, &s);
	assert_int_equal(bed.done, ACT_DONE);
	assert_int_equal(number("SELECT amount FROM promise WHERE state = "
	    "'open' AND day = 20791"), 10000);
	assert_int_equal(number("SELECT amount FROM promise WHERE state = "
	    "'open' AND day = 20798"), 5000);
}

/* All of it, in other words. */
static void
same_sum(void **state)
{
	(void)state;
	promise(date_make(2026, 12, 4), 0);
	promise(date_make(2026, 12, 4), 15000);
	assert_int_equal(bed.done, ACT_SAME);
	promise(date_make(2026, 12, 4), 14000);
	assert_int_equal(number(IN("renegotiated")), 1);
}

/* What another account owes now says nothing about the promise. */
static void
moved(void **state)
{
	(void)state;
	promise(date_make(2026, 12, 4), 0);
	store_sql(bed.f, "UPDATE item SET account_id = 2 WHERE id = 1");
	at("2026-12-05T10:00:00Z");
	tx(follow_tx, NULL);
	assert_int_equal(number(IN("open")), 1);
	store_sql(bed.f, "UPDATE item SET state = 'cleared', balance = 0 "
	    "WHERE id = 2");
	tx(follow_tx, NULL);
	assert_int_equal(number(IN("kept")), 1);
}

/* One an hour, three a week; the rest a person answers. */
static void
caps(void **state)
{
	(void)state;
	promise(date_make(2026, 12, 1), 0);
	at("2026-11-24T10:30:00Z");
	promise(date_make(2026, 12, 2), 0);
	assert_int_equal(bed.done, ACT_TASK);
	assert_int_equal(number(TASK("answer-owed")), 1);
	assert_int_equal(number("SELECT count(*) FROM outbox"), 1);
	at("2026-11-24T12:00:00Z");
	promise(date_make(2026, 12, 3), 0);
	at("2026-11-25T12:00:00Z");
	promise(date_make(2026, 12, 4), 0);
	assert_int_equal(number("SELECT count(*) FROM outbox"), 3);
	at("2026-11-26T12:00:00Z");
	promise(date_make(2026, 12, 7), 0);
	assert_int_equal(bed.done, ACT_TASK);
	assert_int_equal(number("SELECT count(*) FROM outbox"), 3);
	/* What was promised counts all the same. */
	assert_int_equal(number(IN("open")), 1);
	assert_int_equal(number(IN("renegotiated")), 4);
}

static void
vague(void **state)
{
	(void)state;
	tx(vague_tx, NULL);
	assert_int_equal(bed.done, ACT_DONE);
	assert_int_equal(number(MAIL("answer-ask-date")), 1);
	at("2026-11-26T12:00:00Z");
	tx(vague_tx, NULL);
	assert_int_equal(bed.done, ACT_TASK);
	assert_int_equal(number("SELECT count(*) FROM outbox"), 1);
	assert_int_equal(number(TASK("no-date")), 1);
}

static void
paid(void **state)
{
	const char *document = "inv-1";
	struct act_paid p = { .day = DATE_NONE, .documents = &document,
	    .n_documents = 1 };

	(void)state;
	tx(paid_tx, &p);
	assert_int_equal(number(HELD " AND kind = 'paid-claim' "
	    "AND item_id = 1"), 1);
	assert_int_equal(number(HELD), 1);
	assert_int_equal(number(MAIL("answer-claim")), 1);
	tx(paid_tx, &p);
	assert_int_equal(bed.done, ACT_SAME);
	at("2026-11-26T10:00:00Z");
	store_sql(bed.f, "UPDATE item SET state = 'cleared', balance = 0 "
	    "WHERE id = 1");
	tx(follow_tx, NULL);
	assert_int_equal(number("SELECT count(*) FROM claim WHERE "
	    "state = 'matched'"), 1);
	assert_int_equal(number(HELD), 0);
}

/* A receipt that is not allocated: the account's own (1) or nobody's. */
static void
receipt(bool own, const char *reference, int64_t minor, int32_t day)
{
	char sql[300];

	snprintf(sql, sizeof(sql), "INSERT INTO payment (company_id, "
	    "account_id, source_id, reference, amount, currency, value_date, "
	    "state, created_at) VALUES (1, %s, 1, '%s', %lld, 'GBP', %d, "
	    "'received', 0)", own ? "1" : "NULL", reference,
	    (long long)minor, day);
	store_sql(bed.f, sql);
}

#define CLAIM(state) "SELECT count(*) FROM claim WHERE state = '" state "'"

static void
found_by_reference(void **state)
{
	const char *document = "INV-1";
	struct act_paid p = { .day = DATE_NONE, .documents = &document,
	    .n_documents = 1, .reference = "TRX-99871" };

	(void)state;
	tx(paid_tx, &p);
	receipt(false, "SOMETHING ELSE", 777, 20780);
	tx(follow_tx, NULL);
	assert_int_equal(number(CLAIM("checking")), 1);
	receipt(false, "BANK/TRX 99871/", 10000, 20780);
	at("2026-11-25T10:00:00Z");
	tx(follow_tx, NULL);
	assert_int_equal(number(CLAIM("found") " AND sure = 1 AND found = "
	    "'BANK/TRX 99871/' AND found_amount = 10000"), 1);
	assert_int_equal(number(HELD " AND kind = 'paid-claim'"), 1);
	assert_int_equal(number(TASK("paid-found")), 1);
	assert_int_equal(number(MAIL("outcome-claim")), 1);
	/* Once allocated: no second message, no task, no hold. */
	store_sql(bed.f, "UPDATE payment SET state = 'superseded' WHERE "
	    "amount = 10000; UPDATE item SET state = 'cleared', balance = 0 "
	    "WHERE id = 1");
	at("2026-11-26T10:00:00Z");
	tx(follow_tx, NULL);
	assert_int_equal(number(CLAIM("matched")), 1);
	assert_int_equal(number(TASK("paid-found")), 0);
	assert_int_equal(number(MAIL("outcome-claim")), 1);
	assert_int_equal(number(HELD), 0);
}

static void
found_by_amount(void **state)
{
	struct act_paid p = { .day = 20779 };	/* both: 150.00 */

	(void)state;
	tx(paid_tx, &p);
	receipt(true, "R-1", 14999, 20780);
	receipt(true, "R-2", 15000, 20720);	/* long before */
	tx(follow_tx, NULL);
	assert_int_equal(number(CLAIM("found") " AND sure = 0"), 1);
	assert_int_equal(number(MAIL("outcome-claim")), 0);
	assert_int_equal(number(TASK("paid-perhaps")), 1);
	/* A person: not that one.  Another fits: told. */
	bed.id = 1;
	tx(refuse_tx, NULL);
	assert_int_equal(number(TASK("paid-perhaps")), 0);
	tx(follow_tx, NULL);
	assert_int_equal(number(CLAIM("checking")), 1);
	receipt(true, "R-3", 15000, 20780);
	tx(follow_tx, NULL);
	assert_int_equal(number(CLAIM("found") " AND sure = 1 AND "
	    "found = 'R-3'"), 1);
	assert_int_equal(number(MAIL("outcome-claim")), 1);
	/* Not that one either: neither is guessed again, also when more come
	 * and go. */
	tx(refuse_tx, NULL);
	tx(follow_tx, NULL);
	assert_int_equal(number(CLAIM("checking")), 1);
	receipt(true, "R-4", 15000, 20780);
	tx(follow_tx, NULL);
	assert_int_equal(number(CLAIM("found") " AND found = 'R-4'"), 1);
	store_sql(bed.f, "UPDATE payment SET state = 'reversed' WHERE "
	    "reference = 'R-4'");
	tx(follow_tx, NULL);
	tx(follow_tx, NULL);
	assert_int_equal(number(CLAIM("checking")), 1);
	assert_int_equal(number("SELECT count(*) FROM claim_refused"), 2);
	store_sql(bed.f, "UPDATE payment SET state = 'received' WHERE "
	    "reference = 'R-4'");
	tx(follow_tx, NULL);
	assert_int_equal(number(CLAIM("found") " AND found = 'R-4'"), 1);
	/* It was taken for another account: looked for again, to the end. */
	store_sql(bed.f, "UPDATE payment SET account_id = 2");
	tx(follow_tx, NULL);
	assert_int_equal(number(CLAIM("checking") " AND found IS NULL"), 1);
	assert_int_equal(number(HELD " AND kind = 'paid-claim'"), 2);
}

/* In two payments: sure where they are the only ones that make the sum. */
static void
found_by_several(void **state)
{
	struct act_paid p = { .day = 20779, .amount = { 10000, "GBP" } };

	(void)state;
	tx(paid_tx, &p);
	receipt(true, "R-1", 6000, 20780);
	receipt(true, "R-2", 3000, 20780);
	tx(follow_tx, NULL);
	assert_int_equal(number(CLAIM("checking")), 1);
	receipt(true, "R-3", 4000, 20781);
	tx(follow_tx, NULL);
	assert_int_equal(number(CLAIM("found") " AND sure = 1 AND found = "
	    "'R-1 + R-3' AND found_amount = 10000 AND found_on = 20781"), 1);
	assert_int_equal(number("SELECT count(*) FROM claim_receipt WHERE "
	    "claim_id = 1"), 2);
	assert_int_equal(number(TASK("paid-found") " AND detail LIKE "
	    "'receipts R-1 + R-3, GBP 100.00%'"), 1);
	assert_int_equal(number(MAIL("outcome-claim")), 1);
	/* It stays so while both are there. */
	tx(follow_tx, NULL);
	assert_int_equal(number(CLAIM("found")), 1);
	/* One was another's; one that fits alone is better than two. */
	store_sql(bed.f, "UPDATE payment SET account_id = 2 WHERE "
	    "reference = 'R-3'");
	tx(follow_tx, NULL);
	assert_int_equal(number(CLAIM("checking") " AND found IS NULL"), 1);
	assert_int_equal(number("SELECT count(*) FROM claim_receipt"), 0);
	assert_int_equal(number(TASK("paid-found")), 0);
	receipt(true, "R-4", 4000, 20781);
	receipt(true, "R-5", 10000, 20781);
	tx(follow_tx, NULL);
	assert_int_equal(number(CLAIM("found") " AND sure = 1 AND "
	    "found = 'R-5'"), 1);
}

static void
found_ambiguous(void **state)
{
	struct act_paid p = { .day = 20779, .amount = { 10000, "GBP" } };

	(void)state;
	tx(paid_tx, &p);
	receipt(true, "R-1", 6000, 20780);
	receipt(true, "R-2", 4000, 20780);
	receipt(true, "R-3", 4000, 20781);
	tx(follow_tx, NULL);
	/* A person looks, and nobody is told. */
	assert_int_equal(number(CLAIM("found") " AND sure = 0"), 1);
	assert_int_equal(number(TASK("paid-perhaps") " AND detail LIKE "
	    "'%others may be meant%'"), 1);
	assert_int_equal(number(MAIL("outcome-claim")), 0);
	/* What a person has refused is not guessed again. */
	bed.id = 1;
	tx(refuse_tx, NULL);
	tx(follow_tx, NULL);
	assert_int_equal(number(CLAIM("checking")), 1);
	assert_int_equal(number(TASK("paid-perhaps")), 0);
	assert_int_equal(number(MAIL("outcome-claim")), 0);
}

static void
found_of_nobody(void **state)
{
	struct act_paid p = { .day = 20779, .amount = { 5000, "GBP" } };

	(void)state;
	tx(paid_tx, &p);
	receipt(false, "R-9", 5000, 20779);
	tx(follow_tx, NULL);
	/* Perhaps: a person looks, and nobody is told. */
	assert_int_equal(number(CLAIM("found") " AND sure = 0"), 1);
	assert_int_equal(number(TASK("paid-perhaps")), 1);
	assert_int_equal(number(MAIL("outcome-claim")), 0);
	/* The ledger shows it: told once. */
	ledger(20781, 10000, 0);
	tx(follow_tx, NULL);
	assert_int_equal(number(CLAIM("matched")), 1);
	assert_int_equal(number(MAIL("outcome-claim")), 1);
	assert_int_equal(number(TASK("paid-perhaps")), 0);
}

static void
not_found(void **state)
{
	struct act_paid p = { .day = DATE_NONE };

	(void)state;
	bed.r.proven = false;	/* a known address suffices to stop */
	tx(paid_tx, &p);
	assert_int_equal(number(HELD), 2);
	assert_int_equal(number("SELECT count(*) FROM outbox"), 0);
	at("2026-12-03T10:00:00Z");
	tx(follow_tx, NULL);
	assert_int_equal(number(TASK("paid-not-found")), 0);
	ledger(date_make(2026, 12, 3), 10000, 5000);
	at("2026-12-04T10:00:00Z");
	tx(follow_tx, NULL);
	assert_int_equal(number(TASK("paid-not-found")), 1);
	assert_int_equal(number(HELD), 2);	/* nobody is reminded of it */
	store_sql(bed.f, "UPDATE item SET state = 'cleared', balance = 0 "
	    "WHERE id < 3");
	tx(follow_tx, NULL);
	assert_int_equal(number(TASK("paid-not-found")), 0);
	assert_int_equal(number(HELD), 0);
}

static void
dispute(void **state)
{
	const char *document = "INV-2";
	struct act_dispute d = { .reason = "quality", .documents = &document,
	    .n_documents = 1, .amount = { 2000, "GBP" } };

	(void)state;
	tx(dispute_tx, &d);
	assert_int_equal(number("SELECT amount FROM hold WHERE kind = "
	    "'dispute' AND item_id = 2"), 2000);
	assert_int_equal(number(MAIL("answer-dispute")), 1);
	assert_int_equal(number(TASK("dispute")), 1);
	/* Five working days from Tuesday. */
	assert_int_equal(number("SELECT by_day FROM dispute"),
	    date_make(2026, 12, 1));
	tx(dispute_tx, &d);
	assert_int_equal(bed.done, ACT_SAME);
	at("2026-11-26T10:00:00Z");
	tx(close_tx, NULL);
	assert_int_equal(number(HELD), 0);
	assert_int_equal(number(TASK("dispute")), 0);
	assert_int_equal(number(MAIL("outcome-dispute")), 1);
	/* An item that nobody knows: everything waits for a person. */
	document = "XX-9";
	tx(dispute_tx, &d);
	assert_int_equal(number(HELD " AND scope = 'account'"), 1);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, store_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(proven), TEST(part), TEST(unproven), TEST(too_far),
		TEST(plan), TEST(by_item), TEST(same_sum), TEST(moved),
		TEST(whole_plan), TEST(broken_plan), TEST(part_of_plan),
		TEST(caps), TEST(vague), TEST(paid), TEST(found_by_reference),
		TEST(found_by_amount), TEST(found_by_several),
		TEST(found_ambiguous), TEST(found_of_nobody),
		TEST(plan_any_item), TEST(plan_any_item_broken),
		TEST(plan_of_part), TEST(plan_beside_dispute),
		TEST(plan_released), TEST(plan_almost),
		TEST(not_found), TEST(dispute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
