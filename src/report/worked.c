/* What worked: wording, channel and hour by time to payment. */
#include "report/reports.h"

#include "base/clock.h"
#include "base/mem.h"
#include "report/survival.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAYS 14
#define LEAST_CASES 20	/* of a group, to be compared */
#define LEAST_PAID 5
#define DOUBT 0.05
#define DAY 86400

enum { BY_PAIR, BY_WORDING, BY_CHANNEL, BY_HOUR, BY_COUNT };

static const char *const dimensions[BY_COUNT] = { "two wordings",
	"wording", "channel", "hour" };

struct group {
	char *name;
	char *step;		/* BY_PAIR: of its wordings; else NULL */
	struct survival_case *cases;
	size_t n;
};

struct worked {
	void *owner;
	struct report_job *j;
	struct group *groups[BY_COUNT];
	size_t n[BY_COUNT];
};

static struct group *
group_of(struct worked *w, int by, const char *name, const char *step)
{
	struct group *g;
	size_t i;

	for (i = 0; i < w->n[by]; i++)
		if (strcmp(w->groups[by][i].name, name) == 0 &&
		    (step == NULL || strcmp(w->groups[by][i].step, step) == 0))
			return &w->groups[by][i];
	w->groups[by] = mem_grow(w->owner, w->groups[by], struct group,
	    w->n[by] + 1);
	g = &w->groups[by][w->n[by]++];
	*g = (struct group){ mem_str(w->owner, name), mem_str(w->owner, step),
	    NULL, 0 };
	return g;
}

static void
add(struct worked *w, int by, const char *name, const char *step,
    struct survival_case c)
{
	struct group *g = group_of(w, by, name, step);

	if ((g->n & (g->n + 1)) == 0)
		g->cases = mem_grow(w->owner, g->cases, struct survival_case,
		    2 * (g->n + 1));
	g->cases[g->n++] = c;
}

/* Watched until the next reminder: what comes after it is that one's. */
static int
take(const struct answer *a, void *arg)
{
	struct worked *w = arg;
	int32_t second, day = zone_day(w->j->zone, a->n[0], &second), end;
	struct survival_case c;
	char hour[16];

	end = w->j->ask.today;
	if (a->n[2] != CLOCK_NONE && a->n[2] / DAY < end)
		end = (int32_t)(a->n[2] / DAY);
	c.paid = a->n[3] != CLOCK_NONE && a->n[3] <= end;
	c.days = (c.paid ? (int32_t)a->n[3] : end) - day;
	if (c.days < 0)
		c.days = 0;
	snprintf(hour, sizeof(hour), "%02d:00", second / 3600);
	if (a->text[2] != NULL)
		add(w, BY_PAIR, a->text[0], a->text[2], c);
	add(w, BY_WORDING, a->text[0], NULL, c);
	add(w, BY_CHANNEL, a->text[1], NULL, c);
	add(w, BY_HOUR, hour, NULL, c);
	return 0;
}

/* Two wordings are compared with each other only: what is given by chance. */
static bool
is_rest(const struct group *g, const struct group *of)
{
	return g != of && (of->step == NULL || strcmp(g->step, of->step) == 0);
}

/* All the other cases of the dimension. */
static struct survival_case *
others(struct worked *w, int by, const struct group *g, size_t *ret_n)
{
	struct survival_case *list;
	size_t i, n = 0;

	for (i = 0; i < w->n[by]; i++)
		if (is_rest(&w->groups[by][i], g))
			n += w->groups[by][i].n;
	list = mem_array(w->owner, struct survival_case, n + 1);
	n = 0;
	for (i = 0; i < w->n[by]; i++)
		if (is_rest(&w->groups[by][i], g)) {
			memcpy(list + n, w->groups[by][i].cases,
			    w->groups[by][i].n * sizeof(*list));
			n += w->groups[by][i].n;
		}
	*ret_n = n;
	return list;
}

/* p times the number of comparisons (Bonferroni): many are made at once. */
static const char *
verdict(struct worked *w, int by, const struct group *g,
    const struct survival *s)
{
	struct survival rest_is;
	struct survival_case *rest;
	size_t n;
	double p;

	rest = others(w, by, g, &n);
	survival_of(rest, n, DAYS, &rest_is);
	if (s->n < LEAST_CASES || s->paid < LEAST_PAID ||
	    rest_is.n < LEAST_CASES || rest_is.paid < LEAST_PAID)
		return "cannot tell: too few";
	p = survival_differs(g->cases, g->n, rest, n) * (double)w->n[by];
	if (!(p < DOUBT) || isnan(s->share) || isnan(rest_is.share))
		return "cannot tell";
	return s->share > rest_is.share ? "sooner" : "later";
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct group *)a)->name,
	    ((const struct group *)b)->name);
}

static void
put(struct worked *w, int by)
{
	struct grid *grid = w->j->grid;
	struct survival s;
	const char *says;
	size_t i;

	if (w->n[by] > 0)
		qsort(w->groups[by], w->n[by], sizeof(struct group), by_name);
	for (i = 0; i < w->n[by]; i++) {
		survival_of(w->groups[by][i].cases, w->groups[by][i].n, DAYS,
		    &s);
		says = verdict(w, by, &w->groups[by][i], &s);
		grid_word(grid, WORDS_FIGURE, dimensions[by]);
		grid_word(grid, WORDS_CHANNEL, w->groups[by][i].name);
		grid_int(grid, (int64_t)s.n);
		grid_int(grid, (int64_t)s.paid);
		grid_real(grid, 100 * s.share, 1);
		grid_real(grid, 100 * s.low, 1);
		grid_real(grid, 100 * s.high, 1);
		grid_real(grid, s.median, 0);
		grid_word(grid, WORDS_FIGURE, says);
	}
}

int
report_worked(struct report_job *j, struct err *err)
{
	static const struct grid_column columns[] = {
		{ "by", GRID_TEXT, "BY", "比较" },
		{ "which", GRID_TEXT, "WHICH", "对象" },
		{ "reminders", GRID_NUMBER, "REMINDERS", "提醒数" },
		{ "paid", GRID_NUMBER, "PAID", "付款数" },
		{ "percent", GRID_NUMBER, "% IN 14 DAYS", "14天内%" },
		{ "low", GRID_NUMBER, "FROM", "下限" },
		{ "high", GRID_NUMBER, "TO", "上限" },
		{ "median_days", GRID_NUMBER, "MEDIAN DAYS", "中位天数" },
		{ "verdict", GRID_TEXT, "AGAINST THE REST", "与其余相比" },
		{ NULL, GRID_TEXT, NULL, NULL }
	};
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct worked w = { .owner = ctx, .j = j };
	struct grid *g = j->grid;
	int i;

	grid_define(g, columns);
	if (reports_ask(j->db, ASK_WORKED, &j->ask, take, &w, err) < 0)
		return -1;
	for (i = 0; i < BY_COUNT; i++)
		put(&w, i);
	grid_note(g, "Days from a reminder to the first payment of what it "
	    "named; watched until the next reminder or today. 95 % intervals "
	    "(Kaplan-Meier); \"sooner\" and \"later\" by the log-rank test, "
	    "corrected for the number of comparisons.", "自提醒至所列项目首次"
	    "付款的天数；观察至下一次提醒或今日。95% 区间（Kaplan-Meier）；"
	    "“更早”与“更晚”依对数秩检验，并按比较次数校正。");
	grid_note(g, "Only two wordings of one step, given by chance, can be "
	    "compared as cause and effect. Steps, channels and hours meet "
	    "different debts and customers: there a difference may be theirs.",
	    "只有同一步骤随机分配的两种措辞可作因果比较。不同步骤、渠道和时段"
	    "面对的欠款与客户不同，差异可能由此而来。");
	return 0;
}
