/* follow_offer.c - what was offered for paying by a day, to its end: kept with
 * a task for the credit note, needless, or expired without a word. */
#include "track/follow_int.h"

#include "base/mem.h"
#include "core/date.h"
#include "plan/plan.h"
#include "policy/calendar.h"
#include "store/offers.h"
#include "store/tasks.h"
#include "track/redeem.h"

#include <string.h>

#define TASK "offer-credit"
#define TASK_BACK "offer-back"

static bool
is_chinese(const struct follow *w)
{
	const char *l = w->f->company->language;

	return l != NULL && strncmp(l, "zh", 2) == 0;
}

/* What the task says, in the company's first language. */
static int
words(struct follow *w, const struct offer *o, bool came_back, char **ret,
    struct err *err)
{
	char day[DATE_TEXT_MAX], sum[MONEY_TEXT_MAX], less[MONEY_TEXT_MAX];
	const char *cur = o->terms.cur, *format;
	struct money paid = money_zero(cur), credit = paid;
	bool next = o->terms.next_order, zh = is_chinese(w);
	char *documents;
	size_t n;

	if (offers_documents((void *)o, w->db, o->id, ", ", &documents, &n,
	    err) < 0)
		return -1;
	paid.minor = o->paid;
	credit.minor = o->forgiven;
	if (came_back)
		format = zh ? "优惠 %lld：%s %s 的付款已被退回（截止日 %s，单据 %s）。"
		    "请勿开具 %s %s 的贷项；如已开具，请撤回。" :
		    "offer %lld: the payment of %s %s was taken back "
		    "(last day %s; %s): do not credit %s %s, or take the credit back";
	else if (next)
		format = zh ? "优惠 %lld：%s %s 已按时全额到账（截止日 %s，单据 %s）。"
		    "请在下一笔订单中抵减 %s %s。" :
		    "offer %lld: all of %s %s was paid by its day, "
		    "%s (%s): credit %s %s on their next order";
	else
		format = zh ? "优惠 %lld：%s %s 已按时到账（截止日 %s，单据 %s）。"
		    "请开具 %s %s 的贷项凭证，入账前不再就差额提醒。" :
		    "offer %lld: %s %s was paid by its day, %s (%s): "
		    "book a credit note of %s %s; until the ledger shows it "
		    "nobody is reminded of the rest";
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	*ret = mem_fmt((void *)o, format, (long long)o->id, cur,
	    money_format(paid, sum), date_format(o->terms.day, day),
	    documents, cur, money_format(credit, less));
#pragma GCC diagnostic pop
	return 0;
}

static int
ask(struct follow *w, const struct offer *o, bool came_back, struct err *err)
{
	struct task_new t = { .company_id = o->company_id,
	    .account_id = o->account_id,
	    .reason = came_back ? TASK_BACK : TASK, .owner = w->f->owner };
	char *detail;

	if (words(w, o, came_back, &detail, err) < 0)
		return -1;
	t.detail = detail;
	/* One of the two is true. */
	if (tasks_close_reason(w->db, o->company_id, o->account_id,
	    came_back ? TASK : TASK_BACK, w->now, FOLLOW_ACTOR, came_back ?
	    "the payment was taken back" : "paid again", err) < 0)
		return -1;
	return tasks_open(w->db, &t, w->now, FOLLOW_ACTOR, NULL, NULL, err);
}

static int
move(struct follow *w, struct offer *o, enum offer_event ev,
    const bool *counts, int64_t review_at, struct err *err)
{
	return offers_move(w->db, o, ev, counts, review_at, w->now,
	    FOLLOW_ACTOR, err);
}

/* --- kept --- */

/* Whatever is left is finance's to credit: asked after when that takes too
 * long, and never asked of the customer. */
static int
kept(struct follow *w, struct offer *o, const struct redeem_item *items,
    struct err *err)
{
	const struct policy_offers *p = &w->company->policy->offers;
	bool *counts = mem_array(o, bool, o->n_items + 1);
	struct judge_rules ours = w->rules;
	bool left = false;
	int32_t day;
	size_t i;

	ours.arg = calendar_for(plan_our_workdays(w->f));
	day = judge_workdays(&ours, w->today, p->credit_days);
	for (i = 0; i < o->n_items; i++) {
		counts[i] = items[i].counts && items[i].open > 0;
		left = left || counts[i];
	}
	if (move(w, o, OFFER_EV_PAY, counts, zone_instant(w->zone, day, 0),
	    err) < 0)
		return -1;
	if (!left && move(w, o, OFFER_EV_BOOK, NULL, 0, err) < 0)
		return -1;
	/* Booked with the payment: there is nothing left to do. */
	return left || o->terms.next_order ? ask(w, o, false, err) : 0;
}

/* What has left the items, and what nobody has allocated yet. */
static int64_t
is_here(const struct redeem_in *in)
{
	const struct redeem_item *it;
	int64_t here = 0, was;
	size_t i;

	for (i = 0; i < in->n_items; i++) {
		it = &in->items[i];
		was = it->covered + it->is - it->was;
		here += it->gone ? it->covered : was > it->open ?
		    was - it->open : 0;
	}
	for (i = 0; i < in->n_loose; i++)
		here += in->loose[i];
	return here;
}

/* Less is here than was paid: what else happens to the items, or comes in
 * later, changes nothing of what was decided. */
static bool
has_come_back(const struct offer *o, const struct redeem *r,
    const struct redeem_in *in)
{
	return r->word != REDEEM_KEPT && r->word != REDEEM_NEEDLESS &&
	    is_here(in) < o->paid;
}

/* It is open again until its day; a discount that was or will be credited has
 * no ground any more. */
static int
come_back(struct follow *w, struct offer *o, struct err *err)
{
	if (o->forgiven > 0 && ask(w, o, true, err) < 0)
		return -1;
	o->paid = o->forgiven = 0;
	return move(w, o, OFFER_EV_BOUNCE, NULL, 0, err);
}

/* The credit note is in the ledger. */
static int
is_booked(const struct follow *w, const struct offer *o)
{
	size_t i;

	for (i = 0; i < o->n_items; i++)
		if (o->items[i].hold_id != 0 &&
		    follow_open(w, o->items[i].item_id) > 0)
			return 0;
	return 1;
}

static int
follow_kept(struct follow *w, struct offer *o, const struct redeem *r,
    const struct redeem_in *in, struct err *err)
{
	if (is_booked(w, o)) {
		if (move(w, o, OFFER_EV_BOOK, NULL, 0, err) < 0)
			return -1;
		return tasks_close_reason(w->db, o->company_id,
		    o->account_id, TASK, w->now, FOLLOW_ACTOR,
		    "the ledger shows it", err);
	}
	return has_come_back(o, r, in) ? come_back(w, o, err) : 0;
}

/* --- open --- */

/* Somebody whom nobody has identified paid exactly what is missing. */
static bool
may_be_here(const struct follow *w, const struct offer *o,
    const struct redeem *r)
{
	const struct fact_company *c = w->f->company;
	size_t i;

	for (i = 0; i < c->n_unidentified; i++)
		if (strcmp(c->unidentified[i].cur, o->terms.cur) == 0 &&
		    c->unidentified[i].minor == r->asked - r->paid)
			return true;
	return false;
}

/* The next ledger may tell. */
static int
await(struct follow *w, struct offer *o, int32_t tell, struct err *err)
{
	o->look_at = FOLLOW_NEVER;
	o->tell = tell;
	return offers_look(w->db, o, err);
}

static int
follow_open_offer(struct follow *w, struct offer *o, const struct redeem *r,
    const struct redeem_item *items, int32_t deadline, struct err *err)
{
	switch (r->word) {
	case REDEEM_KEPT:
		o->paid = r->paid;
		o->forgiven = r->discount;
		return kept(w, o, items, err);
	case REDEEM_NEEDLESS:
		o->paid = r->paid;
		return move(w, o, OFFER_EV_LAPSE, NULL, 0, err);
	case REDEEM_EXPIRED:
		if (may_be_here(w, o, r))
			return await(w, o, w->f->company->ledger_as_of, err);
		o->paid = r->paid;
		return move(w, o, OFFER_EV_EXPIRE, NULL, 0, err);
	case REDEEM_AWAITING:
		return await(w, o, o->tell, err);
	default:
		o->look_at = zone_instant(w->zone, deadline + 1, 0);
		o->tell = INT32_MAX;	/* no ledger decides before */
		return offers_look(w->db, o, err);
	}
}

static int
fill(struct follow *w, const struct offer *o, int32_t deadline,
    struct redeem_item *items, struct err *err)
{
	struct offer_paid paid;
	size_t i;

	for (i = 0; i < o->n_items; i++) {
		if (offers_paid(w->db, o, o->items[i].item_id, deadline, &paid,
		    err) < 0)
			return -1;
		items[i].covered = o->items[i].open;
		items[i].was = paid.was;
		items[i].is = paid.is;
		items[i].open = paid.closed ? 0 :
		    follow_open(w, o->items[i].item_id);
		items[i].gone = paid.gone;
		items[i].disputed = paid.disputed;
		/* Its day has been judged; a credit note has a later one. */
		items[i].paid_on = o->state == OFFER_IS_OPEN ? paid.paid_on :
		    DATE_NONE;
		items[i].in_time = paid.in_time;
		items[i].late = paid.late;
	}
	return 0;
}

int
follow_offer(struct follow *w, struct offer *o, struct err *err)
{
	const struct policy *p = w->company->policy;
	struct redeem_item *items = mem_array(o, struct redeem_item,
	    o->n_items + 1);
	struct redeem_in in = { .offer = &o->terms, .items = items,
	    .n_items = o->n_items, .today = w->today,
	    .ledger = w->f->company->ledger_as_of };
	int64_t *loose;
	struct redeem r;

	/* Its last day is a working day; grace is for the bank. */
	in.deadline = p->offers.grace > 0 ? judge_workdays(&w->rules,
	    o->terms.day, p->offers.grace) : o->terms.day;
	in.tell = judge_workdays(&w->rules, in.deadline, p->bank_lag);
	o->tell = in.tell;
	if (fill(w, o, in.deadline, items, err) < 0 ||
	    offers_loose(o, w->db, o, in.deadline, &loose, &in.n_loose,
	    err) < 0)
		return -1;
	in.loose = loose;
	redeem_offer(&in, &r);
	switch (o->state) {
	case OFFER_IS_OPEN:
		return follow_open_offer(w, o, &r, items, in.deadline, err);
	case OFFER_IS_KEPT:
		return follow_kept(w, o, &r, &in, err);
	default:	/* settled or lapsed */
		return has_come_back(o, &r, &in) ? come_back(w, o, err) : 0;
	}
}
