#include "report/reports.h"

#include "base/mem.h"

#include <string.h>

/* Not due, four ages, credits. */
#define AGES 6
#define CREDITS 5

struct line {
	char *currency, *key;
	int64_t items, sum[AGES];
};

struct fold {
	void *owner;
	struct line *lines;
	size_t n, at;
};

static int
order(const struct line *l, const char *currency, const char *key)
{
	int c = strcmp(l->currency, currency);

	return c != 0 ? c : strcmp(l->key, key);
}

static struct line *
insert(struct fold *f, size_t at, const char *currency, const char *key)
{
	if ((f->n & (f->n + 1)) == 0)
		f->lines = mem_grow(f->owner, f->lines, struct line,
		    2 * (f->n + 1));
	memmove(&f->lines[at + 1], &f->lines[at],
	    (f->n - at) * sizeof(*f->lines));
	f->n++;
	memset(&f->lines[at], 0, sizeof(f->lines[at]));
	f->lines[at].currency = mem_str(f->owner, currency);
	f->lines[at].key = mem_str(f->owner, key);
	return &f->lines[at];
}

/* Rows come in order, so the line looked for is mostly the last one. */
static struct line *
line_of(struct fold *f, const char *currency, const char *key)
{
	size_t low = 0, high = f->n, mid;
	int c;

	if (f->n > 0) {
		c = order(&f->lines[f->n - 1], currency, key);
		if (c == 0)
			return &f->lines[f->n - 1];
		if (c < 0)
			low = f->n;
	}
	while (low < high) {
		mid = (low + high) / 2;
		c = order(&f->lines[mid], currency, key);
		if (c == 0)
			return &f->lines[mid];
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return insert(f, low, currency, key);
}

static int
take(const struct answer *a, void *arg)
{
	struct fold *f = arg;
	struct line *l = line_of(f, a->text[0], a->text[1] != NULL ?
	    a->text[1] : "");

	l->items += a->n[1];
	l->sum[a->n[0]] += a->n[2];
	return 0;
}

static const struct grid_column columns[] = {
	{ "currency", GRID_TEXT, "CURRENCY", "币种" },
	{ "of", GRID_TEXT, "OF", "对象" },
	{ "items", GRID_NUMBER, "ITEMS", "笔数" },
	{ "not_due", GRID_NUMBER, "NOT DUE", "未到期" },
	{ "days_1_30", GRID_NUMBER, "1-30", "1-30天" },
	{ "days_31_60", GRID_NUMBER, "31-60", "31-60天" },
	{ "days_61_90", GRID_NUMBER, "61-90", "61-90天" },
	{ "over_90", GRID_NUMBER, "OVER 90", "90天以上" },
	{ "credits", GRID_NUMBER, "CREDITS", "贷项" },
	{ "total", GRID_NUMBER, "TOTAL", "合计" },
	{ NULL, GRID_TEXT, NULL, NULL }
};

static void
put(struct grid *g, const struct line *l)
{
	int64_t total = 0;
	int i;

	grid_text(g, l->currency);
	grid_text(g, *l->key == '\0' ? NULL : l->key);
	grid_int(g, l->items);
	for (i = 0; i < AGES; i++) {
		grid_money(g, l->sum[i], l->currency);
		total += l->sum[i];
	}
	grid_money(g, total, l->currency);
}

int
report_ageing(struct report_job *j, struct err *err)
{
	static const struct {
		const char *by;
		enum question open, paid;
	} kinds[] = {
		{ "currency", ASK_AGEING, ASK_AGEING_PAID },
		{ "account", ASK_AGEING_ACCOUNT, ASK_AGEING_ACCOUNT_PAID },
		{ "collector", ASK_AGEING_OWNER, ASK_AGEING_OWNER_PAID },
	};
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct fold f = { .owner = ctx };
	size_t i, k;

	for (k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		if (j->by == NULL || strcmp(j->by, kinds[k].by) == 0)
			break;
	if (k == sizeof(kinds) / sizeof(kinds[0]))
		return err_set(err, ERR_CONFIG, "--by %.40s: one of currency, "
		    "account, collector", j->by);
	if (reports_ask(j->db, kinds[k].open, &j->ask, take, &f, err) < 0 ||
	    reports_ask(j->db, kinds[k].paid, &j->ask, take, &f, err) < 0)
		return -1;
	grid_define(j->grid, columns);
	for (i = 0; i < f.n; i++)
		put(j->grid, &f.lines[i]);
	return 0;
}
