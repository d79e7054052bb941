/* The feed of a channel: what goes next, its begin, what came of it. */
#include "send/sender.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "send/retry.h"

#include <string.h>

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
		l->held = true;
		return put_away(l, row, PUT_BACK, why, now, err);
	}
	talloc_steal(l->ready, row);
	return 1;
}

static int
claim_more(struct lane *l, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct commit c;

	if (claim_look(l, err) < 0)
		return -1;
	if (l->n_ids == l->next_id)
		return lane_flush(l, err);
	return commit_run(pool, l, false, true, &c, err);
}

/* The row was made while the answer to another was waited for. */
static bool
is_ahead(struct lane *l, struct outbox_row *row)
{
	if (l->ahead == NULL || l->ahead->row != row)
		return false;
	l->ready = l->ahead;
	l->ahead = NULL;
	talloc_steal(l->ready, row);
	return true;
}

/* What cannot go, or ended a sender before, is left to feed_next. */
static void
feed_idle(void *arg)
{
	struct lane *l = arg;
	struct outbox_row *row = l->n_rows > 0 ? l->rows[0] : NULL;
	MEM_AUTO void *pool = talloc_new(NULL);
	enum verdict v = GUARD_GO;
	struct ready *ready = NULL;
	char *why = NULL;
	struct err own;

	if (row == NULL || l->ahead != NULL || row->crashes > 0 ||
	    row->first_try != CLOCK_NONE || l->left <= 0 ||
	    sender_stopping(l->sender))
		return;
	if (sender_make(pool, l, row, clock_now(), &v, &ready, &why,
	    &own) == 0 && v == GUARD_GO)
		l->ahead = talloc_steal(l, ready);
}

static int
feed_next(void *arg, struct channel_message *ret_m, struct err *err)
{
	struct lane *l = arg;
	struct outbox_row *row;
	int r;

	TALLOC_FREE(l->ready);
	for (;;) {
		if (l->denied_why != NULL)
			return err_set(err, ERR_CONFIG, "%s", l->denied_why);
		if (l->deferred >= SENDER_DEFERRALS) {
			l->deferred = 0;
			return err_set(err, ERR_TEMP, "%d messages in a row "
			    "were put off by the server", SENDER_DEFERRALS);
		}
		if (sender_stopping(l->sender) || l->left <= 0)
			return lane_flush(l, err);
		if (l->n_rows == 0 && claim_more(l, err) < 0)
			return -1;
		if (l->n_rows == 0)
			return 0;
		row = l->rows[0];
		l->n_rows--;
		memmove(l->rows, l->rows + 1, l->n_rows * sizeof(row));
		r = is_ahead(l, row) ? 1 : make(l, row, err);
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

/* The guard said no. */
static int
not_now(struct lane *l, const struct commit *c, struct err *err)
{
	char *quoted = log_quote(NULL, c->why == NULL ? "facts changed" :
	    c->why);

	log_info("not sent outbox=%lld why=%s", (long long)l->ready->row->id,
	    quoted);
	talloc_free(quoted);
	if (c->verdict == GUARD_ANEW)
		return again(l, err);
	l->worked = l->worked || c->verdict == GUARD_STALE;
	if (c->verdict == GUARD_LATER) {
		l->left = 0;
		l->held = true;
	}
	TALLOC_FREE(l->ready);
	return 0;
}

static int
feed_begin(void *arg, const struct channel_message *m, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct lane *l = arg;
	int64_t started;
	struct commit c;
	struct err own;

	started = clock_mono_ms();
	if (commit_run(pool, l, true, l->n_rows == 0 && l->left > 1, &c,
	    err) < 0)
		return -1;
	if (c.verdict != GUARD_GO)
		return not_now(l, &c, err);
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
    const struct channel_outcome *reported)
{
	struct channel_outcome weighed = *reported, *o = &weighed;
	struct lane *l = arg;
	struct done *d;
	uint32_t jitter;

	pause_weigh(l, l->ready->row, l->ready->mail->to, o);
	log_outcome(l->ready, o);
	l->accepted = l->accepted || o->outcome == OUTCOME_ACCEPTED;
	l->failed = l->failed || o->outcome == OUTCOME_FAILED;
	l->deferred = o->outcome == OUTCOME_DEFERRED ? l->deferred + 1 : 0;
	d = mem_new(l, struct done);
	d->row = talloc_steal(d, l->ready->row);
	d->result.outcome = o->outcome;
	d->result.code = o->code;
	d->result.reply = mem_str(d, o->reply);
	d->result.enhanced = mem_str(d, o->enhanced);
	d->result.recipient = o->recipient;
	d->result.sms = l->route != NULL;
	d->result.remote_id = mem_str(d, o->remote_id);
	d->result.opted_out = o->opted_out;
	d->result.actor = "sender";
	if (o->outcome != OUTCOME_ACCEPTED) {
		id_bytes((unsigned char *)&jitter, sizeof(jitter));
		d->result.retry_at = retry_at(d->row->tries + 1, clock_now(),
		    jitter);
	}
	l->done = d;
}

const struct channel_feed sender_feed = {
	.next = feed_next,
	.begin = feed_begin,
	.outcome = feed_outcome,
	.idle = feed_idle,
};
