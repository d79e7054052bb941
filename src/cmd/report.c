/* report.c - figures for people who decide: table, CSV, JSON, chart. */
#include "cmd/cmd.h"

#include "base/file.h"
#include "base/mem.h"
#include "cmd/grid_print.h"
#include "cmd/output.h"
#include "core/date.h"
#include "core/zone.h"
#include "report/grid_chart.h"
#include "report/reports.h"
#include "store/companies.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

static const struct report {
	const char *word;
	report_fn *fn;
	int value, currency, days;
	const char *en, *zh;
} reports[] = {
#define REPORT(name, fn, value, currency, days, en, zh) \
	{ name, fn, value, currency, days, en, zh },
#include "report/reports.def"
#undef REPORT
};

#define N_REPORTS (sizeof(reports) / sizeof(reports[0]))

struct wanted {
	const struct report *report;
	int32_t from, to;
	struct grid_form form;
	const char *by, *chart, *account;
};

static const struct report *
find(const char *word)
{
	size_t i;

	for (i = 0; i < N_REPORTS; i++)
		if (strcmp(reports[i].word, word) == 0)
			return &reports[i];
	return NULL;
}

static int
unknown(const char *word, struct err *err)
{
	char words[200] = "";
	size_t i, n = 0;

	for (i = 0; i < N_REPORTS; i++)
		n += (size_t)snprintf(words + n, sizeof(words) - n, "%s%s",
		    i > 0 ? ", " : "", reports[i].word);
	return cmd_usage(err, "no report '%.40s': one of %s", word, words);
}

static bool
ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n > k && strcasecmp(s + n - k, end) == 0;
}

static int
draw(struct cmd *c, const struct wanted *w, const struct grid *g,
    struct err *err)
{
	const struct report *r = w->report;
	const char *title = cmd_say(c, r->en, r->zh);
	size_t n;
	struct text *t = text_new(c);
	char *png;
	int res;

	if (ends_in(w->chart, ".png"))
		return grid_chart_png(c, g, title, (size_t)r->value,
		    r->currency, &png, &n, err) < 0 ? -1 :
		    file_write(w->chart, png, n, 0600, err);
	grid_chart_svg(g, title, (size_t)r->value, r->currency, t);
	res = file_write(w->chart, text_str(t), text_len(t), 0600, err);
	text_free(t);
	return res;
}

static int
print(struct cmd *c, const struct wanted *w, const struct grid *g,
    struct err *err)
{
	const struct report *r = w->report;

	if (w->chart != NULL && draw(c, w, g, err) < 0)
		return -1;
	return grid_print(c, g, &w->form, r->word, cmd_say(c,
	    "Nothing to report.", "没有可报告的内容。"), err);
}

static int
make(struct cmd *c, struct wanted *w, struct err *err)
{
	struct report_job j = { .db = c->db, .by = w->by,
		.language = c->language };
	struct company_row row;
	struct cmd_account a;
	int32_t second;
	int r;

	if (cmd_company(c, &j.company, err) < 0 ||
	    companies_get(c->db, j.company->code, &row, err) < 0)
		return -1;
	if (w->account != NULL) {
		if (cmd_account(c, w->account, &a, err) < 0)
			return -1;
		j.account_id = a.account_id;
	}
	j.zone = j.company->zone;
	j.ask.company_id = row.id;
	j.ask.today = zone_day(j.zone, c->now, &second);
	j.ask.offset = zone_offset(j.zone, c->now);
	j.ask.to = w->to != DATE_NONE ? w->to : j.ask.today;
	j.ask.from = w->from != DATE_NONE ? w->from :
	    j.ask.to - (w->report->days > 0 ? w->report->days - 1 : 0);
	if (j.ask.from > j.ask.to)
		return cmd_usage(err, "--from is after --to");
	j.grid = grid_new(c, c->language);
	if (db_snapshot_begin(c->db, err) < 0)
		return -1;
	r = w->report->fn(&j, err);
	db_snapshot_end(c->db);
	return r < 0 ? -1 : print(c, w, j.grid, err);
}

int
cmd_report(struct cmd *c, int argc, char **argv, struct err *err)
{
	struct wanted w = { .from = DATE_NONE, .to = DATE_NONE };
	const struct cmd_option options[] = {
		{ "from", OPTION_DATE, &w.from },
		{ "to", OPTION_DATE, &w.to },
		{ "by", OPTION_TEXT, &w.by },
		{ "csv", OPTION_FLAG, &w.form.csv },
		{ "chart", OPTION_TEXT, &w.chart },
		{ "output", OPTION_TEXT, &w.form.to },
		{ "account", OPTION_TEXT, &w.account },
		{ NULL, OPTION_FLAG, NULL }
	};

	w.form.to = output_take(&argc, argv);
	if (cmd_options(options, &argc, argv, 1, 1, err) < 0)
		return -1;
	w.report = find(argv[1]);
	if (w.report == NULL)
		return unknown(argv[1], err);
	if (w.by != NULL && w.report->fn != report_ageing)
		return cmd_usage(err, "--by is for report ageing");
	if (w.account != NULL && w.report->fn != report_limitation)
		return cmd_usage(err, "--account is for report limitation");
	if (w.chart != NULL && !ends_in(w.chart, ".png") &&
	    !ends_in(w.chart, ".svg"))
		return cmd_usage(err, "--chart %.200s: FILE.png or FILE.svg",
		    w.chart);
	return make(c, &w, err) < 0 ? -1 : EX_OK;
}
