#include "escalate/digest_int.h"

#include "core/date.h"
#include "core/zone.h"
#include "escalate/call_sheet.h"
#include "escalate/reason.h"
#include "escalate/urgency.h"
#include "store/facts_load.h"
#include "store/tasks.h"

#include <stdlib.h>

#define TASKS 200		/* looked at to find the weightiest */
#define SHOWN 25		/* of them in a mail, with all about them */
#define SOON 500		/* and in short, due before the next digest */
#define WORDS_DAYS 60		/* older words are no news */
#define DAY 86400

struct job {
	const struct digest_task *task;
	struct money *owed;
	size_t n_owed;
	int32_t oldest;
	struct urgency u;
};

static void
weigh(const struct teller *t, struct job *j)
{
	j->u = (struct urgency){ .severity = j->task->severity,
	    .id = j->task->id, .owed = j->owed, .n_owed = j->n_owed,
	    .days = j->oldest == DATE_NONE ? 0 : t->today - j->oldest,
	    .late = t->a->now >= j->task->due_at };
	urgency_weigh(&j->u);
}

static int
heavier(const void *a, const void *b)
{
	const struct job *x = a, *y = b;

	return urgency_compare(&x->u, &y->u);
}

static int
put_words(struct teller *t, struct mst_value *row,
    const struct digest_task *task, struct err *err)
{
	int64_t inbox = task->inbox_id;
	char *words = NULL;

	if (inbox == 0 && task->account_id != 0 && digest_last_inbox(t->db,
	    task->account_id, t->a->now - WORDS_DAYS * DAY, &inbox, err) < 0)
		return -1;
	if (inbox != 0 && tasks_words(t->pool, t->db, inbox, &words,
	    err) < 0)
		return -1;
	mst_put(row, "words", mail_lines(row, words, 4));
	return 0;
}

/* Facts of the company are the same for all of them. */
static int
put_call(struct teller *t, struct mst_value *row,
    const struct digest_task *task, struct err *err)
{
	struct call_input in = { .policy = t->a->company->policy,
	    .language = locale_tag(t->l), .now = t->a->now };
	struct facts *f;

	if (task->account_id == 0) {
		mst_put_text(row, "call", NULL);
		return 0;
	}
	if ((t->company == NULL && facts_company(t->pool, t->db,
	    t->a->company, t->a->now, &t->company, err) < 0) ||
	    facts_load(row, t->db, t->company, task->account_id, t->a->now,
	    &f, err) < 0)
		return -1;
	in.facts = f;
	mst_put_text(row, "call", call_best(row, &in));
	return 0;
}

/* What mostly ends a task of that reason, to choose from. */
static const struct {
	const char *reason;
	enum outcome_kind outcome[2];
	size_t n;
} endings[] = {
	{ "dispute", { DONE_UPHELD, DONE_REJECTED }, 2 },
	{ "paid-claim", { DONE_PAID }, 1 },
	{ "promise", { DONE_ACCEPT }, 1 },
	{ "unverified-promise", { DONE_ACCEPT }, 1 },
	{ "promise-beyond-limit", { DONE_ACCEPT }, 1 },
	{ "plan-beyond-limit", { DONE_ACCEPT }, 1 },
	{ "instalments", { DONE_ACCEPT }, 1 },
	{ "wrong-contact", { DONE_CONTACT }, 1 },
	{ "no-contact", { DONE_CONTACT }, 1 },
	{ "bounced", { DONE_CONTACT }, 1 },
	{ "end-of-schedule", { DONE_LEGAL, DONE_WRITE_OFF }, 2 },
};

static char *
commands(void *owner, const struct digest_task *k, const char *language)
{
	char *s = mem_fmt(owner, "%s %lld", verb_form(VERB_ACK, language),
	    (long long)k->id);
	size_t i, n;

	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		for (n = 0; strcmp(endings[i].reason, k->reason) == 0 &&
		    n < endings[i].n; n++)
			s = mem_fmt(owner, "%s / %s", s, verb_done(owner, k->id,
			    endings[i].outcome[n], language));
	return s;
}

/* What its place in the list comes from, in one line. */
static char *
why(void *owner, const struct teller *t, const struct job *j)
{
	const char *what = urgency_why(owner, &j->u, t->l);

	if (what == NULL)
		what = j->task->account_id == 0 ? say(t, "about the company, "
		    "not one customer", "涉及公司整体，不限于某个客户") :
		    say(t, "nothing is past due", "目前没有逾期款项");
	return mem_fmt(owner, "%s%s%s", severity_text(j->task->severity,
	    locale_tag(t->l)), say(t, "; ", "；"), what);
}

/* In short: without what else there is to know about its customer. */
static int
put_task(struct teller *t, struct mst_value *list, const struct job *j,
    bool in_short, struct err *err)
{
	const struct digest_task *k = j->task;
	const char *language = locale_tag(t->l);
	struct mst_value *row = mst_map(list);

	put_number(row, "number", k->id);
	mst_put_text(row, "title", reason_title(k->title, language));
	mst_put_text(row, "account", k->account);
	mst_put_text(row, "customer", k->name);
	mst_put_text(row, "open", digest_sums(t, j->owed, j->n_owed));
	put_number(row, "late", j->oldest == DATE_NONE ? 0 :
	    t->today - j->oldest);
	mst_put_text(row, "due", mail_instant(row, t->l, t->zone,
	    k->due_at));
	mst_put_bool(row, "past", t->a->now >= k->due_at);
	mst_put_bool(row, "raised", k->level > 0);
	mst_put_text(row, "why", why(row, t, j));
	mst_put_text(row, "command", commands(row, k, language));
	if (in_short) {
		mst_put_text(row, "words", NULL);
		mst_put_text(row, "call", NULL);
	} else if (put_words(t, row, k, err) < 0 ||
	    put_call(t, row, k, err) < 0) {
		return -1;
	}
	mst_push(list, row);
	return 0;
}

static int
take(struct teller *t, struct job *j, const struct digest_task *task,
    struct err *err)
{
	j->task = task;
	j->oldest = DATE_NONE;
	if (task->account_id != 0 && digest_overdue(t->pool, t->db,
	    task->account_id, t->today, &j->owed, &j->n_owed, &j->oldest,
	    err) < 0)
		return -1;
	weigh(t, j);
	return 0;
}

static int
collect(struct teller *t, const struct digest_scope *s, size_t n,
    struct job **ret_jobs, size_t *ret_n, int64_t *ret_all, struct err *err)
{
	struct job *jobs = mem_array(t->pool, struct job, TASKS * n);
	struct digest_task *tasks;
	size_t i, k, n_tasks, all = 0;
	int64_t count;

	*ret_all = 0;
	for (i = 0; i < n; i++) {
		if (digest_tasks(t->pool, t->db, &s[i], TASKS, &tasks,
		    &n_tasks, &count, err) < 0)
			return -1;
		*ret_all += count;
		for (k = 0; k < n_tasks; k++)
			if (take(t, &jobs[all++], &tasks[k], err) < 0)
				return -1;
	}
	qsort(jobs, all, sizeof(jobs[0]), heavier);
	*ret_jobs = jobs;
	*ret_n = all;
	return 0;
}

int
digest_put_ends(struct teller *t, int64_t company_id, int64_t all,
    struct err *err)
{
	struct job *jobs = mem_array(t->pool, struct job, TASKS);
	struct mst_value *list = mst_list(t->v), *row;
	struct digest_task *tasks;
	size_t i, n;

	if (digest_tasks_of(t->pool, t->db, company_id, "end-of-schedule",
	    TASKS, &tasks, &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (take(t, &jobs[i], &tasks[i], err) < 0)
			return -1;
	qsort(jobs, n, sizeof(jobs[0]), heavier);
	for (i = 0; i < n && i < DIGEST_LINES; i++) {
		row = mst_map(list);
		mst_put_text(row, "account", jobs[i].task->account);
		mst_put_text(row, "customer", jobs[i].task->name);
		mst_put_text(row, "why", urgency_why(row, &jobs[i].u, t->l));
		mst_push(list, row);
	}
	mst_put(t->v, "ends", list);
	put_number(t->v, "at_end", all);
	put_number(t->v, "ends_more", all - (int64_t)i);
	return 0;
}

/* Grave ones of today had a mail of their own, at once. */
static bool
is_told(const struct teller *t, const struct digest_task *k)
{
	int32_t second;

	return k->severity >= SEVERITY_AT_ONCE &&
	    zone_day(t->zone, k->came_at, &second) == t->today;
}

/* A digest is their only mail: those that weigh too little for the list above
 * are named as well, if the next one would be too late. */
static int
put_soon(struct teller *t, const struct digest_scope *s,
    const struct job *shown, size_t n_shown, struct mst_value *list,
    struct err *err)
{
	int64_t until = digest_after(t->a->company, t->a->user, t->today);
	struct digest_task *tasks;
	struct job j;
	size_t i, k, n;

	if (digest_tasks_soon(t->pool, t->db, s, t->a->now, until, SOON,
	    &tasks, &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		t->worth |= !is_told(t, &tasks[i]);
		for (k = 0; k < n_shown; k++)
			if (shown[k].task->id == tasks[i].id)
				break;
		j = (struct job){ .task = NULL };
		if (k == n_shown && (take(t, &j, &tasks[i], err) < 0 ||
		    put_task(t, list, &j, true, err) < 0))
			return -1;
	}
	return 0;
}

int
digest_put_tasks(struct teller *t, const struct digest_scope *s, size_t n,
    struct err *err)
{
	struct mst_value *list = mst_list(t->v);
	struct job *jobs;
	size_t i, k, n_jobs;
	int64_t all, more;

	if (collect(t, s, n, &jobs, &n_jobs, &all, err) < 0)
		return -1;
	for (i = 0; i < n_jobs && i < SHOWN; i++)
		if (put_task(t, list, &jobs[i], false, err) < 0)
			return -1;
	for (k = 0; k < n; k++)
		if (put_soon(t, &s[k], jobs, i, list, err) < 0)
			return -1;
	more = all - (int64_t)mst_count(list);
	mst_put(t->v, "tasks", list);
	put_number(t->v, "count", all);
	mst_put_bool(t->v, "single", all == 1);
	put_number(t->v, "more", more);
	for (i = 0; i < n_jobs; i++)
		t->worth |= !is_told(t, jobs[i].task);
	return 0;
}
