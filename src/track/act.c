#include "track/act_int.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "store/tasks.h"
#include "track/answer.h"
#include "track/follow.h"

#include <string.h>

#define PLAN_MAX 60
#define SHARE_LEAST 1000	/* 1/10,000: less is a discount, not a part */

/* --- promises --- */

static int64_t
amount_of(const struct act_day *d, size_t n, int64_t sum, int64_t before)
{
	int64_t amount = d->amount.minor;

	if (amount == 0 && d->share > 0)
		amount = sum / 10000 * d->share + sum % 10000 * d->share /
		    10000;
	/* An instalment always has a sum. */
	if (amount == 0 && n > 1)
		amount = sum - before;
	return amount >= sum - before && n == 1 ? 0 : amount;
}

/* "We take the 2 % and pay on Friday": what was offered to them, or all of it
 * where that day is too late. */
static struct act_day
taken(const struct act *a, const struct act_day *d)
{
	const struct fact_offer *o = a->f->offer;
	struct act_day t = *d;

	if (o == NULL || o->state != OFFER_IS_OPEN || act_names_any(d, 1) ||
	    d->share <= 0 || d->share != o->terms.percent)
		return t;
	t.share = 0;
	t.amount = money_zero(o->terms.cur);
	if (d->day <= o->terms.day)
		t.amount.minor = offer_sum(&o->terms);
	return t;
}

/* A sum that is both: what was offered to them, and what they may pay. */
static bool
is_discount(const struct act *a, const struct act_day *d)
{
	const struct fact_offer *o = a->f->offer;

	return o != NULL && o->state == OFFER_IS_OPEN &&
	    !act_names_any(d, 1) && d->amount.minor > 0 &&
	    d->amount.minor == o->terms.discount;
}

static bool
has_sum(const struct act_day *d)
{
	return d->amount.minor > 0 || d->share > 0 || d->document != NULL;
}

/* Why a person has to look: NULL when nobody has to. */
static const char *
beyond(const struct act *a, const struct act_day *d, size_t n)
{
	const struct policy *p = a->r->company->policy;
	size_t i;

	/* Of several parts only the last may be the rest: no guess. */
	for (i = 0; i < n; i++)
		if (d[i].day < a->today || (i + 1 < n && (d[i].rest ||
		    !has_sum(&d[i]) || d[i].day >= d[i + 1].day)))
			return "promise-unclear";
	if (strncmp(a->r->actor, "user:", 5) == 0)
		return NULL;
	/* "We take the 50", or "we pay 50"? */
	if (n == 1 && is_discount(a, &d[0]))
		return "promise-unclear";
	/* A discount that nobody has offered. */
	if (n == 1 && d[0].share > 0 && d[0].share < SHARE_LEAST)
		return "promise-unclear";
	if (n > 1 && ((int)n > p->plan_instalments || d[n - 1].day >
	    a->today + (int32_t)n * p->promise_max_days))
		return "plan-beyond-limit";
	if (n == 1 && d[0].day > a->today + p->promise_max_days)
		return "promise-beyond-limit";
	return NULL;
}

/* The promises that a new one stands for: all, or those of what is named; but
 * not promise `keep`, or plan -`keep`. */
static int
renegotiate(struct act *a, const struct act_day *d, size_t n, int64_t keep,
    struct err *err)
{
	struct promise **list;
	size_t k, i, j, m;
	bool touches;

	if (promises_active(a->pool, a->db, a->r->account_id, &list, &m,
	    err) < 0)
		return -1;
	for (k = 0; k < m; k++) {
		if (list[k]->id == keep || (keep < 0 &&
		    list[k]->plan_id == -keep))
			continue;
		/* One of a plan that has just ended. */
		if (list[k]->plan_id != 0 && promises_get(a->pool, a->db,
		    list[k]->id, &list[k], err) < 0)
			return -1;
		if (machine_is_final(&promise_machine, (int)list[k]->state))
			continue;
		touches = !act_names_any(d, n);
		for (i = 0; i < list[k]->n_items && !touches; i++)
			for (j = 0; j < a->f->n_items; j++)
				if (a->f->items[j].id ==
				    list[k]->items[i].item_id &&
				    act_is_named(&a->f->items[j], d, n))
					touches = true;
		if (!touches)
			continue;
		if (promises_move(a->db, list[k], PROMISE_EV_RENEGOTIATE,
		    a->r->now, a->r->actor, "another promise stands for it",
		    err) < 0)
			return -1;
		if (list[k]->plan_id != 0 && follow_end_plan(a->db,
		    list[k]->plan_id, PAYPLAN_EV_WITHDRAW, a->r->now,
		    a->r->actor, err) < 0)
			return -1;
	}
	return act_look(a, err);
}

static int64_t
open_of(const struct covered *items, size_t n)
{
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += items[i].open;
	return sum;
}

/* What is said, as it is stored: 0 where it is all that p covers. */
static int64_t
part_of(const struct promise *p, const struct act_day *d)
{
	return d->amount.minor >= open_of(p->items, p->n_items) ? 0 :
	    d->amount.minor;
}

/* NULL: not. */
static int
said_before(struct act *a, const struct act_day *d, size_t n,
    const struct promise **ret_same, struct err *err)
{
	struct promise **list;
	size_t m, k;

	*ret_same = NULL;
	if (promises_active(a->pool, a->db, a->r->account_id, &list, &m,
	    err) < 0)
		return -1;
	for (k = 0; k < m && n == 1; k++)
		if (list[k]->day == d[0].day && list[k]->plan_id == 0 &&
		    list[k]->amount == part_of(list[k], &d[0]) &&
		    !act_names_any(d, n))
			*ret_same = list[k];
	return 0;
}

/* Writes the promise, or the plan with its instalments. */
static int
record(struct act *a, const struct act_day *d, size_t n, bool open,
    int64_t *ret_id, struct err *err)
{
	struct payplan plan = { .company_id = a->r->company_id,
	    .account_id = a->r->account_id, .made_at = a->r->now,
	    .made_by = a->r->actor, .inbox_id = a->r->inbox_id };
	struct promise p = { .company_id = a->r->company_id,
	    .account_id = a->r->account_id, .made_at = a->r->now,
	    .made_by = a->r->actor, .inbox_id = a->r->inbox_id,
	    .contact_id = a->r->contact_id, .note = a->r->quote,
	    .made_on = a->today };
	const char *cur = act_currency(a, d, n);
	struct judge_days days;
	int64_t sum, before = 0;
	size_t i;

	*ret_id = 0;
	if (cur == NULL)
		return 0;
	memcpy(p.cur, cur, strlen(cur) + 1);
	p.items = mem_array(a->pool, struct covered, a->n_free + 1);
	p.n_items = act_cover(a, d, n, cur, p.items, &sum);
	if (p.n_items == 0)
		return 0;
	plan.state = open ? PAYPLAN_IS_RUNNING : PAYPLAN_IS_PROPOSED;
	if (n > 1 && payplans_add(a->db, &plan, err) < 0)
		return -1;
	p.plan_id = n > 1 ? plan.id : 0;
	p.state = open ? PROMISE_IS_OPEN : PROMISE_IS_PROPOSED;
	for (i = 0; i < n; i++) {
		p.day = d[i].day;
		p.by_bill = d[i].by_bill;
		p.matures = d[i].matures != 0 ? d[i].matures : DATE_NONE;
		p.amount = amount_of(&d[i], n, sum, before);
		/* "All" is what is left of items of which part is disputed. */
		if (p.amount == 0 && sum < open_of(p.items, p.n_items))
			p.amount = sum;
		/* "INV-1 then, INV-2 a week later": each its own sum. */
		if (n > 1 && d[i].document != NULL &&
		    d[i].amount.minor == 0 && d[i].share == 0)
			act_cover(a, &d[i], 1, cur, mem_array(a->pool,
			    struct covered, a->n_free + 1), &p.amount);
		if (n > 1 && p.amount <= 0)
			break;
		before += p.amount;
		judge_days(&a->rules, p.day, &days);
		p.tell = days.tell;
		p.look_at = a->r->now;
		if (promises_add(a->db, &p, zone_instant(a->zone, days.tell +
		    7, 0), err) < 0)
			return -1;
	}
	*ret_id = n > 1 ? plan.id : p.id;
	return 0;
}

static const char *
topic(struct act *a, const struct act_day *d, size_t n)
{
	char day[DATE_TEXT_MAX];
	char *s = mem_str(a->pool, n > 1 ? "plan" : "promise");
	size_t i;

	for (i = 0; i < n && i < PLAN_MAX; i++)
		s = mem_fmt(a->pool, "%s %s %lld%s %s", s, date_format(d[i].day,
		    day), (long long)d[i].amount.minor, d[i].amount.cur,
		    d[i].document != NULL ? d[i].document : "");
	return s;
}

static int
confirm(struct act *a, const char *template, const struct act_day *d,
    size_t n, int64_t id, enum act_done *ret_done, struct err *err)
{
	return answer_reply(a->db, a->r, template, mem_fmt(a->pool,
	    n > 1 ? "plan/%lld" : "promise/%lld", (long long)id),
	    topic(a, d, n), ret_done, err);
}

/* Not taken by itself: kept as proposed, for a person. */
static int
propose(struct act *a, const struct act_day *d, size_t n, const char *reason,
    enum act_done *ret_done, int64_t *ret_id, struct err *err)
{
	char *detail;

	if (act_wait(a, err) < 0)
		return -1;
	if (record(a, d, n, false, ret_id, err) < 0)
		return -1;
	*ret_done = ACT_TASK;
	if (a->r->proven && *ret_id != 0 && strcmp(reason,
	    "promise-beyond-limit") == 0 && confirm(a, "answer-too-far", d, n,
	    *ret_id, ret_done, err) < 0)
		return -1;
	/* Instalments within policy are offered instead. */
	if (a->r->proven && a->r->inbox_id != 0 && strcmp(reason,
	    "plan-beyond-limit") == 0 && answer_reply(a->db, a->r,
	    "answer-hardship", mem_fmt(a->pool, "reply/%lld",
	    (long long)a->r->inbox_id), "plan-limit", ret_done, err) < 0)
		return -1;
	*ret_done = ACT_TASK;
	detail = mem_fmt(a->pool, "accept: dunlin promise accept %s%lld%s%s",
	    n > 1 ? "plan/" : "", (long long)*ret_id,
	    a->r->quote != NULL ? "\n" : "",
	    a->r->quote != NULL ? a->r->quote : "");
	return act_task(a, reason, *ret_id != 0 ? detail : NULL, err);
}

int
act_promise(struct db *db, const struct act_reply *r,
    const struct act_day *days, size_t n, enum act_done *ret_done,
    int64_t *ret_id, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct act a = { .db = db, .r = r, .pool = pool };
	const struct promise *same;
	const char *reason;
	struct act_day one;

	*ret_id = 0;
	if (n == 0 || n > PLAN_MAX)
		return err_set(err, ERR_PERM, "a promise has 1 to %d days",
		    PLAN_MAX);
	if (act_look(&a, err) < 0)
		return -1;
	if (n == 1) {
		one = taken(&a, days);
		days = &one;
	}
	if (said_before(&a, days, n, &same, err) < 0)
		return -1;
	*ret_done = ACT_SAME;
	/* What had waited for proof has it now. */
	if (same != NULL)
		return same->state == PROMISE_IS_PROPOSED && r->proven &&
		    beyond(&a, days, n) == NULL ? act_accept(db, r, false,
		    same->id, ret_done, err) : 0;
	reason = beyond(&a, days, n);
	if (!r->proven)
		reason = "unverified-promise";
	if (reason != NULL)
		return propose(&a, days, n, reason, ret_done, ret_id, err);
	if (renegotiate(&a, days, n, 0, err) < 0 ||
	    record(&a, days, n, true, ret_id, err) < 0)
		return -1;
	if (tasks_close_reason(db, r->company_id, r->account_id, "no-date",
	    r->now, r->actor, "a day was named", err) < 0)
		return -1;
	if (*ret_id == 0) {
		*ret_done = ACT_TASK;
		return act_task(&a, "promise-unclear", NULL, err);
	}
	return confirm(&a, act_template(r, "answer-promise"), days, n, *ret_id,
	    ret_done, err);
}

int
act_accept(struct db *db, const struct act_reply *r, bool plan, int64_t id,
    enum act_done *ret_done, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct act a = { .db = db, .r = r, .pool = pool };
	int64_t ids[PLAN_MAX];
	struct act_day days[PLAN_MAX] = { { 0 } };
	struct payplan *pp;
	struct promise *p;
	size_t n = 1, i;

	ids[0] = id;
	if (!plan && promises_get(pool, db, id, &p, err) < 0)
		return -1;
	if (!plan && p->plan_id != 0)
		return err_set(err, ERR_PERM, "promise %lld is one instalment "
		    "of plan/%lld: accept all of it with \"dunlin promise "
		    "accept plan/%lld\"", (long long)id,
		    (long long)p->plan_id, (long long)p->plan_id);
	if (plan && (payplans_get(pool, db, id, &pp, err) < 0 ||
	    payplans_promises(db, id, PLAN_MAX, ids, &n, err) < 0))
		return -1;
	if (act_look(&a, err) < 0 || renegotiate(&a, NULL, 0, plan ? -id : id,
	    err) < 0)
		return -1;
	if (plan && payplans_move(db, pp, PAYPLAN_EV_ACCEPT, r->now, r->actor,
	    err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		if (promises_get(pool, db, ids[i], &p, err) < 0)
			return -1;
		p->look_at = r->now;
		if (promises_move(db, p, PROMISE_EV_ACCEPT, r->now, r->actor,
		    NULL, err) < 0)
			return -1;
		days[i].day = p->day;
		days[i].amount.minor = p->amount;
		memcpy(days[i].amount.cur, p->cur, sizeof(p->cur));
	}
	return answer_reply(db, r, act_template(r, "answer-promise"),
	    mem_fmt(pool, plan ? "plan/%lld" : "promise/%lld",
	    (long long)id), topic(&a, days, n), ret_done, err);
}
