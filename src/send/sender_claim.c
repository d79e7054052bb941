/* Which rows are due, best first; claiming them and giving them back. */
#include "send/sender.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/tasks.h"

#define LOOK 8192		/* due rows looked up at once */
#define LOOK_MS 30000		/* and looked up again: better ones may have
				 * come */
#define PACE_SECONDS 60
#define HOUR 3600
#define DAY 86400

int
claim_look(struct lane *l, struct err *err)
{
	int64_t now_ms = clock_mono_ms();

	if (l->next_id < l->n_ids && now_ms - l->ids_ms < LOOK_MS)
		return 0;
	TALLOC_FREE(l->ids);
	l->n_ids = l->next_id = 0;
	l->ids_ms = now_ms;
	return outbox_due(l, l->sender->db, l->company_id, lane_route(l),
	    l->staff, clock_now(), LOOK, &l->ids, &l->n_ids, err);
}

size_t
lane_wave(const struct lane *l)
{
	return l->route != NULL ? (size_t)l->route->connections : 1;
}

size_t
claim_batch(const struct lane *l)
{
	return lane_wave(l) > SENDER_BATCH ? lane_wave(l) : SENDER_BATCH;
}

/* How many may be claimed now at the company's pace. */
static int
allowance(const struct lane *l, int64_t now, size_t *ret_n, bool *ret_paced,
    struct err *err)
{
	int pace = l->route != NULL ? l->route->per_minute :
	    l->company->transport.per_minute;
	int64_t begun;

	*ret_n = claim_batch(l);
	*ret_paced = false;
	if (pace <= 0 || clock_is_fixed())
		return 0;
	if (outbox_begun_since(l->sender->db, l->company_id,
	    lane_route(l), now - PACE_SECONDS, pace, &begun, err) < 0)
		return -1;
	*ret_paced = begun >= pace;
	/* What is claimed already will begin before these. */
	begun += (int64_t)l->n_rows;
	if (pace - begun < (int64_t)*ret_n)
		*ret_n = pace > begun ? (size_t)(pace - begun) : 0;
	return 0;
}

/* A row that ended a sender before is taken alone, so that it cannot take
 * others with it. */
int
claim_next(void *owner, struct lane *l, int64_t now, int left,
    struct outbox_row **rows, size_t *ret_n, size_t *ret_next,
    bool *ret_paced, struct err *err)
{
	struct sender *s = l->sender;
	struct outbox_row *row;
	size_t next, n = 0, most;
	int r;

	if (allowance(l, now, &most, ret_paced, err) < 0)
		return -1;
	if (left <= 0)
		most = 0;
	else if (most > (size_t)left)
		most = (size_t)left;
	for (next = l->next_id; next < l->n_ids && n < most; next++) {
		r = outbox_claim(owner, s->db, l->ids[next], s->name,
		    now + SENDER_LEASE, now, &row, err);
		if (r < 0)
			return -1;
		if (r == 0)
			continue;
		if (row->crashes > 0 && l->n_rows + n > 0) {
			if (outbox_release(s->db, row, now, err) < 0)
				return -1;
			break;
		}
		rows[n++] = row;
		if (row->crashes > 0) {
			next++;
			break;
		}
	}
	*ret_n = n;
	*ret_next = next;
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

	for (i = 0; i < l->n_ahead; i++)
		talloc_free(l->ahead[i]);
	l->n_ahead = 0;
	/* Made, but never begun: claimed rows like the others. */
	for (i = 0; i < l->n_ready; i++) {
		if (l->ready[i]->attempt_id == 0)
			l->rows[l->n_rows++] = talloc_steal(l,
			    l->ready[i]->row);
		talloc_free(l->ready[i]);
	}
	l->n_ready = 0;
	if (l->n_rows == 0)
		return 0;
	r = store_tx(l->sender->db, give_back, l, err);
	for (i = 0; i < l->n_rows; i++)
		TALLOC_FREE(l->rows[i]);
	l->n_rows = 0;
	/* They stand before next_id, and are due as they were. */
	l->next_id = l->n_ids;
	return r;
}

/* --- a row that cannot be handed over --- */

struct away {
	struct lane *lane;
	struct outbox_row *row;
	enum put_away how;
	const char *why;
	int64_t now;
	int64_t at;			/* PUT_DELAY */
};

static int
template_task(struct db *db, const struct away *p, struct err *err)
{
	struct task_new t = {
		.company_id = p->row->company_id,
		.reason = "template-error",
		.detail = p->why,
		.outbox_id = p->row->id,
	};

	return tasks_open(db, &t, p->now, "sender", NULL, NULL, err);
}

static int
put_away_tx(struct db *db, void *arg, struct err *err)
{
	const struct away *p = arg;

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

int
put_away(struct lane *l, struct outbox_row *row, enum put_away how,
    const char *why, int64_t now, struct err *err)
{
	struct away p = { l, row, how, why, now, now + HOUR };

	if (how == PUT_DELAY && !sender_next_time(l, row, now, &p.at))
		p.at = now + HOUR;
	log_info("put away outbox=%lld template=%s why=%s",
	    (long long)row->id, row->template, log_quote(row, why));
	l->worked = l->worked || how != PUT_BACK;
	lane_forget_company(l);
	return store_tx(l->sender->db, put_away_tx, &p, err) < 0 ? -1 : 0;
}
