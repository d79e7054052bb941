/* act_ask.c - looking at an account before a change; asking and answering
 * without anything to record. */
#include "track/act_int.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "policy/calendar.h"
#include "store/holds.h"
#include "store/tasks.h"
#include "track/answer.h"
#include "track/follow.h"

#include <string.h>

#define DAY 86400

/* What no hold keeps out; an offer that is open is no reason against a promise
 * to take it. */
static size_t
free_items(struct act *a)
{
	struct fact_hold *holds = mem_array(a->pool, struct fact_hold,
	    a->f->n_holds + 1);
	struct facts f = *a->f;
	size_t i;

	f.n_holds = 0;
	for (i = 0; i < a->f->n_holds; i++)
		if (a->f->holds[i].kind != HOLD_OFFER)
			holds[f.n_holds++] = a->f->holds[i];
	f.holds = holds;
	return plan_items(&f, a->r->now, a->free);
}

int
act_look(struct act *a, struct err *err)
{
	const struct calendar *calendar;

	if (answer_facts(a->pool, a->db, a->r->company, a->r->account_id,
	    a->r->now, &a->f, err) < 0)
		return -1;
	a->free = mem_array(a->pool, struct plan_item, a->f->n_items + 1);
	a->n_free = free_items(a);
	a->today = plan_today(a->f, a->r->company->policy, a->r->now,
	    &a->zone, &calendar);
	follow_rules(a->r->company->policy, calendar, &a->rules);
	follow_rules(a->r->company->policy, calendar_for(
	    plan_our_workdays(a->f)), &a->ours);
	return 0;
}

int
act_task(struct act *a, const char *reason, const char *detail,
    struct err *err)
{
	struct task_new t = { .company_id = a->r->company_id,
	    .account_id = a->r->account_id, .reason = reason,
	    .owner = a->f->owner, .inbox_id = a->r->inbox_id,
	    .due_at = a->due };
	const struct policy_reply *rule = a->r->rule;
	int64_t id;
	bool fresh;

	if (rule != NULL)
		t.severity = rule->severity;
	if (rule != NULL && rule->within != 0 && a->due == 0)
		t.due_at = a->r->now + rule->within * DAY;
	t.detail = detail != NULL ? detail : a->r->quote;
	return tasks_open(a->db, &t, a->r->now, a->r->actor, &id, &fresh,
	    err);
}

/* --- what a promise covers --- */

bool
act_is_named(const struct fact_item *it, const struct act_day *d, size_t n)
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

bool
act_names_any(const struct act_day *d, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (d[i].document != NULL)
			return true;
	return false;
}

size_t
act_cover(struct act *a, const struct act_day *d, size_t n, const char *cur,
    struct covered *out, int64_t *ret_sum)
{
	const struct fact_item *it;
	bool overdue = !act_names_any(d, n);
	size_t i, k = 0;

	for (*ret_sum = 0; ; overdue = false) {
		for (i = 0; i < a->n_free; i++) {
			it = &a->f->items[a->free[i].i];
			if (a->free[i].amount <= 0 ||
			    strcmp(it->cur, cur) != 0 ||
			    (overdue && it->due >= a->today) ||
			    !act_is_named(it, d, n))
				continue;
			out[k].item_id = it->id;
			out[k].hold_id = 0;
			out[k].open = it->open;
			out[k].part = a->free[i].amount < it->open ?
			    a->free[i].amount : 0;
			*ret_sum += out[k].part > 0 ? out[k].part : it->open;
			k++;
		}
		if (k > 0 || !overdue)
			return k;
	}
}

const char *
act_currency(const struct act *a, const struct act_day *d, size_t n)
{
	const struct fact_item *it;
	size_t i;

	for (i = 0; i < n; i++)
		if (d[i].amount.cur[0] != '\0' && d[i].amount.minor > 0)
			return d[i].amount.cur;
	for (i = 0; i < a->n_free; i++) {
		it = &a->f->items[a->free[i].i];
		if (a->free[i].amount > 0 && act_is_named(it, d, n))
			return it->cur;
	}
	return NULL;
}

/* --- asking --- */

const char *
act_template(const struct act_reply *r, const char *template)
{
	return r->rule != NULL && r->rule->template != NULL ?
	    r->rule->template : template;
}

int
act_wait(struct act *a, struct err *err)
{
	struct hold_new h = { .company_id = a->r->company_id,
	    .kind = HOLD_ASKED, .scope = SCOPE_ACCOUNT,
	    .account_id = a->r->account_id, .owner = a->f->owner };
	int64_t id;
	int found = holds_find(a->db, &h, &id, err);

	if (found < 0)
		return -1;
	/* It may have lapsed. */
	if (found > 0 && holds_release(a->db, id, a->r->now, a->r->actor,
	    "asked again", err) < 0)
		return -1;
	h.ends_at = zone_instant(a->zone, judge_workdays(&a->rules, a->today,
	    a->r->company->policy->ask_days) + 1, 0);
	h.review_at = h.ends_at + DAY;
	a->wait_end = h.ends_at;
	return holds_place(a->db, &h, a->r->now, a->r->actor, &id, err);
}

int
act_answer(struct db *db, const struct act_reply *r, const char *template,
    const char *about, bool wait, enum act_done *ret_done, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct act a = { .db = db, .r = r, .pool = pool };

	if (act_look(&a, err) < 0)
		return -1;
	if (wait && act_wait(&a, err) < 0)
		return -1;
	return answer_reply(db, r, act_template(r, template), mem_fmt(pool,
	    "%s/%lld", about, (long long)r->inbox_id), template, ret_done,
	    err);
}

/* Asked once, and a person follows up when no day has come by then. */
int
act_promise_vague(struct db *db, const struct act_reply *r,
    enum act_done *ret_done, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct act a = { .db = db, .r = r, .pool = pool };

	if (act_look(&a, err) < 0 || act_wait(&a, err) < 0 ||
	    answer_reply(db, r, act_template(r, "answer-ask-date"),
	    mem_fmt(pool, "ask/%lld", (long long)r->inbox_id), "ask-date",
	    ret_done, err) < 0)
		return -1;
	/* Asked once: whoever says "soon" twice is called by a person. */
	if (*ret_done == ACT_SAME) {
		*ret_done = ACT_TASK;
		return act_task(&a, "no-date", NULL, err);
	}
	a.due = a.wait_end;
	return act_task(&a, "no-date", NULL, err);
}
