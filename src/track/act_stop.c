/* act_stop.c - what a debtor says that stops reminders: paid already,
 * disputed. */
#include "track/act_int.h"

#include "base/mem.h"
#include "core/date.h"
#include "store/claims.h"
#include "store/disputes.h"
#include "store/tasks.h"
#include "track/answer.h"

#include <string.h>

#define MORNING (9 * 3600)

/* --- paid already --- */

int
act_paid(struct db *db, const struct act_reply *r,
    const struct act_paid *paid, enum act_done *ret_done, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct act a = { .db = db, .r = r, .pool = pool };
	struct claim c = { .company_id = r->company_id,
	    .account_id = r->account_id, .made_at = r->now,
	    .made_by = r->actor, .inbox_id = r->inbox_id,
	    .contact_id = r->contact_id, .paid_on = paid->day,
	    .amount = paid->amount.minor, .cur = paid->amount.cur,
	    .reference = paid->reference };
	struct act_day *named = mem_array(pool, struct act_day,
	    paid->n_documents + 1);
	struct covered *items;
	const char *cur;
	int64_t sum;
	size_t i, n;

	if (act_look(&a, err) < 0)
		return -1;
	for (i = 0; i < paid->n_documents; i++)
		named[i].document = paid->documents[i];
	named[0].amount = paid->amount;
	n = paid->n_documents > 0 ? paid->n_documents : 1;
	cur = act_currency(&a, named, n);
	items = mem_array(pool, struct covered, a.n_free + 1);
	n = cur == NULL ? 0 : act_cover(&a, named, n, cur, items, &sum);
	*ret_done = ACT_SAME;
	if (n == 0)
		return 0;
	c.items = items;
	c.n_items = n;
	c.until = judge_workdays(&a.ours, a.today,
	    r->company->policy->claim_days);
	c.look_at = zone_instant(a.zone, c.until + 1, 0);
	if (claims_add(db, &c, err) < 0)
		return -1;
	*ret_done = ACT_DONE;
	if (!r->proven)
		return 0;
	return answer_reply(db, r, act_template(r,
	    "answer-claim"), mem_fmt(pool,
	    "claim/%lld", (long long)c.id), "paid", ret_done, err);
}

int
act_claim(struct db *db, const struct act_reply *r, int64_t id,
    enum claim_event ev, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct act a = { .db = db, .r = r, .pool = pool };
	struct claim *c;

	if (act_look(&a, err) < 0 || claims_get(pool, db, id, &c, err) < 0)
		return -1;
	/* Looked for once more; it goes on naming what it is not. */
	c->until = judge_workdays(&a.rules, a.today,
	    r->company->policy->claim_days);
	c->look_at = zone_instant(a.zone, c->until + 1, 0);
	c->sure = false;
	if (claims_move(db, c, ev, r->now, r->actor, err) < 0)
		return -1;
	return claims_close_tasks(db, c, r->now, r->actor,
	    claim_state_name(c->state), err);
}

/* --- dispute --- */

/* What is left is not disputed; 0: all of it is. */
static int64_t
part_of(const struct fact_item *it, const struct act_dispute *d)
{
	return d->n_documents > 1 || d->amount.minor >= it->open ||
	    (d->amount.cur[0] != '\0' && strcmp(d->amount.cur, it->cur) != 0) ?
	    0 : d->amount.minor;
}

static const struct fact_item *
only_item(const struct facts *f)
{
	const struct fact_item *one = NULL;
	size_t i;

	for (i = 0; i < f->n_items; i++) {
		if (f->items[i].open == 0)
			continue;
		if (one != NULL || f->items[i].open < 0)
			return NULL;
		one = &f->items[i];
	}
	return one;
}

/* it NULL: the whole account. */
static int
dispute_item(struct act *a, const struct act_dispute *d,
    const struct fact_item *it, int64_t *ret_id, struct err *err)
{
	int64_t id, item_id = it != NULL ? it->id : 0;
	struct dispute n = { .company_id = a->r->company_id,
	    .account_id = a->r->account_id, .item_id = item_id,
	    .amount = it != NULL ? part_of(it, d) : 0,
	    .reason = d->reason, .owner = a->f->owner,
	    .opened_at = a->r->now, .opened_by = a->r->actor,
	    .inbox_id = a->r->inbox_id, .contact_id = a->r->contact_id,
	    .note = a->r->quote };
	int r = disputes_find(a->db, a->r->account_id, item_id, &id, err);

	if (r != 0)
		return r < 0 ? -1 : 0;
	n.by = judge_workdays(&a->ours, a->today,
	    a->r->company->policy->dispute_days);
	if (disputes_open(a->db, &n, err) < 0)
		return -1;
	*ret_id = n.id;
	return 0;
}

/* Objections of the trade: no quarrel, but something is to be compared, and
 * the statement goes along. */
static bool
is_trade(const char *reason)
{
	static const char *const words[] = { "reconcile", "no_invoice",
		"acceptance", "retention", "offset", "not_due" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], reason) == 0)
			return true;
	return false;
}

int
act_dispute(struct db *db, const struct act_reply *r,
    const struct act_dispute *d, enum act_done *ret_done, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct act a = { .db = db, .r = r, .pool = pool };
	struct act_day named;
	int64_t id = 0;
	size_t i, k, n = 0;

	if (act_look(&a, err) < 0)
		return -1;
	for (k = 0; k < d->n_documents; k++) {
		memset(&named, 0, sizeof(named));
		named.document = d->documents[k];
		for (i = 0; i < a.f->n_items; i++)
			if (act_is_named(&a.f->items[i], &named, 1)) {
				n++;
				if (dispute_item(&a, d, &a.f->items[i], &id,
				    err) < 0)
					return -1;
			}
	}
	/* Nothing that is known was named: all of it waits for a person, but
	 * of what is only one item a part may be meant. */
	if (n == 0 && dispute_item(&a, d, d->n_documents == 0 &&
	    d->amount.minor > 0 ? only_item(a.f) : NULL, &id, err) < 0)
		return -1;
	*ret_done = ACT_SAME;
	if (id == 0)
		return 0;
	*ret_done = ACT_DONE;
	a.due = zone_instant(a.zone, judge_workdays(&a.rules, a.today,
	    r->company->policy->dispute_days), MORNING);
	if (act_task(&a, "dispute", NULL, err) < 0)
		return -1;
	if (!r->proven)
		return 0;
	return answer_reply(db, r, act_template(r, is_trade(d->reason) ?
	    "answer-trade" : "answer-dispute"), mem_fmt(pool,
	    "dispute/%lld", (long long)id), "dispute", ret_done, err);
}

int
act_dispute_close(struct db *db, const struct act_reply *r, int64_t id,
    enum dispute_event ev, const char *note, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct act a = { .db = db, .r = r, .pool = pool };
	struct answer m = { .class = CLASS_OUTCOME,
	    .template = "outcome-dispute", .from = DATE_NONE };
	struct dispute *d;
	int64_t ignore;

	if (disputes_get(pool, db, id, &d, err) < 0 ||
	    disputes_move(db, d, ev, r->now, r->actor, note, err) < 0 ||
	    tasks_close_reason(db, r->company_id, r->account_id, "dispute",
	    r->now, r->actor, dispute_state_name(d->state), err) < 0 ||
	    act_look(&a, err) < 0)
		return -1;
	if (r->silent)
		return 0;
	m.cause = mem_fmt(pool, "dispute/%lld/%s", (long long)id,
	    dispute_state_name(d->state));
	m.contact_id = d->contact_id;
	return answer_write(db, r->company, a.f, &m, r->now, &ignore, err);
}
