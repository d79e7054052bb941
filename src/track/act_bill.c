/* act_bill.c - bills of exchange: received, and how they ended. */
#include "track/act_int.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "store/bills.h"
#include "store/holds.h"
#include "store/tasks.h"

#include <string.h>

#define DAY 86400

static const char *
document_of(const struct facts *f, int64_t item_id)
{
	size_t i;

	for (i = 0; i < f->n_items; i++)
		if (f->items[i].id == item_id)
			return f->items[i].document;
	return NULL;
}

static bool
names(const struct act_bill *b, const char *document)
{
	struct fact_item it = { .document = document };
	struct act_day d = { 0 };
	size_t i;

	for (i = 0; i < b->n_documents; i++) {
		d.document = b->documents[i];
		if (act_is_named(&it, &d, 1))
			return true;
	}
	return b->n_documents == 0;
}

/* Promises to give a bill are kept by it; *named gets what they cover. */
static int
keep(struct act *a, const struct act_bill *b, struct act_day *named,
    size_t *ret_n, int32_t *ret_matures, struct err *err)
{
	struct promise **list;
	const char *document;
	size_t n, i, k, hits;

	if (promises_active(a->pool, a->db, a->r->account_id, &list, &n,
	    err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		if (!list[i]->by_bill ||
		    list[i]->state == PROMISE_IS_PROPOSED)
			continue;
		for (hits = k = 0; k < list[i]->n_items; k++) {
			document = document_of(a->f,
			    list[i]->items[k].item_id);
			if (document == NULL || !names(b, document))
				continue;
			hits++;
			if (b->n_documents == 0 && *ret_n < a->f->n_items)
				named[(*ret_n)++].document = document;
		}
		if (hits == 0)
			continue;
		if (*ret_matures == DATE_NONE)
			*ret_matures = list[i]->matures;
		if (promises_move(a->db, list[i], PROMISE_EV_PAY, a->r->now,
		    a->r->actor, "the bill was received", err) < 0)
			return -1;
	}
	return act_look(a, err);
}

static int
fill(struct act *a, const struct act_bill *said, const struct act_day *named,
    size_t n, struct bill *b, struct err *err)
{
	const char *cur = act_currency(a, named, n);
	int64_t sum = 0;

	b->items = mem_array(a->pool, struct covered, a->n_free + 1);
	b->n_items = cur == NULL ? 0 : act_cover(a, named, n, cur, b->items,
	    &sum);
	if (b->n_items == 0)
		return err_set(err, ERR_PERM, "nothing is open that it could "
		    "cover and that is not held already: see dunlin why, or "
		    "name the items with --item");
	memcpy(b->cur, cur, strlen(cur) + 1);
	b->amount = said->amount.minor != 0 && said->amount.minor < sum ?
	    said->amount.minor : sum;
	return 0;
}

int
act_bill(struct db *db, const struct act_reply *r,
    const struct act_bill *said, int64_t *ret_id, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct act a = { .db = db, .r = r, .pool = pool };
	struct bill b = { .company_id = r->company_id,
	    .account_id = r->account_id, .number = said->number,
	    .drawee = said->drawee, .note = said->note, .made_at = r->now,
	    .made_by = r->actor };
	struct act_day *named;
	int64_t over;
	size_t i, n = 0;

	if (act_look(&a, err) < 0)
		return -1;
	named = mem_array(pool, struct act_day, a.f->n_items +
	    said->n_documents + 1);
	for (i = 0; i < said->n_documents; i++)
		named[i].document = said->documents[i];
	n = said->n_documents;
	b.matures = said->matures;
	if (keep(&a, said, named, &n, &b.matures, err) < 0)
		return -1;
	if (b.matures == DATE_NONE)
		return err_set(err, ERR_PERM, "say when the bill matures: "
		    "--matures DATE");
	named[0].amount = said->amount;
	if (fill(&a, said, named, n > 0 ? n : 1, &b, err) < 0)
		return -1;
	b.received_on = a.today;
	over = zone_instant(a.zone, judge_workdays(&a.rules, b.matures,
	    a.rules.lag) + 1, 0);
	b.look_at = over;
	if (bills_add(db, &b, over + 7 * DAY, err) < 0)
		return -1;
	*ret_id = b.id;
	return 0;
}

/* What it covered is open again, and nobody writes before a person has
 * spoken to them. */
static int
dishonoured(struct act *a, const struct bill *b, const char *why,
    struct err *err)
{
	struct hold_new h = { .company_id = b->company_id,
	    .kind = HOLD_HUMAN, .scope = SCOPE_ACCOUNT,
	    .account_id = b->account_id, .owner = a->f->owner,
	    .note = "a bill of exchange was dishonoured",
	    .review_at = CLOCK_NONE, .ends_at = CLOCK_NONE };
	int64_t id;
	int found = holds_find(a->db, &h, &id, err);

	if (found < 0 || (found == 0 && holds_place(a->db, &h, a->r->now,
	    a->r->actor, &id, err) < 0))
		return -1;
	return act_task(a, "bill-dishonoured", mem_fmt(a->pool,
	    "bill %lld%s%s%s%s", (long long)b->id, b->number != NULL ?
	    ", number " : "", b->number != NULL ? b->number : "",
	    why != NULL ? "\n" : "", why != NULL ? why : ""), err);
}

int
act_bill_end(struct db *db, const struct act_reply *r, int64_t id,
    enum bill_event ev, const char *why, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct act a = { .db = db, .r = r, .pool = pool };
	struct bill *b;

	if (bills_get(pool, db, id, &b, err) < 0 ||
	    bills_move(db, b, ev, r->now, r->actor, why, err) < 0 ||
	    tasks_close_reason(db, r->company_id, r->account_id,
	    "bill-matured", r->now, r->actor, bill_state_name(b->state),
	    err) < 0 || act_look(&a, err) < 0)
		return -1;
	return ev == BILL_EV_DISHONOUR ? dishonoured(&a, b, why, err) : 0;
}
