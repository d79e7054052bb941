#include "track/redeem.h"

/* The items of one reckoning, summed up. */
struct sums {
	int64_t due;		/* asked for now, without discount */
	int64_t paid, open;
	size_t n;
};

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* What the offer asks for an item by now: not more than it did. */
static int64_t
due_of(const struct redeem_item *it)
{
	int64_t less = it->is < it->was ? it->was - it->is : 0;

	return it->gone || less >= it->covered ? 0 : it->covered - less;
}

/* Where receipts are known they tell; a ledger of balances only shows what
 * was paid by what is no longer open. */
static int64_t
paid_of(const struct redeem_item *it, int32_t deadline)
{
	int64_t was = it->covered + it->is - it->was;
	int64_t gone = was > it->open ? was - it->open : 0;

	if (it->in_time + it->late > 0)
		return least(it->in_time, gone);
	return it->paid_on != INT32_MIN && it->paid_on > deadline ? 0 : gone;
}

static void
sum_up(const struct redeem_in *in, bool disputed, struct sums *ret)
{
	struct redeem_item *it;
	struct sums s = { 0 };
	int64_t due;
	size_t i;

	for (i = 0; i < in->n_items; i++) {
		it = &in->items[i];
		due = due_of(it);
		it->counts = due > 0 && (disputed || !it->disputed);
		if (!it->counts)
			continue;
		s.n++;
		s.due += due;
		s.open += it->open;
		s.paid += paid_of(it, in->deadline);
	}
	*ret = s;
}

/* Its share of the discount, rounded up. */
static int64_t
share(const struct offer_terms *o, int64_t due)
{
	return (int64_t)(((__int128)o->discount * due + o->full - 1) /
	    o->full);
}

/* all: what is left of the items; else only those that nobody disputes. */
static int64_t
discount_of(const struct offer_terms *o, int64_t due, bool all)
{
	if (due >= o->full)
		return o->discount;
	if (o->percent > 0)
		return least(offer_discount(due, o->percent), o->discount);
	return all && o->discount <= due / 2 ? o->discount : share(o, due);
}

/* What is missing has come in, but stands against nothing yet. */
static bool
is_loose(const struct redeem_in *in, int64_t missing)
{
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < in->n_loose; i++) {
		if (in->loose[i] == missing)
			return true;
		sum += in->loose[i];
	}
	return in->n_loose > 0 && sum == missing;
}

/* Was enough paid for these items?  Also where more than that was. */
static bool
is_taken(const struct redeem_in *in, const struct sums *s, bool all,
    struct redeem *r)
{
	const struct offer_terms *o = in->offer;

	if (s->due == 0)
		return false;
	r->discount = discount_of(o, s->due, all);
	r->asked = o->next_order ? s->due : s->due - r->discount;
	r->paid = s->paid;
	if (r->paid < r->asked && is_loose(in, r->asked - r->paid))
		r->paid = r->asked;
	if (r->paid < r->asked)
		return false;
	/* What they paid of it is not credited as well. */
	if (!o->next_order)
		r->discount = r->paid < s->due ? s->due - r->paid : 0;
	return true;
}

void
redeem_offer(const struct redeem_in *in, struct redeem *ret)
{
	struct redeem r = { .word = REDEEM_OPEN }, part = r;
	bool over = in->today > in->deadline;
	struct sums s, undisputed;
	bool told = over && in->ledger != INT32_MIN && in->ledger > in->tell;

	sum_up(in, true, &s);
	if (is_taken(in, &s, true, &r)) {
		r.word = r.discount > 0 ? REDEEM_KEPT : REDEEM_NEEDLESS;
		*ret = r;
		return;
	}
	r.discount = 0;
	if (s.due == 0 || (!over && s.open == 0))
		r.word = REDEEM_NEEDLESS;
	else if (!told)
		r.word = over ? REDEEM_AWAITING : REDEEM_OPEN;
	else
		r.word = REDEEM_EXPIRED;
	if (r.word == REDEEM_EXPIRED) {
		sum_up(in, false, &undisputed);
		if (undisputed.n < s.n && is_taken(in, &undisputed, false,
		    &part) && part.discount > 0) {
			part.word = REDEEM_KEPT;
			r = part;
		}
	}
	*ret = r;
}
