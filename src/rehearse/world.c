#include "rehearse/world.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"

#include <string.h>

int64_t
re_open(const struct re_account *a, size_t i, int32_t day)
{
	const struct re_item *it = &a->items[i];
	int64_t open = it->amount;
	size_t k;

	if (day < it->known || day >= it->paid)
		return 0;
	for (k = 0; k < a->n_payments; k++)
		if (a->payments[k].item == i && a->payments[k].day <= day &&
		    day < a->payments[k].until)
			open -= a->payments[k].amount;
	if ((it->amount > 0) != (open > 0))
		return 0;
	return open;
}

bool
re_disputed(const struct re_item *it, int32_t day)
{
	return it->dispute_from <= day && day < it->dispute_to;
}

/* Arrays grow at powers of two. */
#define GROW(owner, array, type, n)					\
	do {								\
		if (((n) & ((n) - 1)) == 0)				\
			(array) = mem_grow(owner, array, type,		\
			    (n) == 0 ? 1 : (n) * 2);			\
		memset(&(array)[n], 0, sizeof((array)[n]));		\
	} while (0)

struct re_item *
re_add_item(void *owner, struct re_account *a)
{
	struct re_item *it;
	int s;

	GROW(owner, a->items, struct re_item, a->n_items);
	it = &a->items[a->n_items++];
	it->id = (int64_t)a->n_items;
	it->issued = DATE_NONE;
	it->paid = it->dispute_from = it->dispute_to = RE_NEVER;
	it->first_named = RE_NEVER;
	for (s = 0; s < STAGE_COUNT; s++)
		it->named[s] = RE_NEVER;
	return it;
}

struct re_payment *
re_add_payment(void *owner, struct re_account *a)
{
	struct re_payment *p;

	GROW(owner, a->payments, struct re_payment, a->n_payments);
	p = &a->payments[a->n_payments++];
	p->item = RE_NO_ITEM;
	p->until = RE_NEVER;
	return p;
}

struct re_hold *
re_add_hold(void *owner, struct re_account *a)
{
	struct re_hold *h;

	GROW(owner, a->holds, struct re_hold, a->n_holds);
	h = &a->holds[a->n_holds++];
	h->hold.id = (int64_t)a->n_holds;
	h->hold.ends_at = CLOCK_NONE;
	h->to = INT64_MAX;
	return h;
}

struct re_contact *
re_add_contact(void *owner, struct re_account *a)
{
	struct re_contact *c;

	GROW(owner, a->contacts, struct re_contact, a->n_contacts);
	c = &a->contacts[a->n_contacts++];
	c->contact.id = c->contact.address_id = (int64_t)a->n_contacts;
	c->from = INT64_MAX;
	return c;
}
