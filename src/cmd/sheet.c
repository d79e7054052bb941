#include "cmd/sheet.h"

#include "base/mem.h"
#include "core/zone.h"
#include "store/companies.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

struct sheet_out {
	const struct sheet_column *columns;
	size_t n_columns, at;	/* at: of the next cell */
	struct table *table;
	json_t *list, *row;	/* --json */
	bool csv;
	size_t n_rows;
};

/* RFC 4180, and no cell is a formula to a spreadsheet, also not behind spaces
 * (RULES E15): what is no plain number is marked as text. */
static void
csv_cell(const char *s)
{
	const char *p = s + strspn(s, " ");
	bool formula = *p != '\0' && strchr("=+-@\t\r", *p) != NULL &&
	    !(*p == '-' && p[1] != '\0' &&
	    strspn(p + 1, "0123456789.") == strlen(p + 1));

	if (!formula && strpbrk(s, ",\"\r\n") == NULL) {
		fputs(s, stdout);
		return;
	}
	putchar('"');
	if (formula)
		putchar('\'');
	for (; *s != '\0'; s++) {
		if (*s == '"')
			putchar('"');
		putchar(*s);
	}
	putchar('"');
}

static void
json_cell(struct sheet_out *o, const struct sheet_column *c,
    const char *text)
{
	if (o->at == 0)
		o->row = json_object();
	if (text != NULL)
		json_object_set_new(o->row, c->key, c->number ?
		    json_loads(text, JSON_DECODE_ANY, NULL) :
		    json_string(text));
	if (o->at + 1 == o->n_columns)
		json_array_append_new(o->list, o->row);
}

void
sheet_cell(struct sheet_job *r, const char *text)
{
	struct sheet_out *o = r->out;
	const struct sheet_column *c = &o->columns[o->at];

	if (o->list != NULL) {
		json_cell(o, c, text);
	} else if (o->csv) {
		csv_cell(text == NULL ? "" : text);
		fputs(o->at + 1 == o->n_columns ? "\r\n" : ",", stdout);
	} else {
		table_cell(o->table, text);
	}
	if (++o->at == o->n_columns) {
		o->at = 0;
		o->n_rows++;
	}
}

void
sheet_cellf(struct sheet_job *r, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = mem_check(talloc_vasprintf(r->owner, fmt, ap));
	va_end(ap);
	sheet_cell(r, s);
	talloc_free(s);
}

static void
heads(struct sheet_job *r)
{
	struct sheet_out *o = r->out;
	const struct sheet_column *c;

	if (r->c->json)
		o->list = json_array();
	else if (!o->csv)
		o->table = table_new(r->owner);
	for (c = o->columns; c->key != NULL; c++, o->n_columns++) {
		if (o->table != NULL)
			table_column(o->table, cmd_say(r->c, c->en, c->zh),
			    c->align);
		if (o->csv && o->list == NULL)
			printf("%s%s", c == o->columns ? "" : ",", c->key);
	}
	if (o->csv && o->list == NULL)
		fputs("\r\n", stdout);
}

static void
foot(struct sheet_job *r)
{
	struct sheet_out *o = r->out;

	if (o->list != NULL) {
		json_dumpf(o->list, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(o->list);
	} else if (!o->csv && o->n_rows == 0) {
		puts(cmd_say(r->c, "Nothing to show.", "无内容。"));
	} else if (!o->csv) {
		table_print(o->table, stdout, 0);
	}
}

int
sheet_run(struct cmd *c, int argc, char **argv,
    const struct sheet_column *columns,
    int (*fill)(struct sheet_job *r, struct err *err), struct err *err)
{
	MEM_AUTO void *ctx = talloc_new(NULL);
	struct sheet_out out = { .columns = columns };
	struct sheet_job r = { .owner = ctx, .c = c, .out = &out };
	const struct cmd_option options[] = {
		{ "csv", OPTION_FLAG, &out.csv },
		{ NULL, OPTION_FLAG, NULL }
	};
	struct cmd_account a;
	struct company_row row;
	int32_t second;

	if (cmd_options(options, &argc, argv, 0, 1, err) < 0 ||
	    cmd_company(c, &r.company, err) < 0 ||
	    companies_get(c->db, r.company->code, &row, err) < 0)
		return -1;
	r.company_id = row.id;
	if (argc > 1) {
		if (cmd_account(c, argv[1], &a, err) < 0)
			return -1;
		r.account_id = a.account_id;
	}
	r.today = zone_day(r.company->zone, c->now, &second);
	heads(&r);
	if (fill(&r, err) < 0) {
		json_decref(out.list);
		return -1;
	}
	foot(&r);
	return EX_OK;
}
