/* read.c - files into the stage, each row checked. */
#include "import/reader.h"

#include "base/mem.h"
#include "base/text.h"
#include "import/amount.h"
#include "import/csv.h"

#include <stdlib.h>
#include <string.h>

#define PROGRESS_ROWS 8192
#define ALIKE_MAX 1000		/* receipts without number that look the same */

void
row_wrong(struct reader *r, enum column c, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	mistakes_add(r->p, r->path, r->row->line, column_name(c), "%s", text);
	r->bad |= COLUMN_BIT(c);
}

/* Bytes of white space at s: ASCII, no-break, ideographic. */
static size_t
space(const char *s)
{
	if (*s == ' ' || *s == '\t')
		return 1;
	if (strncmp(s, "\xc2\xa0", 2) == 0)
		return 2;
	return strncmp(s, "\xe3\x80\x80", 3) == 0 ? 3 : 0;
}

const char *
row_field(struct reader *r, enum column c, int at)
{
	char *s, *end, *p;
	size_t n;

	s = r->row->fields[at];
	while ((n = space(s)) > 0)
		s += n;
	for (p = end = s; *p != '\0'; p += n) {
		n = space(p);
		if (n == 0) {
			n = 1;
			end = p + 1;
		}
	}
	*end = '\0';
	if (text_has_control(s)) {
		row_wrong(r, c, "a control character or a line break");
		*s = '\0';	/* told once */
	}
	return s;
}

/* The field of a column without white space around it; "" where the file
 * has none or says nothing. */
const char *
row_value(struct reader *r, enum column c)
{
	int at = r->header->at[c];

	return at < 0 ? "" : row_field(r, c, at);
}

static void
number(struct reader *r, enum column c, int32_t max, int32_t *ret)
{
	const char *s = row_value(r, c);
	char *end;
	long v;

	if (*s == '\0')
		return;
	v = strtol(s, &end, 10);
	if (*s < '0' || *s > '9' || *end != '\0' || end - s > 9 || v > max) {
		row_wrong(r, c, "'%.40s' is not a number from 0 to %d", s,
		    (int)max);
		return;
	}
	*ret = (int32_t)v;
}

static bool
currency(struct reader *r, char cur[MONEY_CUR_MAX])
{
	const char *s = row_value(r, COL_CURRENCY);

	if (*s == '\0' && r->o->currency == NULL) {
		row_wrong(r, COL_CURRENCY, "no currency: add the column or "
		    "--currency");
		return false;
	}
	if (*s == '\0')
		s = r->o->currency;
	if (amount_currency(s, cur))
		return true;
	row_wrong(r, COL_CURRENCY, "'%.20s' is not an ISO 4217 currency such "
	    "as CNY or USD", s);
	return false;
}

/* Receipts and credits may lack a number: then what they say stands for it,
 * the same in every file. */
static const char *
made_up(struct reader *r, const struct stage_row *row)
{
	char day[DATE_TEXT_MAX], amount[MONEY_TEXT_MAX];
	struct money m = { .minor = row->amount };

	if (row->kind != ITEM_CREDIT && row->kind != ITEM_UNAPPLIED)
		return "";
	memcpy(m.cur, row->cur, MONEY_CUR_MAX);
	snprintf(r->document, sizeof(r->document), "%s %s %s",
	    item_kind_name((enum item_kind)row->kind),
	    date_format(row->issued != DATE_NONE ? row->issued : row->due,
	    day), money_format(m, amount));
	return r->document;
}

static void
identity(struct reader *r, struct stage_row *row)
{
	row->document = row_value(r, COL_ITEM);
	if (*row->document == '\0' && r->bad == 0)
		row->document = made_up(r, row);
	r->made_up = row->document == r->document;
	/* Where the money is wrong, it may be a credit, which needs none. */
	if (*row->document == '\0' && (r->bad & (ROW_MONEY |
	    COLUMN_BIT(COL_ITEM))) == 0)
		row_wrong(r, COL_ITEM, "no item number");
	if (strlen(row->document) > CODE_MAX)
		row_wrong(r, COL_ITEM, "longer than %d bytes", CODE_MAX);
	number(r, COL_YEAR, 2200, &row->year);
	number(r, COL_LINE, 999999, &row->line);
}

/* 1 when the row is of the company code wanted, 0 when of another. */
static bool
company(struct reader *r)
{
	const char *s = row_value(r, COL_COMPANY);
	const char *want = r->o->company_code;

	if (*s == '\0' || (want != NULL && strcmp(want, s) == 0))
		return true;
	if (want != NULL) {
		r->sum->others++;
		return false;
	}
	if (r->company[0] == '\0')
		snprintf(r->company, sizeof(r->company), "%.60s", s);
	else if (strcmp(r->company, s) != 0)
		row_wrong(r, COL_COMPANY, "'%.40s' here, but '%.40s' before: "
		    "company_code of the source's profile tells which one is "
		    "wanted", s, r->company);
	return true;
}

/* A line of sums in a report. */
static bool
is_total(struct reader *r)
{
	static const char *const words[] = { "total", "subtotal",
		"grand total", "合计", "总计", "小计", "合計", "總計", "小計" };
	const char *s = row_value(r, COL_ACCOUNT);
	char *low;
	size_t i;
	bool found = false;

	if (r->header->at[COL_ITEM] < 0 || *row_value(r, COL_ITEM) != '\0')
		return false;
	if (*s == '\0')
		s = row_field(r, COL_ACCOUNT, 0);
	low = text_lower(r->stage, s);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		found |= text_starts(low, words[i]);
	talloc_free(low);
	return found;
}

static bool
parse(struct reader *r, struct stage_row *row)
{
	bool receipt = *row_value(r, COL_ACCOUNT) == '\0';

	if (!receipt)
		row_account(r, row);
	row->issued = row_day(r, COL_ISSUED);
	row->paid = row_day(r, COL_PAID);
	if (currency(r, row->cur)) {
		row_money(r, row);
		if (!receipt && (r->bad & COLUMN_BIT(COL_ACCOUNT)) == 0)
			row_credit(r, row);
	}
	row_kind(r, row);
	row_due(r, row);
	if (receipt && row->kind != ITEM_UNAPPLIED && (r->bad & (ROW_MONEY |
	    COLUMN_BIT(COL_KIND) | COLUMN_BIT(COL_ACCOUNT))) == 0)
		row_wrong(r, COL_ACCOUNT, "no account");
	identity(r, row);
	row_flags(r, row);
	return r->bad == 0;
}

static struct import_sum *
sum_of(struct reader *r, const char *cur)
{
	struct import_summary *s = r->sum;
	size_t i;

	for (i = 0; i < s->n_sums; i++)
		if (strcmp(s->sums[i].cur, cur) == 0)
			return &s->sums[i];
	if (s->n_sums == STAGE_CURRENCIES_MAX)
		return NULL;
	memcpy(s->sums[s->n_sums].cur, cur, MONEY_CUR_MAX);
	return &s->sums[s->n_sums++];
}

static void
count(struct reader *r, const struct stage_row *row)
{
	struct import_summary *s = r->sum;
	struct import_sum *sum;

	if (row->balance == 0) {
		s->cleared++;
		return;
	}
	s->open++;
	s->disputed += row->disputed == 1;
	if (s->oldest_due == DATE_NONE || row->due < s->oldest_due)
		s->oldest_due = row->due;
	if (s->newest_due == DATE_NONE || row->due > s->newest_due)
		s->newest_due = row->due;
	sum = sum_of(r, row->cur);
	if (sum == NULL) {
		row_wrong(r, COL_CURRENCY, "more than %d currencies",
		    STAGE_CURRENCIES_MAX);
		return;
	}
	sum->items++;
	if (__builtin_add_overflow(sum->open, row->balance, &sum->open) ||
	    __builtin_add_overflow(sum->amount, row->amount, &sum->amount))
		row_wrong(r, COL_AMOUNT, "the sum of all amounts is too large");
}

static void
twice(struct reader *r, const struct stage_row *row,
    const struct stage_row *old)
{
	const char *file = stage_file(r->stage, old->file);

	if (strcmp(old->cur, row->cur) != 0)
		row_wrong(r, COL_ITEM, "%.60s is there already, in %s (%s:%u): "
		    "an item has one currency", row->document, old->cur, file,
		    old->at);
	else
		row_wrong(r, COL_ITEM, "%.60s is there already (%s:%u)",
		    row->document, file, old->at);
}

/* Money of a customer that nobody knows yet. */
static void
receipt(struct reader *r, const struct stage_row *row)
{
	if (row->balance == 0)
		return;
	stage_add_receipt(r->stage, row);
	r->sum->unidentified++;
}

static void
take(struct reader *r)
{
	const struct stage_row *old;
	struct stage_row row;

	memset(&row, 0, sizeof(row));
	r->bad = 0;
	if (r->row->n != r->header->n) {
		mistakes_add(r->p, r->path, r->row->line, NULL, "%zu fields, "
		    "the header has %zu%s", r->row->n, r->header->n,
		    r->row->n < r->header->n ? ": is the line cut off?" :
		    ": is a comma outside quotes?");
		return;
	}
	if (is_total(r)) {
		r->sum->totals++;
		return;
	}
	r->sum->rows++;
	if (!company(r) || !parse(r, &row))
		return;
	row.at = (uint32_t)r->row->line;
	row.file = r->file;
	if (row.issued != DATE_NONE && row.issued > r->o->as_of) {
		r->sum->later++;
		return;
	}
	if (*row_value(r, COL_ACCOUNT) == '\0') {
		receipt(r, &row);
		return;
	}
	while ((old = stage_add(r->stage, &row)) != NULL && r->made_up &&
	    row.line < ALIKE_MAX)
		row.line++;
	if (old != NULL)
		twice(r, &row, old);
	else
		count(r, &row);
}

/* The rows below the header; 1 at the end, -1 after a mistake that ends the
 * file. */
static int
rows(struct reader *r, struct csv *csv, struct err *err)
{
	struct csv_row row;
	size_t n;
	int k;

	r->row = &row;
	for (n = 0; (k = csv_next(csv, &row, err)) == 1; n++) {
		if (stage_rows(r->stage) >= STAGE_ROWS_MAX)
			return err_set(err, ERR_PERM, "%s:%zu: more than %d "
			    "rows in one import", r->path, row.line,
			    STAGE_ROWS_MAX);
		take(r);
		if (r->o->progress != NULL && n % PROGRESS_ROWS == 0)
			r->o->progress(r->path, csv_bytes(csv),
			    csv_size(csv), r->o->progress_arg);
	}
	/* An empty file is rather an export that failed. */
	if (k == 0 && n == 0 && !(r->o->full && r->o->confirm))
		mistakes_add(r->p, r->path, 1, NULL, r->o->full ? "no rows "
		    "below the header; if nothing is open any more, run this "
		    "again with --confirm" : "no rows below the header");
	return k;
}

static int
read_file(struct reader *r, const char *path, struct hash *hash,
    struct err *err)
{
	unsigned char sum[HASH_LEN];
	struct csv_form form = { .encoding = r->o->encoding,
		.delimiter = r->o->delimiter, .knows = header_knows,
		.arg = &r->o->names };
	struct header header;
	struct csv_row row;
	struct csv *csv;
	int k;

	if (csv_open(r->stage, path, &form, &csv, err) < 0)
		return -1;
	r->style = '\0';
	r->company[0] = '\0';
	r->path = strcmp(path, "-") == 0 ? "standard input" : path;
	r->file = stage_add_file(r->stage, r->path);
	k = csv_next(csv, &row, err);
	if (k == 0)
		mistakes_add(r->p, r->path, 0, NULL, "the file is empty");
	if (k == 1 && header_read(r->stage, row.fields, row.n,
	    &r->o->names, r->path, row.line, r->p, &header)) {
		if (r->file == 0)
			r->sum->header = header;
		r->header = &header;
		k = rows(r, csv, err);
		if (r->file == 0) {
			r->sum->form = *csv_form(csv);
			r->sum->decimal = r->o->decimal != '\0' ?
			    r->o->decimal : r->style;
		}
		if (k == 0) {
			csv_hash(csv, sum);
			hash_field(hash, sum, sizeof(sum));
		}
	}
	talloc_free(csv);
	if (k < 0 && err->kind != ERR_PERM)
		return -1;
	if (k < 0)
		mistakes_text(r->p, err->text);
	return 0;
}

int
import_read(struct staging *s, const char *const *paths, size_t n,
    const struct import_options *o, struct mistakes *p,
    struct import_summary *ret_summary, struct err *err)
{
	struct import_summary *sum = mem_new(s, struct import_summary);
	struct reader r = { .stage = s, .o = o, .p = p, .sum = sum };
	unsigned char all[HASH_LEN];
	struct hash *hash = hash_new(s);
	size_t i;

	sum->oldest_due = sum->newest_due = DATE_NONE;
	for (i = 0; i < n; i++)
		if (read_file(&r, paths[i], hash, err) < 0)
			return -1;
	hash_done(hash, all);
	hash_hex(all, sum->hash);
	*ret_summary = *sum;
	return 0;
}
