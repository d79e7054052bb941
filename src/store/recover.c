#include "store/recover.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/mem.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/holds.h"
#include "store/outbox.h"
#include "store/staff.h"

#include <stdlib.h>
#include <string.h>

#define DAY 86400
#define CLAIM "recover"	/* stands for the claim of a sender long gone */

DB_STMT(recover_token, "SELECT id FROM attempt WHERE token = $1");
DB_STMT(recover_max, "SELECT coalesce(max(id), 0) FROM attempt");
DB_STMT(recover_company, "SELECT id FROM company WHERE code = $1");
DB_STMT(recover_address, "SELECT a.value, (SELECT min(c.id) FROM contact c "
    "WHERE c.account_id = $2 AND c.address_id = a.id) FROM address a "
    "WHERE a.id = $1 AND a.company_id = $3");
DB_STMT(recover_occurrence, "SELECT id FROM communication "
    "WHERE company_id = $1 AND account_id = $2 AND class = $3 "
    "AND cause = $4 AND cancelled = 0");
DB_STMT(recover_communicate, "INSERT INTO communication (company_id, "
    "account_id, class, cause, channel, policy, step, stage, level, "
    "episode, nth, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
    "$10, $11, $12) RETURNING id");
DB_STMT(recover_row, "SELECT id, state FROM outbox "
    "WHERE communication_id = $1 AND address_id = $2");
DB_STMT(recover_row_add, "INSERT INTO outbox (company_id, account_id, "
    "communication_id, contact_id, address_id, channel, state, template, "
    "language, due_at, not_after, priority, created_at, changed_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7, $8, $9, $9, 0, $9, $9) "
    "RETURNING id");
DB_STMT(recover_sending, "UPDATE outbox SET state = 'sending', "
    "claim_token = $2, tries = tries + 1 WHERE id = $1 AND state IN "
    "('draft', 'queued', 'claimed', 'deferred', 'sending', 'cancelled')");
DB_STMT(recover_attempt, "INSERT INTO attempt (outbox_id, n, token, "
    "message_id, envid, recipient, hash, started_at) "
    "VALUES ($1, (SELECT coalesce(max(n), 0) + 1 FROM attempt "
    "WHERE outbox_id = $1), $2, '', '', $3, '', $4)");
DB_STMT(recover_counts, "UPDATE communication SET at = coalesce(at, $2) "
    "WHERE id = $1");
DB_STMT(recover_episode, "UPDATE account SET episode = $2, "
    "episode_from = coalesce(episode_from, $3) "
    "WHERE id = $1 AND episode < $2");
DB_STMT(recover_in_flight, "SELECT count(*) FROM outbox "
    "WHERE state = 'sending'");
DB_STMT(recover_due, "SELECT count(*) FROM outbox WHERE due_at <= $1 "
    "AND state IN ('draft', 'queued', 'claimed', 'deferred')");
DB_STMT(recover_next, "SELECT o.id, o.communication_id, a.value, "
    "o.due_at, o.state FROM outbox o JOIN address a ON a.id = o.address_id "
    "WHERE o.id > $1 AND (o.state = 'sending' OR ($3 = 1 "
    "AND o.due_at <= $2 "
    "AND o.state IN ('draft', 'queued', 'claimed', 'deferred'))) "
    "ORDER BY o.id LIMIT 1");

/* --- what the record knows --- */

struct job {
	struct db *db;
	const char *state_file, *actor;
	int64_t now;
	struct err *err;
	struct recover_report report;
	json_t *lost;		/* lines of the record, an array */
	int64_t first_lost;	/* lowest id of them */
	/* For one transaction. */
	json_t *line;
	int64_t after, next;	/* rows: done, and found */
	bool all_due;
};

static const char *
text_of(const json_t *line, const char *key)
{
	return json_string_value(json_object_get(line, key));
}

static int64_t
number_of(const json_t *line, const char *key)
{
	const json_t *v = json_object_get(line, key);

	return v == NULL ? CLOCK_NONE : json_integer_value(v);
}

/* A mail to one of us is about no account. */
static bool
is_staff(const json_t *line)
{
	const char *class = text_of(line, "class");

	return class != NULL && strcmp(class, class_name(CLASS_STAFF)) == 0;
}

/* Company and account of a line: 1, 0 when they are not there. */
static int
find_account(struct job *j, const json_t *line, int64_t *ret_company,
    int64_t *ret_account, struct err *err)
{
	static const char *const needed[] = { "company", "account", "class",
		"cause", "channel", "template", "language" };
	struct db_query *q;
	size_t i;
	int r;

	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (text_of(line, needed[i]) == NULL)
			return 0;
	r = db_get_maybe(j->db, &recover_company, &q, err, "t",
	    text_of(line, "company"));
	if (r <= 0)
		return r;
	*ret_company = db_int(q, 0);
	db_done(q);
	return accounts_find_maybe(j->db, *ret_company,
	    text_of(line, "account"), ret_account, err);
}

static int
collect(json_t *line, void *arg)
{
	struct job *j = arg;
	const char *token = text_of(line, "token");
	int64_t company, account, id = number_of(line, "sent");
	struct db_query *q;
	int r;

	if (id == CLOCK_NONE || token == NULL)
		return 0;
	r = db_get_maybe(j->db, &recover_token, &q, j->err, "t", token);
	if (r != 0) {
		if (r > 0)
			db_done(q);
		return r < 0 ? -1 : 0;
	}
	r = find_account(j, line, &company, &account, j->err);
	if (r < 0)
		return -1;
	j->report.strangers += r == 0 && !is_staff(line);
	j->report.lost++;
	if (j->first_lost == 0 || id < j->first_lost)
		j->first_lost = id;
	json_array_append(j->lost, line);
	return 0;
}

static int
look(struct job *j, struct err *err)
{
	struct recover_report *r = &j->report;
	struct highwater *h;
	int64_t max;
	int res;

	if (highwater_open(NULL, j->state_file, &h, err) < 0)
		return -1;
	res = highwater_check(h, j->db, &r->record, r->record_why, err);
	talloc_free(h);
	if (res < 0 || meta_clock_look(j->db, j->now, &r->clock_ok,
	    r->clock_why, err) < 0)
		return -1;
	if (r->record == HIGHWATER_OK)
		return 0;
	if (r->record == HIGHWATER_BEHIND &&
	    highwater_each(j->state_file, collect, j, err) < 0)
		return -1;
	if (db_get_int(j->db, &recover_max, &max, err, "") < 0 ||
	    db_get_int(j->db, &recover_in_flight, &r->in_flight, err,
	    "") < 0)
		return -1;
	r->gap = r->record != HIGHWATER_BEHIND || j->first_lost > max + 1;
	return !r->gap ? 0 : db_get_int(j->db, &recover_due, &r->due, err,
	    "i", j->now);
}

static void
job_init(struct job *j, struct db *db, const char *state_file, int64_t now,
    struct err *err)
{
	memset(j, 0, sizeof(*j));
	j->db = db;
	j->state_file = state_file;
	j->now = now;
	j->err = err;
	j->lost = json_array();
}

int
recover_look(struct db *db, const char *state_file, int64_t now,
    struct recover_report *ret_report, struct err *err)
{
	struct job j;
	int r;

	job_init(&j, db, state_file, now, err);
	r = look(&j, err);
	json_decref(j.lost);
	if (r == 0)
		*ret_report = j.report;
	return r;
}

/* --- settling --- */

/* A row that may have gone out: an attempt whose outcome nobody knows. */
static int
lose(struct job *j, int64_t outbox, int64_t communication,
    const char *token, const char *recipient, int64_t at, struct err *err)
{
	struct outbox_result result = {
		.outcome = OUTCOME_UNCERTAIN,
		.reply = "handed over after the backup that was restored",
		.actor = j->actor,
	};

	if (db_run(j->db, &recover_sending, err, "it", outbox, CLAIM) < 0)
		return -1;
	if (db_changes(j->db) == 0)
		return 0;	/* it has an outcome already */
	if (token != NULL && db_run(j->db, &recover_attempt, err, "itti",
	    outbox, token, recipient, at) < 0)
		return -1;
	if (db_run(j->db, &recover_counts, err, "ii", communication, at) < 0)
		return -1;
	return outbox_finish(j->db, outbox, CLAIM, &result, j->now, err);
}

static int
communication_of(struct job *j, int64_t company, int64_t account,
    int64_t *ret_id, struct err *err)
{
	const json_t *l = j->line;
	const char *class = text_of(l, "class"), *cause = text_of(l, "cause");
	const char *policy = text_of(l, "policy");
	int64_t at = number_of(l, "at"), nth = number_of(l, "nth");
	struct db_query *q;
	int r;

	r = db_get_maybe(j->db, &recover_occurrence, &q, err, "iitt", company,
	    account, class, cause);
	if (r < 0)
		return -1;
	if (r > 0) {
		*ret_id = db_int(q, 0);
		db_done(q);
		return 0;
	}
	return db_get_int(j->db, &recover_communicate, ret_id, err,
	    "iitttttiiiii", company, account, class, cause,
	    text_of(l, "channel"), policy == NULL ? "" : policy,
	    text_of(l, "step"), number_of(l, "stage"), number_of(l, "level"),
	    number_of(l, "episode"), nth == CLOCK_NONE ? (int64_t)0 : nth,
	    at);
}

/* 1: the row, 0: the address is not in the database. */
static int
row_of(struct job *j, int64_t company, int64_t account,
    int64_t communication, void *owner, int64_t *ret_outbox,
    char **ret_recipient, struct err *err)
{
	int64_t address = number_of(j->line, "address"), contact;
	struct db_query *q;
	int r;

	r = db_get_maybe(j->db, &recover_address, &q, err, "iii", address,
	    account, company);
	if (r <= 0)
		return r;
	*ret_recipient = mem_str(owner, db_text(q, 0));
	contact = db_int(q, 1);
	db_done(q);
	r = db_get_maybe(j->db, &recover_row, &q, err, "ii", communication,
	    address);
	if (r < 0)
		return -1;
	if (r > 0) {
		*ret_outbox = db_int(q, 0);
		db_done(q);
		return 1;
	}
	if (db_get_int(j->db, &recover_row_add, ret_outbox, err, "iiiiittti",
	    company, account, communication, contact, address,
	    text_of(j->line, "channel"), text_of(j->line, "template"),
	    text_of(j->line, "language"), number_of(j->line, "at")) < 0)
		return -1;
	return 1;
}

/* A mail to one of us. */
static int
lose_staff(struct job *j, int64_t at, struct err *err)
{
	const char *code = text_of(j->line, "company");
	const char *cause = text_of(j->line, "cause");
	struct db_query *q;
	int64_t company;
	int r;

	if (code == NULL || cause == NULL)
		return 0;
	r = db_get_maybe(j->db, &recover_company, &q, err, "t", code);
	if (r <= 0)
		return r;
	company = db_int(q, 0);
	db_done(q);
	return staff_lost(j->db, company, cause, at, j->now, err);
}

/* Its terms are not known any more: nobody is chased who may have paid so. */
static int
hold_offered(struct job *j, int64_t company, int64_t account,
    struct err *err)
{
	struct hold_new h = { .company_id = company, .kind = HOLD_HUMAN,
	    .scope = SCOPE_ACCOUNT, .account_id = account,
	    .note = "a message after the backup offered less for paying by a "
	    "day: see the mail that was sent", .ends_at = CLOCK_NONE };
	int64_t day = number_of(j->line, "offer"), id;
	int r;

	if (day == CLOCK_NONE)
		return 0;
	if ((r = holds_find(j->db, &h, &id, err)) != 0)
		return r < 0 ? -1 : 0;
	h.review_at = (day + 1) * DAY;
	return holds_place(j->db, &h, j->now, j->actor, &id, err);
}

static int
line_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;
	void *ctx MEM_AUTO = talloc_new(NULL);
	int64_t company, account, communication, outbox, episode;
	int64_t at = number_of(j->line, "at");
	char *recipient;
	int r;

	if (is_staff(j->line))
		return lose_staff(j, at, err);
	r = find_account(j, j->line, &company, &account, err);
	if (r <= 0)
		return r;
	if (communication_of(j, company, account, &communication, err) < 0 ||
	    db_run(db, &recover_counts, err, "ii", communication, at) < 0 ||
	    hold_offered(j, company, account, err) < 0)
		return -1;
	episode = number_of(j->line, "episode");
	if (episode != CLOCK_NONE && db_run(db, &recover_episode, err, "iii",
	    account, episode, at / DAY) < 0)
		return -1;
	r = row_of(j, company, account, communication, ctx, &outbox,
	    &recipient, err);
	if (r > 0)
		r = lose(j, outbox, communication, text_of(j->line, "token"),
		    recipient, at, err);
	return r < 0 ? -1 : accounts_touch(db, account, err);
}

/* Rows that no record tells of, one in each transaction: 1, 0 at the end. */
static int
next_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;
	void *ctx MEM_AUTO = talloc_new(NULL);
	char token[ID_TOKEN_MAX], *recipient;
	int64_t communication, at;
	struct db_query *q;
	bool sending;
	int r;

	r = db_get_maybe(db, &recover_next, &q, err, "iii", j->after,
	    j->now, (int64_t)j->all_due);
	if (r <= 0)
		return r;
	j->next = db_int(q, 0);
	communication = db_int(q, 1);
	recipient = mem_str(ctx, db_text(q, 2));
	at = db_int(q, 3);
	sending = strcmp(db_text(q, 4), "sending") == 0;
	db_done(q);
	id_token(token);
	if (lose(j, j->next, communication, sending ? NULL : token,
	    recipient, at, err) < 0)
		return -1;
	return 1;
}

static int
settle_rows(struct job *j, bool nothing_lost, struct err *err)
{
	size_t i;
	int r;

	for (i = 0; !nothing_lost && i < json_array_size(j->lost); i++) {
		j->line = json_array_get(j->lost, i);
		if (store_tx(j->db, line_tx, j, err) < 0)
			return -1;
	}
	j->all_due = j->report.gap && !nothing_lost;
	while ((r = store_tx(j->db, next_tx, j, err)) > 0)
		j->after = j->next;
	return r;
}

static int
clock_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;

	return meta_clock_accept(db, j->now, j->actor, err);
}

int
recover_apply(struct db *db, const char *state_file, bool nothing_lost,
    int64_t now, const char *actor, struct recover_report *ret_report,
    struct err *err)
{
	struct highwater *h;
	struct job j;
	int r;

	if (highwater_open(NULL, state_file, &h, err) < 0)
		return -1;
	job_init(&j, db, state_file, now, err);
	j.actor = actor;
	r = look(&j, err);
	/* The record last: what is interrupted here is found again. */
	if (r == 0 && j.report.record != HIGHWATER_OK)
		r = settle_rows(&j, nothing_lost, err);
	if (r == 0 && !j.report.clock_ok)
		r = store_tx(db, clock_tx, &j, err);
	if (r == 0 && j.report.record != HIGHWATER_OK)
		r = highwater_settle(h, db, now, err);
	talloc_free(h);
	json_decref(j.lost);
	if (r == 0)
		*ret_report = j.report;
	return r;
}
