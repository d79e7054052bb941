/* Offers for paying by a day: who has one, what it says, and whether it was
 * taken. */
#include "unit.h"

#include "facts.h"

#include "plan/offer.h"
#include "track/redeem.h"

/* A Friday, 34 days after the due day: m2-first goes out now. */
#define NOW "2026-11-20T09:01:00Z"

static struct policy ours;
static struct policy_step steps[32];
static struct policy_minimum least[] = { { "GBP", 10000 }, { "JPY", 1000 } };
static struct policy_minimum amounts[] = { { "GBP", 5000 } };

static int
setup(void **state)
{
	const struct policy *base = policy_default(NULL);
	size_t i;

	(void)state;
	ours = *base;
	memcpy(steps, base->steps, base->n_steps * sizeof(*steps));
	ours.steps = steps;
	for (i = 0; i < ours.n_steps; i++)
		steps[i].offer = strcmp(steps[i].id, "m2-first") == 0;
	ours.offers.percent = 200;
	ours.offers.least = least;
	ours.offers.n_least = 2;
	ours.offers.amounts = amounts;
	ours.offers.n_amounts = 0;
	ours.offers.next_order = false;
	ours.offers.days = 7;
	ours.offers.again_days = 365;
	ours.offers.grace = 0;
	ours.offers.advice = NULL;
	policy = &ours;
	return 0;
}

static void
begin(struct world *w)
{
	world_begin(w, NOW);
	w->contacts[0].offers = true;
	add_item(w, "2026-10-17", 100033, "GBP");
}

static struct offer_terms
offered(const struct world *w)
{
	struct plan p = planned(w);

	assert_int_equal(p.verdict, PLAN_SEND);
	assert_string_equal(p.step->id, "m2-first");
	return p.offer;
}

static void
test_made(void **state)
{
	struct offer_terms o;
	struct plan_item items[8];
	struct world w;

	(void)state;
	begin(&w);
	add_item(&w, "2026-10-31", 50000, "GBP");
	add_item(&w, "2026-11-20", 70000, "GBP");	/* due today */
	add_item(&w, "2026-10-20", 90000, "USD");
	o = offered(&w);
	assert_true(o.made);
	assert_string_equal(o.cur, "GBP");
	assert_int_equal(o.full, 150033);
	assert_int_equal(o.discount, 3001);	/* 3000.66, rounded up */
	assert_int_equal(offer_sum(&o), 147032);
	assert_int_equal(o.n_items, 2);
	assert_int_equal(o.day, day("2026-11-27"));
	assert_int_equal(offer_items(&w.f, &o, items), 2);
	assert_int_equal(items[0].i, 0);
	assert_int_equal(items[1].amount, 50000);
	/* The last day is a working day: Christmas and Boxing Day of 2026 are
	 * a Friday and a Saturday, taken on Friday and Monday. */
	ours.offers.days = 35;
	assert_int_equal(offered(&w).day, day("2026-12-29"));
	ours.offers.days = 8;
	assert_int_equal(offered(&w).day, day("2026-11-30"));
	ours.offers.days = 7;
	/* A fixed amount; all of it, and credited later. */
	ours.offers.percent = 0;
	ours.offers.n_amounts = 1;
	o = offered(&w);
	assert_int_equal(offer_sum(&o), 145033);
	ours.offers.next_order = true;
	o = offered(&w);
	assert_int_equal(offer_sum(&o), 150033);
	assert_int_equal(o.discount, 5000);
}

static void
test_default_is_off(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	policy = policy_default(NULL);
	assert_false(planned(&w).offer.made);
	policy = &ours;
	assert_true(planned(&w).offer.made);
}

/* Each of these takes it away. */
static void
not_consent(struct world *w)
{
	w->contacts[0].offers = false;
}

static void
not_copy(struct world *w)
{
	add_contact(w, CONTACT_COPY);
}

static void
not_person(struct world *w)
{
	w->f.party_kind = PARTY_PERSON;
}

static void
not_country(struct world *w)
{
	w->f.country = NULL;
}

static void
not_held(struct world *w)
{
	struct fact_hold *h;

	/* Of an item that is not overdue; reminders go on. */
	add_item(w, "2026-12-20", 10000, "GBP");
	h = add_hold(w, HOLD_DISPUTE, SCOPE_ITEM);
	h->item_id = 2;
}

static void
not_credit(struct world *w)
{
	add_item(w, "2026-11-01", -500, "GBP");
}

static void
not_receipt(struct world *w)
{
	w->unallocated[0] = money_zero("GBP");
	w->unallocated[0].minor = 500;
	w->f.n_unallocated = 1;
}

static void
not_least(struct world *w)
{
	w->items[0].open = 9999;
}

static void
not_currency(struct world *w)
{
	strcpy(w->items[0].cur, "USD");
}

static struct fact_offer last;

static void
not_again(struct world *w)
{
	last.terms.on = day("2025-11-21");
	w->f.offer = &last;
}

static void
not_raised(struct world *w)
{
	last.terms.on = day("2020-01-01");
	last.terms.percent = 199;
	last.terms.discount = 199;
	w->f.offer = &last;
}

static void
not_raised_sum(struct world *w)
{
	last.terms.on = day("2020-01-01");
	last.terms.percent = 0;
	last.terms.discount = 199;	/* of 100.00: less than 2 per cent */
	w->f.offer = &last;
}

static void
not_over(struct world *w)
{
	last.terms.on = day("2020-01-01");
	last.state = OFFER_IS_KEPT;
	w->f.offer = &last;
}

static void
test_not_made(void **state)
{
	static void (*const takes[])(struct world *) = { not_consent,
		not_copy, not_person, not_country, not_held, not_credit,
		not_receipt, not_least, not_currency, not_again, not_raised,
		not_raised_sum, not_over };
	struct world w;
	size_t i;

	(void)state;
	for (i = 0; i < UNIT_COUNT(takes); i++) {
		begin(&w);
		memset(&last, 0, sizeof(last));
		last.state = OFFER_IS_EXPIRED;
		last.terms = (struct offer_terms){ .made = true, .cur = "GBP",
		    .full = 10000, .percent = 200, .discount = 200 };
		assert_true(offered(&w).made);
		takes[i](&w);
		if (offered(&w).made)
			fail_msg("row %zu: it was made", i);
	}
	/* What a lawyer has said stands for consent, for nothing else. */
	begin(&w);
	not_consent(&w);
	ours.offers.advice = "Example Counsel, 2 March 2026";
	assert_true(offered(&w).made);
	not_person(&w);
	assert_false(offered(&w).made);
	/* The same again, a year later. */
	begin(&w);
	last.state = OFFER_IS_EXPIRED;
	last.terms = (struct offer_terms){ .made = true, .cur = "GBP",
	    .full = 10000, .percent = 200, .discount = 200 };
	last.terms.on = day("2025-11-20");
	w.f.offer = &last;
	assert_true(offered(&w).made);
}

static void
test_rounding(void **state)
{
	(void)state;
	assert_int_equal(offer_discount(100, 200), 2);
	assert_int_equal(offer_discount(101, 200), 3);
	assert_int_equal(offer_discount(1, 1), 1);
	assert_int_equal(offer_discount(10000, 150), 150);
	assert_int_equal(offer_discount(10001, 150), 151);
	assert_int_equal(offer_discount(INT64_MAX / 2, 1000),
	    INT64_C(461168601842738791));
}

/* --- taken? --- */

struct row {
	const char *what;
	int64_t open, in_time, late, is;	/* is 0: as it was */
	int today, ledger;	/* days after the last one */
	bool gone, disputed;
	int64_t loose;
	enum redeem_word word;
	int64_t asked, paid, discount;
};

/* 2 per cent off an invoice of 1000.00 and one of 500.00 beside it, which has
 * been paid: 1470.00 is asked. */
static const struct row table[] = {
	{ "nothing yet", 100000, 0, 0, 0, 0, 0, false, false, 0,
	    REDEEM_OPEN, 147000, 50000, 0 },
	{ "the last day has passed", 100000, 0, 0, 0, 1, 0, false, false, 0,
	    REDEEM_AWAITING, 147000, 50000, 0 },
	{ "the bank's day", 100000, 0, 0, 0, 3, 1, false, false, 0,
	    REDEEM_AWAITING, 147000, 50000, 0 },
	{ "the ledger tells", 100000, 0, 0, 0, 3, 2, false, false, 0,
	    REDEEM_EXPIRED, 147000, 50000, 0 },
	{ "exactly", 3000, 97000, 0, 0, -3, -3, false, false, 0,
	    REDEEM_KEPT, 147000, 147000, 3000 },
	{ "told late, paid in time", 3000, 97000, 0, 0, 9, 9, false, false, 0,
	    REDEEM_KEPT, 147000, 147000, 3000 },
	{ "one unit less", 3001, 96999, 0, 0, 3, 2, false, false, 0,
	    REDEEM_EXPIRED, 147000, 146999, 0 },
	{ "a little more", 1000, 99000, 0, 0, 0, 0, false, false, 0,
	    REDEEM_KEPT, 147000, 149000, 1000 },
	{ "in full", 0, 100000, 0, 0, 0, 0, false, false, 0,
	    REDEEM_NEEDLESS, 147000, 150000, 0 },
	{ "a day late", 3000, 0, 97000, 0, 3, 2, false, false, 0,
	    REDEEM_EXPIRED, 147000, 50000, 0 },
	{ "half in time, half late", 3000, 50000, 47000, 0, 3, 2, false,
	    false, 0, REDEEM_EXPIRED, 147000, 100000, 0 },
	{ "a ledger of balances", 3000, 0, 0, 0, 0, 0, false, false, 0,
	    REDEEM_KEPT, 147000, 147000, 3000 },
	{ "booked with the credit note", 0, 97000, 0, 0, 0, 0, false, false,
	    0, REDEEM_KEPT, 147000, 147000, 3000 },
	{ "not allocated", 100000, 0, 0, 0, 0, 0, false, false, 97000,
	    REDEEM_KEPT, 147000, 147000, 3000 },
	{ "another sum, not allocated", 100000, 0, 0, 0, 0, 0, false, false,
	    97001, REDEEM_OPEN, 147000, 50000, 0 },
	{ "made smaller: 1400.00 less 28.00", 0 + 2800, 87200, 0, 90000, 0, 0,
	    false, false, 0, REDEEM_KEPT, 137200, 137200, 2800 },
	{ "smaller, the old sum paid", 0, 90000, 0, 90000, 0, 0, false,
	    false, 0, REDEEM_NEEDLESS, 137200, 140000, 0 },
	{ "made larger: as it was offered", 23000, 97000, 0, 120000, 0, 0,
	    false, false, 0, REDEEM_KEPT, 147000, 147000, 3000 },
	{ "cancelled: the other one is paid", 0, 0, 0, 0, 0, 0, true, false,
	    0, REDEEM_NEEDLESS, 49000, 50000, 0 },
	{ "disputed, its day not over", 100000, 0, 0, 0, 0, 0, false, true, 0,
	    REDEEM_OPEN, 147000, 50000, 0 },
	{ "disputed, and paid all the same", 3000, 97000, 0, 0, 0, 0, false,
	    true, 0, REDEEM_KEPT, 147000, 147000, 3000 },
};

static void
redeem(const struct row *r, struct redeem *ret)
{
	struct offer_terms o = { .made = true, .cur = "GBP", .full = 150000,
	    .discount = 3000, .percent = 200, .on = 0, .day = 7,
	    .n_items = 2 };
	struct redeem_item items[2] = {
		{ 100000, 100000, r->is != 0 ? r->is : 100000, r->open,
		    r->gone, r->disputed, INT32_MIN, r->in_time, r->late,
		    false },
		{ 50000, 60000, 60000, 0, false, false, INT32_MIN, 50000, 0,
		    false } };
	struct redeem_in in = { &o, 7, 8, items, 2, &r->loose, r->loose != 0,
	    7 + r->today, 7 + r->ledger };

	redeem_offer(&in, ret);
}

static void
test_taken(void **state)
{
	const struct row *t;
	struct redeem r;

	(void)state;
	for (t = table; t < table + UNIT_COUNT(table); t++) {
		redeem(t, &r);
		if (r.word != t->word || r.asked != t->asked ||
		    r.paid != t->paid || r.discount != t->discount)
			fail_msg("%s: %d, asked %lld, paid %lld, discount "
			    "%lld", t->what, r.word, (long long)r.asked,
			    (long long)r.paid, (long long)r.discount);
	}
}

/* What is disputed may be left out once the day is over, with its share. */
static void
test_disputed(void **state)
{
	struct offer_terms o = { .made = true, .cur = "GBP", .full = 150000,
	    .discount = 3000, .percent = 200, .day = 7, .n_items = 2 };
	struct redeem_item items[2] = {
		{ 100000, 100000, 100000, 100000, false, true, INT32_MIN, 0,
		    0, false },
		{ 50000, 50000, 50000, 1000, false, false, INT32_MIN, 49000,
		    0, false } };
	struct redeem_in in = { &o, 7, 8, items, 2, NULL, 0, 10, 9 };
	struct redeem r;

	(void)state;
	redeem_offer(&in, &r);
	assert_int_equal(r.word, REDEEM_KEPT);
	assert_int_equal(r.discount, 1000);
	assert_false(items[0].counts);
	assert_true(items[1].counts);
	o.percent = 0;		/* a fixed amount: a third of it */
	redeem_offer(&in, &r);
	assert_int_equal(r.word, REDEEM_KEPT);
	assert_int_equal(r.asked, 49000);
	items[1].in_time = 48999;
	items[1].open = 1001;
	redeem_offer(&in, &r);
	assert_int_equal(r.word, REDEEM_EXPIRED);
	/* All of it paid, for the next order: the same third. */
	o.next_order = true;
	items[1].in_time = 50000;
	items[1].open = 0;
	redeem_offer(&in, &r);
	assert_int_equal(r.word, REDEEM_KEPT);
	assert_int_equal(r.discount, 1000);
}

static void
test_next_order(void **state)
{
	struct offer_terms o = { .made = true, .cur = "GBP", .full = 100000,
	    .discount = 5000, .next_order = true, .day = 7, .n_items = 1 };
	struct redeem_item item = { 100000, 100000, 100000, 5000, false,
	    false, INT32_MIN, 95000, 0, false };
	struct redeem_in in = { &o, 7, 8, &item, 1, NULL, 0, 10, 9 };
	struct redeem r;

	(void)state;
	redeem_offer(&in, &r);
	assert_int_equal(r.word, REDEEM_EXPIRED);
	item.open = 0;
	item.in_time = 100000;
	redeem_offer(&in, &r);
	assert_int_equal(r.word, REDEEM_KEPT);
	assert_int_equal(r.discount, 5000);
}

/* --- any payments at all --- */

static uint64_t seed = 20261120;

static int64_t
any(int64_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (int64_t)((seed >> 33) % (uint64_t)below);
}

/* An invoice in a random state that a ledger could have. */
static void
random_item(struct redeem_item *it)
{
	int64_t left;

	memset(it, 0, sizeof(*it));
	it->covered = 1 + any(100000);
	it->was = it->covered + any(2) * any(1000);
	it->is = any(6) == 0 ? 1 + any(120000) : it->was;
	it->paid_on = any(5) == 0 ? (int32_t)any(15) : INT32_MIN;
	left = it->covered + it->is - it->was;
	if (left < 0)
		left = 0;
	it->open = any(3) == 0 ? 0 : left > 0 ? any(left + 1) : 0;
	if (any(3) > 0) {
		it->in_time = any(left - it->open + 1);
		it->late = any(left - it->open - it->in_time + 1);
	}
	it->gone = any(12) == 0;
	if (it->gone)
		it->open = 0;
	it->disputed = any(8) == 0;
}

/* Whatever was paid: what is credited is never more than was offered, nor
 * than is left of what it covered; who paid less than what was asked has
 * nothing; and no later day takes away or gives what was decided. */
static void
test_any(void **state)
{
	struct redeem_item items[4];
	struct redeem r, later;
	struct offer_terms o;
	struct redeem_in in;
	int64_t loose, due;
	int i, k, kept = 0, expired = 0;

	(void)state;
	for (i = 0; i < 200000; i++) {
		memset(&o, 0, sizeof(o));
		memset(&in, 0, sizeof(in));
		o.made = true;
		in.n_items = o.n_items = (size_t)(1 + any(4));
		for (k = 0; k < (int)in.n_items; k++) {
			random_item(&items[k]);
			o.full += items[k].covered;
		}
		o.percent = any(2) * (1 + any(1000));
		o.discount = o.percent > 0 ? offer_discount(o.full,
		    o.percent) : o.full / 2 * any(101) / 100;
		if (o.discount == 0 || o.discount >= o.full)
			continue;
		o.next_order = any(4) == 0;
		loose = 1 + any(100000);
		in.offer = &o;
		in.items = items;
		in.loose = &loose;
		in.n_loose = (size_t)(any(4) == 0);
		in.deadline = 7;
		in.tell = 8;
		in.today = (int32_t)any(12);
		in.ledger = (int32_t)any(12);
		redeem_offer(&in, &r);
		assert_in_range(r.discount, 0, o.discount);
		if (r.word == REDEEM_KEPT) {
			kept++;
			assert_true(r.discount > 0);
			assert_true(r.paid >= r.asked);
			for (due = 0, k = 0; k < (int)in.n_items; k++)
				if (items[k].counts)
					due += items[k].covered;
			assert_true(o.next_order || r.paid + r.discount <=
			    due);
		} else {
			assert_true(o.next_order || r.discount == 0);
		}
		expired += r.word == REDEEM_EXPIRED;
		/* Once more, when nobody can learn more. */
		in.today = in.ledger = 30;
		redeem_offer(&in, &later);
		if (r.word == REDEEM_KEPT || r.word == REDEEM_EXPIRED) {
			assert_int_equal(later.word, r.word);
			assert_int_equal(later.discount, r.discount);
		}
		assert_true(later.word == REDEEM_KEPT || later.word ==
		    REDEEM_NEEDLESS || later.word == REDEEM_EXPIRED);
	}
	assert_true(kept > 1000 && expired > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_made, setup),
		cmocka_unit_test_setup(test_default_is_off, setup),
		cmocka_unit_test_setup(test_not_made, setup),
		cmocka_unit_test(test_rounding),
		cmocka_unit_test(test_taken),
		cmocka_unit_test(test_disputed),
		cmocka_unit_test(test_next_order),
		cmocka_unit_test(test_any),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
