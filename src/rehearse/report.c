#include "rehearse/report.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"

#include <stdlib.h>
#include <string.h>

struct said {
	int32_t day;
	const char *why;
};

struct reporter {
	struct report r;
	struct check check;
	int64_t now;		/* of what is being judged */
	const struct re_account *a;
	/* The account in hand. */
	struct said *said;
	size_t n_said, max_said;
	const char *reason;
	bool noticed[PLAN_NOTICES];
	int hold;
	int64_t reviewed;	/* the hold whose review was counted */
	unsigned char *overdue;	/* a flag for each day */
};

struct reporter *
reporter_new(void *owner, const struct policy *policy,
    const struct fact_company *company, int32_t from, int32_t to)
{
	struct reporter *r = mem_new(owner, struct reporter);

	r->r.policy = policy->name;
	r->r.steps = policy;
	r->r.from = from;
	r->r.to = to;
	r->r.n_days = to - from + 1;
	r->r.n_weeks = (r->r.n_days + 6) / 7;
	r->r.step = mem_array(r, long, policy->n_steps + 1);
	r->r.week = mem_check(talloc_zero_size(r, sizeof(*r->r.week) *
	    (size_t)r->r.n_weeks));
	r->overdue = mem_array(r, unsigned char, r->r.n_days + 1);
	r->check.policy = policy;
	r->check.company = company;
	r->hold = HOLD_COUNT;
	return r;
}

static void
violation(void *arg, enum violation v, const char *what)
{
	struct reporter *r = arg;
	struct report_example *x;
	long n = r->r.violations[v]++;

	if (n >= REPORT_EXAMPLES)
		return;
	x = &r->r.example[v][n];
	x->account = mem_str(r, r->a->who.code);
	x->what = mem_str(r, what);
	x->at = r->now;
}

/* --- decisions --- */

static void
count_task(struct reporter *r, const char *reason)
{
	size_t i;

	for (i = 0; i < r->r.n_tasks &&
	    strcmp(r->r.task[i].reason, reason) != 0; i++)
		continue;
	if (i == REPORT_REASONS)
		return;
	if (i == r->r.n_tasks) {
		r->r.n_tasks++;
		r->r.task[i].reason = mem_str(r, reason);
	}
	r->r.task[i].n++;
}

static const char *
why_of(const struct plan *p)
{
	switch (p->verdict) {
	case PLAN_SEND:
		return "planned";
	case PLAN_HELD:
		return hold_name(p->hold);
	case PLAN_TASK:
		return p->reason;
	case PLAN_WAIT:
		return "waits";
	default:
		return "nothing is owed";
	}
}

/* Once an account; who has answered is not known here. */
static void
count_notices(struct reporter *r, const struct plan *p)
{
	int n;

	for (n = 0; n < PLAN_NOTICES; n++) {
		if (!p->notice[n] || r->noticed[n] || n == NOTICE_SILENCE)
			continue;
		r->noticed[n] = true;
		count_task(r, plan_notice_reason((enum plan_notice)n));
	}
}

static void
on_planned(void *arg, const struct re_account *a, const struct facts *f,
    const struct plan *p, int64_t now)
{
	struct reporter *r = arg;
	int hold = p->verdict == PLAN_HELD ? (int)p->hold : HOLD_COUNT;
	int32_t second;

	r->a = a;
	r->now = now;
	r->check.found = violation;
	r->check.arg = r;
	r->r.plans++;
	check_plan(&r->check, a, p, now);
	/* A task stays open while its reason stands. */
	if (p->reason != NULL && (r->reason == NULL ||
	    strcmp(p->reason, r->reason) != 0))
		count_task(r, p->reason);
	r->reason = p->reason;
	count_notices(r, p);
	if (hold != r->hold && hold != HOLD_COUNT)
		r->r.hold[hold]++;
	if (p->verdict == PLAN_HELD && p->hold_id != 0 &&
	    p->review_at <= now && p->hold_id != r->reviewed) {
		count_task(r, "hold-review");
		r->reviewed = p->hold_id;
	}
	r->hold = hold;
	if (r->n_said == r->max_said) {
		r->max_said = r->max_said * 2 + 64;
		r->said = mem_grow(r, r->said, struct said, r->max_said);
	}
	r->said[r->n_said].day = zone_day(a->zone, now, &second);
	r->said[r->n_said++].why = why_of(p);
}

static void
on_sent(void *arg, struct re_account *a, const struct facts *f,
    const struct re_message *log, size_t n)
{
	struct reporter *r = arg;
	const struct re_message *m = &log[n - 1];
	int32_t second, week;

	r->a = a;
	r->now = m->at;
	r->check.found = violation;
	r->check.arg = r;
	check_message(&r->check, a, log, n);
	r->r.messages++;
	r->r.offers += m->offer.made;
	r->r.recipients += (long)m->recipients;
	r->r.stage[m->step->stage]++;
	r->r.channel[m->channel]++;
	r->r.step[m->step->level]++;
	week = (zone_day(a->zone, m->at, &second) - r->r.from) / 7;
	if (week >= 0 && week < r->r.n_weeks)
		r->r.week[week][m->step->stage]++;
}

/* --- the end of an account --- */

static struct report_series *
series_of(struct reporter *r, const char *cur)
{
	struct report_series *s = r->r.series;
	size_t i;

	for (i = 0; i < r->r.n_series; i++)
		if (strcmp(s[i].cur, cur) == 0)
			return &s[i];
	if (i == REPORT_CURRENCIES)
		return NULL;
	r->r.n_series++;
	memcpy(s[i].cur, cur, MONEY_CUR_MAX);
	s[i].open = mem_array(r, int64_t, r->r.n_days + 1);
	s[i].overdue = mem_array(r, int64_t, r->r.n_days + 1);
	s[i].quiet = mem_array(r, int64_t, r->r.n_days + 1);
	return &s[i];
}

/* Differences: the values themselves are summed up at the end. */
static void
add_span(struct reporter *r, int64_t *values, int32_t from, int32_t to,
    int64_t amount)
{
	if (from < r->r.from)
		from = r->r.from;
	if (to > r->r.to + 1)
		to = r->r.to + 1;
	if (from >= to)
		return;
	values[from - r->r.from] += amount;
	values[to - r->r.from] -= amount;
}

static int32_t
earlier(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static void
mark_overdue(struct reporter *r, int32_t from, int32_t to)
{
	if (from < r->r.from)
		from = r->r.from;
	if (to > r->r.to + 1)
		to = r->r.to + 1;
	if (from < to)
		memset(r->overdue + (from - r->r.from), 1,
		    (size_t)(to - from));
}

/* One amount that stood from day to day. */
static void
count_span(struct reporter *r, struct report_series *s,
    const struct re_item *it, int32_t from, int32_t to, int64_t amount)
{
	int32_t late = from > it->due + 1 ? from : it->due + 1;
	int32_t quiet = earlier(earlier(to, it->first_named),
	    it->dispute_from);

	if (amount <= 0 || from >= to)
		return;
	if (s != NULL) {
		add_span(r, s->open, from, to, amount);
		add_span(r, s->overdue, late, to, amount);
		add_span(r, s->quiet, late, quiet, amount);
	}
	mark_overdue(r, late, earlier(to, it->dispute_from));
}

static void
sooner(int32_t day, int32_t after, int32_t *next)
{
	if (day > after && day < *next)
		*next = day;
}

static void
count_item(struct reporter *r, const struct re_account *a, size_t i)
{
	const struct re_item *it = &a->items[i];
	struct report_series *s = series_of(r, it->cur);
	int32_t from = it->known, next;
	size_t k;

	while (from < it->paid) {
		next = it->paid;
		for (k = 0; k < a->n_payments; k++)
			if (a->payments[k].item == i) {
				sooner(a->payments[k].day, from, &next);
				sooner(a->payments[k].until, from, &next);
			}
		count_span(r, s, it, from, next, re_open(a, i, from));
		from = next;
	}
	r->r.items++;
	if (it->amount <= 0 || it->dispute_from < it->paid)
		return;
	if (it->paid != RE_NEVER && it->paid >= r->r.from &&
	    it->due + REPORT_LATE_DAYS <= r->r.to &&
	    it->paid - it->due >= REPORT_LATE_DAYS) {
		r->r.late.all++;
		r->r.late.named += it->named[STAGE_M1] != RE_NEVER;
	}
	if (it->due - REPORT_EARLY_DAYS >= r->r.from &&
	    it->due <= r->r.to && it->known <= it->due &&
	    it->paid > it->due - REPORT_EARLY_DAYS) {
		r->r.early.all++;
		r->r.early.named += it->named[STAGE_M0] != RE_NEVER;
	}
}

static const char *
said_on(const struct reporter *r, int32_t day)
{
	const char *why = NULL;
	size_t i;

	for (i = 0; i < r->n_said && r->said[i].day <= day; i++)
		why = r->said[i].why;
	return why;
}

static void
count_silence(struct reporter *r, const struct re_account *a,
    const struct re_message *log, size_t n, struct report_account *x)
{
	int run = 0;
	int32_t second, i;
	size_t k;

	for (k = 0; k < n; k++) {
		i = zone_day(a->zone, log[k].at, &second) - r->r.from;
		if (i >= 0 && i < r->r.n_days)
			r->overdue[i] = 0;
	}
	for (i = 0; i < r->r.n_days; i++) {
		run = r->overdue[i] ? run + 1 : 0;
		if (run > x->silence) {
			x->silence = run;
			x->silence_from = r->r.from + i - run + 1;
		}
	}
	if (x->silence > 0)
		x->silence_why = said_on(r, x->silence_from + x->silence - 1);
	memset(r->overdue, 0, (size_t)r->r.n_days);
}

static void
on_done(void *arg, const struct re_account *a, const struct re_message *log,
    size_t n)
{
	struct reporter *r = arg;
	struct report_account *x;
	size_t i;

	if ((r->r.n_accounts & (r->r.n_accounts - 1)) == 0)
		r->r.accounts = mem_grow(r, r->r.accounts,
		    struct report_account, r->r.n_accounts == 0 ? 1 :
		    r->r.n_accounts * 2);
	x = &r->r.accounts[r->r.n_accounts++];
	memset(x, 0, sizeof(*x));
	x->code = mem_str(r, a->who.code);
	x->messages = (int)n;
	r->r.contacted += n > 0;
	r->r.assumed += a->assumed;
	for (i = 0; i < a->n_items; i++)
		count_item(r, a, i);
	count_silence(r, a, log, n, x);
	r->n_said = 0;
	r->reason = NULL;
	memset(r->noticed, 0, sizeof(r->noticed));
	r->hold = HOLD_COUNT;
	r->reviewed = 0;
}

struct re_watch
reporter_watch(struct reporter *r)
{
	struct re_watch w = { r, on_planned, on_sent, on_done };

	return w;
}

static void
sum_up(int64_t *values, int n)
{
	int i;

	for (i = 1; i < n; i++)
		values[i] += values[i - 1];
}

struct report *
reporter_report(struct reporter *r)
{
	size_t i;

	for (i = 0; i < r->r.n_series; i++) {
		sum_up(r->r.series[i].open, r->r.n_days);
		sum_up(r->r.series[i].overdue, r->r.n_days);
		sum_up(r->r.series[i].quiet, r->r.n_days);
	}
	return &r->r;
}

/* --- lists --- */

static size_t
put_in(const struct report_account **list, size_t n, size_t max,
    const struct report_account *x, bool silence)
{
	int value = silence ? x->silence : x->messages;
	size_t i = n < max ? n : max - 1;

	if (value == 0 || (n == max && value <= (silence ?
	    list[i]->silence : list[i]->messages)))
		return n;
	while (i > 0 && (silence ? list[i - 1]->silence :
	    list[i - 1]->messages) < value) {
		list[i] = list[i - 1];
		i--;
	}
	list[i] = x;
	return n < max ? n + 1 : max;
}

size_t
report_top(const struct report *r, bool silence, size_t max,
    const struct report_account **ret_list)
{
	size_t n = 0;
	long i;

	for (i = 0; i < r->n_accounts; i++)
		n = put_in(ret_list, n, max, &r->accounts[i], silence);
	return n;
}

long
report_violations(const struct report *r)
{
	long sum = 0;
	int v;

	for (v = 0; v < VIOLATION_COUNT; v++)
		sum += r->violations[v];
	return sum;
}
