#include "rehearse/answer.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"

#include <string.h>

#define DAY INT64_C(86400)
#define PROMISE_GRACE 3
#define PROMISE_DAYS_MAX 45	/* a later day is a person's decision */
#define DISPUTE_DAYS 21

enum effect { EFFECT_NOTHING, EFFECT_ACCOUNT, EFFECT_ITEMS, EFFECT_OPT_OUT,
	EFFECT_WRONG, EFFECT_PROMISE };

static const struct row {
	enum mean_intent intent;
	enum effect effect;
	enum hold_kind hold;
	int days;
	const char *en, *zh;
} rows[] = {
#define ANSWER(intent, effect, hold, days, en, zh) \
	{ INTENT_##intent, EFFECT_##effect, HOLD_##hold, days, en, zh },
#include "rehearse/answers.def"
#undef ANSWER
};

static const struct row *
row_of(enum mean_intent intent)
{
	size_t i, n = sizeof(rows) / sizeof(*rows);

	for (i = 0; i < n; i++)
		if (rows[i].intent == intent)
			return &rows[i];
	return &rows[n - 1];	/* a person reads it */
}

static struct re_hold *
hold(struct re_account *a, enum hold_kind kind, enum hold_scope scope,
    int64_t at, int days)
{
	struct re_hold *h = re_add_hold(a->pool, a);

	h->hold.id = 1000000 + (int64_t)a->n_holds;
	h->hold.kind = (int)kind;
	h->hold.scope = scope;
	h->hold.placed_at = h->from = at;
	h->hold.review_at = at + DAY * hold_review_days(kind);
	if (days > 0)
		h->to = at + DAY * days;
	return h;
}

void
answer_promise(struct re_account *a, int64_t at, int32_t day)
{
	struct re_hold *h = hold(a, HOLD_PROMISE, SCOPE_ACCOUNT, at, 0);

	h->to = zone_instant(a->zone, day + PROMISE_GRACE + 1, 0);
	h->hold.ends_at = h->to;
	h->hold.review_at = h->to;
}

void
answer_dispute(struct re_account *a, int64_t at, size_t item)
{
	hold(a, HOLD_DISPUTE, SCOPE_ITEM, at, DISPUTE_DAYS)->hold.item_id =
	    a->items[item].id;
}

/* Items that the reply names, or all that the message did. */
static void
dispute(struct re_account *a, const struct re_message *m,
    const struct meaning *mean, int64_t at)
{
	const char *doc;
	size_t i, k, hits = 0;

	for (k = 0; k < mean->n_refs; k++)
		for (i = 0; i < m->n_items && mean->refs[k].type == REF_ITEM;
		    i++) {
			doc = a->items[m->items[i].item].document;
			if (doc == NULL || strcmp(doc,
			    mean->refs[k].value) != 0)
				continue;
			answer_dispute(a, at, m->items[i].item);
			hits++;
		}
	for (i = 0; i < m->n_items && hits == 0; i++)
		answer_dispute(a, at, m->items[i].item);
}

static void
address(struct re_account *a, const struct re_message *m, int64_t at,
    enum address_state state)
{
	if (m->contact >= a->n_contacts)
		return;
	a->contacts[m->contact].from = at;
	a->contacts[m->contact].state = state;
}

static void
apply(struct re_account *a, const struct re_message *m,
    const struct meaning *mean, int64_t at, const struct row *row,
    int32_t promised)
{
	switch (row->effect) {
	case EFFECT_NOTHING:
		break;
	case EFFECT_ACCOUNT:
		hold(a, row->hold, SCOPE_ACCOUNT, at, row->days);
		break;
	case EFFECT_ITEMS:
		dispute(a, m, mean, at);
		break;
	case EFFECT_OPT_OUT:
		address(a, m, at, ADDRESS_IS_OPTED_OUT);
		break;
	case EFFECT_WRONG:
		address(a, m, at, ADDRESS_IS_WRONG);
		break;
	case EFFECT_PROMISE:
		answer_promise(a, at, promised);
		break;
	}
}

void
answer_text(struct understander *u, struct re_account *a,
    const struct re_message *m, int64_t at, const char *text,
    struct answer *ret)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct understand_in in = { .lang = strncmp(m->language, "zh", 2) ==
	    0 ? "zh" : "en", .country = a->who.country,
	    .tz = zone_name(a->zone), .mail = true };
	const struct meaning *mean;
	const struct row *row;
	int32_t second;

	in.ref = zone_day(a->zone, at, &second);
	mean = understand_text(u, tmp, &in, text, strlen(text));
	row = row_of(mean->lead);
	ret->promised = DATE_NONE;
	if (mean->n_promises > 0)
		ret->promised = mean->promises[0].to != DATE_NONE ?
		    mean->promises[0].to : mean->promises[0].from;
	if (row->effect == EFFECT_PROMISE && (ret->promised == DATE_NONE ||
	    ret->promised < in.ref || ret->promised > in.ref +
	    PROMISE_DAYS_MAX))
		row = row_of(INTENT_UNCLEAR);
	apply(a, m, mean, at, row, ret->promised);
	ret->intent = mean->lead;
	ret->en = row->en;
	ret->zh = row->zh;
}

void
answer_pay(struct re_account *a, const struct re_message *m, int32_t day,
    int64_t amount)
{
	struct re_payment *p;
	int64_t open;
	size_t i, k;

	for (i = 0; i < m->n_items; i++) {
		k = m->items[i].item;
		open = re_open(a, k, day);
		if (open <= 0)
			continue;
		if (amount == 0) {
			a->items[k].paid = day;
			continue;
		}
		p = re_add_payment(a->pool, a);
		p->item = k;
		p->amount = amount < open ? amount : open;
		p->day = day;
		memcpy(p->cur, a->items[k].cur, MONEY_CUR_MAX);
		if (amount >= open)
			a->items[k].paid = day;
		amount -= p->amount;
		if (amount == 0)
			break;
	}
}
