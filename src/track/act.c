#include "track/act.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "core/zone.h"
#include "plan/plan.h"
#include "store/claims.h"
#include "store/disputes.h"
#include "store/promises.h"
#include "store/tasks.h"
#include "track/answer.h"
#include "track/follow.h"

#include <string.h>

#define DAY 86400
#define PLAN_MAX 60

/* One change, with the facts as they were before it. */
struct act {
	struct db *db;
	const struct act_reply *r;
	void *pool;
	struct facts *f;
	struct plan_item *free;		/* what no hold keeps out */
	size_t n_free;
	const struct zone *zone;
	struct judge_rules rules;
	int32_t today;
};

static int
look(struct act *a, struct err *err)
{
	const struct calendar *calendar;

	if (answer_facts(a->pool, a->db, a->r->company, a->r->account_id,
	    a->r->now, &a->f, err) < 0)
		return -1;
	a->free = mem_array(a->pool, struct plan_item, a->f->n_items + 1);
	a->n_free = plan_items(a->f, a->r->now, a->free);
	a->today = plan_today(a->f, a->r->company->policy, a->r->now,
	    &a->zone, &calendar);
	follow_rules(a->r->company->policy, calendar, &a->rules);
	return 0;
}

static int
task(struct act *a, const char *reason, int severity, const char *title,
    const char *detail, struct err *err)
{
	struct task_new t = { .company_id = a->r->company_id,
	    .account_id = a->r->account_id, .reason = reason,
	    .severity = severity, .title = title, .owner = a->f->owner,
	    .inbox_id = a->r->inbox_id, .due_at = a->r->now + DAY };
	int64_t id;
	bool fresh;

	t.detail = detail != NULL ? detail : a->r->quote;
	return tasks_open(a->db, &t, a->r->now, a->r->actor, &id, &fresh,
	    err);
}

/* --- what a promise covers --- */

static bool
is_named(const struct fact_item *it, const struct act_day *d, size_t n)
{
	size_t i, k;
	bool any = false;

	for (i = 0; i < n; i++) {
		if (d[i].document == NULL)
			continue;
		any = true;
		if (text_eq_nocase(it->document, d[i].document))
			return true;
		for (k = 0; k < d[i].n_more; k++)
			if (text_eq_nocase(it->document, d[i].more[k]))
				return true;
	}
	return !any;
}

static bool
names_any(const struct act_day *d, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (d[i].document != NULL)
			return true;
	return false;
}

/* Items of one currency: those named, else all that are overdue, else all
 * that are open. */
static size_t
cover(struct act *a, const struct act_day *d, size_t n, const char *cur,
    struct promise_item *out, int64_t *ret_sum)
{
	const struct fact_item *it;
	bool overdue = !names_any(d, n);
	size_t i, k = 0;

	for (*ret_sum = 0; ; overdue = false) {
		for (i = 0; i < a->n_free; i++) {
			it = &a->f->items[a->free[i].i];
			if (a->free[i].amount <= 0 ||
			    strcmp(it->cur, cur) != 0 ||
			    (overdue && it->due >= a->today) ||
			    !is_named(it, d, n))
				continue;
			out[k].item_id = it->id;
			out[k].hold_id = 0;
			out[k++].open = it->open;
			*ret_sum += it->open;
		}
		if (k > 0 || !overdue)
			return k;
	}
}

/* The currency that is meant: said, or that of the oldest item. */
static const char *
currency(const struct act *a, const struct act_day *d, size_t n)
{
	const struct fact_item *it;
	size_t i;

	for (i = 0; i < n; i++)
		if (d[i].amount.cur[0] != '\0' && d[i].amount.minor > 0)
			return d[i].amount.cur;
	for (i = 0; i < a->n_free; i++) {
		it = &a->f->items[a->free[i].i];
		if (a->free[i].amount > 0 && is_named(it, d, n))
			return it->cur;
	}
	return NULL;
}

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
		touches = !names_any(d, n);
		for (i = 0; i < list[k]->n_items && !touches; i++)
			for (j = 0; j < a->f->n_items; j++)
				if (a->f->items[j].id ==
				    list[k]->items[i].item_id &&
				    is_named(&a->f->items[j], d, n))
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
	return look(a, err);
}

/* What is said, as it is stored: 0 where it is all that p covers. */
static int64_t
part_of(const struct promise *p, const struct act_day *d)
{
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < p->n_items; i++)
		sum += p->items[i].open;
	return d->amount.minor >= sum ? 0 : d->amount.minor;
}

static int
said_before(struct act *a, const struct act_day *d, size_t n, bool *ret_same,
    struct err *err)
{
	struct promise **list;
	size_t m, k, hits = 0;

	*ret_same = false;
	if (promises_active(a->pool, a->db, a->r->account_id, &list, &m,
	    err) < 0)
		return -1;
	for (k = 0; k < m && n == 1; k++)
		if (list[k]->day == d[0].day && list[k]->plan_id == 0 &&
		    list[k]->amount == part_of(list[k], &d[0]) &&
		    !names_any(d, n))
			hits++;
	*ret_same = hits > 0;
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
	const char *cur = currency(a, d, n);
	struct judge_days days;
	int64_t sum, before = 0;
	size_t i;

	*ret_id = 0;
	if (cur == NULL)
		return 0;
	memcpy(p.cur, cur, strlen(cur) + 1);
	p.items = mem_array(a->pool, struct promise_item, a->n_free + 1);
	p.n_items = cover(a, d, n, cur, p.items, &sum);
	if (p.n_items == 0)
		return 0;
	plan.state = open ? PAYPLAN_IS_RUNNING : PAYPLAN_IS_PROPOSED;
	if (n > 1 && payplans_add(a->db, &plan, err) < 0)
		return -1;
	p.plan_id = n > 1 ? plan.id : 0;
	p.state = open ? PROMISE_IS_OPEN : PROMISE_IS_PROPOSED;
	for (i = 0; i < n; i++) {
		p.day = d[i].day;
		p.amount = amount_of(&d[i], n, sum, before);
		/* "INV-1 then, INV-2 a week later": each its own sum. */
		if (n > 1 && d[i].document != NULL &&
		    d[i].amount.minor == 0 && d[i].share == 0)
			cover(a, &d[i], 1, cur, mem_array(a->pool,
			    struct promise_item, a->n_free + 1), &p.amount);
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

	if (record(a, d, n, false, ret_id, err) < 0)
		return -1;
	*ret_done = ACT_TASK;
	if (a->r->proven && *ret_id != 0 && strcmp(reason,
	    "promise-beyond-limit") == 0 && confirm(a, "answer-too-far", d, n,
	    *ret_id, ret_done, err) < 0)
		return -1;
	*ret_done = ACT_TASK;
	detail = mem_fmt(a->pool, "accept: dunlin promise accept %s%lld%s%s",
	    n > 1 ? "plan/" : "", (long long)*ret_id,
	    a->r->quote != NULL ? "\n" : "",
	    a->r->quote != NULL ? a->r->quote : "");
	return task(a, reason, 2, "A promise to pay waits for a person: "
	    "accept it or answer", *ret_id != 0 ? detail : NULL, err);
}

int
act_promise(struct db *db, const struct act_reply *r,
    const struct act_day *days, size_t n, enum act_done *ret_done,
    int64_t *ret_id, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct act a = { .db = db, .r = r, .pool = pool };
	const char *reason;
	bool again;

	*ret_id = 0;
	if (n == 0 || n > PLAN_MAX)
		return err_set(err, ERR_PERM, "a promise has 1 to %d days",
		    PLAN_MAX);
	if (look(&a, err) < 0 || said_before(&a, days, n, &again, err) < 0)
		return -1;
	*ret_done = ACT_SAME;
	if (again)
		return 0;
	reason = beyond(&a, days, n);
	if (!r->proven)
		reason = "unverified-promise";
	if (reason != NULL)
		return propose(&a, days, n, reason, ret_done, ret_id, err);
	if (renegotiate(&a, days, n, 0, err) < 0 ||
	    record(&a, days, n, true, ret_id, err) < 0)
		return -1;
	if (*ret_id == 0) {
		*ret_done = ACT_TASK;
		return task(&a, "promise-unclear", 2, "A promise to pay, but "
		    "nothing open that it could cover", NULL, err);
	}
	return confirm(&a, "answer-promise", days, n, *ret_id, ret_done,
	    err);
}

int
act_accept(struct db *db, const struct act_reply *r, bool plan, int64_t id,
    enum act_done *ret_done, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct act a = { .db = db, .r = r, .pool = pool };
	int64_t ids[PLAN_MAX];
	struct act_day day = { .day = 0 };
	struct payplan *pp;
	struct promise *p;
	size_t n = 1, i;

	ids[0] = id;
	if (plan && (payplans_get(pool, db, id, &pp, err) < 0 ||
	    payplans_promises(db, id, PLAN_MAX, ids, &n, err) < 0))
		return -1;
	if (look(&a, err) < 0 || renegotiate(&a, NULL, 0, plan ? -id : id,
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
		day.day = p->day;
		day.amount.minor = p->amount;
	}
	return confirm(&a, "answer-promise", &day, plan ? 2 : 1, id,
	    ret_done, err);
}

int
act_promise_vague(struct db *db, const struct act_reply *r,
    enum act_done *ret_done, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct act a = { .db = db, .r = r, .pool = pool };

	if (look(&a, err) < 0 || answer_reply(db, r, "answer-ask-date",
	    mem_fmt(pool, "ask/%lld", (long long)r->inbox_id), "ask-date",
	    ret_done, err) < 0)
		return -1;
	/* Asked once: whoever says "soon" twice is called by a person. */
	if (*ret_done != ACT_SAME)
		return 0;
	*ret_done = ACT_TASK;
	return task(&a, "no-date", 2, "They will pay, but say not when: call "
	    "them", NULL, err);
}

/* --- paid already --- */

int
act_paid(struct db *db, const struct act_reply *r,
    const struct act_paid *paid, enum act_done *ret_done, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct act a = { .db = db, .r = r, .pool = pool };
	struct claim c = { .company_id = r->company_id,
	    .account_id = r->account_id, .made_at = r->now,
	    .made_by = r->actor, .inbox_id = r->inbox_id,
	    .contact_id = r->contact_id, .paid_on = paid->day,
	    .amount = paid->amount.minor, .cur = paid->amount.cur,
	    .reference = paid->reference };
	struct act_day *named = mem_array(pool, struct act_day,
	    paid->n_documents + 1);
	struct promise_item *items;
	const char *cur;
	int64_t sum;
	size_t i, n;

	if (look(&a, err) < 0)
		return -1;
	for (i = 0; i < paid->n_documents; i++)
		named[i].document = paid->documents[i];
	named[0].amount = paid->amount;
	n = paid->n_documents > 0 ? paid->n_documents : 1;
	cur = currency(&a, named, n);
	items = mem_array(pool, struct promise_item, a.n_free + 1);
	n = cur == NULL ? 0 : cover(&a, named, n, cur, items, &sum);
	*ret_done = ACT_SAME;
	if (n == 0)
		return 0;
	c.items = mem_array(pool, struct claim_item, n);
	for (i = 0; i < n; i++) {
		c.items[i].item_id = items[i].item_id;
		c.items[i].open = items[i].open;
	}
	c.n_items = n;
	c.until = judge_workdays(&a.rules, a.today,
	    r->company->policy->claim_days);
	c.look_at = zone_instant(a.zone, c.until + 1, 0);
	if (claims_add(db, &c, err) < 0)
		return -1;
	*ret_done = ACT_DONE;
	if (!r->proven)
		return 0;
	return answer_reply(db, r, "answer-claim", mem_fmt(pool,
	    "claim/%lld", (long long)c.id), "paid", ret_done, err);
}

/* --- dispute --- */

static int
dispute_item(struct act *a, const struct act_dispute *d, int64_t item_id,
    int64_t *ret_id, struct err *err)
{
	struct dispute n = { .company_id = a->r->company_id,
	    .account_id = a->r->account_id, .item_id = item_id,
	    .amount = item_id != 0 ? d->amount.minor : 0,
	    .reason = d->reason, .owner = a->f->owner,
	    .opened_at = a->r->now, .opened_by = a->r->actor,
	    .inbox_id = a->r->inbox_id, .contact_id = a->r->contact_id,
	    .note = a->r->quote };
	int64_t id;
	int r = disputes_find(a->db, a->r->account_id, item_id, &id, err);

	if (r != 0)
		return r < 0 ? -1 : 0;
	n.by = judge_workdays(&a->rules, a->today,
	    a->r->company->policy->dispute_days);
	if (disputes_open(a->db, &n, err) < 0)
		return -1;
	*ret_id = n.id;
	return 0;
}

int
act_dispute(struct db *db, const struct act_reply *r,
    const struct act_dispute *d, enum act_done *ret_done, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct act a = { .db = db, .r = r, .pool = pool };
	struct act_day named;
	int64_t id = 0;
	size_t i, k, n = 0;

	if (look(&a, err) < 0)
		return -1;
	for (k = 0; k < d->n_documents; k++) {
		memset(&named, 0, sizeof(named));
		named.document = d->documents[k];
		for (i = 0; i < a.f->n_items; i++)
			if (is_named(&a.f->items[i], &named, 1)) {
				n++;
				if (dispute_item(&a, d, a.f->items[i].id, &id,
				    err) < 0)
					return -1;
			}
	}
	/* Nothing that is known was named: all of it waits for a person. */
	if (n == 0 && dispute_item(&a, d, 0, &id, err) < 0)
		return -1;
	*ret_done = ACT_SAME;
	if (id == 0)
		return 0;
	*ret_done = ACT_DONE;
	if (task(&a, "dispute", 2, "The debt is disputed: look into it and "
	    "close it (dunlin dispute close)", NULL, err) < 0)
		return -1;
	if (!r->proven)
		return 0;
	return answer_reply(db, r, "answer-dispute", mem_fmt(pool,
	    "dispute/%lld", (long long)id), "dispute", ret_done, err);
}

int
act_dispute_close(struct db *db, const struct act_reply *r, int64_t id,
    enum dispute_event ev, const char *note, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct act a = { .db = db, .r = r, .pool = pool };
	struct answer m = { .class = CLASS_OUTCOME,
	    .template = "outcome-dispute", .from = DATE_NONE };
	struct dispute *d;
	int64_t ignore;

	if (disputes_get(pool, db, id, &d, err) < 0 ||
	    disputes_move(db, d, ev, r->now, r->actor, note, err) < 0 ||
	    tasks_close_reason(db, r->company_id, r->account_id, "dispute",
	    r->now, r->actor, dispute_state_name(d->state), err) < 0 ||
	    look(&a, err) < 0)
		return -1;
	if (r->silent)
		return 0;
	m.cause = mem_fmt(pool, "dispute/%lld/%s", (long long)id,
	    dispute_state_name(d->state));
	m.contact_id = d->contact_id;
	return answer_write(db, r->company, a.f, &m, r->now, &ignore, err);
}
