/* report.c - figures for people who decide: table, CSV, JSON, chart. */
#include "cmd/cmd.h"

#include "base/file.h"
#include "base/mem.h"
#include "cmd/grid_print.h"
#include "cmd/output.h"
#include "core/date.h"
#include "core/zone.h"
#include "report/reports.h"
#include "store/companies.h"

#include <stdio.h>
#include <string.h>
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
	bool csv;
	const char *by, *to_file, *chart;
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

static int
put_out(const struct wanted *w, const struct text *t, struct err *err)
{
	if (w->to_file != NULL)
		return file_write(w->to_file, text_str(t), text_len(t), 0600,
		    err);
	if (fwrite(text_str(t), 1, text_len(t), stdout) != text_len(t) ||
	    fflush(stdout) != 0)
		return err_set(err, ERR_TEMP, "standard output cannot be "
		    "written");
	return 0;
}

static int
print(struct cmd *c, const struct wanted *w, const struct grid *g,
    struct err *err)
{
	struct text *t = text_new(c);
	const struct report *r = w->report;
	int res = 0;

	if (w->chart != NULL) {
		grid_chart(g, cmd_say(c, r->en, r->zh), (size_t)r->value,
		    r->currency, t);
		res = file_write(w->chart, text_str(t), text_len(t), 0600,
		    err);
		text_clear(t);
	}
	if (res == 0 && c->json) {
		grid_json(g, r->word, t);
		res = put_out(w, t, err);
	} else if (res == 0 && w->csv) {
		grid_csv(g, t);
		res = put_out(w, t, err);
	} else if (res == 0 && w->to_file != NULL) {
		res = cmd_usage(err, "report: -o is for --csv and --json");
	} else if (res == 0) {
		grid_print(c, g, cmd_say(c, "Nothing to report.",
		    "没有可报告的内容。"));
	}
	text_free(t);
	return res;
}

static int
make(struct cmd *c, struct wanted *w, struct err *err)
{
	const struct config_company *company;
	struct report_job j = { .db = c->db, .by = w->by,
		.language = c->language };
	struct company_row row;
	int32_t second;
	int r;

	if (cmd_company(c, &company, err) < 0 ||
	    companies_get(c->db, company->code, &row, err) < 0)
		return -1;
	j.zone = company->zone;
	j.ask.company_id = row.id;
	j.ask.today = zone_day(j.zone, c->now, &second);
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
		{ "csv", OPTION_FLAG, &w.csv },
		{ "chart", OPTION_TEXT, &w.chart },
		{ "output", OPTION_TEXT, &w.to_file },
		{ NULL, OPTION_FLAG, NULL }
	};

	w.to_file = output_take(&argc, argv);
	if (cmd_options(options, &argc, argv, 1, 1, err) < 0)
		return -1;
	w.report = find(argv[1]);
	if (w.report == NULL)
		return unknown(argv[1], err);
	if (w.by != NULL && w.report->fn != report_ageing)
		return cmd_usage(err, "--by is for report ageing");
	return make(c, &w, err) < 0 ? -1 : EX_OK;
}
