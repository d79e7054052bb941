/* The sender's side up to the hand-over: due, claim, give back, begin. */
#include "store/outbox.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "store/accounts.h"
#include "store/holds.h"
#include "store/tasks.h"

#include <string.h>


/* clang-format off */
DB_STMT(select_due,
    "SELECT id FROM outbox WHERE company_id = $1"
    " AND state IN ('queued', 'deferred') AND due_at <= $2 AND route = $4"
    " ORDER BY priority DESC, due_at, id LIMIT $3");
DB_STMT(select_due_staff,
    "SELECT id FROM outbox WHERE company_id = $1 AND account_id IS NULL"
    " AND state IN ('queued', 'deferred') AND due_at <= $2 AND route = $4"
    " ORDER BY priority DESC, due_at, id LIMIT $3");
DB_STMT(claim_row,
    "UPDATE outbox SET state = $1, claim_token = $2, claimed_by = $3,"
    " deadline = $4, changed_at = $5 WHERE id = $6"
    " AND state IN ('queued', 'deferred') AND due_at <= $5");
DB_STMT(select_row,
    "SELECT o.company_id, coalesce(o.account_id, 0), o.communication_id,"
    " coalesce(o.contact_id, 0), o.address_id, c.class, o.channel, o.state, o.template, o.language,"
    " c.cause, c.stage, o.due_at, o.not_after, o.tries, o.crashes,"
    " (SELECT min(CASE WHEN t.outcome = 'not-sent' THEN t.ended_at"
    " ELSE t.started_at END) FROM attempt t WHERE t.outbox_id = o.id),"
    " o.approve, o.approved_hash, o.approved_as_of, c.in_reply_to,"
    " c.reply_refs, o.first_contact, o.route"
    " FROM outbox o JOIN communication c ON c.id = o.communication_id"
    " WHERE o.id = $1");
DB_STMT(leave_row,
    "UPDATE outbox SET state = $1, changed_at = $2, due_at = $3, detail = $4,"
    " tries = $5, crashes = $6, claim_token = NULL, claimed_by = NULL,"
    " deadline = NULL WHERE id = $7 AND state = $8 AND claim_token = $9");
DB_STMT(cancel_communication,
    "UPDATE communication SET cancelled = 1 WHERE id = $1 AND at IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM outbox WHERE communication_id = $1"
    " AND state <> 'cancelled')");
DB_STMT(begin_row,
    "UPDATE outbox SET state = $1, changed_at = $2, deadline = $3,"
    " tries = tries + 1, crashes = 0 WHERE id = $4 AND state = $5"
    " AND claim_token = $6");
DB_STMT(insert_attempt,
    "INSERT INTO attempt (outbox_id, n, token, message_id, envid, recipient,"
    " hash, started_at) VALUES ($1, (SELECT COALESCE(max(n), 0) + 1"
    " FROM attempt WHERE outbox_id = $1), $2, $3, $4, $5, $6, $7)"
    " RETURNING id");
DB_STMT(insert_content,
    "INSERT INTO attempt_content (attempt_id, bytes) VALUES ($1, $2)");
DB_STMT(count_communication,
    "UPDATE communication SET at = $1 WHERE id = $2 AND at IS NULL");
DB_STMT(select_busy,
    "SELECT o.id, o.company_id, coalesce(o.account_id, 0), o.state, o.channel,"
    " o.claim_token, o.claimed_by, o.deadline, o.tries, o.crashes, t.token,"
    " t.started_at, o.priority, o.due_at FROM outbox o LEFT JOIN attempt t ON t.outbox_id = o.id"
    " AND t.n = (SELECT max(n) FROM attempt WHERE outbox_id = o.id)"
    " WHERE (" OUTBOX_BUSY("o.state") ") ORDER BY o.id");
DB_STMT(unpark_rows,
    "UPDATE outbox SET state = $1, changed_at = $2, crashes = 0,"
    " detail = NULL WHERE account_id = $3 AND state = $4 AND approve = 0"
    " AND crashes > 0");
DB_STMT(select_begun,
    "SELECT t.started_at, o.company_id, o.route FROM attempt t"
    " JOIN outbox o ON o.id = t.outbox_id ORDER BY t.id DESC");
/* clang-format on */

int
outbox_due(void *owner, struct db *db, int64_t company_id,
    const char *route, bool staff, int64_t now, size_t max,
    int64_t **ret_ids, size_t *ret_n, struct err *err)
{
	struct db_query *q;
	int64_t *ids;
	size_t n = 0;
	int r;

	ids = mem_array(owner, int64_t, max);
	q = db_query(db, staff ? &select_due_staff : &select_due);
	db_bind_int(q, 1, company_id);
	db_bind_int(q, 2, now);
	db_bind_int(q, 3, (int64_t)max);
	db_bind_text(q, 4, route);
	while ((r = db_step(q, err)) > 0)
		ids[n++] = db_int(q, 0);
	if (r < 0)
		return -1;
	*ret_ids = ids;
	*ret_n = n;
	return 0;
}

static int
read_row(struct db_query *q, struct outbox_row *row, struct err *err)
{
	row->company_id = db_int(q, 0);
	row->account_id = db_int(q, 1);
	row->communication_id = db_int(q, 2);
	row->contact_id = db_int(q, 3);
	row->address_id = db_int(q, 4);
	row->template = mem_str(row, db_text(q, 8));
	row->language = mem_str(row, db_text(q, 9));
	row->cause = mem_str(row, db_text(q, 10));
	row->stage = db_is_null(q, 11) ? -1 : (int)db_int(q, 11);
	row->due_at = db_int(q, 12);
	row->not_after = db_int(q, 13);
	row->tries = (int)db_int(q, 14);
	row->crashes = (int)db_int(q, 15);
	row->first_try = db_int(q, 16);
	row->approve = (int)db_int(q, 17);
	row->approved_hash = mem_str(row, db_text(q, 18));
	row->approved_as_of = db_int(q, 19);
	row->in_reply_to = mem_str(row, db_text(q, 20));
	row->references = mem_str(row, db_text(q, 21));
	row->first_contact = db_int(q, 22) != 0;
	row->route = mem_str(row, db_text(q, 23));
	if (!class_parse(db_text(q, 5), &row->class) ||
	    !channel_parse(db_text(q, 6), &row->channel) ||
	    !outbox_state_parse(db_text(q, 7), &row->state))
		return err_set(err, ERR_CORRUPT, "outbox row %lld has an "
		    "unknown class, channel or state", (long long)row->id);
	return 0;
}

int
outbox_claim(void *owner, struct db *db, int64_t id, const char *by,
    int64_t deadline, int64_t now, struct outbox_row **ret_row,
    struct err *err)
{
	struct outbox_row *row;
	struct db_query *q;
	int r;

	db_want_tx(db, "outbox_claim");
	row = mem_new(owner, struct outbox_row);
	row->id = id;
	row->deadline = deadline;
	id_token(row->token);
	if (db_run(db, &claim_row, err, "tttiii",
	    outbox_state_name(OUTBOX_CLAIMED), row->token, by, deadline, now,
	    id) < 0)
		return -1;
	if (db_changes(db) == 0) {
		talloc_free(row);
		return 0;
	}
	if (db_get(db, &select_row, &q, err, "i", id) < 0)
		return -1;
	r = read_row(q, row, err);
	db_done(q);
	if (r < 0)
		return -1;
	*ret_row = row;
	return 1;
}

struct leave {
	enum outbox_event ev;
	int64_t due_at;
	const char *detail;
	int tries, crashes;
};

static int
leave(struct db *db, const struct outbox_row *row, const struct leave *l,
    int64_t now, struct err *err)
{
	enum outbox_state next;

	db_want_tx(db, "outbox row");
	if (!outbox_next(OUTBOX_CLAIMED, l->ev, &next))
		return err_set(err, ERR_PERM, "outbox row %lld: no %s from "
		    "claimed", (long long)row->id, outbox_event_name(l->ev));
	if (db_run(db, &leave_row, err, "tiit" "iiitt",
	    outbox_state_name(next), now, l->due_at, l->detail,
	    (int64_t)l->tries, (int64_t)l->crashes, row->id,
	    outbox_state_name(OUTBOX_CLAIMED), row->token) < 0)
		return -1;
	return db_changes(db) == 1 ? 0 : 1;
}

int
outbox_release(struct db *db, const struct outbox_row *row, int64_t now,
    struct err *err)
{
	struct leave l = { OUTBOX_EV_RELEASE, row->due_at, NULL, row->tries,
	    row->crashes };

	return leave(db, row, &l, now, err);
}

int
outbox_postpone(struct db *db, const struct outbox_row *row,
    int64_t due_at, const char *detail, int64_t now, struct err *err)
{
	struct leave l = { OUTBOX_EV_POSTPONE, due_at, detail,
	    row->tries + 1, row->crashes };

	return leave(db, row, &l, now, err);
}

int
outbox_stale(struct db *db, const struct outbox_row *row,
    const char *why, int64_t now, struct err *err)
{
	struct leave l = { OUTBOX_EV_CANCEL, row->due_at, why, row->tries,
	    row->crashes };

	int r;

	if ((r = leave(db, row, &l, now, err)) != 0)
		return r;
	if (db_run(db, &cancel_communication, err, "i",
	    row->communication_id) < 0)
		return -1;
	return accounts_touch(db, row->account_id, err);
}

static int
row_task(struct db *db, const struct outbox_row *row, const char *reason,
    const char *detail, int64_t now, struct err *err)
{
	struct task_new t = {
		.company_id = row->company_id,
		.account_id = row->account_id,
		.reason = reason,
		.detail = detail,
		.outbox_id = row->id,
	};

	return tasks_open(db, &t, now, "sender", NULL, NULL, err);
}

int
outbox_give_up(struct db *db, const struct outbox_row *row,
    const char *why, int64_t now, struct err *err)
{
	struct leave l = { OUTBOX_EV_FAIL, row->due_at, why, row->tries,
	    row->crashes };

	int r;

	if ((r = leave(db, row, &l, now, err)) != 0)
		return r;
	return row_task(db, row, row->channel == CHANNEL_ROBOT ?
	    "robot-message" : row->account_id == 0 ? "staff-mail" :
	    "delivery-failed", why, now, err);
}

int
outbox_begin(struct db *db, const struct outbox_row *row,
    const struct attempt_new *a, int64_t deadline, int64_t now,
    int64_t *ret_attempt_id, struct err *err)
{
	unsigned char sum[HASH_LEN];
	char hex[HASH_HEX_MAX];
	enum outbox_state next;

	db_want_tx(db, "outbox_begin");
	if (!outbox_next(OUTBOX_CLAIMED, OUTBOX_EV_BEGIN, &next) ||
	    db_run(db, &begin_row, err, "tiiitt", outbox_state_name(next),
	    now, deadline, row->id, outbox_state_name(OUTBOX_CLAIMED),
	    row->token) < 0)
		return -1;
	if (db_changes(db) != 1)
		return 1;
	hash_bytes(a->bytes, a->len, sum);
	if (db_get_int(db, &insert_attempt, ret_attempt_id, err, "itttt" "ti",
	    row->id, a->token, a->message_id, a->envid, a->recipient,
	    hash_hex(sum, hex), now) < 0 ||
	    db_run(db, &insert_content, err, "ib", *ret_attempt_id, a->bytes,
	    a->len) < 0 ||
	    db_run(db, &count_communication, err, "ii", now,
	    row->communication_id) < 0)
		return -1;
	if (db_changes(db) == 0)
		return 0;
	return accounts_touch(db, row->account_id, err);
}

static void
read_busy(void *owner, struct db_query *q, struct outbox_busy *b)
{
	b->id = db_int(q, 0);
	b->company_id = db_int(q, 1);
	b->account_id = db_int(q, 2);
	if (!outbox_state_parse(db_text(q, 3), &b->state) ||
	    !channel_parse(db_text(q, 4), &b->channel))
		b->state = OUTBOX_COUNT;
	b->claim = mem_str(owner, db_text(q, 5));
	b->claimed_by = mem_str(owner, db_text(q, 6));
	b->deadline = db_int(q, 7);
	b->tries = (int)db_int(q, 8);
	b->crashes = (int)db_int(q, 9);
	b->attempt = mem_str(owner, db_text(q, 10));
	b->started_at = db_int(q, 11);
	b->priority = db_int(q, 12);
	b->due_at = db_int(q, 13);
}

int
outbox_busy(void *owner, struct db *db, struct outbox_busy **ret_rows,
    size_t *ret_n, struct err *err)
{
	struct outbox_busy *rows = NULL;
	struct db_query *q;
	size_t n = 0;
	int r;

	q = db_query(db, &select_busy);
	while ((r = db_step(q, err)) > 0) {
		rows = mem_grow(owner, rows, struct outbox_busy, n + 1);
		memset(&rows[n], 0, sizeof(rows[n]));
		read_busy(owner, q, &rows[n]);
		n++;
	}
	if (r < 0)
		return -1;
	*ret_rows = rows;
	*ret_n = n;
	return 0;
}

static int
hold_crashed(struct db *db, const struct outbox_row *row, const char *why,
    int64_t now, struct err *err)
{
	struct hold_new h = {
		.company_id = row->company_id,
		.kind = HOLD_SENDER_CRASH,
		.scope = SCOPE_ACCOUNT,
		.account_id = row->account_id,
		.note = why,
		.review_at = CLOCK_NONE,
		.ends_at = CLOCK_NONE,
	};
	int64_t id;
	int held = row->account_id == 0 ? 1 : holds_find(db, &h, &id, err);

	if (held < 0 || (held == 0 && holds_place(db, &h, now, "sender",
	    NULL, err) < 0))
		return -1;
	return row_task(db, row, "sender-crash", why, now, err);
}

static int
reap_claim(struct db *db, const struct outbox_busy *b, bool in_hand,
    int64_t now, struct err *err)
{
	struct leave l = { OUTBOX_EV_RELEASE, b->due_at, NULL, b->tries,
	    b->crashes + in_hand };
	struct outbox_row row;
	int r;

	memset(&row, 0, sizeof(row));
	row.id = b->id;
	row.company_id = b->company_id;
	row.account_id = b->account_id;
	if (b->claim == NULL || strlen(b->claim) >= sizeof(row.token))
		return err_set(err, ERR_CORRUPT, "outbox row %lld is claimed "
		    "without a token", (long long)b->id);
	strcpy(row.token, b->claim);
	if (l.crashes < OUTBOX_CRASHES)
		return leave(db, &row, &l, now, err);
	l.ev = OUTBOX_EV_PARK;
	l.detail = "two senders ended while they made this message";
	if ((r = leave(db, &row, &l, now, err)) != 0)
		return r;
	return hold_crashed(db, &row, l.detail, now, err);
}

/* As outbox_due sorts. */
static bool
goes_before(const struct outbox_busy *a, const struct outbox_busy *b)
{
	if (a->priority != b->priority)
		return a->priority > b->priority;
	return a->due_at != b->due_at ? a->due_at < b->due_at : a->id < b->id;
}

static bool
is_of(const struct outbox_busy *b, const char *by)
{
	return strcmp(b->claimed_by == NULL ? "" : b->claimed_by, by) == 0;
}

int
outbox_reap_claims(struct db *db, const char *by, bool gone, int64_t now,
    struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct outbox_busy *b, *rows, *first = NULL;
	bool handing_over = false;
	size_t n, i, k = 0;

	db_want_tx(db, "outbox_reap_claims");
	if (outbox_busy(pool, db, &rows, &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		b = &rows[i];
		if (!is_of(b, by))
			continue;
		handing_over = handing_over || b->state == OUTBOX_SENDING;
		if (b->state != OUTBOX_CLAIMED || (!gone &&
		    (b->deadline == CLOCK_NONE || now <= b->deadline)))
			continue;
		rows[k] = *b;
		if (first == NULL || goes_before(&rows[k], first))
			first = &rows[k];
		k++;
	}
	for (i = 0; i < k; i++)
		if (reap_claim(db, &rows[i], !handing_over &&
		    &rows[i] == first, now, err) < 0)
			return -1;
	return 0;
}

int
outbox_unpark(struct db *db, int64_t company_id, int64_t account_id,
    int64_t now, const char *actor, struct err *err)
{
	enum outbox_state next;

	db_want_tx(db, "outbox_unpark");
	if (!outbox_next(OUTBOX_DRAFT, OUTBOX_EV_UNPARK, &next) ||
	    db_run(db, &unpark_rows, err, "tiit", outbox_state_name(next),
	    now, account_id, outbox_state_name(OUTBOX_DRAFT)) < 0)
		return -1;
	return tasks_close_reason(db, company_id, account_id, "sender-crash",
	    now, actor, "released", err);
}

int
outbox_begun_since(struct db *db, int64_t company_id, const char *route,
    int64_t t,
    int64_t most, int64_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &select_begun);
	int64_t n = 0;
	int r = 0;

	while (n < most && (r = db_step(q, err)) > 0 && db_int(q, 0) > t)
		if (db_int(q, 1) == company_id &&
		    strcmp(db_text(q, 2), route) == 0)
			n++;
	if (r < 0)
		return -1;
	db_done(q);
	*ret_n = n;
	return 0;
}
