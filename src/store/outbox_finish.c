/* What an outcome changes: row, attempt, communication, address, hold, tasks
 * and the event that tells it. */
#include "store/outbox.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/accounts.h"
#include "store/delivery.h"
#include "store/early.h"
#include "store/events.h"
#include "store/holds.h"
#include "store/offers.h"
#include "store/tasks.h"

#include <stdio.h>
#include <string.h>


/* clang-format off */
DB_STMT(select_last,
    "SELECT o.company_id, coalesce(o.account_id, 0), o.communication_id,"
    " o.address_id, o.state, o.claim_token, o.due_at, t.id, t.n,"
    " t.message_id, t.delivery, t.hash, o.route, o.channel, (SELECT f.id"
    " FROM offer f WHERE f.communication_id = o.communication_id"
    " AND f.state <> 'unsent')"
    " FROM outbox o JOIN attempt t ON t.outbox_id = o.id"
    " WHERE o.id = $1 ORDER BY t.n DESC LIMIT 1");
DB_STMT(finish_row,
    "UPDATE outbox SET state = $1, changed_at = $2, due_at = $3, detail = $4,"
    " claim_token = NULL, claimed_by = NULL, deadline = NULL"
    " WHERE id = $5 AND state = $6 AND claim_token = $7");
DB_STMT(lose_row,
    "UPDATE outbox SET state = $1, changed_at = $2, detail = $3,"
    " deadline = NULL WHERE id = $4 AND state = $5 AND claim_token = $6");
DB_STMT(finish_attempt,
    "UPDATE attempt SET outcome = $1, code = $2, reply = $3, ended_at = $4,"
    " remote_id = COALESCE($6, remote_id), delivery = COALESCE(delivery, $7)"
    " WHERE id = $5");
DB_STMT(uncount_communication,
    "UPDATE communication SET at = NULL WHERE id = $1 AND NOT EXISTS"
    " (SELECT 1 FROM outbox WHERE communication_id = $1"
    " AND state IN ('sending', 'accepted', 'uncertain'))");
DB_STMT(drop_communication,
    "UPDATE communication SET cancelled = 1 WHERE id = $1 AND at IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM outbox WHERE communication_id = $1"
    " AND state NOT IN ('cancelled', 'failed'))");
DB_STMT(address_dead,
    "UPDATE address SET state = 'dead', state_at = $1, state_why = $2"
    " WHERE id = $3 AND state IN ('working', 'soft-bounced')");
DB_STMT(address_works,
    "UPDATE address SET state = 'working', state_at = $1, state_why = NULL"
    " WHERE id = $2 AND state = 'soft-bounced'");
DB_STMT(count_uncertain,
    "SELECT count(*) FROM outbox WHERE account_id = $1"
    " AND state = 'uncertain'");
DB_STMT(select_hold,
    "SELECT id FROM hold WHERE account_id = $1 AND kind = $2"
    " AND released_at IS NULL ORDER BY id LIMIT 1");
/* clang-format on */

struct last {
	int64_t outbox_id, company_id, account_id, communication_id;
	int64_t address_id, due_at, attempt_id, n;
	enum outbox_state state;
	char *claim, *message_id;
	bool reported;			/* a receipt has come... */
	enum delivery delivery;		/* ...and said so */
	char *content;		/* SHA-256 of its bytes */
	char *route;
	enum channel channel;
	bool offers;		/* something for paying by a day */
};

static int
read_last(void *owner, struct db *db, int64_t outbox_id, struct last *l,
    struct err *err)
{
	struct db_query *q;
	int r;

	r = db_get_maybe(db, &select_last, &q, err, "i", outbox_id);
	if (r <= 0)
		return r < 0 ? -1 : err_set(err, ERR_PERM, "no message %lld "
		    "that was handed over: see dunlin queue",
		    (long long)outbox_id);
	l->outbox_id = outbox_id;
	l->company_id = db_int(q, 0);
	l->account_id = db_int(q, 1);
	l->communication_id = db_int(q, 2);
	l->address_id = db_int(q, 3);
	if (!outbox_state_parse(db_text(q, 4), &l->state))
		l->state = OUTBOX_COUNT;
	l->claim = mem_str(owner, db_text(q, 5));
	l->due_at = db_int(q, 6);
	l->attempt_id = db_int(q, 7);
	l->n = db_int(q, 8);
	l->message_id = mem_str(owner, db_text(q, 9));
	l->reported = !db_is_null(q, 10) &&
	    delivery_parse(db_text(q, 10), &l->delivery);
	l->content = mem_str(owner, db_text(q, 11));
	l->route = mem_str(owner, db_text(q, 12));
	if (!channel_parse(db_text(q, 13), &l->channel))
		l->channel = CHANNEL_MAIL;
	l->offers = !db_is_null(q, 14);
	db_done(q);
	return 0;
}

/* 5.1.x: bad address; 5.2.1: mailbox disabled (RFC 3463).  Without an
 * enhanced code the refusal of RCPT with 550, 551 or 553 says so. */
static bool
is_dead(const struct outbox_result *r)
{
	if (!r->recipient || r->outcome != OUTCOME_FAILED)
		return false;
	if (r->enhanced != NULL)
		return strncmp(r->enhanced, "5.1.", 4) == 0 ||
		    strcmp(r->enhanced, "5.2.1") == 0;
	return r->code == 550 || r->code == 551 || r->code == 553;
}

static int
write_row(struct db *db, const struct last *l, const struct outbox_result *r,
    enum outbox_state next, int64_t now, struct err *err)
{
	int64_t due;

	due = next == OUTBOX_DEFERRED ? r->retry_at : l->due_at;
	if (next == OUTBOX_UNCERTAIN) {
		if (db_run(db, &lose_row, err, "tititt",
		    outbox_state_name(next), now, r->reply, l->outbox_id,
		    outbox_state_name(l->state), l->claim) < 0)
			return -1;
	} else if (db_run(db, &finish_row, err, "tiititt",
	    outbox_state_name(next), now, due, r->reply, l->outbox_id,
	    outbox_state_name(l->state), l->claim) < 0) {
		return -1;
	}
	if (db_changes(db) != 1)
		return 1;
	return db_run(db, &finish_attempt, err, "titiitt",
	    outcome_name(r->outcome), r->code == 0 ? CLOCK_NONE :
	    (int64_t)r->code, r->reply, now, l->attempt_id, r->remote_id,
	    r->sms && r->outcome == OUTCOME_ACCEPTED ?
	    delivery_name(DELIVERY_QUEUED) : NULL);
}

/* By hand, in the order of events_append: it is done for each message. */
static int
write_event(struct db *db, const struct last *l,
    const struct outbox_result *r, int64_t now, struct err *err)
{
	struct text *payload;
	struct event_new e;
	char kind[48];
	int done;

	if (r->reply != NULL && !text_is_utf8(r->reply, strlen(r->reply)))
		return err_set(err, ERR_PERM, "a reply that is not UTF-8");
	snprintf(kind, sizeof(kind), "message-%s", outcome_name(r->outcome));
	payload = text_new(NULL);
	text_addf(payload, "{\"attempt\":%lld,\"code\":%d", (long long)l->n,
	    r->code);
	/* What was handed over is told of once: not again when it is settled.
	 * Of what a restored backup has lost the bytes are not known. */
	if (l->state == OUTBOX_SENDING && l->content[0] != '\0')
		text_addf(payload, ",\"content\":\"%s\"", l->content);
	text_add(payload, ",\"message_id\":");
	text_add_json(payload, l->message_id);
	text_addf(payload, ",\"outbox\":%lld", (long long)l->outbox_id);
	if (r->reply != NULL) {
		text_add(payload, ",\"reply\":");
		text_add_json(payload, r->reply);
	}
	text_addc(payload, '}');
	e = (struct event_new){ kind, text_str(payload) };
	done = events_append_all(db, l->company_id, l->account_id, now,
	    r->actor, &e, 1, NULL, err);
	text_free(payload);
	return done;
}

static int
open_task(struct db *db, const struct last *l, const char *reason,
    const char *detail, int64_t now, const char *actor, struct err *err)
{
	struct task_new t = {
		.company_id = l->company_id,
		.account_id = l->account_id,
		.reason = reason,
		.detail = detail,
		.outbox_id = l->outbox_id,
	};

	return tasks_open(db, &t, now, actor, NULL, NULL, err);
}

/* Nobody knows: a task for a person and the hold that formal steps heed. */
static int
tell_uncertain(struct db *db, const struct last *l,
    const struct outbox_result *r, int64_t now, struct err *err)
{
	struct hold_new h = {
		.company_id = l->company_id,
		.kind = HOLD_UNCERTAIN,
		.scope = SCOPE_ACCOUNT,
		.account_id = l->account_id,
		.note = r->reply,
		.review_at = CLOCK_NONE,
		.ends_at = CLOCK_NONE,
	};
	int held;
	struct db_query *q;

	held = db_get_maybe(db, &select_hold, &q, err, "it", l->account_id,
	    hold_name(HOLD_UNCERTAIN));
	if (held < 0)
		return -1;
	if (held > 0)
		db_done(q);
	else if (holds_place(db, &h, now, r->actor, NULL, err) < 0)
		return -1;
	return open_task(db, l, "uncertain-delivery", r->reply, now, r->actor,
	    err);
}

static int
settled(struct db *db, const struct last *l, const struct outbox_result *r,
    int64_t now, struct err *err)
{
	int64_t left, hold_id;
	struct db_query *q;
	int held;

	if (db_get_int(db, &count_uncertain, &left, err, "i",
	    l->account_id) < 0)
		return -1;
	if (left > 0)
		return 0;
	held = db_get_maybe(db, &select_hold, &q, err, "it", l->account_id,
	    hold_name(HOLD_UNCERTAIN));
	if (held < 0)
		return -1;
	if (held > 0) {
		hold_id = db_int(q, 0);
		db_done(q);
		if (holds_release(db, hold_id, now, r->actor, "settled",
		    err) < 0)
			return -1;
	}
	return tasks_close_reason(db, l->company_id, l->account_id,
	    "uncertain-delivery", now, r->actor, "settled", err);
}

static int
failed(struct db *db, const struct last *l, const struct outbox_result *r,
    int64_t now, struct err *err)
{
	if (r->opted_out) {
		if (db_run(db, &drop_communication, err, "i",
		    l->communication_id) < 0)
			return -1;
		return delivery_address(db, l->address_id,
		    ADDRESS_EV_STOP, r->reply, now, r->actor,
		    err) < 0 ? -1 : 0;
	}
	if (!is_dead(r))
		return open_task(db, l, "delivery-failed", r->reply, now,
		    r->actor, err);
	if (db_run(db, &address_dead, err, "iti", now, r->reply,
	    l->address_id) < 0 ||
	    db_run(db, &drop_communication, err, "i",
	    l->communication_id) < 0 ||
	    accounts_touch_address(db, l->address_id, err) < 0)
		return -1;
	return open_task(db, l, "bounced", r->reply, now, r->actor, err);
}

/* The receipt of a message that was still on its way says that it did not
 * arrive; what it says of the address is done. */
static int
bounced_before(struct db *db, const struct last *l,
    const struct outbox_result *r, int64_t now, struct err *err)
{
	enum address_state is;
	char why[64];

	if (delivery_address_state(db, l->address_id, &is, err) < 0)
		return -1;
	snprintf(why, sizeof(why), "receipt: %s",
	    delivery_name(l->delivery));
	return delivery_bounced(db, l->outbox_id, is != ADDRESS_IS_WORKING &&
	    is != ADDRESS_IS_SOFT, why, now, r->actor, err);
}

static bool
is_failure(const struct last *l)
{
	return l->reported && (l->delivery == DELIVERY_FAILED ||
	    l->delivery == DELIVERY_REJECTED ||
	    l->delivery == DELIVERY_OPTED_OUT);
}

/* A mail to one of us: it holds nobody, but they may not know. */
static int
after_staff(struct db *db, const struct last *l,
    const struct outbox_result *r, int64_t now, struct err *err)
{
	if (r->outcome == OUTCOME_ACCEPTED || r->outcome == OUTCOME_DEFERRED)
		return 0;
	if (r->outcome != OUTCOME_UNCERTAIN && db_run(db,
	    &uncount_communication, err, "i", l->communication_id) < 0)
		return -1;
	return r->outcome == OUTCOME_NOT_SENT ? 0 : open_task(db, l,
	    l->channel == CHANNEL_ROBOT ? "robot-message" : "staff-mail",
	    r->reply, now, r->actor, err);
}

static int
after(struct db *db, const struct last *l, const struct outbox_result *r,
    int64_t now, struct err *err)
{
	if (l->account_id == 0)
		return after_staff(db, l, r, now, err);
	if (r->outcome == OUTCOME_UNCERTAIN)
		return tell_uncertain(db, l, r, now, err);
	if (l->state == OUTBOX_UNCERTAIN && settled(db, l, r, now, err) < 0)
		return -1;
	if (r->outcome == OUTCOME_ACCEPTED && is_failure(l))
		return bounced_before(db, l, r, now, err);
	if (r->outcome == OUTCOME_ACCEPTED) {
		if (db_run(db, &address_works, err, "ii", now,
		    l->address_id) < 0)
			return -1;
		return db_changes(db) == 0 ? 0 :
		    accounts_touch_address(db, l->address_id, err);
	}
	if (db_run(db, &uncount_communication, err, "i",
	    l->communication_id) < 0)
		return -1;
	if (r->outcome == OUTCOME_FAILED && failed(db, l, r, now, err) < 0)
		return -1;
	return accounts_touch(db, l->account_id, err);
}

int
outbox_finish(struct db *db, int64_t outbox_id, const char *token,
    const struct outbox_result *r, int64_t now, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct outbox_result seen = *r;
	enum outbox_state next;
	struct last l;
	int written;

	db_want_tx(db, "outbox_finish");
	memset(&l, 0, sizeof(l));
	if (read_last(pool, db, outbox_id, &l, err) < 0)
		return -1;
	if (token == NULL && l.state != OUTBOX_UNCERTAIN)
		return err_set(err, ERR_PERM, "message %lld is %s, not "
		    "uncertain: there is nothing to settle",
		    (long long)outbox_id, outbox_state_name(l.state));
	if (token != NULL && (l.claim == NULL ||
	    strcmp(token, l.claim) != 0))
		return 1;
	/* What has a receipt has left, whatever its sender saw. */
	if (l.reported && r->outcome != OUTCOME_ACCEPTED &&
	    r->outcome != OUTCOME_FAILED) {
		seen.outcome = OUTCOME_ACCEPTED;
		seen.reply = "a receipt was faster than its outcome";
		r = &seen;
	}
	/* Two reapers saw it: the other one was first. */
	if (l.state == OUTBOX_UNCERTAIN && r->outcome == OUTCOME_UNCERTAIN)
		return 1;
	if (!outbox_next(l.state, outbox_event_of(r->outcome), &next))
		return err_set(err, ERR_PERM, "message %lld is %s: %s is not "
		    "possible", (long long)outbox_id,
		    outbox_state_name(l.state),
		    outbox_event_name(outbox_event_of(r->outcome)));
	if ((written = write_row(db, &l, r, next, now, err)) != 0)
		return written;
	if (r->remote_id != NULL && early_known(db, l.company_id, l.route,
	    r->remote_id, err) < 0)
		return -1;
	if (write_event(db, &l, r, now, err) < 0 ||
	    after(db, &l, r, now, err) < 0)
		return -1;
	return !l.offers ? 0 : offers_outcome(db, l.communication_id, now,
	    r->actor, err);
}
