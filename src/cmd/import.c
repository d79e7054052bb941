/* import.c - read ledger files, say what was understood, apply it. */
#include "cmd/cmd.h"

#include "base/mem.h"
#include "cmd/progress.h"
#include "core/country.h"
#include "core/zone.h"
#include "import/profile.h"
#include "store/companies.h"
#include "store/import_apply.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

struct given {
	const char *mode, *source, *dates, *currency, *zone, *country;
	const char *encoding, *delimiter, *decimal;
	int32_t as_of;
	bool dry_run, confirm;
};

/* One line at a time: reading each file, then comparing. */
struct display {
	void *ctx;
	const char *what;
	struct progress *line;
};

static void
show_progress(const char *what, int64_t done, int64_t size, void *arg)
{
	struct display *d = arg;

	if (what != d->what) {
		talloc_free(d->line);
		d->line = progress_new(d->ctx, what);
		d->what = what;
	}
	progress_at(d->line, done, size);
}

static void
end_progress(struct display *d)
{
	TALLOC_FREE(d->line);
	d->what = NULL;
}

/* ---- what was given ---- */

static int
date_order(const char *word, enum date_order *ret_order, struct err *err)
{
	static const char *const words[DATE_ORDER_COUNT] = {
		[DATE_ISO] = "iso", [DATE_YMD] = "ymd", [DATE_DMY] = "dmy",
		[DATE_MDY] = "mdy" };
	int i;

	for (i = 0; i < DATE_ORDER_COUNT; i++)
		if (strcmp(words[i], word) == 0) {
			*ret_order = (enum date_order)i;
			return 0;
		}
	return cmd_usage(err, "--dates %s: one of iso, ymd, dmy, mdy", word);
}

static int
defaults(const struct given *g, struct import_options *o, struct err *err)
{
	static char currency[MONEY_CUR_MAX], country[COUNTRY_MAX];
	const struct zone *zone;

	if (g->zone != NULL)
		o->zone = g->zone;
	if (g->zone != NULL && zone_open(g->zone, &zone, err) < 0)
		return cmd_usage(err, "--zone %.60s: not an IANA time zone "
		    "such as Asia/Shanghai", g->zone);
	if (g->currency != NULL) {
		if (!money_cur_parse(g->currency, currency))
			return cmd_usage(err, "--currency %.20s: not an ISO "
			    "4217 code such as CNY", g->currency);
		o->currency = currency;
	}
	if (g->country != NULL) {
		if (!country_parse(g->country, country))
			return cmd_usage(err, "--country %.20s: not an ISO "
			    "3166 code such as CN", g->country);
		o->country = country;
	}
	return 0;
}

/* The sign of a word, '\0' where there is none such. */
static char
sign_of(const char *word)
{
	static const struct {
		const char *word;
		char sign;
	} signs[] = { { "comma", ',' }, { "semicolon", ';' },
		{ "tab", '\t' }, { "bar", '|' }, { "point", '.' } };
	size_t i;

	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strcmp(signs[i].word, word) == 0)
			return signs[i].sign;
	return '\0';
}

static int
form_of(const struct given *g, struct import_options *o, struct err *err)
{
	if (g->encoding != NULL && !encoding_find(g->encoding, &o->encoding))
		return cmd_usage(err, "--encoding %.40s: one of utf-8, "
		    "utf-16le, utf-16be, gb18030, big5, windows-1252",
		    g->encoding);
	if (g->delimiter != NULL) {
		o->delimiter = sign_of(g->delimiter);
		if (o->delimiter == '\0' || o->delimiter == '.')
			return cmd_usage(err, "--delimiter %.40s: one of "
			    "comma, semicolon, tab, bar", g->delimiter);
	}
	if (g->decimal != NULL) {
		o->decimal = sign_of(g->decimal);
		if (o->decimal != '.' && o->decimal != ',')
			return cmd_usage(err, "--decimal %.40s: point or "
			    "comma", g->decimal);
	}
	if (g->dates != NULL)
		return date_order(g->dates, &o->dates, err);
	return 0;
}

/* What the profile of the source says, and above it what was given here. */
static int
options_of(const struct cmd *c, const struct config_company *company,
    const struct given *g, struct import_options *ret_o, struct err *err)
{
	struct import_options o = { .source = g->source,
		.currency = company->currency, .confirm = g->confirm,
		.company_zone = company->zone,
		.dry_run = g->dry_run, .dates = DATE_ISO };
	const struct config_source *s = config_source(c->config, g->source);
	int32_t second, today = zone_day(company->zone, c->now, &second);

	if (s != NULL && strcmp(s->company, company->code) != 0)
		return cmd_usage(err, "--source %s is a ledger of company "
		    "%s, not %s", s->name, s->company, company->code);
	if (s != NULL && profile_options(c->config, c->config, s, &o, err) < 0)
		return -1;
	if (g->mode != NULL)
		o.full = strcmp(g->mode, "full") == 0;
	if (g->mode != NULL && !o.full && strcmp(g->mode, "delta") != 0)
		return cmd_usage(err, "--mode %s: full or delta", g->mode);
	o.as_of = g->as_of == DATE_NONE ? today : g->as_of;
	if (o.as_of > today)
		return cmd_usage(err, "--as-of lies in the future");
	if (*g->source == '\0' || strlen(g->source) > 60)
		return cmd_usage(err, "--source: 1 to 60 bytes");
	if (cmd_check_text("--source", g->source, err) < 0 ||
	    form_of(g, &o, err) < 0 ||
	    defaults(g, &o, err) < 0)
		return -1;
	*ret_o = o;
	return 0;
}

/* ---- what is shown ---- */

static const char *
money_text(int64_t minor, const char *cur, char buf[MONEY_TEXT_MAX * 2])
{
	char plain[MONEY_TEXT_MAX], *out = buf;
	struct money m = { .minor = minor };
	size_t i, whole;

	memcpy(m.cur, cur, MONEY_CUR_MAX);
	money_format(m, plain);
	whole = strcspn(plain, ".");
	for (i = 0; plain[i] != '\0'; i++) {
		*out++ = plain[i];
		if (i + 1 < whole && (whole - i - 1) % 3 == 0 &&
		    plain[i] != '-')
			*out++ = ',';
	}
	*out = '\0';
	return buf;
}

static void
show_columns(const struct cmd *c, const struct header *h)
{
	size_t i;
	int k;
	bool any = false;

	printf("%s", cmd_say(c, "Columns: ", "识别的列："));
	for (k = 0; k < COL_COUNT; k++) {
		if (h->at[k] < 0)
			continue;
		printf("%s%s", any ? ", " : "", column_name((enum column)k));
		if (strcmp(h->names[k], column_name((enum column)k)) != 0)
			printf(" (%s)", h->names[k]);
		any = true;
	}
	putchar('\n');
	if (h->n_ignored == 0)
		return;
	printf("%s", cmd_say(c, "Ignored: ", "忽略的列："));
	for (i = 0; i < h->n_ignored; i++)
		printf("%s%s", i > 0 ? ", " : "", h->ignored[i]);
	putchar('\n');
}

/* How the files are written, as it was found or said. */
static void
show_form(const struct cmd *c, const struct import_summary *s)
{
	static const struct {
		char sign;
		const char *en, *zh;
	} signs[] = { { ',', "commas", "逗号分隔" }, { ';', "semicolons",
		"分号分隔" }, { '\t', "tabs", "制表符分隔" },
		{ '|', "vertical bars", "竖线分隔" } };
	size_t i;

	printf(cmd_say(c, "Read as: %s", "读取方式：%s"),
	    encoding_name(s->form.encoding));
	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (signs[i].sign == s->form.delimiter)
			printf("%s%s", cmd_say(c, ", ", "，"), cmd_say(c,
			    signs[i].en, signs[i].zh));
	if (s->decimal != '\0')
		printf("%s%s", cmd_say(c, ", ", "，"), s->decimal == ',' ?
		    cmd_say(c, "decimal comma", "小数逗号") :
		    cmd_say(c, "decimal point", "小数点"));
	if (s->form.above > 0)
		printf(cmd_say(c, ", lines above the header: %zu",
		    "，标题行之上 %zu 行"), s->form.above);
	putchar('\n');
}

static void
show_left_out(const struct cmd *c, const struct import_summary *s)
{
	if (s->totals > 0)
		printf(cmd_say(c, "Lines of sums left out: %zu\n",
		    "略过合计行 %zu 行\n"), s->totals);
	if (s->others > 0)
		printf(cmd_say(c, "Rows of other company codes left out: "
		    "%zu\n", "略过其他公司代码 %zu 行\n"), s->others);
	if (s->unidentified > 0)
		printf(cmd_say(c, "Receipts without a customer: %zu. They may "
		    "hold reminders back until somebody finds out whose they "
		    "are.\n", "未识别客户的收款 %zu 笔，查明之前可能暂停相关提醒。\n"),
		    s->unidentified);
}

static void
show_summary(const struct cmd *c, const struct import_options *o,
    const struct import_summary *s)
{
	char from[DATE_TEXT_MAX], to[DATE_TEXT_MAX], m[MONEY_TEXT_MAX * 2];
	size_t i;

	printf(cmd_say(c, "As of %s, %s, source %s; rows: %zu\n",
	    "截至 %s，%s，来源 %s；行数：%zu\n"),
	    date_format(o->as_of, from), o->full ? "full" : "delta",
	    o->source, s->rows);
	show_form(c, s);
	show_columns(c, &s->header);
	show_left_out(c, s);
	printf(cmd_say(c, "Items open: %zu, of these disputed: %zu; cleared: "
	    "%zu; issued after that day: %zu\n",
	    "未清 %zu 笔，其中有争议 %zu 笔；已清 %zu 笔；该日之后开具 %zu 笔\n"),
	    s->open, s->disputed, s->cleared, s->later);
	if (s->oldest_due != DATE_NONE)
		printf(cmd_say(c, "Due: %s to %s\n", "到期日：%s 至 %s\n"),
		    date_format(s->oldest_due, from),
		    date_format(s->newest_due, to));
	for (i = 0; i < s->n_sums; i++)
		printf(cmd_say(c, "Owed: %s %s, items: %zu\n",
		    "应收：%s %s，%zu 笔\n"), s->sums[i].cur,
		    money_text(s->sums[i].open, s->sums[i].cur, m),
		    s->sums[i].items);
}

static void
show_counts(const struct cmd *c, const struct import_counts *n)
{
	const struct {
		size_t n;
		const char *en, *zh;
	} parts[] = {
		{ n->accounts_new, "new accounts", "新客户" },
		{ n->accounts_changed, "accounts changed", "客户有变" },
		{ n->items_new, "new items", "新项目" },
		{ n->items_changed, "items changed", "项目有变" },
		{ n->items_cleared, "items cleared", "项目已清" },
		{ n->items_gone, "items no longer listed",
		    "不在清单中而关闭" },
		{ n->items_reopened, "items reopened", "项目重新打开" },
		{ n->receipts_new, "receipts without a customer",
		    "未识别客户的收款" },
		{ n->receipts_gone, "such receipts no longer listed",
		    "此类收款不再列出" },
		{ n->payments_superseded, "reported payments superseded",
		    "登记的付款已由账务取代" },
	};
	size_t i;
	bool any = false;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i].n > 0) {
			printf("%s%s %zu", any ? cmd_say(c, ", ", "，") :
			    "", cmd_say(c, parts[i].en, parts[i].zh), parts[i].n);
			any = true;
		}
	puts(any ? "" : cmd_say(c, "nothing", "无"));
}

static void
show_result(const struct cmd *c, const struct import_result *r)
{
	static const struct {
		const char *en, *zh;
	} heads[] = {
		[IMPORT_APPLIED] = { "Applied: ", "已应用：" },
		[IMPORT_UNCHANGED] = { "Unchanged: ", "没有变化：" },
		[IMPORT_WAITING] = { "Would change: ", "将会变更：" },
		[IMPORT_DRY_RUN] = { "Would change: ", "将会变更：" } };
	size_t i;

	for (i = 0; i < r->n_lines; i++)
		printf("  %s\n", r->lines[i]);
	if (r->total_lines > r->n_lines && r->n_lines > 0)
		printf(cmd_say(c, "  ... and %zu more\n", "  …… 另有 %zu 项\n"),
		    r->total_lines - r->n_lines);
	printf("%s", cmd_say(c, heads[r->state].en, heads[r->state].zh));
	show_counts(c, &r->counts);
	if (r->counts.open_absent > 0)
		printf(cmd_say(c, "Open items of this source that the files "
		    "do not name: %zu. They stay open; --mode full closes "
		    "them.\n", "该来源另有 %zu 笔未清项目不在文件中，保持未清；"
		    "--mode full 会将其关闭。\n"), r->counts.open_absent);
	if (r->counts.without_mail > 0)
		printf(cmd_say(c, "Accounts without a mail address: %zu. A "
		    "person has to contact them.\n",
		    "没有邮箱的客户：%zu 个，需人工联系。\n"),
		    r->counts.without_mail);
	if (r->counts.without_zone > 0)
		printf(cmd_say(c, "Accounts without a time zone: %zu. They "
		    "are written to at the company's hours.\n",
		    "没有时区的客户：%zu 个，按公司所在时区联系。\n"),
		    r->counts.without_zone);
}

static json_t *
summary_json(const struct import_options *o, const struct import_summary *s)
{
	char day[DATE_TEXT_MAX], m[MONEY_TEXT_MAX];
	json_t *sums = json_object(), *columns = json_object();
	json_t *ignored = json_array(), *out;
	struct money sum;
	size_t i;
	int k;

	for (i = 0; i < s->n_sums; i++) {
		sum.minor = s->sums[i].open;
		memcpy(sum.cur, s->sums[i].cur, MONEY_CUR_MAX);
		json_object_set_new(sums, sum.cur, json_pack("{s:I, s:s}",
		    "items", (json_int_t)s->sums[i].items, "open",
		    money_format(sum, m)));
	}
	for (k = 0; k < COL_COUNT; k++)
		if (s->header.at[k] >= 0)
			json_object_set_new(columns,
			    column_name((enum column)k),
			    json_string(s->header.names[k]));
	for (i = 0; i < s->header.n_ignored; i++)
		json_array_append_new(ignored,
		    json_string(s->header.ignored[i]));
	out = json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:o, s:o, "
	    "s:o}", "as_of", date_format(o->as_of, day), "mode",
	    o->full ? "full" : "delta", "source", o->source, "rows",
	    (json_int_t)s->rows, "later", (json_int_t)s->later, "open",
	    (json_int_t)s->open, "cleared", (json_int_t)s->cleared,
	    "disputed", (json_int_t)s->disputed, "owed", sums, "columns",
	    columns, "ignored", ignored);
	json_object_set_new(out, "encoding", json_string(encoding_name(
	    s->form.encoding)));
	json_object_set_new(out, "delimiter", json_pack("s%",
	    &s->form.delimiter, (size_t)1));
	if (s->decimal != '\0')
		json_object_set_new(out, "decimal", json_pack("s%",
		    &s->decimal, (size_t)1));
	json_object_set_new(out, "totals", json_integer((json_int_t)
	    s->totals));
	json_object_set_new(out, "others", json_integer((json_int_t)
	    s->others));
	json_object_set_new(out, "unidentified", json_integer((json_int_t)
	    s->unidentified));
	if (s->oldest_due != DATE_NONE) {
		json_object_set_new(out, "oldest_due", json_string(
		    date_format(s->oldest_due, day)));
		json_object_set_new(out, "newest_due", json_string(
		    date_format(s->newest_due, day)));
	}
	return out;
}

static void
print_json(const struct import_options *o, const struct import_summary *s,
    const struct import_result *r)
{
	const struct import_counts *n = &r->counts;
	json_t *out = summary_json(o, s), *lines;
	size_t i;

	json_object_set_new(out, "state", json_string(import_state_name(
	    r->state)));
	json_object_set_new(out, "changes", json_pack("{s:I, s:I, s:I, s:I, "
	    "s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "accounts_new",
	    (json_int_t)n->accounts_new, "accounts_changed",
	    (json_int_t)n->accounts_changed, "items_new",
	    (json_int_t)n->items_new, "items_changed",
	    (json_int_t)n->items_changed, "items_cleared",
	    (json_int_t)n->items_cleared, "items_gone",
	    (json_int_t)n->items_gone, "items_reopened",
	    (json_int_t)n->items_reopened, "payments_superseded",
	    (json_int_t)n->payments_superseded, "open_absent",
	    (json_int_t)n->open_absent, "accounts_without_mail",
	    (json_int_t)n->without_mail, "accounts_without_zone",
	    (json_int_t)n->without_zone));
	if (r->why[0] != '\0')
		json_object_set_new(out, "shrunk", json_string(r->why));
	if (r->n_lines > 0) {
		lines = json_array();
		for (i = 0; i < r->n_lines; i++)
			json_array_append_new(lines, json_string(
			    r->lines[i]));
		json_object_set_new(out, "lines", lines);
	}
	json_dumpf(out, stdout, JSON_INDENT(2) | JSON_SORT_KEYS);
	putchar('\n');
	json_decref(out);
}

/* All mistakes, then one line that says what became of the import. */
static int
refuse(const struct mistakes *p, struct err *err)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		fprintf(stderr, "dunlin: %s\n", p->lines[i]);
	if (p->total > p->n)
		fprintf(stderr, "dunlin: ... and %zu more\n", p->total - p->n);
	return err_set(err, ERR_PERM, "%zu mistake%s: nothing was imported",
	    p->total, p->total == 1 ? "" : "s");
}

static int
run(struct cmd *c, const struct config_company *company,
    struct import_options *o, int argc, char **argv, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct staging *stage = stage_new(ctx);
	struct mistakes *p = mistakes_new(ctx);
	struct import_summary *s = mem_new(ctx, struct import_summary);
	struct display display = { .ctx = ctx };
	struct import_result r;
	struct company_row row;
	int k;

	if (companies_get(c->db, company->code, &row, err) < 0)
		return -1;
	o->progress = show_progress;
	o->progress_arg = &display;
	k = import_read(stage, (const char *const *)argv + 1,
	    (size_t)argc - 1, o, p, s, err);
	end_progress(&display);
	if (k < 0 && err->kind == ERR_CONFIG) {
		fprintf(stderr, "dunlin: %s\n", err->text);
		return EX_NOINPUT;
	}
	if (k < 0)
		return -1;
	if (p->total > 0)
		return refuse(p, err);
	if (!c->json)
		show_summary(c, o, s);
	k = import_apply(ctx, c->db, row.id, stage, o, s, c->now, c->actor,
	    &r, err);
	end_progress(&display);
	if (k < 0)
		return -1;
	if (c->json)
		print_json(o, s, &r);
	else
		show_result(c, &r);
	if (r.state == IMPORT_WAITING)
		return err_set(err, ERR_PERM, "the list shrank (%s): nothing "
		    "was changed; if it is right, run this again with "
		    "--confirm", r.why);
	return EX_OK;
}

int
cmd_import(struct cmd *c, int argc, char **argv, struct err *err)
{
	struct given g = { .source = "ledger", .as_of = DATE_NONE };
	const struct cmd_option options[] = {
		{ "mode", OPTION_TEXT, &g.mode },
		{ "as-of", OPTION_DATE, &g.as_of },
		{ "source", OPTION_TEXT, &g.source },
		{ "dates", OPTION_TEXT, &g.dates },
		{ "decimal", OPTION_TEXT, &g.decimal },
		{ "delimiter", OPTION_TEXT, &g.delimiter },
		{ "encoding", OPTION_TEXT, &g.encoding },
		{ "currency", OPTION_TEXT, &g.currency },
		{ "zone", OPTION_TEXT, &g.zone },
		{ "country", OPTION_TEXT, &g.country },
		{ "dry-run", OPTION_FLAG, &g.dry_run },
		{ "confirm", OPTION_FLAG, &g.confirm },
		{ NULL, OPTION_FLAG, NULL }
	};
	const struct config_source *profile;
	const struct config_company *company;
	struct import_options o;

	if (cmd_options(options, &argc, argv, 1, -1, err) < 0)
		return -1;
	profile = config_source(c->config, g.source);
	if (profile != NULL && c->company_code == NULL)
		c->company_code = profile->company;
	if (cmd_company(c, &company, err) < 0 ||
	    options_of(c, company, &g, &o, err) < 0)
		return -1;
	return run(c, company, &o, argc, argv, err);
}
