/* The feed of a channel.  In the steady state a message costs one commit: the
 * outcome of the last, the begin of the next and the next claims together. */
#include "send/sender.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "send/retry.h"
#include "store/tasks.h"

#include <string.h>

#define HOUR 3600
#define DAY 86400

/* What one transaction found; taken over after its commit, because store_tx
 * may run it more than once. */
struct commit {
	struct lane *lane;
	void *pool;
	int64_t now;
	bool begin, claim;
	enum verdict verdict;
	char *why;
	int64_t attempt_id;
	size_t next_id;
	struct outbox_row *rows[SENDER_BATCH];
	size_t n_rows;
	bool paced;
};

static int
commit_done(struct commit *c, struct err *err)
{
	struct done *d = c->lane->done;
	int r;

	if (d == NULL)
		return 0;
	r = outbox_finish(c->lane->sender->db, d->row->id, d->row->token,
	    &d->result, c->now, err);
	if (r <= 0)
		return r;
	log_warn("late outcome=%s outbox=%lld was settled by somebody else",
	    outcome_name(d->result.outcome), (long long)d->row->id);
	return 0;
}

static int
commit_begin(struct commit *c, struct err *err)
{
	struct lane *l = c->lane;
	struct db *db = l->sender->db;
	struct ready *r = l->ready;
	struct attempt_new a;
	int lost;

	if (sender_guard(c->pool, l, r, c->now, &c->verdict, &c->why,
	    err) < 0)
		return -1;
	switch (c->verdict) {
	case GUARD_STALE:
		return outbox_stale(db, r->row, c->why, c->now, err);
	case GUARD_LATER:
	case GUARD_DELAY:	/* looked at again when it is made */
		return outbox_release(db, r->row, c->now, err);
	case GUARD_ANEW:
	case GUARD_LOST:
		return 0;
	case GUARD_GO:
		break;
	}
	a.token = r->token;
	a.message_id = r->message_id;
	a.envid = r->token;
	a.recipient = r->mail->to;
	a.bytes = r->mail->bytes;
	a.len = r->mail->len;
	lost = outbox_begin(db, r->row, &a, c->now +
	    smtp_message_seconds(&l->company->transport) + 60, c->now,
	    &c->attempt_id, err);
	if (lost > 0)
		c->verdict = GUARD_LOST;
	return lost < 0 ? -1 : 0;
}

/* How many may be claimed now at the company's pace. */
static int
allowance(struct commit *c, size_t *ret_n, struct err *err)
{
	struct lane *l = c->lane;
	int64_t begun;
	int pace;

	*ret_n = SENDER_BATCH;
	pace = l->company->transport.per_minute;
	if (pace <= 0 || clock_is_test())
		return 0;
	if (outbox_begun_since(l->sender->db, l->company_id, c->now - 60,
	    pace, &begun, err) < 0)
		return -1;
	c->paced = begun >= pace;
	if (pace - begun < SENDER_BATCH)
		*ret_n = c->paced ? 0 : (size_t)(pace - begun);
	return 0;
}

/* A row that ended a sender before is taken alone, so that it cannot take
 * others with it. */
static int
commit_claim(struct commit *c, struct err *err)
{
	struct lane *l = c->lane;
	struct sender *s = l->sender;
	struct outbox_row *row;
	size_t most;
	int left, r;

	c->n_rows = 0;
	if (allowance(c, &most, err) < 0)
		return -1;
	left = l->left - (c->begin ? 1 : 0);
	if (most > (size_t)left)
		most = (size_t)left;
	for (c->next_id = l->next_id; c->next_id < l->n_ids &&
	    c->n_rows < most; c->next_id++) {
		r = outbox_claim(c->pool, s->db, l->ids[c->next_id], s->name,
		    c->now + SENDER_LEASE, c->now, &row, err);
		if (r < 0)
			return -1;
		if (r == 0)
			continue;
		if (row->crashes > 0 && c->n_rows > 0) {
			if (outbox_release(s->db, row, c->now, err) < 0)
				return -1;
			break;
		}
		c->rows[c->n_rows++] = row;
		if (row->crashes > 0) {
			c->next_id++;
			break;
		}
	}
	return 0;
}

static int
commit_all(struct db *db, void *arg, struct err *err)
{
	struct commit *c = arg;

	talloc_free_children(c->pool);
	if (commit_done(c, err) < 0)
		return -1;
	if (c->begin && commit_begin(c, err) < 0)
		return -1;
	return c->claim ? commit_claim(c, err) : 0;
}

static int
commit(struct lane *l, bool begin, bool claim, struct commit *ret_c,
    struct err *err)
{
	size_t i;

	memset(ret_c, 0, sizeof(*ret_c));
	ret_c->lane = l;
	ret_c->pool = talloc_new(l);
	ret_c->now = clock_now();
	ret_c->begin = begin;
	ret_c->claim = claim;
	if (store_tx(l->sender->db, commit_all, ret_c, err) < 0) {
		talloc_free(ret_c->pool);
		return -1;
	}
	TALLOC_FREE(l->done);
	if (claim) {
		for (i = 0; i < ret_c->n_rows; i++)
			l->rows[i] = talloc_steal(l, ret_c->rows[i]);
		l->n_rows = ret_c->n_rows;
		l->next_id = ret_c->next_id;
		l->paced = ret_c->paced;
		l->worked = l->worked || l->n_rows > 0;
	}
	return 0;
}

int
lane_flush(struct lane *l, struct err *err)
{
	struct commit c;

	if (l->done == NULL)
		return 0;
	if (commit(l, false, false, &c, err) < 0)
		return -1;
	talloc_free(c.pool);
	return 0;
}

static int
give_back(struct db *db, void *arg, struct err *err)
{
	struct lane *l = arg;
	int64_t now = clock_now();
	size_t i;

	for (i = 0; i < l->n_rows; i++)
		if (outbox_release(db, l->rows[i], now, err) < 0)
			return -1;
	return 0;
}

int
lane_give_back(struct lane *l, struct err *err)
{
	size_t i;
	int r;

	/* Made, but never begun: a claimed row like the others. */
	if (l->ready != NULL && l->ready->attempt_id == 0 &&
	    l->n_rows < SENDER_BATCH) {
		l->rows[l->n_rows++] = talloc_steal(l, l->ready->row);
	}
	TALLOC_FREE(l->ready);
	if (l->n_rows == 0)
		return 0;
	r = store_tx(l->sender->db, give_back, l, err);
	for (i = 0; i < l->n_rows; i++)
		TALLOC_FREE(l->rows[i]);
	l->n_rows = 0;
	return r;
}

/* --- a row that cannot be handed over --- */

struct put_away {
	struct lane *lane;
	struct outbox_row *row;
	enum { PUT_STALE, PUT_BACK, PUT_OFF, PUT_GIVE_UP, PUT_DELAY } how;
	const char *why;
	int64_t now;
	int64_t at;			/* PUT_DELAY */
};

static int
template_task(struct db *db, const struct put_away *p, struct err *err)
{
	struct task_new t = {
		.company_id = p->row->company_id,
		.reason = "template-error",
		.severity = 2,
		.title = "A template cannot be used: its messages wait",
		.detail = p->why,
		.outbox_id = p->row->id,
		.due_at = p->now + DAY,
	};

	return tasks_open(db, &t, p->now, "sender", NULL, NULL, err);
}

static int
put_away_tx(struct db *db, void *arg, struct err *err)
{
	const struct put_away *p = arg;

	switch (p->how) {
	case PUT_STALE:
		return outbox_stale(db, p->row, p->why, p->now, err);
	case PUT_BACK:
		return outbox_release(db, p->row, p->now, err);
	case PUT_DELAY:
		return outbox_postpone(db, p->row, p->at, p->why, p->now,
		    err);
	case PUT_GIVE_UP:
		return outbox_give_up(db, p->row, p->why, p->now, err);
	case PUT_OFF:
		break;
	}
	if (outbox_postpone(db, p->row, p->now + HOUR, p->why, p->now,
	    err) < 0)
		return -1;
	return template_task(db, p, err);
}

static int
put_away(struct lane *l, struct outbox_row *row, int how, const char *why,
    int64_t now, struct err *err)
{
	struct put_away p = { l, row, how, why, now, now + HOUR };

	if (how == PUT_DELAY && !sender_next_time(l, row, now, &p.at))
		p.at = now + HOUR;

	log_info("put away outbox=%lld template=%s why=%s",
	    (long long)row->id, row->template, log_quote(row, why));
	l->worked = l->worked || how != PUT_BACK;
	return store_tx(l->sender->db, put_away_tx, &p, err) < 0 ? -1 : 0;
}

/* --- next --- */

static int
make(struct lane *l, struct outbox_row *row, struct err *err)
{
	int64_t now = clock_now();
	enum verdict v = GUARD_GO;
	char *why = NULL;
	struct err own;

	if (row->first_try != CLOCK_NONE && retry_is_over(row->first_try,
	    now, l->company->policy->retry_days))
		return put_away(l, row, PUT_GIVE_UP, "given up: no relay "
		    "took it in the days allowed", now, err);
	if (sender_make(l, l, row, now, &v, &l->ready, &why, &own) < 0) {
		if (own.kind == ERR_CONFIG || own.kind == ERR_PERM)
			return put_away(l, row, PUT_OFF, own.text, now, err);
		if (err != NULL)
			*err = own;
		return -1;
	}
	if (v == GUARD_STALE)
		return put_away(l, row, PUT_STALE, why, now, err);
	if (v == GUARD_DELAY)
		return put_away(l, row, PUT_DELAY, why, now, err);
	if (v == GUARD_LATER) {
		l->left = 0;
		return put_away(l, row, PUT_BACK, why, now, err);
	}
	talloc_steal(l->ready, row);
	return 1;
}

static int
claim_more(struct lane *l, struct err *err)
{
	struct commit c;

	if (l->next_id == l->n_ids) {
		TALLOC_FREE(l->ids);
		l->next_id = 0;
		if (outbox_due(l, l->sender->db, l->company_id, clock_now(),
		    SENDER_LOOK, &l->ids, &l->n_ids, err) < 0)
			return -1;
	}
	if (l->n_ids == l->next_id)
		return lane_flush(l, err);
	if (commit(l, false, true, &c, err) < 0)
		return -1;
	talloc_free(c.pool);
	return 0;
}

static int
feed_next(void *arg, struct channel_message *ret_m, struct err *err)
{
	struct lane *l = arg;
	struct outbox_row *row;
	int r;

	TALLOC_FREE(l->ready);
	for (;;) {
		if (sender_stopping(l->sender) || l->left <= 0)
			return lane_flush(l, err);
		if (l->n_rows == 0 && claim_more(l, err) < 0)
			return -1;
		if (l->n_rows == 0)
			return 0;
		row = l->rows[0];
		l->n_rows--;
		memmove(l->rows, l->rows + 1, l->n_rows * sizeof(row));
		r = make(l, row, err);
		if (r > 0)
			break;
		talloc_free(row);
		if (r < 0)
			return -1;
	}
	ret_m->outbox_id = row->id;
	ret_m->from = l->ready->mail->from;
	ret_m->to = l->ready->mail->to;
	ret_m->envid = l->ready->token;
	ret_m->bytes = l->ready->mail->bytes;
	ret_m->len = l->ready->mail->len;
	ret_m->name = l->ready->token;
	return 1;
}

/* --- begin --- */

/* The facts changed while it was made: the same row once more. */
static int
again(struct lane *l, struct err *err)
{
	struct outbox_row *row = l->ready->row;

	talloc_steal(l, row);
	TALLOC_FREE(l->ready);
	if (++l->anew >= SENDER_ANEW) {
		l->anew = 0;
		if (put_away(l, row, PUT_BACK, "its facts change all the "
		    "time", clock_now(), err) < 0)
			return -1;
		talloc_free(row);
		return 0;
	}
	memmove(l->rows + 1, l->rows, l->n_rows * sizeof(row));
	l->rows[0] = row;
	l->n_rows++;
	return 0;
}

/* Nothing of it has left: certainly not sent. */
static int
take_back(struct lane *l, const char *why, struct err *err)
{
	struct channel_outcome o = { .outcome = OUTCOME_NOT_SENT,
	    .reply = why };
	struct channel_message m = { .outbox_id = l->ready->row->id };

	sender_feed.outcome(l, &m, &o);
	return lane_flush(l, err);
}

static int
feed_begin(void *arg, const struct channel_message *m, struct err *err)
{
	struct lane *l = arg;
	int64_t started;
	struct commit c;
	struct err own;

	started = clock_mono_ms();
	if (commit(l, true, l->n_rows == 0 && l->left > 1, &c, err) < 0)
		return -1;
	if (c.verdict != GUARD_GO) {
		log_info("not sent outbox=%lld why=%s",
		    (long long)l->ready->row->id, log_quote(c.pool,
		    c.why == NULL ? "facts changed" : c.why));
		talloc_free(c.pool);
		if (c.verdict == GUARD_ANEW)
			return again(l, err);
		l->worked = l->worked || c.verdict == GUARD_STALE;
		if (c.verdict == GUARD_LATER)
			l->left = 0;
		TALLOC_FREE(l->ready);
		return 0;
	}
	talloc_free(c.pool);
	l->ready->attempt_id = c.attempt_id;
	l->anew = 0;
	l->left--;
	l->worked = true;
	if (highwater_note(l->sender->highwater, l->sender->db,
	    c.attempt_id, &own) < 0) {
		if (err != NULL)
			*err = own;
		take_back(l, own.text, NULL);
		return -1;
	}
	if (clock_mono_ms() - started > SENDER_HURRY_MS)
		return take_back(l, "storing the attempt took too long: "
		    "checked again", err);
	return 1;
}

/* --- outcome --- */

static void
log_outcome(const struct ready *r, const struct channel_outcome *o)
{
	char *quoted;

	quoted = log_quote(NULL, o->reply == NULL ? "" : o->reply);
	log_line(o->outcome == OUTCOME_ACCEPTED ? LOG_INFO : LOG_WARN,
	    "%s account=%lld outbox=%lld code=%d reply=%s",
	    outcome_name(o->outcome), (long long)r->row->account_id,
	    (long long)r->row->id, o->code, quoted);
	talloc_free(quoted);
}

static void
feed_outcome(void *arg, const struct channel_message *m,
    const struct channel_outcome *o)
{
	struct lane *l = arg;
	struct done *d;
	uint32_t jitter;

	log_outcome(l->ready, o);
	l->accepted = l->accepted || o->outcome == OUTCOME_ACCEPTED;
	l->failed = l->failed || o->outcome == OUTCOME_FAILED;
	d = mem_new(l, struct done);
	d->row = talloc_steal(d, l->ready->row);
	d->result.outcome = o->outcome;
	d->result.code = o->code;
	d->result.reply = mem_str(d, o->reply);
	d->result.enhanced = mem_str(d, o->enhanced);
	d->result.recipient = o->recipient;
	d->result.actor = "sender";
	id_bytes((unsigned char *)&jitter, sizeof(jitter));
	d->result.retry_at = retry_at(d->row->tries + 1, clock_now(),
	    jitter);
	l->done = d;
}

const struct channel_feed sender_feed = {
	.next = feed_next,
	.begin = feed_begin,
	.outcome = feed_outcome,
};
