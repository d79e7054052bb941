/* In the steady state a message costs one commit: the outcome of the last,
 * the begin of the next and the next claims together. */
#include "send/sender.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#include <string.h>

/* What one transaction found; taken over after its commit, because store_tx
 * may run it more than once. */
struct tx {
	struct lane *lane;
	void *pool;
	int64_t now;
	bool begin, claim;
	struct commit found;
	size_t next_id;
	struct outbox_row *rows[SENDER_BATCH];
	size_t n_rows;
	bool paced;
};

static int
store_outcome(struct tx *t, struct err *err)
{
	struct done *d = t->lane->done;
	int r;

	if (d == NULL)
		return 0;
	r = outbox_finish(t->lane->sender->db, d->row->id, d->row->token,
	    &d->result, t->now, err);
	if (r <= 0)
		return r;
	log_warn("late outcome=%s outbox=%lld was settled by somebody else",
	    outcome_name(d->result.outcome), (long long)d->row->id);
	return 0;
}

static int
begin(struct tx *t, struct err *err)
{
	struct lane *l = t->lane;
	struct db *db = l->sender->db;
	struct ready *r = l->ready;
	struct attempt_new a;
	int lost;

	if (sender_guard(t->pool, l, r, l->done, t->now, &t->found.verdict,
	    &t->found.why, err) < 0)
		return -1;
	switch (t->found.verdict) {
	case GUARD_STALE:
		return outbox_stale(db, r->row, t->found.why, t->now, err);
	case GUARD_LATER:
	case GUARD_DELAY:	/* looked at again when it is made */
		return outbox_release(db, r->row, t->now, err);
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
	lost = outbox_begin(db, r->row, &a, t->now +
	    lane_message_seconds(l) + 60, t->now,
	    &t->found.attempt_id, err);
	if (lost > 0)
		t->found.verdict = GUARD_LOST;
	return lost < 0 ? -1 : 0;
}

static int
run(struct db *db, void *arg, struct err *err)
{
	struct tx *t = arg;

	talloc_free_children(t->pool);
	if (store_outcome(t, err) < 0 || (t->begin && begin(t, err) < 0))
		return -1;
	if (!t->claim)
		return 0;
	return claim_next(t->pool, t->lane, t->now, t->lane->left -
	    (t->begin ? 1 : 0), t->rows, &t->n_rows, &t->next_id, &t->paced,
	    err);
}

/* What others share is read anew where it may have changed by this. */
static void
forget(struct lane *l, const struct tx *t)
{
	if ((l->done != NULL &&
	    l->done->result.outcome != OUTCOME_ACCEPTED) || (t->begin &&
	    (t->found.verdict != GUARD_GO || l->ready->row->first_contact)))
		lane_forget_company(l);
}

static void
take_over(struct lane *l, struct tx *t)
{
	size_t i;

	TALLOC_FREE(l->done);
	if (!t->claim)
		return;
	for (i = 0; i < t->n_rows; i++)
		l->rows[i] = talloc_steal(l, t->rows[i]);
	l->n_rows = t->n_rows;
	l->next_id = t->next_id;
	l->paced = t->paced;
	l->worked = l->worked || l->n_rows > 0;
}

int
commit_run(void *owner, struct lane *l, bool begin, bool claim,
    struct commit *ret_commit, struct err *err)
{
	struct tx t;

	memset(&t, 0, sizeof(t));
	t.lane = l;
	t.pool = talloc_new(owner);
	t.now = clock_now();
	t.begin = begin;
	t.claim = claim;
	if (store_tx(l->sender->db, run, &t, err) < 0) {
		lane_forget_company(l);
		talloc_free(t.pool);
		return -1;
	}
	forget(l, &t);
	take_over(l, &t);
	*ret_commit = t.found;
	return 0;
}

int
lane_flush(struct lane *l, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct commit c;

	return l->done == NULL ? 0 : commit_run(pool, l, false, false, &c,
	    err);
}
