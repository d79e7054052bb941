#include "escalate/digest_view.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"
#include "escalate/assign.h"
#include "escalate/mail.h"
#include "escalate/urgency.h"
#include "policy/calendar.h"
#include "render/locale.h"
#include "report/chart.h"
#include "store/roots.h"
#include "store/tasks.h"

#include <stdlib.h>
#include <string.h>

#define TASKS 200		/* looked at to find the weightiest */
#define SHOWN 25		/* tasks in a mail */
#define LINES 15		/* of each other list */
#define SOON 3			/* days: promises and disputes ahead */
#define WORDS_DAYS 60		/* older words are no news */
#define COVER_DAYS 60
#define DAY 86400
#define PICTURES 4

/* What is told to whom, where they are. */
struct teller {
	void *pool;
	struct db *db;
	const struct digest_ask *a;
	const struct locale *l;
	const struct zone *zone;
	int32_t today;
	struct mst_value *v;
	struct staff_text *text;	/* its pictures */
	bool worth;
};

static struct teller
start(void *owner, struct db *db, const struct digest_ask *a,
    struct staff_text *text)
{
	struct teller t = { .pool = owner, .db = db, .a = a, .text = text };
	int32_t second;

	t.l = locale_for(assign_language(a->user, a->company));
	t.zone = assign_zone(a->user, a->company);
	t.today = zone_day(t.zone, a->now, &second);
	t.v = mail_view(owner, a->company, a->user, false);
	mst_put_text(t.v, "day", locale_date(t.v, t.l, t.today));
	return t;
}

static const char *
say(const struct teller *t, const char *en, const char *zh)
{
	return strcmp(locale_tag(t->l), "zh-CN") == 0 ? zh : en;
}

static void
put_number(struct mst_value *v, const char *name, int64_t n)
{
	mst_put_text(v, name, n == 0 ? NULL : mem_fmt(v, "%lld",
	    (long long)n));
}

static char *
sums(struct teller *t, const struct money *list, size_t n)
{
	const char **parts = mem_array(t->pool, const char *, n + 1);
	size_t i;

	for (i = 0; i < n; i++)
		parts[i] = locale_money(t->pool, t->l, list[i]);
	return n == 0 ? NULL : locale_join(t->pool, t->l, parts, n);
}

/* --- what has changed --- */

static const struct {
	enum digest_what what;
	const char *en, *zh, *zh_unit;
} changes[] = {
#define CHANGE(what, en, zh, zh_unit) { what, en, zh, zh_unit },
#include "escalate/digest_words.def"
#undef CHANGE
};

/* Of one kind, over all scopes and currencies. */
struct tally {
	int64_t n;
	struct money sums[16];
	size_t n_sums;
};

static void
tally_add(struct tally *t, const struct digest_change *c)
{
	size_t i;

	t->n += c->n;
	if (c->sum.cur[0] == '\0' || c->sum.minor == 0)
		return;
	for (i = 0; i < t->n_sums; i++)
		if (strcmp(t->sums[i].cur, c->sum.cur) == 0)
			break;
	if (i == 16)
		return;
	if (i == t->n_sums)
		t->sums[t->n_sums++] = money_zero(c->sum.cur);
	t->sums[i].minor += c->sum.minor;
}

static char *
change_line(struct teller *t, size_t i, const struct tally *c)
{
	char *line;

	line = mem_fmt(t->pool, "%s%lld%s", say(t, changes[i].en,
	    changes[i].zh), (long long)c->n, say(t, "", changes[i].zh_unit));
	if (c->n_sums == 0)
		return line;
	return mem_fmt(t->pool, "%s%s%s%s", line, say(t, " (", "（"),
	    sums(t, c->sums, c->n_sums), say(t, ")", "）"));
}

static int
put_changes(struct teller *t, const struct digest_scope *s, size_t n,
    bool all, struct err *err)
{
	struct tally *tallies = mem_array(t->pool, struct tally,
	    DIGEST_WHATS);
	struct mst_value *list = mst_list(t->v), *row;
	struct digest_change *found;
	size_t i, k, n_found;
	bool any = false;

	for (i = 0; i < n; i++) {
		if (digest_changes(t->pool, t->db, &s[i], all, t->a->since,
		    t->a->now, &found, &n_found, err) < 0)
			return -1;
		for (k = 0; k < n_found; k++)
			tally_add(&tallies[found[k].what], &found[k]);
	}
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		if (tallies[changes[i].what].n == 0)
			continue;
		any = true;
		row = mst_map(list);
		mst_put_text(row, "line", change_line(t, i,
		    &tallies[changes[i].what]));
		mst_push(list, row);
	}
	mst_put(t->v, "changes", list);
	mst_put_bool(t->v, "has_changes", any);
	return 0;
}

/* --- what is to be done --- */

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

static int
put_task(struct teller *t, struct mst_value *list, const struct job *j,
    struct err *err)
{
	const struct digest_task *k = j->task;
	const char *language = locale_tag(t->l);
	struct mst_value *row = mst_map(list);

	put_number(row, "number", k->id);
	mst_put_text(row, "title", reason_title(k->title, language));
	mst_put_text(row, "account", k->account);
	mst_put_text(row, "customer", k->name);
	mst_put_text(row, "open", sums(t, j->owed, j->n_owed));
	put_number(row, "late", j->oldest == DATE_NONE ? 0 :
	    t->today - j->oldest);
	mst_put_text(row, "due", mail_instant(row, t->l, t->zone,
	    k->due_at));
	mst_put_bool(row, "past", t->a->now >= k->due_at);
	mst_put_bool(row, "raised", k->level > 0);
	mst_put_text(row, "command", mem_fmt(row, "%s %lld",
	    verb_form(VERB_ACK, language), (long long)k->id));
	if (put_words(t, row, k, err) < 0)
		return -1;
	mst_push(list, row);
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
		for (k = 0; k < n_tasks; k++) {
			struct job *j = &jobs[all++];

			j->task = &tasks[k];
			j->oldest = DATE_NONE;
			if (tasks[k].account_id != 0 && digest_overdue(
			    t->pool, t->db, tasks[k].account_id, t->today,
			    &j->owed, &j->n_owed, &j->oldest, err) < 0)
				return -1;
			weigh(t, j);
		}
	}
	qsort(jobs, all, sizeof(jobs[0]), heavier);
	*ret_jobs = jobs;
	*ret_n = all;
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

static int
put_tasks(struct teller *t, const struct digest_scope *s, size_t n,
    struct err *err)
{
	struct mst_value *list = mst_list(t->v);
	struct job *jobs;
	size_t i, n_jobs;
	int64_t all;

	if (collect(t, s, n, &jobs, &n_jobs, &all, err) < 0)
		return -1;
	for (i = 0; i < n_jobs && i < SHOWN; i++)
		if (put_task(t, list, &jobs[i], err) < 0)
			return -1;
	mst_put(t->v, "tasks", list);
	put_number(t->v, "count", all);
	put_number(t->v, "more", all - (int64_t)i);
	for (i = 0; i < n_jobs; i++)
		t->worth |= !is_told(t, jobs[i].task);
	return 0;
}

/* --- promises, disputes, messages --- */

typedef int lines_fn(struct teller *t, const struct digest_scope *s,
    struct digest_line **ret_list, size_t *ret_n, int64_t *ret_all,
    struct err *err);

static int
promises(struct teller *t, const struct digest_scope *s,
    struct digest_line **ret_list, size_t *ret_n, int64_t *ret_all,
    struct err *err)
{
	return digest_promises(t->pool, t->db, s, t->today + SOON, LINES,
	    ret_list, ret_n, ret_all, err);
}

static int
disputes(struct teller *t, const struct digest_scope *s,
    struct digest_line **ret_list, size_t *ret_n, int64_t *ret_all,
    struct err *err)
{
	return digest_disputes(t->pool, t->db, s, t->today + SOON, LINES,
	    ret_list, ret_n, ret_all, err);
}

static int
uncertain(struct teller *t, const struct digest_scope *s,
    struct digest_line **ret_list, size_t *ret_n, int64_t *ret_all,
    struct err *err)
{
	return digest_uncertain(t->pool, t->db, s, LINES, ret_list, ret_n,
	    ret_all, err);
}

/* Until the end of their next working day. */
static int
outgoing(struct teller *t, const struct digest_scope *s,
    struct digest_line **ret_list, size_t *ret_n, int64_t *ret_all,
    struct err *err)
{
	int32_t day = calendar_add_workdays(assign_calendar(t->a->user,
	    t->a->company), t->today, 1);

	return digest_outgoing(t->pool, t->db, s, zone_instant(t->zone, day,
	    DAY - 1), LINES, ret_list, ret_n, ret_all, err);
}

static const struct list {
	const char *name, *has, *more;
	lines_fn *fn;
	bool worth;		/* alone a reason for a mail */
} lists[] = {
	{ "promises", "has_promises", "promises_more", promises, true },
	{ "disputes", "has_disputes", "disputes_more", disputes, true },
	{ "uncertain", "has_uncertain", "uncertain_more", uncertain, true },
	{ "outgoing", "has_outgoing", "outgoing_more", outgoing, true },
};

static void
put_line(struct teller *t, struct mst_value *list,
    const struct digest_line *l)
{
	struct mst_value *row = mst_map(list);

	put_number(row, "number", l->id);
	mst_put_text(row, "account", l->account);
	mst_put_text(row, "customer", l->name);
	mst_put_text(row, "what", l->what);
	mst_put_text(row, "amount", l->amount.minor == 0 ? NULL :
	    locale_money(row, t->l, l->amount));
	mst_put_text(row, "when", l->at != 0 ? mail_instant(row, t->l,
	    t->zone, l->at) : locale_date(row, t->l, l->day));
	mst_put_bool(row, "past", l->at == 0 && l->day < t->today);
	mst_push(list, row);
}

static int
put_list(struct teller *t, const struct list *what,
    const struct digest_scope *s, size_t n, struct err *err)
{
	struct mst_value *list = mst_list(t->v);
	struct digest_line *found;
	int64_t all = 0, count;
	size_t i, k, n_found, shown = 0;

	for (i = 0; i < n; i++) {
		if (what->fn(t, &s[i], &found, &n_found, &count, err) < 0)
			return -1;
		all += count;
		for (k = 0; k < n_found && shown < LINES; k++, shown++)
			put_line(t, list, &found[k]);
	}
	mst_put(t->v, what->name, list);
	mst_put_bool(t->v, what->has, all > 0);
	put_number(t->v, what->more, all - (int64_t)shown);
	t->worth |= what->worth && all > 0;
	return 0;
}

/* --- what is owed, by age --- */

static struct chart_ageing *
same_currency(struct chart_ageing *list, size_t *n, const char *cur)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (strcmp(list[i].cur, cur) == 0)
			return &list[i];
	if (*n == LINES)
		return NULL;
	list[i] = (struct chart_ageing){ .cur = "" };
	memcpy(list[i].cur, money_zero(cur).cur, sizeof(list[i].cur));
	(*n)++;
	return &list[i];
}

/* NULL: there are no fonts, and the words stand for it. */
static const char *
picture(struct teller *t, const struct chart_ageing *a)
{
	struct mail_file *f;
	struct err err;
	char *png;
	size_t len;

	if (t->text->n_pictures == PICTURES || chart_ageing_png(t->pool, a,
	    locale_tag(t->l), &png, &len, &err) < 0)
		return NULL;
	if (t->text->pictures == NULL)
		t->text->pictures = mem_array(t->pool, struct mail_file,
		    PICTURES);
	f = &t->text->pictures[t->text->n_pictures++];
	f->name = mem_fmt(t->pool, "ageing-%s.png", a->cur);
	f->type = "image/png";
	f->text = png;
	f->len = len;
	return mem_fmt(t->pool, "%s@dunlin", f->name);
}

static int
put_ageing(struct teller *t, const struct digest_scope *s, size_t n,
    bool all, struct err *err)
{
	struct chart_ageing *ages = mem_array(t->pool, struct chart_ageing,
	    LINES), *a;
	struct mst_value *list = mst_list(t->v), *row;
	struct digest_ageing *found;
	size_t i, k, m, n_found, n_ages = 0;

	for (i = 0; i < n; i++) {
		if (digest_ageing(t->pool, t->db, &s[i], all, t->today,
		    &found, &n_found, err) < 0)
			return -1;
		for (k = 0; k < n_found; k++) {
			a = same_currency(ages, &n_ages, found[k].cur);
			for (m = 0; a != NULL && m < DIGEST_AGES; m++)
				a->minor[m] += found[k].minor[m];
		}
	}
	for (i = 0; i < n_ages; i++) {
		row = mst_map(list);
		mst_put_text(row, "text", chart_ageing_text(row, &ages[i],
		    locale_tag(t->l)));
		mst_put_text(row, "picture", picture(t, &ages[i]));
		mst_push(list, row);
	}
	mst_put(t->v, "ageing", list);
	return 0;
}

int
digest_view_daily(void *owner, struct db *db, const struct digest_ask *a,
    const struct digest_scope *scopes, size_t n,
    struct staff_text *text, struct mst_value **ret_view, bool *ret_worth,
    struct err *err)
{
	struct teller t = start(owner, db, a, text);
	size_t i;

	if (put_tasks(&t, scopes, n, err) < 0 ||
	    put_changes(&t, scopes, n, false, err) < 0 ||
	    put_ageing(&t, scopes, n, false, err) < 0)
		return -1;
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (put_list(&t, &lists[i], scopes, n, err) < 0)
			return -1;
	*ret_view = t.v;
	*ret_worth = t.worth;
	return 0;
}

/* --- weekly --- */

/* Cash from promises: what comes within so many days. */
static const int32_t ahead[] = { 7, 14, 28 };

static int
put_forecast(struct teller *t, const struct digest_scope *s, struct err *err)
{
	struct mst_value *list = mst_list(t->v), *row;
	struct digest_cash *cash;
	struct tally sum;
	size_t i, k, n;

	if (digest_forecast(t->pool, t->db, s->company_id, t->today,
	    t->today + 28, &cash, &n, err) < 0)
		return -1;
	for (i = 0; i < sizeof(ahead) / sizeof(ahead[0]); i++) {
		memset(&sum, 0, sizeof(sum));
		for (k = 0; k < n; k++)
			if (cash[k].day <= t->today + ahead[i])
				tally_add(&sum, &(struct digest_change){
				    .n = 1, .sum = cash[k].amount });
		if (sum.n_sums == 0)
			continue;
		row = mst_map(list);
		mst_put_text(row, "until", locale_date(row, t->l, t->today +
		    ahead[i]));
		mst_put_text(row, "amount", sums(t, sum.sums, sum.n_sums));
		mst_push(list, row);
	}
	mst_put(t->v, "forecast", list);
	mst_put_bool(t->v, "has_forecast", n > 0);
	return 0;
}

static int
put_state(struct teller *t, const struct digest_scope *s, struct err *err)
{
	const char *country = t->a->company->country;
	int32_t last = calendar_last_covered(calendar_for(country));
	struct digest_state state;
	struct root root;
	int r;

	if (digest_state(t->db, s->company_id, t->a->now, &state, err) < 0 ||
	    (r = roots_last(t->db, &root, err)) < 0)
		return -1;
	put_number(t->v, "tasks_open", state.tasks);
	put_number(t->v, "tasks_late", state.tasks_late);
	put_number(t->v, "disputes_open", state.disputes);
	put_number(t->v, "at_end", state.end_of_schedule);
	put_number(t->v, "unsure", state.uncertain);
	mst_put_text(t->v, "coverage", last != DATE_NONE && last >
	    t->today + COVER_DAYS ? NULL : last == DATE_NONE ?
	    say(t, "none", "无") : locale_date(t->v, t->l, last));
	mst_put_text(t->v, "country", country);
	mst_put_text(t->v, "root", r > 0 ? root.hash : NULL);
	mst_put_text(t->v, "root_day", r > 0 ? locale_date(t->v, t->l,
	    root.day) : NULL);
	return 0;
}

int
digest_view_weekly(void *owner, struct db *db, const struct digest_ask *a,
    const struct digest_scope *s,
    struct staff_text *text, struct mst_value **ret_view, struct err *err)
{
	struct teller t = start(owner, db, a, text);

	if (put_changes(&t, s, 1, true, err) < 0 ||
	    put_ageing(&t, s, 1, true, err) < 0 ||
	    put_forecast(&t, s, err) < 0 || put_state(&t, s, err) < 0)
		return -1;
	*ret_view = t.v;
	return 0;
}
