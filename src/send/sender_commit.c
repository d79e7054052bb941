/* In the steady state a wave of messages costs one commit: the outcomes of the
 * last, the begin of the next and the next claims together. */
#include "send/sender.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "plan/offer.h"
#include "store/offers.h"

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
	struct outbox_row *rows[CHANNEL_WAVE];
	size_t n_rows;
	bool paced;
};

static int
store_outcome(struct tx *t, const struct done *d, struct err *err)
{
	int r;

	r = outbox_finish(t->lane->sender->db, d->row->id, d->row->token,
	    &d->result, t->now, err);
	if (r <= 0)
		return r;
	log_warn("late outcome=%s outbox=%lld was settled by somebody else",
	    outcome_name(d->result.outcome), (long long)d->row->id);
	return 0;
}

/* What it offers is written before its first byte leaves: it may be relied
 * upon from then on. */
static int
leave_offer(struct tx *t, const struct ready *r, struct err *err)
{
	const struct policy_offers *p = &t->lane->company->policy->offers;
	const struct facts *f = &r->look->facts;
	struct plan_item *items;
	struct offer o = { .company_id = r->row->company_id,
	    .account_id = r->row->account_id,
	    .communication_id = r->row->communication_id,
	    .made_at = t->now, .terms = r->offer };

	if (!r->offer.made)
		return 0;
	items = mem_array(t->pool, struct plan_item, f->n_items + 1);
	o.n_items = offer_items(f, &r->offer, items);
	o.ground = p->advice != NULL ? p->advice : "consent";
	return offers_leave(t->lane->sender->db, &o, f, items, err);
}

static int
begin(struct tx *t, struct ready *r, struct found *f, struct err *err)
{
	struct lane *l = t->lane;
	struct db *db = l->sender->db;
	struct attempt_new a;
	int lost;

	if (sender_guard(t->pool, l, r, t->now, &f->verdict, &f->why,
	    err) < 0)
		return -1;
	switch (f->verdict) {
	case GUARD_STALE:
		return outbox_stale(db, r->row, f->why, t->now, err);
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
	    lane_message_seconds(l) + 60, t->now, &f->attempt_id, err);
	if (lost > 0)
		f->verdict = GUARD_LOST;
	if (lost == 0 && leave_offer(t, r, err) < 0)
		return -1;
	/* The next of the wave is counted after it. */
	if (lost == 0 && (r->row->first_contact || r->offer.made))
		lane_forget_company(l);
	return lost < 0 ? -1 : 0;
}

static int
run(struct db *db, void *arg, struct err *err)
{
	struct tx *t = arg;
	struct lane *l = t->lane;
	size_t i;

	talloc_free_children(t->pool);
	memset(&t->found, 0, sizeof(t->found));
	for (i = 0; i < l->n_done; i++)
		if (store_outcome(t, l->done[i], err) < 0)
			return -1;
	for (i = 0; t->begin && i < l->n_ready; i++)
		if (begin(t, l->ready[i], &t->found.found[i], err) < 0)
			return -1;
	if (!t->claim)
		return 0;
	return claim_next(t->pool, l, t->now, l->left - (int)l->n_rows -
	    (t->begin ? (int)l->n_ready : 0), t->rows, &t->n_rows,
	    &t->next_id, &t->paced, err);
}

/* What others share is read anew where it may have changed by this. */
static void
forget(struct lane *l, const struct tx *t)
{
	size_t i;

	for (i = 0; i < l->n_done; i++)
		if (l->done[i]->result.outcome != OUTCOME_ACCEPTED)
			lane_forget_company(l);
	for (i = 0; t->begin && i < l->n_ready; i++)
		if (t->found.found[i].verdict != GUARD_GO ||
		    l->ready[i]->row->first_contact ||
		    l->ready[i]->offer.made)
			lane_forget_company(l);
}

static void
take_over(struct lane *l, struct tx *t)
{
	size_t i;

	for (i = 0; i < l->n_done; i++)
		talloc_free(l->done[i]);
	l->n_done = 0;
	if (!t->claim)
		return;
	for (i = 0; i < t->n_rows; i++)
		l->rows[l->n_rows++] = talloc_steal(l, t->rows[i]);
	l->next_id = t->next_id;
	l->paced = t->paced;
	l->worked = l->worked || t->n_rows > 0;
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

	return l->n_done == 0 ? 0 : commit_run(pool, l, false, false, &c,
	    err);
}
