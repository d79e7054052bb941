#include "render/view.h"

#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "core/zone.h"

#include <stdlib.h>
#include <string.h>

#define CURRENCIES_MAX 32	/* in one message */
#define REPLY_DAYS 7

struct total {
	struct money all, late, coming;
	size_t n_late, n_coming;
};

struct view {
	const struct render_input *in;
	const struct locale *l;
	struct mst_value *root;
	int32_t today;
	struct total totals[CURRENCIES_MAX];
	size_t n_totals;
	size_t n_items, n_late;
	const struct plan_item *first;	/* oldest, not a credit */
	struct err *err;
};

/* Printable, without the rows of Unicode that have what is cut out. */
static bool
is_clean(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c < 0x20 || c == 0x7f || c == 0xc2 || c == 0xe2)
			return false;
	}
	return text_is_utf8(s, n);
}

char *
view_clean(void *owner, const char *s)
{
	size_t n, left = strlen(s);
	struct text *t;
	uint32_t cp;
	char *r;

	if (is_clean(s, left))
		return text_trim(owner, s);
	t = text_new(owner);
	for (; left > 0; s += n, left -= n) {
		n = text_decode(s, left, &cp);
		if (n == 0) {
			n = 1;
			text_add(t, "\xef\xbf\xbd");
		} else if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) ||
		    cp == 0x2028 || cp == 0x2029 ||
		    (cp >= 0x202a && cp <= 0x202e) ||
		    (cp >= 0x2066 && cp <= 0x2069)) {
			text_addc(t, ' ');
		} else {
			text_addn(t, s, n);
		}
	}
	r = text_trim(owner, text_str(t));
	text_free(t);
	return r;
}

/* Puts a string that may be missing; empty counts as missing. */
static void
put(struct mst_value *map, const char *name, const char *s)
{
	char *clean = s != NULL ? view_clean(map, s) : NULL;

	if (clean != NULL && clean[0] != '\0')
		mst_put_text(map, name, clean);
}

static void
put_money(struct view *v, struct mst_value *map, const char *name,
    struct money m)
{
	mst_put_text(map, name, locale_money(map, v->l, m));
}

static void
put_date(struct view *v, struct mst_value *map, const char *name, int32_t day)
{
	if (day != DATE_NONE)
		mst_put_text(map, name, locale_date(map, v->l, day));
}

static void
put_count(struct mst_value *map, const char *name, size_t n)
{
	mst_put_text(map, name, mem_fmt(map, "%zu", n));
}

static const struct fact_item *
item_of(const struct view *v, const struct plan_item *p)
{
	return &v->in->facts->items[p->i];
}

static bool
is_credit(const struct view *v, const struct plan_item *p)
{
	const struct fact_item *i = item_of(v, p);

	return p->amount <= 0 || i->kind == ITEM_CREDIT ||
	    i->kind == ITEM_UNAPPLIED;
}

static struct money
money_of(int64_t minor, const char *cur)
{
	struct money m = money_zero(cur);

	m.minor = minor;
	return m;
}

static int
count_item(struct view *v, const struct plan_item *p)
{
	const struct fact_item *item = item_of(v, p);
	struct total *t = NULL;
	size_t i;

	for (i = 0; i < v->n_totals && t == NULL; i++)
		if (strcmp(v->totals[i].all.cur, item->cur) == 0)
			t = &v->totals[i];
	if (t == NULL) {
		if (v->n_totals == CURRENCIES_MAX)
			return err_set(v->err, ERR_CONFIG, "account %s owes "
			    "in more than %d currencies",
			    v->in->facts->code, CURRENCIES_MAX);
		t = &v->totals[v->n_totals++];
		t->all = t->late = t->coming = money_zero(item->cur);
	}
	t->all = money_add(t->all, money_of(p->amount, item->cur));
	v->n_items++;
	if (item->due < v->today) {
		t->late = money_add(t->late, money_of(p->amount, item->cur));
		t->n_late++;
		v->n_late++;
	} else {
		t->coming = money_add(t->coming,
		    money_of(p->amount, item->cur));
		t->n_coming++;
	}
	if (v->first == NULL || item->due < item_of(v, v->first)->due)
		v->first = p;
	return 0;
}

static void
put_lateness(struct view *v, struct mst_value *map,
    const struct fact_item *item)
{
	if (item->due < v->today)
		put_count(map, "late", (size_t)(v->today - item->due));
	mst_put_bool(map, "one_day", v->today - item->due == 1);
	mst_put_bool(map, "today", v->today == item->due);
}

static void
put_item(struct view *v, struct mst_value *list, const struct plan_item *p)
{
	const struct fact_item *item = item_of(v, p);
	struct mst_value *m = mst_map(list);

	mst_put_text(m, "document", view_clean(m, item->document));
	put_date(v, m, "issued", item->issued);
	put_date(v, m, "due", item->due);
	put_money(v, m, "amount", money_of(item->amount, item->cur));
	put_money(v, m, "open", money_of(p->amount, item->cur));
	mst_put_bool(m, "partly", p->amount != item->amount);
	mst_put_bool(m, "term", item->kind == ITEM_TERM);
	put_lateness(v, m, item);
	mst_push(list, m);
}

static void
put_credit(struct view *v, struct mst_value *list, const char *document,
    struct money amount)
{
	struct mst_value *m = mst_map(list);

	put(m, "document", document);
	put_money(v, m, "amount", amount);
	mst_push(list, m);
}

static int
put_items(struct view *v)
{
	const struct render_input *in = v->in;
	struct mst_value *items = mst_list(v->root);
	struct mst_value *credits = mst_list(v->root);
	size_t i;

	for (i = 0; i < in->n_items; i++) {
		const struct plan_item *p = &in->items[i];
		const struct fact_item *item = item_of(v, p);

		if (is_credit(v, p)) {
			put_credit(v, credits, item->kind == ITEM_UNAPPLIED ?
			    NULL : item->document,
			    money_of(llabs(p->amount), item->cur));
			continue;
		}
		if (count_item(v, p) < 0)
			return -1;
		put_item(v, items, p);
	}
	for (i = 0; i < in->facts->n_unallocated; i++)
		put_credit(v, credits, NULL, in->facts->unallocated[i]);
	mst_put(v->root, "items", items);
	mst_put(v->root, "credits", credits);
	return 0;
}

enum which { ALL, LATE, COMING };

/* "USD 1,234.56 and EUR 10.00" of those currencies that have any. */
static void
put_sum(struct view *v, const char *name, enum which which)
{
	const char *parts[CURRENCIES_MAX];
	size_t i, n = 0;

	for (i = 0; i < v->n_totals; i++) {
		const struct total *t = &v->totals[i];

		if ((which == LATE && t->n_late == 0) ||
		    (which == COMING && t->n_coming == 0))
			continue;
		parts[n++] = locale_money(v->root, v->l, which == LATE ?
		    t->late : which == COMING ? t->coming : t->all);
	}
	if (n > 0 || which == ALL)
		mst_put_text(v->root, name, locale_join(v->root, v->l, parts,
		    n));
}

static void
put_totals(struct view *v)
{
	struct mst_value *list = mst_list(v->root), *m, *first;
	size_t i;

	for (i = 0; i < v->n_totals; i++) {
		m = mst_map(list);
		put_money(v, m, "open", v->totals[i].all);
		if (v->totals[i].n_late > 0)
			put_money(v, m, "late", v->totals[i].late);
		mst_push(list, m);
	}
	mst_put(v->root, "totals", list);
	put_sum(v, "total", ALL);
	put_sum(v, "late_total", LATE);
	put_sum(v, "coming_total", COMING);
	put_count(v->root, "count", v->n_items);
	mst_put_bool(v->root, "single", v->n_items == 1);
	put_count(v->root, "others", v->n_items > 0 ? v->n_items - 1 : 0);
	mst_put_bool(v->root, "one_other", v->n_items == 2);
	mst_put_bool(v->root, "late_single", v->n_late == 1);
	if (v->n_late > 0)
		put_count(v->root, "late_count", v->n_late);
	if (v->n_items > v->n_late)
		put_count(v->root, "coming_count", v->n_items - v->n_late);
	first = mst_map(v->root);
	if (v->first != NULL) {
		const struct fact_item *item = item_of(v, v->first);

		mst_put_text(first, "document", view_clean(first,
		    item->document));
		put_date(v, first, "due", item->due);
		put_money(v, first, "open", money_of(v->first->amount,
		    item->cur));
		put_lateness(v, first, item);
	}
	mst_put(v->root, "first", first);
	mst_put_text(v->root, "reference", view_clean(v->root,
	    v->n_items == 1 ? item_of(v, v->first)->document :
	    v->in->facts->code));
}

static void
put_banks(struct view *v)
{
	const struct config_company *c = v->in->company;
	struct mst_value *list = mst_list(v->root), *m;
	const struct config_bank *taken[CURRENCIES_MAX], *best;
	size_t i, j, n = 0;

	for (i = 0; i < v->n_totals; i++) {
		best = config_bank(c, v->totals[i].all.cur,
		    locale_tag(v->l));
		for (j = 0; j < n && best != NULL; j++)
			if (taken[j] == best)
				best = NULL;
		if (best != NULL)
			taken[n++] = best;
	}
	for (i = 0; i < n; i++) {
		m = mst_map(list);
		put(m, "currency", taken[i]->currency);
		put(m, "holder", taken[i]->holder);
		put(m, "bank", taken[i]->bank);
		put(m, "account", taken[i]->account);
		put(m, "swift", taken[i]->swift);
		put(m, "note", taken[i]->note);
		mst_push(list, m);
	}
	mst_put(v->root, "banks", list);
}

const struct config_sender *
view_sender(const struct render_input *in, const struct locale *l)
{
	return config_sender(in->company, in->role != NULL ? in->role :
	    "account-manager", locale_tag(l));
}

static int
put_people(struct view *v)
{
	const struct render_input *in = v->in;
	const struct config_company *c = in->company;
	const struct config_sender *s = view_sender(in, v->l);
	const char *name = config_company_name(c, locale_tag(v->l));
	struct mst_value *m;

	if (name == NULL || c->reply_to == NULL)
		return err_set(v->err, ERR_CONFIG, "company %s has no name "
		    "or no reply_to, add them to dunlin.yaml", c->code);
	if (s == NULL)
		return err_set(v->err, ERR_CONFIG, "company %s has no sender "
		    "for the role '%s', add one to dunlin.yaml", c->code,
		    in->role != NULL ? in->role : "");
	m = mst_map(v->root);
	put(m, "name", name);
	put(m, "address", c->address);
	put(m, "phone", c->phone);
	put(m, "email", c->reply_to);
	mst_put(v->root, "company", m);
	m = mst_map(v->root);
	put(m, "name", s->name);
	put(m, "title", s->title);
	put(m, "phone", s->phone);
	mst_put(v->root, "sender", m);
	m = mst_map(v->root);
	mst_put_text(m, "name", view_clean(m, in->facts->name));
	mst_put_text(m, "number", view_clean(m, in->facts->code));
	mst_put(v->root, "customer", m);
	put(v->root, "contact", in->facts->contacts[in->contact].name);
	return 0;
}

static void
put_wrongs(struct view *v, const struct talk *t)
{
	struct mst_value *list = mst_list(v->root), *m;
	const struct talk_wrong *w;
	size_t i;

	for (i = 0; i < t->n_wrongs; i++) {
		w = &t->wrongs[i];
		m = mst_map(list);
		mst_put_text(m, "document", view_clean(m, w->document));
		mst_put_bool(m, "paid", w->what == WRONG_PAID);
		mst_put_bool(m, "receipt", w->what == WRONG_RECEIPT);
		mst_put_bool(m, "closed", w->what == WRONG_CLOSED);
		mst_put_bool(m, "less", w->what == WRONG_AMOUNT ||
		    w->what == WRONG_BALANCE);
		mst_put_bool(m, "later", w->what == WRONG_DUE);
		mst_put_bool(m, "disputed", w->what == WRONG_DISPUTED);
		mst_put_bool(m, "other", w->what == WRONG_ACCOUNT ||
		    w->what == WRONG_CURRENCY);
		put_date(v, m, "day", w->day);
		put_money(v, m, "amount", w->amount);
		mst_push(list, m);
	}
	mst_put(v->root, "wrongs", list);
	put_date(v, v->root, "sent", t->sent);
}

static void
put_talk(struct view *v, const struct talk *t)
{
	struct mst_value *list, *m;
	size_t i;

	if (t->n_days > 1) {
		list = mst_list(v->root);
		for (i = 0; i < t->n_days; i++) {
			m = mst_map(list);
			put_date(v, m, "day", t->days[i].day);
			put_money(v, m, "amount", t->days[i].amount);
			mst_push(list, m);
		}
		mst_put(v->root, "instalments", list);
	}
	mst_put_bool(v->root, "plan", t->n_days > 1);
	m = mst_map(v->root);
	put(m, "day", "");
	if (t->n_days > 0) {
		put_date(v, m, "day", t->days[0].day);
		if (t->days[0].amount.minor != 0)
			put_money(v, m, "amount", t->days[0].amount);
	}
	mst_put(v->root, "promise", m);
	put_date(v, v->root, "latest", t->latest);
	mst_put_bool(v->root, "by_bill", t->by_bill);
	put_date(v, v->root, "matures", t->bill);
	if (t->parts > 0)
		put_count(v->root, "parts", (size_t)t->parts);
	put_date(v, v->root, "by", t->by);
	if (t->n_wrongs > 0)
		put_wrongs(v, t);
	put(v->root, "owner", v->in->talk_owner);
	put(v->root, "disputed", t->document);
	if (t->part.minor != 0)
		put_money(v, v->root, "disputed_part", t->part);
	mst_put_bool(v->root, "promised", t->n_days > 0);
	m = mst_map(v->root);
	put(m, "reference", t->reference);
	put(m, "document", t->document);
	mst_put(v->root, "claim", m);
	mst_put_bool(v->root, "settled", t->settled);
	if (t->received != DATE_NONE) {
		m = mst_map(v->root);
		put_date(v, m, "day", t->received);
		put_money(v, m, "amount", t->receipt);
		mst_put(v->root, "payment", m);
	}
	mst_put_bool(v->root, "accepted", t->outcome == DISPUTE_IS_ACCEPTED);
	mst_put_bool(v->root, "rejected", t->outcome == DISPUTE_IS_REJECTED);
	mst_put_bool(v->root, "withdrawn",
	    t->outcome == DISPUTE_IS_WITHDRAWN);
}

static void
put_rest(struct view *v, const struct rulepack *pack)
{
	const struct facts *f = v->in->facts;
	struct mst_value *m;

	mst_put_text(v->root, "language", locale_tag(v->l));
	put_date(v, v->root, "today", v->today);
	put_date(v, v->root, "reply_by", v->today + REPLY_DAYS);
	mst_put_bool(v->root, "organisation",
	    f->party_kind == PARTY_ORGANISATION);
	mst_put_bool(v->root, "prime", f->tier == TIER_PRIME);
	mst_put_bool(v->root, "risk", f->tier == TIER_RISK);
	mst_put_bool(v->root, "first_time", f->n_touches == 0);
	mst_put_bool(v->root, "opt_out", pack->opt_out_line);
	view_offer(v->in, v->l, v->today, v->root);
	if (v->in->talk != NULL)
		put_talk(v, v->in->talk);
	else if (v->in->promise != NULL) {
		m = mst_map(v->root);
		put_date(v, m, "day", v->in->promise->day);
		if (v->in->promise->amount.minor != 0)
			put_money(v, m, "amount", v->in->promise->amount);
		mst_put(v->root, "promise", m);
	}
	if (v->in->payment != NULL) {
		m = mst_map(v->root);
		put_date(v, m, "day", v->in->payment->day);
		put_money(v, m, "amount", v->in->payment->amount);
		mst_put(v->root, "payment", m);
	}
}

int
view_make(void *owner, const struct render_input *in, const struct locale *l,
    const struct rulepack *pack, struct mst_value **ret_view,
    struct err *err)
{
	struct view *v;
	const struct zone *zone = in->facts->zone;
	int32_t second;

	if (in->contact < 0 || (size_t)in->contact >= in->facts->n_contacts)
		return err_set(err, ERR_CONFIG, "account %s has nobody to "
		    "write to", in->facts->code);
	v = mem_new(owner, struct view);
	v->in = in;
	v->l = l;
	v->err = err;
	v->root = mst_map(owner);
	v->today = zone_day(zone != NULL ? zone : in->company->zone,
	    in->as_of != 0 ? in->as_of : in->now, &second);
	if (put_items(v) < 0 || put_people(v) < 0) {
		talloc_free(v);
		return -1;
	}
	put_totals(v);
	put_banks(v);
	put_rest(v, pack);
	*ret_view = v->root;
	talloc_free(v);
	return 0;
}
