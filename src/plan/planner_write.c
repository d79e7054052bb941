#include "plan/planner_write.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"
#include "policy/behave.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/outbox.h"
#include "store/planning.h"
#include "store/tasks.h"

#include <string.h>

#define ACTOR "planner"
#define NEVER INT64_C(7258118400)	/* 2200: plan_at of "only when facts
					 * change" */
#define ONCE_DAYS 30
#define AGAIN_DAYS 7	/* before a person is asked what they have closed */
#define AHEAD (INT64_C(7) * 86400)	/* rows are written so long before */

static const char *const verdicts[] = { "none", "send", "wait", "held",
    "task" };

static const char *
why_of(const struct plan *r)
{
	switch (r->verdict) {
	case PLAN_SEND:
		return r->step->id;
	case PLAN_HELD:
		return r->reason != NULL ? r->reason : hold_name(r->hold);
	case PLAN_TASK:
		return r->reason;
	default:
		return "";
	}
}

static int64_t
plan_at(const struct plan *r)
{
	return r->next_at == CLOCK_NONE ? NEVER : r->next_at;
}

/* A row is wanted for a message that is near, and for one that waits for
 * approval. */
static bool
wants_row(const struct planner_account *a)
{
	const struct plan *r = a->plan;

	if (r->verdict == PLAN_TASK)
		return r->hold == HOLD_APPROVAL && r->contact >= 0;
	return r->verdict == PLAN_SEND && r->slot - AHEAD <= a->now;
}

/* Stopped, an old ledger and their like pass: what is planned stays, and the
 * sender leaves it alone until then. */
static bool
keeps_rows(const struct planner_account *a)
{
	const struct plan *r = a->plan;

	return r->verdict == PLAN_HELD && r->hold != HOLD_OBSERVING &&
	    plan_hold_is_company(r->hold);
}

static size_t
recipients(const struct planner_account *a, int out[PLAN_RECIPIENTS_MAX])
{
	const struct fact_contact *c = a->f->contacts;
	int to[PLAN_RECIPIENTS_MAX];
	size_t n, i, k, m = 0;

	n = plan_step_recipients(a->f, a->policy, a->now, a->plan, to);
	for (i = 0; i < n; i++) {
		for (k = 0; k < m && c[out[k]].address_id !=
		    c[to[i]].address_id; k++)
			continue;
		if (k == m)
			out[m++] = to[i];
	}
	return m;
}

static bool
same_recipients(const struct planner_account *a,
    const struct fact_planned *pl)
{
	int to[PLAN_RECIPIENTS_MAX];
	size_t n = recipients(a, to), i, k;

	if (n != pl->n_addresses)
		return false;
	for (i = 0; i < n; i++) {
		for (k = 0; k < n && pl->addresses[k] !=
		    a->f->contacts[to[i]].address_id; k++)
			continue;
		if (k == n)
			return false;
	}
	return true;
}

/* Are the rows as the plan wants them? */
static bool
rows_are_right(const struct planner_account *a)
{
	const struct plan *r = a->plan;
	const struct fact_planned *pl = a->f->planned;

	if (keeps_rows(a))
		return true;
	if (!wants_row(a))
		return a->f->n_planned == 0;
	return a->f->n_planned == 1 && strcmp(pl->cause, r->cause) == 0 &&
	    pl->slot == r->slot && pl->not_after == r->not_after &&
	    pl->first_contact == r->first_contact &&
	    pl->wording == r->wording &&
	    pl->draft == (r->verdict == PLAN_TASK) && same_recipients(a, pl);
}

static bool
same_text(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

bool
planner_is_written(const struct planner_account *a)
{
	const struct facts_written *w = a->written;
	const struct plan *r = a->plan;

	return w->planned_rev == a->f->rev && w->plan_at > a->now &&
	    w->plan_at <= plan_at(r) &&
	    same_text(w->verdict, verdicts[r->verdict]) &&
	    same_text(w->why, why_of(r)) &&
	    r->episode_open == (a->f->episode_from != DATE_NONE) &&
	    (!r->episode_open || r->episode == a->f->episode) &&
	    rows_are_right(a);
}

/* --- messages --- */

static int
write_row(struct db *db, const struct planner_account *a, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	const struct plan *r = a->plan;
	struct outbox_recipient to[PLAN_RECIPIENTS_MAX];
	struct plan_item *items = mem_array(pool, struct plan_item,
	    a->f->n_items + 1);
	struct outbox_item *named = mem_array(pool, struct outbox_item,
	    a->f->n_items + 1);
	struct outbox_new o = { .class = CLASS_REMINDER };
	int who[PLAN_RECIPIENTS_MAX];
	int64_t id;
	size_t i;

	o.n_to = recipients(a, who);
	for (i = 0; i < o.n_to; i++) {
		to[i].contact_id = a->f->contacts[who[i]].id;
		to[i].address_id = a->f->contacts[who[i]].address_id;
		to[i].language = plan_language(a->f, who[i]);
		to[i].channel = plan_channel(a->f, who[i]);
		to[i].route = plan_route(a->f, who[i], r->template);
	}
	o.channel = to[0].channel;
	o.n_items = plan_items(a->f, a->now, items);
	for (i = 0; i < o.n_items; i++) {
		named[i].item_id = a->f->items[items[i].i].id;
		named[i].amount = items[i].amount;
	}
	o.to = to;
	o.items = named;
	o.company_id = a->f->company->id;
	o.account_id = a->f->account_id;
	o.cause = r->cause;
	o.policy = mem_fmt(pool, "%s %.12s", a->policy->name,
	    a->policy->hash != NULL ? a->policy->hash : "");
	o.step = r->step->id;
	o.stage = (int)r->step->stage;
	o.level = r->step->level;
	o.episode = r->episode;
	o.nth = r->nth;
	o.template = r->template;
	o.wording = r->wording;
	o.due_at = r->slot;
	o.not_after = r->not_after;
	o.priority = r->priority;
	o.first_contact = r->first_contact;
	o.approve = r->step->approve;
	return outbox_plan(db, &o, a->now, &id, err);
}

static int
write_rows(struct db *db, const struct planner_account *a, struct err *err)
{
	int64_t n;

	if (rows_are_right(a))
		return 0;
	if (a->f->n_planned > 0 && outbox_cancel_planned(db,
	    a->f->account_id, CLASS_REMINDER, a->now, "planned anew", &n,
	    err) < 0)
		return -1;
	/* An approval ends with the row that it was given for: the next look
	 * finds none, and asks for approval anew. */
	if (a->plan->verdict == PLAN_SEND && a->plan->step->approve > 0)
		return accounts_touch(db, a->f->account_id, err);
	return wants_row(a) ? write_row(db, a, err) : 0;
}

/* --- tasks --- */

/* What a plan asks for as long as it says so; other reasons that are words of
 * holds too are opened elsewhere. */
static bool
is_plans_own(const char *reason)
{
	static const char *const words[] = { "approval", "end-of-schedule",
		"key-account", "stage-cap", "no-contact", "unapplied-cash",
		"uncertain-delivery", "hold-review" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], reason) == 0)
			return true;
	return false;
}

static int
open_task(struct db *db, const struct planner_account *a, const char *reason,
    struct err *err)
{
	struct task_new t = { .company_id = a->f->company->id,
	    .account_id = a->f->account_id, .reason = reason };
	int64_t id;
	bool has, fresh;

	/* Who has just dealt with it is not asked the same again at once. */
	if (planning_has_task(db, a->f->account_id, reason, a->now -
	    (int64_t)AGAIN_DAYS * 86400, PLANNING_DEALT, &has, err) < 0)
		return -1;
	if (has)
		return 0;
	t.detail = a->plan->step != NULL ? a->plan->step->id : NULL;
	t.owner = a->f->owner;
	t.hold_id = a->plan->verdict == PLAN_HELD ? a->plan->hold_id : 0;
	return tasks_open(db, &t, a->now, ACTOR, &id, &fresh, err);
}

/* Since when nobody is asked a second time: the day before the episode began,
 * or a month. */
static int64_t
once_since(const struct planner_account *a)
{
	if (a->plan->episode_from != DATE_NONE)
		return ((int64_t)a->plan->episode_from - 1) * 86400;
	return a->now - (int64_t)ONCE_DAYS * 86400;
}

static char *
notice_detail(void *owner, const struct planner_account *a,
    enum plan_notice n)
{
	char open[MONEY_TEXT_MAX], limit[MONEY_TEXT_MAX];
	struct behave b = { .tier = a->f->tier };
	struct money m = a->f->credit_limit;

	if (n != NOTICE_CREDIT_LIMIT)
		return NULL;
	money_format(m, limit);
	m.minor = plan_exposure(a->f, m.cur);
	return mem_fmt(owner, "%s %s / %s. %s", m.cur, money_format(m, open),
	    limit, terms_words(owner, behave_terms(&b, true),
	    a->f->company->language));
}

static int
open_notice(struct db *db, const struct planner_account *a,
    enum plan_notice n, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct task_new t = { .company_id = a->f->company->id,
	    .account_id = a->f->account_id, .owner = a->f->owner,
	    .reason = plan_notice_reason(n) };
	int64_t id, since = once_since(a);
	bool has, fresh;

	if (planning_has_task(db, a->f->account_id, t.reason, since,
	    PLANNING_ASKED, &has, err) < 0)
		return -1;
	if (!has && n == NOTICE_SILENCE && planning_heard(db,
	    a->f->account_id, since, &has, err) < 0)
		return -1;
	if (has)
		return 0;
	t.detail = notice_detail(pool, a, n);
	return tasks_open(db, &t, a->now, ACTOR, &id, &fresh, err);
}

static int
write_notices(struct db *db, const struct planner_account *a,
    struct err *err)
{
	int n;

	for (n = 0; n < PLAN_NOTICES; n++)
		if (a->plan->notice[n] && open_notice(db, a,
		    (enum plan_notice)n, err) < 0)
			return -1;
	if (a->f->credit_limit.minor > 0 &&
	    !a->plan->notice[NOTICE_CREDIT_LIMIT])
		return tasks_close_reason(db, a->f->company->id,
		    a->f->account_id, plan_notice_reason(NOTICE_CREDIT_LIMIT),
		    a->now, ACTOR, "no longer so", err);
	return 0;
}

/* The review date of a hold that follows from facts has come; what asks for a
 * task by itself has one. */
static bool
is_review(const struct planner_account *a)
{
	const struct facts_written *w = a->written;
	const struct plan *r = a->plan;

	return r->verdict == PLAN_HELD && r->hold_id == 0 &&
	    same_text(w->verdict, "held") && same_text(w->why, why_of(r)) &&
	    r->reason == NULL && !plan_hold_is_company(r->hold) &&
	    w->plan_at <= a->now;
}

static int
write_tasks(struct db *db, const struct planner_account *a, struct err *err)
{
	const struct facts_written *w = a->written;
	const struct plan *r = a->plan;

	/* What the last plan asked of a person, and this one does not. */
	if (w->why != NULL && (same_text(w->verdict, "held") ||
	    same_text(w->verdict, "task")) && !same_text(r->reason, w->why) &&
	    is_plans_own(w->why) &&
	    tasks_close_reason(db, a->f->company->id, a->f->account_id,
	    w->why, a->now, ACTOR, "no longer so", err) < 0)
		return -1;
	if (write_notices(db, a, err) < 0)
		return -1;
	if (r->reason != NULL)
		return open_task(db, a, r->reason, err);
	if (is_review(a))
		return open_task(db, a, "hold-review", err);
	return 0;
}

/* --- the account --- */

static int
write_episode(struct db *db, const struct planner_account *a,
    struct err *err)
{
	const struct plan *r = a->plan;
	bool was = a->f->episode_from != DATE_NONE;
	json_t *j;

	if (was == r->episode_open)
		return 0;
	j = json_pack("{s:I}", "episode", (json_int_t)(was ?
	    a->f->episode : r->episode));
	return events_append(db, a->f->company->id, a->f->account_id, a->now,
	    was ? "episode-closed" : "episode-opened", ACTOR, j, NULL, err);
}

int
planner_write(struct db *db, const struct planner_account *a,
    struct err *err)
{
	const struct plan *r = a->plan;
	struct planning w;

	w.account_id = a->f->account_id;
	w.rev = a->f->rev;
	w.plan_at = plan_at(r);
	w.verdict = verdicts[r->verdict];
	w.why = why_of(r);
	w.episode = r->episode_open ? r->episode : a->f->episode;
	w.episode_from = r->episode_from;
	if (planning_write(db, &w, err) < 0 ||
	    write_episode(db, a, err) < 0 || write_rows(db, a, err) < 0)
		return -1;
	return write_tasks(db, a, err);
}

/* --- all of them --- */

static int
sweep(void *owner, const struct planner_sweep *k, struct facts_stream *s,
    int64_t **ids, size_t *n, size_t *seen, struct err *err)
{
	struct planner_account a = { .policy = k->policy, .now = k->now };
	struct plan plan;
	size_t max = 0;
	int r;

	a.plan = &plan;
	a.written = facts_stream_written(s);
	while ((r = facts_stream_next(s, &a.f, err)) > 0) {
		(*seen)++;
		ramp_plan(k->ramp, a.f, k->company, k->policy, k->now, NULL,
		    &plan);
		if (planner_is_written(&a))
			continue;
		if (*n == max) {
			max = max * 2 + 256;
			*ids = mem_grow(owner, *ids, int64_t, max);
		}
		(*ids)[(*n)++] = a.f->account_id;
	}
	return r;
}

int
planner_sweep(void *owner, const struct planner_sweep *k, int64_t from,
    int64_t to, int64_t **ret_ids, size_t *ret_n, size_t *ret_seen,
    struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct facts_stream *s;
	int64_t *ids = NULL;
	size_t n = 0, seen = 0;
	int r;

	if (db_snapshot_begin(k->db, err) < 0)
		return -1;
	r = facts_stream_open(pool, k->db, k->company, from, to, k->now, &s,
	    err);
	if (r == 0) {
		r = sweep(owner, k, s, &ids, &n, &seen, err);
		facts_stream_close(s);
	}
	db_snapshot_end(k->db);
	if (r < 0)
		return -1;
	*ret_ids = ids;
	*ret_n = n;
	*ret_seen = seen;
	return 0;
}
