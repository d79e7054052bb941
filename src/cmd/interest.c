/* interest.c - what the law would give for paying late.  It is shown to who
 * asks, and goes into no message, no total and no table. */
#include "cmd/cmd.h"

#include "base/file.h"
#include "base/mem.h"
#include "cmd/grid_print.h"
#include "cmd/output.h"
#include "cmd/table.h"
#include "core/date.h"
#include "core/zone.h"
#include "policy/interest.h"
#include "store/overdue.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define RATES_BYTES (1024 * 1024)

struct job {
	struct cmd *c;
	struct interest_pack pack;	/* with another count, or rate */
	enum interest_rounding rounding;
	const char *rates_file;
	struct rates *rates;
	int32_t on, agreed;
	bool disputed;		/* --with-disputed */
	struct grid *grid;
	bool stale;
	const struct rate **used;	/* reference rates, each once */
	size_t n_used;
};

static int
unknown_pack(const char *name, struct err *err)
{
	const struct interest_pack *p;
	char words[200] = "";
	size_t i, n = 0;

	for (i = 0; (p = interest_pack_at(i)) != NULL; i++)
		n += (size_t)snprintf(words + n, sizeof(words) - n, "%s%s",
		    i > 0 ? ", " : "", p->name);
	return cmd_usage(err, "--pack %.40s: one of %s", name, words);
}

static int
list_packs(struct cmd *c)
{
	const struct interest_pack *p;
	struct table *t = table_new(c);
	size_t i;

	table_column(t, "PACK", TABLE_LEFT);
	table_column(t, "WHAT", TABLE_LEFT);
	table_column(t, "LAW", TABLE_LEFT);
	for (i = 0; (p = interest_pack_at(i)) != NULL; i++) {
		table_cell(t, p->name);
		table_cell(t, cmd_say(c, p->en, p->zh));
		table_cell(t, p->law);
	}
	table_print(t, stdout, 0);
	return EX_OK;
}

static int
read_rates(struct job *j, struct err *err)
{
	char *text;
	size_t n;

	if (j->rates_file == NULL)
		return j->pack.factor == 0 ? 0 : cmd_usage(err, "--pack %s "
		    "takes a table of rates: --rates FILE, lines "
		    "DATE,PERCENT,SOURCE", j->pack.name);
	if (file_read(j->c, j->rates_file, RATES_BYTES, &text, &n, err) < 0)
		return -1;
	return rates_parse(j->c, j->rates_file, text, &j->rates, err);
}

/* Of the command line, else of dunlin.yaml. */
struct words {
	const char *pack, *rate, *count, *rounding;
};

static void
from_config(struct job *j, struct words *w, const struct config_interest *c)
{
	if (w->pack == NULL)
		w->pack = c->pack;
	if (j->rates_file == NULL)
		j->rates_file = c->rates;
	if (w->rate == NULL)
		w->rate = c->rate;
	if (w->count == NULL)
		w->count = c->count;
	if (w->rounding == NULL)
		w->rounding = c->rounding;
}

static int
take_words(struct job *j, const struct words *w, struct err *err)
{
	const struct interest_pack *p;

	if (w->pack == NULL)
		return cmd_usage(err, "say by which rules: --pack PACK; "
		    "dunlin interest alone lists them");
	p = interest_pack(w->pack);
	if (p == NULL)
		return unknown_pack(w->pack, err);
	j->pack = *p;
	if (w->count != NULL && !interest_count_parse(w->count,
	    &j->pack.count))
		return cmd_usage(err, "--count %.40s: one of actual/365, "
		    "actual/360, 30/360", w->count);
	if (w->rounding != NULL && !interest_rounding_parse(w->rounding,
	    &j->rounding))
		return cmd_usage(err, "--rounding %.40s: one of half-up, "
		    "half-even", w->rounding);
	if (p->factor == 0 && !p->daily && (w->rate == NULL ||
	    !rate_parse(w->rate, &j->pack.margin)))
		return cmd_usage(err, "--pack %s takes the rate of the "
		    "contract: --rate PERCENT, a year", p->name);
	if (p->contract && j->agreed == DATE_NONE)
		return cmd_usage(err, "--pack %s takes the day of the "
		    "contract: --agreed DATE", p->name);
	return 0;
}

/* The payments known do not always explain the balance: then what is open
 * now is taken for all of the time, which never says too much. */
static void
take_parts(const struct overdue_item *i, struct interest_case *c)
{
	int64_t left = i->amount;
	size_t k;

	for (k = 0; k < i->n_parts; k++)
		left -= i->parts[k].amount;
	if (left != i->open) {
		c->principal = i->open;
		return;
	}
	c->principal = i->amount;
	c->parts = i->parts;
	c->n_parts = i->n_parts;
}

static void
keep_used(struct job *j, const struct interest *r)
{
	const struct rate *of;
	size_t i, k;

	for (i = 0; i < r->n_lines; i++) {
		of = r->lines[i].of;
		for (k = 0; k < j->n_used && j->used[k] != of; k++)
			;
		if (of == NULL || k < j->n_used)
			continue;
		j->used = mem_grow(j->c, j->used, const struct rate *,
		    j->n_used + 1);
		j->used[j->n_used++] = of;
	}
}

static void
put(struct job *j, const struct overdue_item *i)
{
	struct interest_case c = { .due = i->due, .until = j->on,
		.agreed = j->agreed, .rounding = j->rounding };
	char day[DATE_TEXT_MAX];
	struct interest *r;
	int32_t missing;
	int known;

	memcpy(c.cur, i->cur, sizeof(c.cur));
	take_parts(i, &c);
	grid_text(j->grid, i->document);
	grid_text(j->grid, i->cur);
	grid_day(j->grid, i->due);
	grid_int(j->grid, j->on - i->due);
	grid_money(j->grid, i->open, i->cur);
	if (i->disputed && !j->disputed) {
		grid_text(j->grid, NULL);
		grid_text(j->grid, NULL);
		grid_text(j->grid, cmd_say(j->c, "disputed: left out",
		    "有异议，不计"));
		return;
	}
	known = interest_compute(j->c, &j->pack, j->rates, &c, &r, &missing);
	if (known == 0) {
		j->stale = true;
		grid_text(j->grid, NULL);
		grid_text(j->grid, NULL);
		grid_text(j->grid, mem_fmt(j->c, cmd_say(j->c, "the rate of "
		    "%s is not known", "缺少 %s 的利率"), missing ==
		    DATE_NONE ? "-" : date_format(missing, day)));
		return;
	}
	grid_money(j->grid, r->amount, i->cur);
	grid_money(j->grid, r->fee, i->cur);
	grid_text(j->grid, interest_formula(j->c, r, i->cur));
	keep_used(j, r);
}

static const struct grid_column columns[] = {
	{ "item", GRID_TEXT, "ITEM", "单据" },
	{ "currency", GRID_TEXT, "CURRENCY", "币种" },
	{ "due", GRID_TEXT, "DUE", "到期日" },
	{ "days", GRID_NUMBER, "DAYS", "天数" },
	{ "open", GRID_NUMBER, "OPEN", "未清" },
	{ "interest", GRID_NUMBER, "INTEREST", "利息" },
	{ "fixed_sum", GRID_NUMBER, "FIXED SUM", "固定费用" },
	{ "formula", GRID_TEXT, "FORMULA", "算式" },
	{ NULL, GRID_TEXT, NULL, NULL }
};

/* Where the rates were published, with the day. */
static void
note_sources(struct job *j)
{
	char rate[RATE_TEXT_MAX], day[DATE_TEXT_MAX];
	const struct rate *of;
	size_t i;

	for (i = 0; i < j->n_used; i++) {
		of = j->used[i];
		rate_format(of->ppm, rate);
		date_format(of->from, day);
		grid_note(j->grid, mem_fmt(j->c, "Rate of %s %% since %s: %s.",
		    rate, day, of->source), mem_fmt(j->c, "%s 起利率 %s%%："
		    "%s。", day, rate, of->source));
	}
}

static void
notes(struct job *j)
{
	const char *en, *zh;

	grid_note(j->grid, mem_fmt(j->c, "%s (%s).", j->pack.en,
	    j->pack.law), mem_fmt(j->c, "%s（%s）。", j->pack.zh,
	    j->pack.law));
	if (interest_note(j->pack.name, &en, &zh))
		grid_note(j->grid, en, zh);
	note_sources(j);
	if (j->stale)
		grid_note(j->grid, "WARNING: the table of rates does not "
		    "reach: amounts are left out, not guessed. Add the rates "
		    "that were published.", "警告：利率表不全，相应金额略去，"
		    "不作推测。请补充已公布的利率。");
	grid_note(j->grid, "For information. It is added to nothing and sent "
	    "to nobody: whether to claim it is for a person, and for the "
	    "contract, to say.", "仅供参考：不计入任何金额，也不发送给任何人。"
	    "是否主张由人工依合同决定。");
}

int
cmd_interest(struct cmd *c, int argc, char **argv, struct err *err)
{
	struct job j = { .c = c, .on = DATE_NONE, .agreed = DATE_NONE };
	struct overdue_item *items;
	struct grid_form form = { 0 };
	struct words w = { NULL };
	struct cmd_account a;
	int32_t second;
	size_t i, n;
	const struct cmd_option options[] = {
		{ "pack", OPTION_TEXT, &w.pack },
		{ "rates", OPTION_TEXT, &j.rates_file },
		{ "rate", OPTION_TEXT, &w.rate },
		{ "count", OPTION_TEXT, &w.count },
		{ "rounding", OPTION_TEXT, &w.rounding },
		{ "on", OPTION_DATE, &j.on },
		{ "agreed", OPTION_DATE, &j.agreed },
		{ "with-disputed", OPTION_FLAG, &j.disputed },
		{ "csv", OPTION_FLAG, &form.csv },
		{ "output", OPTION_TEXT, &form.to },
		{ NULL, OPTION_FLAG, NULL }
	};

	form.to = output_take(&argc, argv);
	if (cmd_options(options, &argc, argv, 0, 1, err) < 0)
		return -1;
	if (argc == 1)
		return list_packs(c);
	if (cmd_account(c, argv[1], &a, err) < 0)
		return -1;
	from_config(&j, &w, &a.company->interest);
	if (take_words(&j, &w, err) < 0 || read_rates(&j, err) < 0)
		return -1;
	if (j.on == DATE_NONE)
		j.on = zone_day(a.company->zone, c->now, &second);
	if (overdue_items(c, c->db, a.account_id, j.on, &items, &n, err) < 0)
		return -1;
	j.grid = grid_new(c, c->language);
	grid_define(j.grid, columns);
	for (i = 0; i < n; i++)
		put(&j, &items[i]);
	notes(&j);
	return grid_print(c, j.grid, &form, "interest", cmd_say(c,
	    "Nothing is overdue.", "没有逾期项目。"), err) < 0 ? -1 : EX_OK;
}
