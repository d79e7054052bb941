#include "store/facts_rows.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"
#include "plan/hold.h"

#include <string.h>

#define BLOCK_BYTES 16384

enum { ROOM_ITEMS, ROOM_PAYMENTS, ROOM_UNALLOCATED, ROOM_HOLDS,
    ROOM_CONTACTS, ROOM_TOUCHES, ROOM_PLANNED, ROOM_ADDRESSES,
    ROOM_OFFERED };

/* --- strings of one account, in blocks that are used again --- */

struct keep_block {
	struct keep_block *next;
	size_t used, size;
	char bytes[];
};

static struct keep_block *
keep_grow(struct facts_stream *s, size_t n)
{
	size_t size = n > BLOCK_BYTES ? n : BLOCK_BYTES;
	struct keep_block *b = s->last != NULL ? s->last->next : s->first;

	if (b == NULL || b->size < n) {
		b = mem_check(talloc_size(s, sizeof(*b) + size));
		b->size = size;
		b->next = s->last != NULL ? s->last->next : s->first;
		if (s->last != NULL)
			s->last->next = b;
		else
			s->first = b;
	}
	b->used = 0;
	s->last = b;
	return b;
}

const char *
keep(struct facts_stream *s, const char *text)
{
	struct keep_block *b = s->last;
	size_t n;
	char *p;

	if (text == NULL)
		return NULL;
	n = strlen(text) + 1;
	if (b == NULL || b->size - b->used < n)
		b = keep_grow(s, n);
	p = b->bytes + b->used;
	b->used += n;
	return memcpy(p, text, n);
}

void
keep_reset(struct facts_stream *s)
{
	s->last = s->first;
	if (s->first != NULL)
		s->first->used = 0;
}

/* --- cursors --- */

int
cursor_step(struct cursor *c, struct err *err)
{
	int r;

	c->account = INT64_MAX;
	if (c->q == NULL)
		return 0;
	if ((r = db_step(c->q, err)) < 0)
		return -1;
	if (r > 0)
		c->account = db_int(c->q, 0);
	else
		c->q = NULL;
	return 0;
}

bool
cursor_at(struct cursor *c, int64_t id, int *ret_r, struct err *err)
{
	while (c->account < id)
		if (cursor_step(c, err) < 0) {
			*ret_r = -1;
			return false;
		}
	return c->account == id;
}

#define GROW(s, room, array, type, n)					\
	do {								\
		if ((n) >= (s)->max[room]) {				\
			(s)->max[room] = (s)->max[room] * 2 + 8;	\
			(array) = mem_grow(s, array, type,		\
			    (s)->max[room]);				\
		}							\
	} while (0)

static int32_t
day_col(struct db_query *q, int col)
{
	int64_t v = db_int(q, col);

	return v == CLOCK_NONE ? DATE_NONE : (int32_t)v;
}

static void
cur_col(struct db_query *q, int col, char cur[MONEY_CUR_MAX])
{
	const char *text = db_text(q, col);

	memset(cur, 0, MONEY_CUR_MAX);
	if (text != NULL)
		memcpy(cur, text, strnlen(text, MONEY_CUR_MAX - 1));
}

/* --- account --- */

/* Most accounts of a company share one zone. */
static const struct zone *
zone_col(const char *name)
{
	static const struct zone *last;
	struct err ignore;

	if (name == NULL)
		return NULL;
	if (last != NULL && strcmp(zone_name(last), name) == 0)
		return last;
	if (zone_open(name, &last, &ignore) < 0)
		last = NULL;
	return last;
}

int
rows_account(struct facts_stream *s, struct err *err)
{
	struct db_query *q = s->c[CURSOR_ACCOUNT].q;
	struct facts *f = &s->f;

	f->company = s->company;
	f->account_id = db_int(q, 0);
	f->party_id = db_int(q, 1);
	f->code = keep(s, db_text(q, 2));
	f->rev = db_int(q, 3);
	f->created_at = db_int(q, 4);
	f->episode = db_int(q, 5);
	f->episode_from = day_col(q, 6);
	f->stage_cap = db_is_null(q, 7) ? -1 : (int)db_int(q, 7);
	f->name = keep(s, db_text(q, 8));
	if (!party_kind_parse(db_text(q, 9), &f->party_kind) ||
	    !tier_parse(db_text(q, 10), &f->tier))
		return err_set(err, ERR_CORRUPT, "account %s: unknown kind or "
		    "tier of its party", f->code);
	f->language = keep(s, db_text(q, 11));
	f->country = keep(s, db_text(q, 12));
	f->zone = zone_col(db_text(q, 13));
	f->restricted = db_int(q, 14) != 0;
	f->cash_in_day = (int)db_id(q, 15);
	f->owner = keep(s, db_text(q, 16));
	s->written.planned_rev = db_int(q, 17);
	s->written.plan_at = db_int(q, 18);
	s->written.verdict = keep(s, db_text(q, 19));
	s->written.why = keep(s, db_text(q, 20));
	f->held = s->written.verdict != NULL &&
	    strcmp(s->written.verdict, "held") == 0 ? s->written.why : NULL;
	f->held_review = s->written.plan_at;
	f->workdays = keep(s, db_text(q, 21));
	f->owner_workdays = keep(s, db_text(q, 22));
	f->credit_limit.minor = db_int(q, 23);
	cur_col(q, 24, f->credit_limit.cur);
	f->attitude = keep(s, db_text(q, 25));
	return 0;
}

/* --- items --- */

int
rows_items(struct facts_stream *s, struct err *err)
{
	struct cursor *c = &s->c[CURSOR_ITEM];
	struct fact_item *it;
	int r = 0;

	s->f.n_items = 0;
	while (cursor_at(c, s->f.account_id, &r, err)) {
		GROW(s, ROOM_ITEMS, s->items, struct fact_item, s->f.n_items);
		it = &s->items[s->f.n_items++];
		it->id = db_int(c->q, 1);
		it->due = (int32_t)db_int(c->q, 2);
		if (!item_kind_parse(db_text(c->q, 3), &it->kind))
			it->kind = ITEM_INVOICE;
		it->open = db_int(c->q, 4);
		cur_col(c->q, 5, it->cur);
		it->as_of = (int32_t)db_int(c->q, 6);
		it->created_at = db_int(c->q, 7);
		it->document = NULL;
		it->amount = 0;
		it->issued = DATE_NONE;
		if (s->whole) {
			it->document = keep(s, db_text(c->q, 8));
			it->amount = db_int(c->q, 9);
			it->issued = day_col(c->q, 10);
		}
		if (cursor_step(c, err) < 0)
			return -1;
	}
	s->f.items = s->items;
	return r;
}

/* --- payments --- */

/* What a person reported counts until an import supersedes it (payments.h),
 * also where the balance was stated on the same day, before the report. */
static void
deduct(struct facts_stream *s, const struct payment *p)
{
	struct fact_item *it;
	size_t i;

	for (i = 0; i < s->f.n_items; i++) {
		it = &s->items[i];
		if (it->id != p->item_id || strcmp(it->cur, p->cur) != 0 ||
		    it->open <= 0 ||
		    (!p->provisional && p->value_date <= it->as_of))
			continue;
		it->open = p->amount >= it->open ? 0 : it->open - p->amount;
	}
}

static void
add_unallocated(struct facts_stream *s, const struct payment *p)
{
	size_t k;

	for (k = 0; k < s->f.n_unallocated; k++)
		if (strcmp(s->unallocated[k].cur, p->cur) == 0) {
			s->unallocated[k].minor += p->amount;
			return;
		}
	GROW(s, ROOM_UNALLOCATED, s->unallocated, struct money,
	    s->f.n_unallocated);
	s->unallocated[s->f.n_unallocated].minor = p->amount;
	memcpy(s->unallocated[s->f.n_unallocated++].cur, p->cur,
	    MONEY_CUR_MAX);
}

static void
drop_settled(struct facts_stream *s)
{
	size_t i, n = 0;

	for (i = 0; i < s->f.n_items; i++)
		if (s->items[i].open != 0) {
			if (n != i)
				s->items[n] = s->items[i];
			n++;
		}
	s->f.n_items = n;
}

int
rows_payments(struct facts_stream *s, struct err *err)
{
	struct cursor *c = &s->c[CURSOR_PAYMENT];
	struct payment p;
	int r = 0;

	s->f.n_unallocated = 0;
	while (cursor_at(c, s->f.account_id, &r, err)) {
		p.item_id = db_id(c->q, 1);
		p.amount = db_int(c->q, 2);
		cur_col(c->q, 3, p.cur);
		p.value_date = (int32_t)db_int(c->q, 4);
		p.provisional = db_int(c->q, 5) != 0;
		if (p.item_id != 0)
			deduct(s, &p);
		else if (p.amount > 0)
			add_unallocated(s, &p);
		if (cursor_step(c, err) < 0)
			return -1;
	}
	s->f.unallocated = s->unallocated;
	drop_settled(s);
	return r;
}

/* --- holds --- */

void
rows_read_hold(struct facts_stream *s, struct db_query *q,
    struct fact_hold *h)
{
	enum hold_kind kind = HOLD_COUNT;
	const char *channel;

	h->id = db_int(q, 1);
	hold_parse(db_text(q, 2), &kind);
	h->kind = (int)kind;	/* unknown: blocks everything */
	if (!hold_scope_parse(db_text(q, 3), &h->scope))
		h->scope = SCOPE_ACCOUNT;
	h->item_id = db_id(q, 4);
	h->amount = db_id(q, 5);
	h->address_id = db_id(q, 6);
	channel = db_text(q, 7);
	if (channel == NULL || !channel_parse(channel, &h->channel))
		h->channel = CHANNEL_MAIL;
	h->placed_at = db_int(q, 8);
	h->review_at = db_int(q, 9);
	h->ends_at = db_int(q, 10);
	h->owner = keep(s, db_text(q, 11));
	h->note = keep(s, db_text(q, 12));
}

static int
holds_of(struct facts_stream *s, struct cursor *c, struct err *err)
{
	int r = 0;

	while (cursor_at(c, s->f.account_id, &r, err)) {
		GROW(s, ROOM_HOLDS, s->holds, struct fact_hold, s->f.n_holds);
		rows_read_hold(s, c->q, &s->holds[s->f.n_holds++]);
		if (cursor_step(c, err) < 0)
			return -1;
	}
	return r;
}

int
rows_holds(struct facts_stream *s, struct err *err)
{
	size_t k;

	s->f.n_holds = 0;
	if (holds_of(s, &s->c[CURSOR_HOLD], err) < 0 ||
	    holds_of(s, &s->c[CURSOR_PARTY_HOLD], err) < 0 ||
	    holds_of(s, &s->c[CURSOR_ADDRESS_HOLD], err) < 0)
		return -1;
	for (k = 0; k < s->n_shared; k++) {
		GROW(s, ROOM_HOLDS, s->holds, struct fact_hold, s->f.n_holds);
		s->holds[s->f.n_holds++] = s->shared[k];
	}
	s->f.holds = s->holds;
	return 0;
}

/* --- contacts --- */

static bool
comes_before(const struct fact_contact *a, const struct fact_contact *b)
{
	return a->rank != b->rank ? a->rank < b->rank : a->id < b->id;
}

/* Into its place: there are few of them. */
static void
sort_last_contact(struct facts_stream *s)
{
	struct fact_contact one;
	size_t i = s->f.n_contacts - 1;

	one = s->contacts[i];
	for (; i > 0 && comes_before(&one, &s->contacts[i - 1]); i--)
		s->contacts[i] = s->contacts[i - 1];
	s->contacts[i] = one;
}

int
rows_contacts(struct facts_stream *s, struct err *err)
{
	struct cursor *c = &s->c[CURSOR_CONTACT];
	struct fact_contact *to;
	int r = 0;

	s->f.n_contacts = 0;
	while (cursor_at(c, s->f.account_id, &r, err)) {
		GROW(s, ROOM_CONTACTS, s->contacts, struct fact_contact,
		    s->f.n_contacts);
		to = &s->contacts[s->f.n_contacts];
		to->id = db_int(c->q, 1);
		to->address_id = db_int(c->q, 2);
		if (!contact_role_parse(db_text(c->q, 3), &to->role) ||
		    !address_kind_parse(db_text(c->q, 7), &to->kind) ||
		    !address_state_parse(db_text(c->q, 9), &to->state))
			return err_set(err, ERR_CORRUPT, "contact %lld: "
			    "unknown role or address", (long long)to->id);
		to->name = keep(s, db_text(c->q, 4));
		to->language = keep(s, db_text(c->q, 5));
		to->rank = (int32_t)db_int(c->q, 6);
		to->address = keep(s, db_text(c->q, 8));
		to->address_rev = db_int(c->q, 10);
		to->consent = !db_is_null(c->q, 11);
		to->offers = !db_is_null(c->q, 12);
		s->f.n_contacts++;
		sort_last_contact(s);
		if (cursor_step(c, err) < 0)
			return -1;
	}
	s->f.contacts = s->contacts;
	return r;
}

/* --- touches --- */

static void
read_touch(struct db_query *q, struct fact_touch *t)
{
	int64_t v;

	memset(t, 0, sizeof(*t));
	t->id = db_int(q, 1);
	t->at = db_int(q, 2);
	if (!class_parse(db_text(q, 3), &t->class))
		t->class = CLASS_REMINDER;
	if (!channel_parse(db_text(q, 4), &t->channel))
		t->channel = CHANNEL_MAIL;
	v = db_int(q, 5);
	t->stage = v == CLOCK_NONE ? STAGE_M0 : (enum stage)v;
	v = db_int(q, 6);
	t->level = v == CLOCK_NONE ? -1 : (int)v;
	t->episode = db_id(q, 7);
	t->nth = (int)db_int(q, 8);
	t->wording = (int)db_int(q, 9);
}

/* One message may reach an account by several shared addresses. */
static bool
is_known(const struct facts_stream *s, int64_t id)
{
	size_t i;

	for (i = 0; i < s->f.n_touches; i++)
		if (s->touches[i].id == id)
			return true;
	return false;
}

static int
touches_of(struct facts_stream *s, struct cursor *c, struct fact_touch about,
    struct err *err)
{
	struct fact_touch t;
	size_t i;
	int r = 0;

	while (cursor_at(c, s->f.account_id, &r, err)) {
		GROW(s, ROOM_TOUCHES, s->touches, struct fact_touch,
		    s->f.n_touches);
		read_touch(c->q, &t);
		if (about.shared && is_known(s, t.id)) {
			if (cursor_step(c, err) < 0)
				return -1;
			continue;
		}
		t.other = about.other;
		t.shared = about.shared;
		for (i = s->f.n_touches++; i > 0 &&
		    s->touches[i - 1].at > t.at; i--)
			s->touches[i] = s->touches[i - 1];
		s->touches[i] = t;
		if (cursor_step(c, err) < 0)
			return -1;
	}
	return r;
}

int
rows_touches(struct facts_stream *s, struct err *err)
{
	const struct fact_touch own = { 0 }, other = { .other = true };
	const struct fact_touch shared = { .other = true, .shared = true };
	size_t i, k;

	s->f.n_touches = 0;
	if (touches_of(s, &s->c[CURSOR_TOUCH], own, err) < 0 ||
	    touches_of(s, &s->c[CURSOR_OTHER_TOUCH], other, err) < 0 ||
	    touches_of(s, &s->c[CURSOR_SHARED_TOUCH], shared, err) < 0)
		return -1;
	for (i = 0; i < s->n_uncertain; i++)
		for (k = 0; k < s->f.n_touches; k++)
			if (s->touches[k].id == s->uncertain[i])
				s->touches[k].uncertain = true;
	s->f.touches = s->touches;
	return 0;
}

/* --- planned rows --- */

static void
add_uncertain(struct facts_stream *s, int64_t communication_id)
{
	s->uncertain = mem_grow(s, s->uncertain, int64_t, s->n_uncertain + 1);
	s->uncertain[s->n_uncertain++] = communication_id;
}

static void
sort_in(int64_t *a, size_t n, int64_t v)
{
	for (; n > 0 && a[n - 1] > v; n--)
		a[n] = a[n - 1];
	a[n] = v;
}

static void
read_planned(struct facts_stream *s, struct db_query *q)
{
	struct fact_planned *p = NULL;
	const char *state = db_text(q, 2);

	if (strcmp(state, "uncertain") == 0) {
		add_uncertain(s, db_int(q, 1));
		return;
	}
	/* Begun already (another recipient of it), or no reminder. */
	if (!db_is_null(q, 9) || strcmp(db_text(q, 8), "reminder") != 0)
		return;
	if (s->f.n_planned > 0)
		p = &s->planned[s->f.n_planned - 1];
	if (p == NULL || p->communication_id != db_int(q, 1)) {
		GROW(s, ROOM_PLANNED, s->planned, struct fact_planned,
		    s->f.n_planned);
		p = &s->planned[s->f.n_planned++];
		memset(p, 0, sizeof(*p));
		p->communication_id = db_int(q, 1);
		p->slot = db_int(q, 3);
		p->not_after = db_int(q, 4);
		p->first_contact = db_int(q, 5) != 0;
		p->wording = (int)db_int(q, 10);
		p->cause = keep(s, db_text(q, 7));
	}
	p->draft = strcmp(state, "draft") == 0;
	GROW(s, ROOM_ADDRESSES, s->addresses, int64_t, s->n_addresses);
	sort_in(s->addresses + s->n_addresses - p->n_addresses,
	    p->n_addresses, db_int(q, 6));
	s->n_addresses++;
	p->n_addresses++;
}

int
rows_planned(struct facts_stream *s, struct err *err)
{
	struct cursor *c = &s->c[CURSOR_ROW];
	size_t i, at = 0;
	int r = 0;

	s->f.n_planned = s->n_addresses = s->n_uncertain = 0;
	while (cursor_at(c, s->f.account_id, &r, err)) {
		read_planned(s, c->q);
		if (cursor_step(c, err) < 0)
			return -1;
	}
	/* The array may have moved while it grew. */
	for (i = 0; i < s->f.n_planned; i++) {
		s->planned[i].addresses = s->addresses + at;
		at += s->planned[i].n_addresses;
	}
	s->f.planned = s->planned;
	return r;
}

/* --- the last offer --- */

/* One more of its items. */
static void
add_offered(struct facts_stream *s, struct db_query *q)
{
	size_t n = s->offer.n_items;

	if (db_is_null(q, 13))
		return;
	GROW(s, ROOM_OFFERED, s->offered, struct fact_offered, n);
	s->offered[n].item_id = db_int(q, 13);
	s->offered[n].document = keep(s, db_text(q, 14));
	s->offer.items = s->offered;
	s->offer.n_items = n + 1;
}

int
rows_offer(struct facts_stream *s, struct err *err)
{
	struct cursor *c = &s->c[CURSOR_OFFER];
	struct fact_offer *o = &s->offer;
	int r = 0;

	s->f.offer = NULL;
	while (cursor_at(c, s->f.account_id, &r, err)) {
		if (s->f.offer == NULL || o->id != db_int(c->q, 1))
			o->n_items = 0;
		o->id = db_int(c->q, 1);
		o->communication_id = db_int(c->q, 2);
		if (!offer_state_parse(db_text(c->q, 3), &o->state))
			return err_set(err, ERR_CORRUPT, "offer %lld: unknown "
			    "state", (long long)o->id);
		o->made_at = db_int(c->q, 4);
		o->terms.made = true;
		o->terms.on = (int32_t)db_int(c->q, 5);
		o->terms.day = (int32_t)db_int(c->q, 6);
		cur_col(c->q, 7, o->terms.cur);
		o->terms.full = db_int(c->q, 8);
		o->terms.discount = db_int(c->q, 9);
		o->terms.percent = db_int(c->q, 10);
		o->terms.next_order = db_int(c->q, 11) != 0;
		o->terms.n_items = (size_t)db_int(c->q, 12);
		s->f.offer = o;
		add_offered(s, c->q);
		if (cursor_step(c, err) < 0)
			return -1;
	}
	return r;
}
