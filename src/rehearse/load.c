#include "rehearse/load.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"
#include "plan/hold.h"
#include "store/history.h"

#include <string.h>

#define KNOWN_BEFORE 30

struct loader {
	struct history_stream *s;
	const struct fact_company *company;
	struct load_options o;
	struct re_account a;
	void *pool;		/* of the account in hand */
};

int
loader_open(void *owner, struct db *db, const struct fact_company *company,
    const struct load_options *o, int64_t from_id, int64_t to_id,
    struct loader **ret_loader, struct err *err)
{
	struct loader *l = mem_new(owner, struct loader);

	l->company = company;
	l->o = *o;
	if (history_open(l, db, company, from_id, to_id,
	    zone_instant(company->zone, o->from, 0), &l->s, err) < 0)
		return -1;
	*ret_loader = l;
	return 0;
}

void
loader_close(struct loader *l)
{
	history_close(l->s);
}

static int32_t
day_of(const struct loader *l, int64_t t)
{
	int32_t second;

	return zone_day(l->a.zone, t, &second);
}

/* What the payments before the stated balance account for, so that they can
 * be taken off again on their days. */
static int64_t
paid_before(const struct history *h, const struct history_item *it)
{
	int64_t sum = 0;
	size_t k;

	for (k = 0; k < h->n_payments; k++)
		if (h->payments[k].item_id == it->id &&
		    h->payments[k].day <= it->as_of &&
		    h->payments[k].reversed > it->as_of)
			sum += h->payments[k].amount;
	return sum;
}

static void
load_item(struct loader *l, const struct history *h,
    const struct history_item *from)
{
	struct re_item *it = re_add_item(l->pool, &l->a);
	int64_t whole = from->balance + paid_before(h, from);

	it->id = from->id;
	it->document = from->document;
	it->kind = from->kind;
	memcpy(it->cur, from->cur, MONEY_CUR_MAX);
	it->issued = from->issued;
	it->due = from->due;
	it->known = from->issued != DATE_NONE ? from->issued :
	    from->due - KNOWN_BEFORE;
	it->created_at = zone_instant(l->a.zone, it->known, 0);
	it->amount = from->amount;
	if (from->state == ITEM_IS_OPEN && whole != 0 &&
	    (whole > 0) == (from->amount > 0))
		it->amount = whole;
	if (from->state != ITEM_IS_OPEN)
		it->paid = from->paid != DATE_NONE ? from->paid :
		    from->as_of;
	if (from->disputed)
		it->dispute_from = it->known + l->o.dispute_after;
}

static void
load_payments(struct loader *l, const struct history *h)
{
	const struct history_payment *from;
	struct re_payment *p;
	size_t i, k;

	for (i = 0; i < h->n_payments; i++) {
		from = &h->payments[i];
		for (k = 0; k < h->n_items && h->items[k].id !=
		    from->item_id; k++)
			continue;
		if (from->item_id != 0 && k == h->n_items)
			continue;
		p = re_add_payment(l->pool, &l->a);
		p->item = from->item_id != 0 ? k : RE_NO_ITEM;
		p->amount = from->amount;
		p->day = from->day;
		p->until = from->reversed;
		memcpy(p->cur, from->cur, MONEY_CUR_MAX);
	}
}

/* The ledger's flag is already a dispute of the item, with its own day. */
static void
load_hold(struct loader *l, const struct fact_hold *from, int64_t to)
{
	struct re_hold *h;
	size_t i;

	for (i = 0; i < l->a.n_items && from->scope == SCOPE_ITEM; i++)
		if (l->a.items[i].id == from->item_id &&
		    from->kind == HOLD_DISPUTE &&
		    l->a.items[i].dispute_from != RE_NEVER) {
			if (day_of(l, from->placed_at) <
			    l->a.items[i].dispute_from)
				l->a.items[i].dispute_from = day_of(l,
				    from->placed_at);
			return;
		}
	h = re_add_hold(l->pool, &l->a);
	h->hold = *from;
	h->from = from->placed_at;
	h->to = to;
}

static void
load_contacts(struct loader *l, const struct facts *f)
{
	struct re_contact *c;
	size_t i;

	for (i = 0; i < f->n_contacts; i++) {
		c = re_add_contact(l->pool, &l->a);
		c->contact = f->contacts[i];
		c->state = c->contact.state;
	}
	l->a.assumed = f->n_contacts == 0 && !l->o.real_contacts;
	if (!l->a.assumed)
		return;
	c = re_add_contact(l->pool, &l->a);
	c->contact.role = CONTACT_PAYABLES;
	c->contact.kind = ADDRESS_EMAIL;
	c->contact.state = c->state = ADDRESS_IS_WORKING;
	c->contact.address = "nobody@assumed.invalid";
}

static void
load(struct loader *l, const struct history *h)
{
	const struct facts *f = h->facts;
	int64_t start;
	size_t i;

	memset(&l->a, 0, sizeof(l->a));
	l->a.who = *f;
	if (l->o.approve)
		l->a.who.stage_cap = -1;
	l->a.who.n_items = l->a.who.n_holds = l->a.who.n_contacts = 0;
	l->a.who.n_touches = l->a.who.n_planned = l->a.who.n_unallocated = 0;
	l->a.zone = f->zone != NULL ? f->zone : l->company->zone;
	l->a.character = -1;
	l->a.pool = l->pool;
	for (i = 0; i < h->n_items; i++)
		load_item(l, h, &h->items[i]);
	load_payments(l, h);
	for (i = 0; i < f->n_holds; i++)
		load_hold(l, &f->holds[i], INT64_MAX);
	for (i = 0; i < h->n_released; i++)
		load_hold(l, &h->released[i].hold,
		    h->released[i].released_at);
	load_contacts(l, f);
	start = zone_instant(l->a.zone, l->o.from, 0);
	l->a.before = f->touches;
	while (l->a.n_before < f->n_touches &&
	    f->touches[l->a.n_before].at < start)
		l->a.n_before++;
	if (l->a.n_before == 0 && f->n_touches > 0) {
		/* What was sent later is not known yet. */
		l->a.who.episode = 0;
		l->a.who.episode_from = DATE_NONE;
	}
}

int
loader_next(struct loader *l, struct re_account **ret_account,
    struct err *err)
{
	const struct history *h;
	int r;

	talloc_free(l->pool);
	l->pool = talloc_new(l);
	r = history_next(l->s, &h, err);
	if (r <= 0)
		return r;
	load(l, h);
	*ret_account = &l->a;
	return 1;
}
