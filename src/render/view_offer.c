#include "render/view.h"

#include "base/mem.h"
#include "plan/offer.h"

#include <string.h>

static void
put_money(struct mst_value *map, const struct locale *l, const char *name,
    int64_t minor, const char *cur)
{
	struct money m = money_zero(cur);

	m.minor = minor;
	mst_put_text(map, name, locale_money(map, l, m));
}

static char *
documents(void *owner, const struct facts *f, const struct locale *l,
    const struct offer_terms *o, bool standing)
{
	size_t max = f->n_items + (standing ? f->offer->n_items : 0), n, i;
	struct plan_item *items = mem_array(owner, struct plan_item, max + 1);
	const char **names = mem_array(owner, const char *, max + 1);

	n = standing ? f->offer->n_items : offer_items(f, o, items);
	for (i = 0; i < n; i++)
		names[i] = view_clean(owner, standing ?
		    f->offer->items[i].document :
		    f->items[items[i].i].document);
	return locale_join(owner, l, names, n);
}

/* Whoever may be offered something may be told of it again. */
static bool
may_be_told(const struct render_input *in)
{
	const struct policy *p = in->company->policy;

	return p == NULL || p->offers.advice != NULL ||
	    in->facts->contacts[in->contact].offers;
}

void
view_offer(const struct render_input *in, const struct locale *l,
    int32_t today, struct mst_value *root)
{
	const struct fact_offer *was = in->facts->offer;
	const struct offer_terms *o = in->offer;
	struct mst_value *m;
	bool standing = o == NULL && was != NULL &&
	    was->state == OFFER_IS_OPEN && was->terms.day >= today &&
	    may_be_told(in);

	if (standing)
		o = &was->terms;
	if (o == NULL || !o->made)
		return;
	m = mst_map(root);
	put_money(m, l, "pay", offer_sum(o), o->cur);
	put_money(m, l, "full", o->full, o->cur);
	put_money(m, l, "discount", o->discount, o->cur);
	mst_put_text(m, "day", locale_date(m, l, o->day));
	mst_put_text(m, "documents", documents(m, in->facts, l, o, standing));
	mst_put_bool(m, "single", o->n_items == 1);
	mst_put_bool(m, "next_order", o->next_order);
	mst_put_bool(m, "standing", standing);
	mst_put(root, "offer", m);
}
