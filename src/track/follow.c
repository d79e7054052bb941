#include "track/follow_int.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "plan/plan.h"
#include "policy/calendar.h"
#include "store/bills.h"
#include "store/facts_load.h"
#include "store/holds.h"
#include "store/offers.h"
#include "store/promises.h"
#include "store/tasks.h"
#include "track/answer.h"

#include <stdio.h>

#define ACTOR FOLLOW_ACTOR
#define DAY FOLLOW_DAY
#define NEVER FOLLOW_NEVER
#define INSTALMENTS_MAX 60

static bool
is_workday(int32_t day, const void *arg)
{
	return calendar_is_workday(arg, day);
}

void
follow_rules(const struct policy *p, const struct calendar *c,
    struct judge_rules *ret_rules)
{
	ret_rules->grace = p->promise_grace;
	ret_rules->lag = p->bank_lag;
	ret_rules->tolerance = p->promise_tolerance;
	ret_rules->is_workday = is_workday;
	ret_rules->arg = c;
}

int64_t
follow_open(const struct follow *w, int64_t item_id)
{
	size_t i;

	for (i = 0; i < w->f->n_items; i++)
		if (w->f->items[i].id == item_id)
			return w->f->items[i].open;
	return 0;
}

/* --- broken --- */

int
follow_end_plan(struct db *db, int64_t plan_id, enum plan_event ev,
    int64_t now, const char *actor, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	int64_t ids[INSTALMENTS_MAX];
	struct payplan *plan;
	struct promise *p;
	size_t n, i;
	int next;

	if (payplans_get(pool, db, plan_id, &plan, err) < 0 ||
	    payplans_promises(db, plan_id, INSTALMENTS_MAX, ids, &n,
	    err) < 0)
		return -1;
	if (machine_next(&plan_machine, (int)plan->state, (int)ev, &next) &&
	    payplans_move(db, plan, ev, now, actor, err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		if (promises_get(pool, db, ids[i], &p, err) < 0)
			return -1;
		if (!machine_is_final(&promise_machine, (int)p->state) &&
		    promises_move(db, p, PROMISE_EV_WITHDRAW, now, actor,
		    "its plan has ended", err) < 0)
			return -1;
	}
	return 0;
}

/* Too many broken: the account leaves the automatic track. */
static int
count_broken(struct follow *w, const struct promise *p, struct err *err)
{
	const struct policy *policy = w->company->policy;
	struct hold_new h = { .company_id = p->company_id,
	    .kind = HOLD_HUMAN, .scope = SCOPE_ACCOUNT,
	    .account_id = p->account_id, .owner = w->f->owner,
	    .note = "promises were broken", .review_at = CLOCK_NONE,
	    .ends_at = CLOCK_NONE };
	struct task_new t = { .company_id = p->company_id,
	    .account_id = p->account_id, .reason = "broken-promises",
	    .owner = w->f->owner };
	int64_t n, id;
	bool fresh;

	if (promises_broken(w->db, p->account_id, w->now -
	    (int64_t)policy->promise_broken_days * DAY, &n, err) < 0)
		return -1;
	if (n < policy->promise_broken_limit)
		return 0;
	if (tasks_open(w->db, &t, w->now, ACTOR, &id, &fresh, err) < 0)
		return -1;
	return fresh ? holds_place(w->db, &h, w->now, ACTOR, &id, err) : 0;
}

int
follow_judged(struct db *db, struct promise *p, enum promise_event ev,
    int64_t now, const char *actor, struct err *err)
{
	bool paid = ev == PROMISE_EV_PAY;
	struct payplan *plan;
	int64_t n;

	if (!paid && p->state != PROMISE_IS_AWAITING && promises_move(db, p,
	    PROMISE_EV_PASS, now, actor, NULL, err) < 0)
		return -1;
	if (promises_move(db, p, ev, now, actor, NULL, err) < 0)
		return -1;
	if (p->plan_id == 0)
		return 0;
	if (!paid)
		return follow_end_plan(db, p->plan_id, PAYPLAN_EV_BREAK, now,
		    actor, err);
	if (payplans_open(db, p->plan_id, &n, err) < 0 ||
	    payplans_get(p, db, p->plan_id, &plan, err) < 0)
		return -1;
	if (n > 0 || plan->state != PAYPLAN_IS_RUNNING)
		return 0;
	return payplans_move(db, plan, PAYPLAN_EV_END, now, actor, err);
}

static int
judged(struct follow *w, struct promise *p, enum promise_event ev,
    struct err *err)
{
	if (follow_judged(w->db, p, ev, w->now, ACTOR, err) < 0)
		return -1;
	return ev == PROMISE_EV_MISS ? count_broken(w, p, err) : 0;
}

/* --- one promise --- */

/* The day before has come: one friendly line, if it may still go. */
static int
near(struct follow *w, struct promise *p, const struct judge_days *d,
    struct err *err)
{
	struct answer a = { .class = CLASS_COURTESY, .template = "courtesy",
	    .contact_id = p->contact_id, .from = d->courtesy,
	    .to = p->day - 1 };
	int64_t id;

	if (promises_move(w->db, p, PROMISE_EV_NEAR, w->now, ACTOR, NULL,
	    err) < 0)
		return -1;
	/* Made today or yesterday: its confirmation has just gone out. */
	if (p->made_on >= d->courtesy)
		return 0;
	a.cause = mem_fmt(p, "promise/%lld", (long long)p->id);
	return answer_write(w->db, w->company, w->f, &a, w->now, &id, err);
}

static int
wait_for(struct follow *w, struct promise *p, const struct judge_days *d,
    struct err *err)
{
	int32_t next = d->deadline + 1;

	if (p->state == PROMISE_IS_OPEN && w->today < d->courtesy)
		next = d->courtesy;
	p->look_at = zone_instant(w->zone, next, 0);
	if (p->state == PROMISE_IS_OPEN && w->today >= d->courtesy &&
	    w->today < p->day)
		return near(w, p, d, err);
	return promises_look(w->db, p, p->look_at, err);
}

static int
await(struct follow *w, struct promise *p, struct err *err)
{
	p->look_at = NEVER;
	if (p->state == PROMISE_IS_AWAITING)
		return promises_look(w->db, p, p->look_at, err);
	return promises_move(w->db, p, PROMISE_EV_PASS, w->now, ACTOR, NULL,
	    err);
}

/* Paid as it was offered: what is left of it is asked of nobody. */
static bool
is_credited(const struct follow *w, int64_t item_id)
{
	const struct fact_hold *h;
	size_t i;

	for (i = 0; i < w->f->n_holds; i++) {
		h = &w->f->holds[i];
		if (h->kind == HOLD_CREDIT && h->scope == SCOPE_ITEM &&
		    h->item_id == item_id)
			return true;
	}
	return false;
}

static int
judge(struct follow *w, struct promise *p, const struct judge_days *d,
    enum judge_word *ret_word, struct err *err)
{
	struct judge_item *items = mem_array(p, struct judge_item,
	    p->n_items + 1);
	struct judge_in in = { .items = items, .n_items = p->n_items,
	    .today = w->today, .ledger = w->f->company->ledger_as_of };
	struct promise_paid paid;
	int64_t before, due;
	size_t i;

	if (promises_before(w->db, p, &before, err) < 0)
		return -1;
	for (i = 0; i < p->n_items; i++) {
		if (promises_paid(w->db, p, p->items[i].item_id, d->deadline,
		    &paid, err) < 0)
			return -1;
		items[i].covered = p->items[i].open;
		items[i].open = paid.open ? follow_open(w, p->items[i].item_id) :
		    0;
		if (is_credited(w, p->items[i].item_id)) {
			items[i].covered -= items[i].open;
			items[i].open = 0;
		}
		items[i].dropped = paid.cancelled;
		items[i].paid_on = paid.paid_on;
		items[i].in_time = paid.in_time;
		items[i].late = paid.late;
	}
	/* Instalments are paid in their order. */
	in.amount = p->amount == 0 ? 0 : p->amount + before;
	*ret_word = judge_promise(&w->rules, d, &in, &due, &p->paid);
	p->paid = p->paid > before ? p->paid - before : 0;
	if (*ret_word == JUDGE_PARTLY && p->paid == 0)
		*ret_word = JUDGE_BROKEN;
	return 0;
}

static int
follow_promise(struct follow *w, struct promise *p, struct err *err)
{
	enum judge_word word;
	struct judge_days d;

	judge_days(&w->rules, p->day, &d);
	if (p->state == PROMISE_IS_PROPOSED || p->tell == PROMISE_DOUBTED)
		return promises_look(w->db, p, NEVER, err);
	if (judge(w, p, &d, &word, err) < 0)
		return -1;
	switch (word) {
	case JUDGE_KEPT:
		return judged(w, p, PROMISE_EV_PAY, err);
	case JUDGE_PARTLY:
		return judged(w, p, PROMISE_EV_PART, err);
	case JUDGE_BROKEN:
		return judged(w, p, PROMISE_EV_MISS, err);
	case JUDGE_AWAITING:
		return await(w, p, err);
	default:
		return wait_for(w, p, &d, err);
	}
}

/* --- one bill --- */

/* Its day and the bank's are over: the ledger says that it was paid, or a
 * person does. */
static int
follow_bill(struct follow *w, struct bill *b, struct err *err)
{
	struct task_new t = { .company_id = b->company_id,
	    .account_id = b->account_id, .reason = "bill-matured",
	    .owner = w->f->owner };
	char detail[64];
	bool fresh, paid;
	int64_t id;

	/* Presented: the ledger may tell of it on any day. */
	if (b->state == BILL_IS_RECEIVED && w->now < b->look_at)
		return 0;
	if (bills_paid(w->db, b, &paid, err) < 0)
		return -1;
	if (paid) {
		if (bills_move(w->db, b, BILL_EV_HONOUR, w->now, ACTOR, NULL,
		    err) < 0)
			return -1;
		return tasks_close_reason(w->db, b->company_id,
		    b->account_id, "bill-matured", w->now, ACTOR, "honoured",
		    err);
	}
	if (b->state != BILL_IS_RECEIVED)
		return 0;
	snprintf(detail, sizeof(detail), "dunlin bill honoured %lld, or "
	    "dishonoured", (long long)b->id);
	t.detail = detail;
	if (bills_move(w->db, b, BILL_EV_PRESENT, w->now, ACTOR, NULL,
	    err) < 0)
		return -1;
	return tasks_open(w->db, &t, w->now, ACTOR, &id, &fresh, err);
}

/* --- */

/* Of each plan its next instalment has what else is the plan's. */
static int
cover_plans(struct follow *w, const struct fact_company *facts,
    struct promise *const *list, size_t n, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct follow_plan plan = { .list = list, .n = n };
	int64_t seen = 0;
	struct facts *f;
	size_t i;

	for (i = 0; i < n; i++) {
		if (list[i]->plan_id == 0 || list[i]->plan_id == seen)
			continue;
		if (promises_get(pool, w->db, list[i]->id, &plan.next,
		    err) < 0)
			return -1;
		if (plan.next->state == PROMISE_IS_PROPOSED ||
		    machine_is_final(&promise_machine,
		    (int)plan.next->state))
			continue;
		seen = plan.next->plan_id;
		if (facts_load(pool, w->db, facts, plan.next->account_id,
		    w->now, &f, err) < 0)
			return -1;
		w->f = f;
		if (follow_cover(w, &plan, err) < 0)
			return -1;
	}
	return 0;
}

/* Before promises: what was paid as it was offered keeps them too. */
static int
follow_offers(void *pool, struct follow *w, const struct fact_company *facts,
    struct offer *const *list, size_t n, struct err *err)
{
	int64_t account_id = w->f->account_id;
	struct facts *f;
	size_t i;

	for (i = 0; i < n; i++)
		if (follow_offer(w, list[i], err) < 0)
			return -1;
	if (n == 0)
		return 0;
	if (facts_load(pool, w->db, facts, account_id, w->now, &f, err) < 0)
		return -1;
	w->f = f;
	return 0;
}

int
follow_account(struct db *db, const struct config_company *company,
    const struct fact_company *facts, int64_t account_id, int64_t now,
    struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct follow w = { .db = db, .company = company, .now = now };
	const struct calendar *calendar;
	struct promise **promises;
	struct claim **claims;
	struct bill **bills;
	struct offer **offers = NULL;
	size_t n_promises, n_claims, n_bills, n_offers = 0, i;
	struct facts *f;

	if (promises_active(pool, db, account_id, &promises, &n_promises,
	    err) < 0 || claims_active(pool, db, account_id, &claims,
	    &n_claims, err) < 0 || bills_active(pool, db, account_id, &bills,
	    &n_bills, err) < 0 || (facts->offers && offers_active(pool, db,
	    account_id, &offers, &n_offers, err) < 0))
		return -1;
	if (n_promises == 0 && n_claims == 0 && n_bills == 0 && n_offers == 0)
		return 0;
	if (facts_load(pool, db, facts, account_id, now, &f, err) < 0)
		return -1;
	w.f = f;
	w.today = plan_today(f, company->policy, now, &w.zone, &calendar);
	follow_rules(company->policy, calendar, &w.rules);
	if (follow_offers(pool, &w, facts, offers, n_offers, err) < 0)
		return -1;
	for (i = 0; i < n_claims; i++)
		if (follow_claim(&w, claims[i], err) < 0)
			return -1;
	for (i = 0; i < n_bills; i++)
		if (follow_bill(&w, bills[i], err) < 0)
			return -1;
	for (i = 0; i < n_promises; i++) {
		/* A broken plan takes its other instalments along. */
		if (promises[i]->plan_id != 0 && promises_get(pool, db,
		    promises[i]->id, &promises[i], err) < 0)
			return -1;
		if (!machine_is_final(&promise_machine,
		    (int)promises[i]->state) &&
		    follow_promise(&w, promises[i], err) < 0)
			return -1;
	}
	return cover_plans(&w, facts, promises, n_promises, err);
}
