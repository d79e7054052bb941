/* How long money takes, and what is to be expected. */
#include "report/reports.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"

#include <stdlib.h>
#include <string.h>

/* --- days sales outstanding --- */

struct dso {
	struct grid *g;
	int64_t days;
};

static int
take_currency(const struct answer *a, void *arg)
{
	struct dso *d = arg;
	struct grid *g = d->g;
	int64_t receivable = a->n[0], overdue = a->n[1], billed = a->n[2];

	if (receivable == 0 && billed == 0 && a->n[4] == 0)
		return 0;
	grid_text(g, a->text[0]);
	grid_money(g, receivable, a->text[0]);
	grid_money(g, overdue, a->text[0]);
	grid_money(g, billed, a->text[0]);
	grid_ratio(g, receivable * d->days, billed, 1);
	grid_ratio(g, (receivable - overdue) * d->days, billed, 1);
	grid_ratio(g, a->n[3], a->n[4], 1);
	return 0;
}

int
report_dso(struct report_job *j, struct err *err)
{
	static const struct grid_column columns[] = {
		{ "currency", GRID_TEXT, "CURRENCY", "币种" },
		{ "receivable", GRID_NUMBER, "RECEIVABLE", "应收余额" },
		{ "overdue", GRID_NUMBER, "OVERDUE", "逾期" },
		{ "billed", GRID_NUMBER, "BILLED", "期内开票" },
		{ "dso", GRID_NUMBER, "DSO", "周转天数" },
		{ "best_dso", GRID_NUMBER, "BEST POSSIBLE", "最佳周转天数" },
		{ "days_late", GRID_NUMBER, "DAYS LATE", "平均逾期天数" },
		{ NULL, GRID_TEXT, NULL, NULL }
	};
	struct dso d = { j->grid, (int64_t)j->ask.to - j->ask.from + 1 };
	struct grid *g = j->grid;

	grid_define(g, columns);
	grid_note(g, "DSO = receivable / billed in the period x its days; "
	    "best possible: without what is overdue. Days late: of what was "
	    "paid in the period, weighted by amount. Invoices without a date "
	    "of issue are not billed in any period.", "周转天数＝应收余额÷"
	    "期内开票额×期内天数；最佳值不含逾期部分。平均逾期天数为期内已付"
	    "款项按金额加权。没有开票日期的单据不计入任何期间。");
	return reports_ask(j->db, ASK_DSO, &j->ask, take_currency, &d, err);
}

/* --- forecast --- */

#define WEEKS 13
#define LEAST_PAID 3	/* payments of an account that tell its habit */

struct habit {
	int64_t account;
	int32_t late;		/* median days */
	size_t n;
};

struct forecast {
	void *owner;
	struct grid *g;
	int32_t today;
	struct habit *habits;
	size_t n_habits;
	int32_t *days, *all;	/* of the account in hand, of the company */
	size_t n_days, n_all;
	int64_t account;
	int32_t usual;		/* median of the company */
	char currency[8];
	int64_t promised[WEEKS + 1], expected[WEEKS + 1];
};

static int32_t *
push(struct forecast *f, int32_t *list, size_t *n, int32_t v)
{
	if ((*n & (*n + 1)) == 0)
		list = mem_grow(f->owner, list, int32_t, 2 * (*n + 1));
	list[(*n)++] = v;
	return list;
}

/* The list is in order; of an even number the lower one. */
static int32_t
median(const int32_t *list, size_t n)
{
	return n == 0 ? 0 : list[(n - 1) / 2];
}

static void
end_account(struct forecast *f)
{
	if (f->n_days >= LEAST_PAID) {
		if ((f->n_habits & (f->n_habits + 1)) == 0)
			f->habits = mem_grow(f->owner, f->habits,
			    struct habit, 2 * (f->n_habits + 1));
		f->habits[f->n_habits++] = (struct habit){ f->account,
			median(f->days, f->n_days), f->n_days };
	}
	f->n_days = 0;
}

static int
take_paid(const struct answer *a, void *arg)
{
	struct forecast *f = arg;

	if (a->n[0] != f->account)
		end_account(f);
	f->account = a->n[0];
	f->days = push(f, f->days, &f->n_days, (int32_t)a->n[1]);
	f->all = push(f, f->all, &f->n_all, (int32_t)a->n[1]);
	return 0;
}

static int
by_days(const void *pa, const void *pb)
{
	const int32_t *a = pa, *b = pb;

	return (*a > *b) - (*a < *b);
}

static int32_t
late_of(const struct forecast *f, int64_t account)
{
	size_t low = 0, high = f->n_habits, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (f->habits[mid].account == account)
			return f->habits[mid].late;
		if (f->habits[mid].account < account)
			low = mid + 1;
		else
			high = mid;
	}
	return f->usual;
}

static void
put_weeks(struct forecast *f)
{
	int32_t monday = f->today - (int32_t)date_weekday(f->today);
	int i;

	if (f->currency[0] == '\0')
		return;
	for (i = 0; i <= WEEKS; i++) {
		grid_text(f->g, f->currency);
		if (i < WEEKS)
			grid_day(f->g, monday + 7 * i);
		else
			grid_say(f->g, "later", strcmp(grid_language(f->g),
			    "zh-CN") == 0 ? "以后" : NULL);
		grid_money(f->g, f->promised[i] + f->expected[i],
		    f->currency);
		grid_money(f->g, f->promised[i], f->currency);
		grid_money(f->g, f->expected[i], f->currency);
	}
	memset(f->promised, 0, sizeof(f->promised));
	memset(f->expected, 0, sizeof(f->expected));
}

static int
take_open(const struct answer *a, void *arg)
{
	struct forecast *f = arg;
	int64_t open = a->n[2] - a->n[3];
	int32_t monday = f->today - (int32_t)date_weekday(f->today), day;
	int week;

	if (strcmp(f->currency, a->text[0]) != 0) {
		put_weeks(f);
		strncpy(f->currency, a->text[0], sizeof(f->currency) - 1);
	}
	if (open <= 0)	/* credits are no receipts */
		return 0;
	day = a->n[4] != CLOCK_NONE ? (int32_t)a->n[4] :
	    (int32_t)a->n[1] + late_of(f, a->n[0]);
	if (day < f->today)
		day = f->today;
	week = (day - monday) / 7;
	if (week > WEEKS)
		week = WEEKS;
	*(a->n[4] != CLOCK_NONE ? &f->promised[week] : &f->expected[week]) +=
	    open;
	return 0;
}

int
report_forecast(struct report_job *j, struct err *err)
{
	static const struct grid_column columns[] = {
		{ "currency", GRID_TEXT, "CURRENCY", "币种" },
		{ "week", GRID_TEXT, "WEEK FROM", "周起始日" },
		{ "all", GRID_NUMBER, "EXPECTED", "预计回款" },
		{ "promised", GRID_NUMBER, "PROMISED", "其中：已承诺" },
		{ "by_habit", GRID_NUMBER, "BY HABIT", "其中：按习惯" },
		{ NULL, GRID_TEXT, NULL, NULL }
	};
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct forecast f = { .owner = ctx, .g = j->grid,
		.today = j->ask.today };
	struct grid *g = j->grid;

	grid_define(g, columns);
	if (reports_ask(j->db, ASK_FORECAST_LATE, &j->ask, take_paid, &f,
	    err) < 0)
		return -1;
	end_account(&f);
	if (f.n_all > 0)
		qsort(f.all, f.n_all, sizeof(*f.all), by_days);
	f.usual = median(f.all, f.n_all);
	if (reports_ask(j->db, ASK_FORECAST_ITEMS, &j->ask, take_open, &f,
	    err) < 0)
		return -1;
	put_weeks(&f);
	grid_note(g, "Promised: on the day promised. By habit: due day and "
	    "the median days by which this customer paid late (fewer than "
	    "three payments known: the median of all). What should have come "
	    "already is put into this week: read that as owed, not as sure.",
	    "已承诺：按承诺日。按习惯：到期日加该客户的中位逾期天数（已知付款"
	    "不足三笔时用全体中位数）。本应已到的款项计入本周，应视为所欠，"
	    "而非必到。");
	return 0;
}
