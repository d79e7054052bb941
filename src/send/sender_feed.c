/* The feed of a channel: what goes next, its begin, what came of it. */
#include "send/sender.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "send/retry.h"
#include "sms/compose.h"

#include <string.h>

/* --- next --- */

/* 1 with the row's message, which owns it. */
static int
make(struct lane *l, struct outbox_row *row, struct ready **ret_ready,
    struct err *err)
{
	int64_t now = clock_now();
	enum verdict v = GUARD_GO;
	char *why = NULL;
	struct err own;

	if (row->first_try != CLOCK_NONE && retry_is_over(row->first_try,
	    now, l->company->policy->retry_days))
		return put_away(l, row, PUT_GIVE_UP, "given up: no relay "
		    "took it in the days allowed", now, err);
	if (sender_make(l, l, row, now, &v, ret_ready, &why, &own) < 0) {
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
	talloc_steal(*ret_ready, row);
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

/* The row was made while the answers to others were waited for. */
static struct ready *
made_ahead(struct lane *l, struct outbox_row *row)
{
	struct ready *r;
	size_t i;

	for (i = 0; i < l->n_ahead; i++) {
		if (l->ahead[i]->row != row)
			continue;
		r = l->ahead[i];
		l->ahead[i] = l->ahead[--l->n_ahead];
		talloc_steal(r, row);
		return r;
	}
	return NULL;
}

static bool
is_ahead(const struct lane *l, const struct outbox_row *row)
{
	size_t i;

	for (i = 0; i < l->n_ahead; i++)
		if (l->ahead[i]->row == row)
			return true;
	return false;
}

/* What cannot go, or ended a sender before, is left to feed_next. */
static bool
feed_idle(void *arg)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct lane *l = arg;
	struct outbox_row *row;
	enum verdict v = GUARD_GO;
	struct ready *ready = NULL;
	char *why = NULL;
	struct err own;
	size_t i = l->n_ahead;

	if (i >= l->n_rows || i >= lane_wave(l) || l->left <= (int)i ||
	    sender_stopping(l->sender))
		return false;
	row = l->rows[i];
	if (is_ahead(l, row) || row->crashes > 0 ||
	    row->first_try != CLOCK_NONE || sender_make(pool, l, row,
	    clock_now(), &v, &ready, &why, &own) < 0 || v != GUARD_GO)
		return false;
	l->ahead[l->n_ahead++] = talloc_steal(l, ready);
	return true;
}

static struct outbox_row *
take_row(struct lane *l)
{
	struct outbox_row *row = l->rows[0];

	l->n_rows--;
	memmove(l->rows, l->rows + 1, l->n_rows * sizeof(row));
	return row;
}

static void
put_row(struct lane *l, struct outbox_row *row)
{
	memmove(l->rows + 1, l->rows, l->n_rows * sizeof(row));
	l->rows[0] = row;
	l->n_rows++;
}

static int
give(struct lane *l, struct ready *r, struct channel_message *ret_m)
{
	l->ready[l->n_ready++] = r;
	memset(ret_m, 0, sizeof(*ret_m));
	ret_m->outbox_id = r->row->id;
	ret_m->from = r->mail->from;
	ret_m->to = r->mail->to;
	ret_m->envid = r->token;
	ret_m->bytes = r->mail->bytes;
	ret_m->len = r->mail->len;
	ret_m->sms = r->sms != NULL ? &r->sms->message : NULL;
	ret_m->name = r->token;
	return 1;
}

static void
end_wave(struct lane *l)
{
	while (l->n_ready > 0)
		talloc_free(l->ready[--l->n_ready]);
}

static int
feed_next(void *arg, struct channel_message *ret_m, struct err *err)
{
	struct lane *l = arg;
	struct outbox_row *row;
	struct ready *ready;
	int r;

	end_wave(l);
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
		row = take_row(l);
		if ((ready = made_ahead(l, row)) != NULL)
			return give(l, ready, ret_m);
		r = make(l, row, &ready, err);
		if (r > 0)
			return give(l, ready, ret_m);
		talloc_free(row);
		if (r < 0)
			return -1;
	}
}

/* True: it may be begun together with those of the wave. */
static bool
fits(const struct lane *l, const struct ready *r)
{
	size_t i;

	for (i = 0; i < l->n_ready; i++)
		if (ready_touches(l->ready[i], r))
			return false;
	return true;
}

/* A row that ended a sender before is tried alone; what is put away when it
 * is made ends the wave, as its commit would be between. */
static int
feed_more(void *arg, struct channel_message *ret_m, struct err *err)
{
	struct lane *l = arg;
	struct outbox_row *row;
	struct ready *ready;
	int r;

	if (l->n_ready >= CHANNEL_WAVE || l->n_rows == 0 ||
	    l->left <= (int)l->n_ready || sender_stopping(l->sender) ||
	    l->rows[0]->crashes > 0 || l->ready[0]->row->crashes > 0)
		return 0;
	row = take_row(l);
	ready = made_ahead(l, row);
	if (ready == NULL && (r = make(l, row, &ready, err)) <= 0) {
		talloc_free(row);
		return r;
	}
	if (fits(l, ready))
		return give(l, ready, ret_m);
	put_row(l, talloc_steal(l, row));
	talloc_free(ready);
	return 0;
}

/* --- begin --- */

/* The facts changed while it was made: the same row once more. */
static int
again(struct lane *l, struct ready *r, struct err *err)
{
	struct outbox_row *row = talloc_steal(l, r->row);

	if (++l->anew >= SENDER_ANEW) {
		l->anew = 0;
		if (put_away(l, row, PUT_BACK, "its facts change all the "
		    "time", clock_now(), err) < 0)
			return -1;
		talloc_free(row);
		return 0;
	}
	put_row(l, row);
	return 0;
}

/* Nothing of them has left: certainly not sent. */
static int
take_back(struct lane *l, const char *why, struct err *err)
{
	struct channel_outcome o = { .outcome = OUTCOME_NOT_SENT,
	    .reply = why };
	struct channel_message m;
	size_t i;

	for (i = 0; i < l->n_ready; i++) {
		m.outbox_id = l->ready[i]->row->id;
		sender_feed.outcome(l, &m, &o);
	}
	return lane_flush(l, err);
}

/* The guard said no. */
static int
not_now(struct lane *l, struct ready *r, const struct found *f,
    struct err *err)
{
	char *quoted = log_quote(NULL, f->why == NULL ? "facts changed" :
	    f->why);

	log_info("not sent outbox=%lld why=%s", (long long)r->row->id,
	    quoted);
	talloc_free(quoted);
	if (f->verdict == GUARD_ANEW)
		return again(l, r, err);
	l->worked = l->worked || f->verdict == GUARD_STALE;
	if (f->verdict == GUARD_LATER) {
		l->left = 0;
		l->held = true;
	}
	return 0;
}

/* Those that may go stay in the wave. */
static int
sort_out(struct lane *l, const struct commit *c, struct channel_message *m,
    struct err *err)
{
	size_t i, n = 0, n_ready = l->n_ready;
	int r = 0;

	l->n_ready = 0;
	for (i = 0; i < n_ready; i++) {
		m[i].go = c->found[i].verdict == GUARD_GO;
		if (!m[i].go)
			continue;
		l->ready[i]->attempt_id = c->found[i].attempt_id;
		n++;
	}
	if (n > 0)
		l->anew = 0;
	for (i = n_ready; i-- > 0;)	/* the first of them in front */
		if (!m[i].go && r == 0)
			r = not_now(l, l->ready[i], &c->found[i], err);
	for (i = 0; i < n_ready; i++) {
		if (m[i].go)
			l->ready[l->n_ready++] = l->ready[i];
		else
			talloc_free(l->ready[i]);
	}
	l->left -= l->left < (int)n ? l->left : (int)n;
	return r;
}

static int
note(struct lane *l, struct err *err)
{
	int64_t ids[CHANNEL_WAVE];
	size_t i;

	for (i = 0; i < l->n_ready; i++)
		ids[i] = l->ready[i]->attempt_id;
	return highwater_note_all(l->sender->highwater, l->sender->db, ids,
	    l->n_ready, err);
}

static int
feed_begin(void *arg, struct channel_message *m, size_t n, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct lane *l = arg;
	int64_t started;
	struct commit c;
	struct err own;
	int r;

	started = clock_mono_ms();
	if (commit_run(pool, l, true, l->n_rows < lane_wave(l) && l->left >
	    (int)(n + l->n_rows), &c, err) < 0)
		return -1;
	r = sort_out(l, &c, m, err);
	if (l->n_ready == 0)
		return r;
	l->worked = true;
	if (r < 0 || note(l, &own) < 0) {
		if (r == 0 && err != NULL)
			*err = own;
		take_back(l, r < 0 ? "the session ended" : own.text, NULL);
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
	struct ready *r = NULL;
	struct done *d;
	uint32_t jitter;
	size_t i;

	for (i = 0; i < l->n_ready; i++)
		if (l->ready[i]->row->id == m->outbox_id)
			r = l->ready[i];
	pause_weigh(l, r->row, r->mail->to, o);
	log_outcome(r, o);
	l->accepted = l->accepted || o->outcome == OUTCOME_ACCEPTED;
	l->failed = l->failed || o->outcome == OUTCOME_FAILED;
	l->deferred = o->outcome == OUTCOME_DEFERRED ? l->deferred + 1 : 0;
	d = mem_new(l, struct done);
	d->row = talloc_steal(d, r->row);
	d->result.outcome = o->outcome;
	d->result.code = o->code;
	d->result.reply = mem_str(d, o->reply);
	d->result.enhanced = mem_str(d, o->enhanced);
	d->result.recipient = o->recipient;
	d->result.sms = l->route != NULL && !l->route->robot;
	d->result.remote_id = mem_str(d, o->remote_id);
	d->result.opted_out = o->opted_out;
	d->result.actor = "sender";
	if (o->outcome != OUTCOME_ACCEPTED) {
		id_bytes((unsigned char *)&jitter, sizeof(jitter));
		d->result.retry_at = retry_at(d->row->tries + 1, clock_now(),
		    jitter);
	}
	l->done[l->n_done++] = d;
}

const struct channel_feed sender_feed = {
	.next = feed_next,
	.more = feed_more,
	.begin = feed_begin,
	.outcome = feed_outcome,
	.idle = feed_idle,
};
