/* read.c - files into the stage, each row checked. */
#include "import/reader.h"

#include "base/mem.h"
#include "base/text.h"
#include "import/amount.h"
#include "import/csv.h"

#include <stdlib.h>
#include <string.h>

#define PROGRESS_ROWS 8192

void
row_wrong(struct reader *r, enum column c, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	mistakes_add(r->p, r->path, r->row->line, column_name(c), "%s", text);
	r->bad = true;
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

/* The field of a column without white space around it; "" where the file
 * has none or says nothing. */
const char *
row_value(struct reader *r, enum column c)
{
	int at = r->header->at[c];
	char *s, *end, *p;
	size_t n;

	if (at < 0)
		return "";
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

static bool
is_number(struct reader *r, enum column c, int32_t max, int32_t *ret)
{
	const char *s = row_value(r, c);
	char *end;
	long v;

	if (*s == '\0')
		return true;
	v = strtol(s, &end, 10);
	if (*s < '0' || *s > '9' || *end != '\0' || end - s > 9 || v > max) {
		row_wrong(r, c, "'%.40s' is not a number from 0 to %d", s,
		    (int)max);
		return false;
	}
	*ret = (int32_t)v;
	return true;
}

static int32_t
date(struct reader *r, enum column c)
{
	const char *s = row_value(r, c);
	int32_t day = DATE_NONE;
	struct err err;

	if (*s == '\0')
		return DATE_NONE;
	if (date_parse(s, r->o->dates, &day, &err) == 0)
		return day;
	if (r->o->dates == DATE_ISO && strchr(err.text, '(') == NULL)
		row_wrong(r, c, "%s (--dates ymd, dmy or mdy if the file has "
		    "another form)", err.text);
	else
		row_wrong(r, c, "%s", err.text);
	return DATE_NONE;
}

static bool
money(struct reader *r, enum column c, const char *cur, int64_t *ret)
{
	const char *s = row_value(r, c);
	struct money m;
	struct err err;

	if (amount_parse(s, cur, &m, &err) < 0) {
		row_wrong(r, c, "%s", err.text);
		return false;
	}
	*ret = m.minor;
	return true;
}

static bool
currency(struct reader *r, char cur[MONEY_CUR_MAX])
{
	const char *s = row_value(r, COL_CURRENCY);

	if (*s == '\0' && r->bad)
		return false;
	if (*s == '\0' && r->o->currency == NULL) {
		row_wrong(r, COL_CURRENCY, "no currency: add the column or "
		    "--currency");
		return false;
	}
	if (*s == '\0')
		s = r->o->currency;
	if (money_cur_parse(s, cur))
		return true;
	row_wrong(r, COL_CURRENCY, "'%.20s' is not an ISO 4217 currency such "
	    "as CNY or USD", s);
	return false;
}

static void
kind(struct reader *r, struct stage_row *row)
{
	const char *s = row_value(r, COL_KIND);
	enum item_kind k = row->amount < 0 ? ITEM_CREDIT : ITEM_INVOICE;
	bool negative;

	if (*s != '\0' && !item_kind_parse(s, &k)) {
		row_wrong(r, COL_KIND, "'%.40s' is none of %s", s,
		    item_kind_words());
		return;
	}
	row->kind = (uint8_t)k;
	negative = k == ITEM_CREDIT || k == ITEM_UNAPPLIED;
	if (negative && row->amount > 0)
		row_wrong(r, COL_AMOUNT, "the amount of kind %s is negative "
		    "(owed to the customer)", item_kind_name(k));
	else if (!negative && row->amount < 0)
		row_wrong(r, COL_AMOUNT, "the amount of kind %s is positive: "
		    "is this a credit?", item_kind_name(k));
}

static void
flag(struct reader *r, struct stage_row *row)
{
	static const char *const yes[] = { "yes", "y", "true", "1", "是",
		"有", NULL };
	static const char *const no[] = { "no", "n", "false", "0", "否",
		"无", "", NULL };
	const char *s = row_value(r, COL_DISPUTED);
	int i;

	row->disputed = -1;
	if (r->header->at[COL_DISPUTED] < 0)
		return;
	for (i = 0; yes[i] != NULL; i++)
		if (text_eq_nocase(yes[i], s))
			row->disputed = 1;
	for (i = 0; no[i] != NULL; i++)
		if (text_eq_nocase(no[i], s))
			row->disputed = 0;
	if (row->disputed < 0)
		row_wrong(r, COL_DISPUTED, "'%.40s' is neither yes nor no", s);
}

/* The open amount as of the import's date (see import.h). */
static void
balance(struct reader *r, struct stage_row *row)
{
	bool later = row->paid != DATE_NONE && row->paid > r->o->as_of;
	bool given = *row_value(r, COL_BALANCE) != '\0';

	if (later)
		row->paid = DATE_NONE;
	row->balance = row->paid != DATE_NONE ? 0 : row->amount;
	if (!given)
		return;
	if (!money(r, COL_BALANCE, row->cur, &row->balance))
		return;
	if (row->balance == 0 && later)
		row->balance = row->amount;
	if ((row->balance > 0 && row->amount < 0) ||
	    (row->balance < 0 && row->amount > 0))
		row_wrong(r, COL_BALANCE, "the balance has another sign than "
		    "the amount");
	if (row->balance != 0 && row->amount == 0)
		row_wrong(r, COL_BALANCE, "a balance on an amount of nought");
}

static bool
identity(struct reader *r, struct stage_row *row)
{
	row->document = row_value(r, COL_ITEM);
	if (*row->document == '\0') {
		if (!r->bad)
			row_wrong(r, COL_ITEM, "no item number");
		return false;
	}
	if (strlen(row->document) > CODE_MAX) {
		row_wrong(r, COL_ITEM, "longer than %d bytes", CODE_MAX);
		return false;
	}
	return is_number(r, COL_YEAR, 2200, &row->year) &&
	    is_number(r, COL_LINE, 999999, &row->line);
}

static bool
parse(struct reader *r, struct stage_row *row)
{
	bool has_amount;

	row_account(r, row);
	identity(r, row);
	row->issued = date(r, COL_ISSUED);
	row->due = date(r, COL_DUE);
	row->paid = date(r, COL_PAID);
	if (row->due == DATE_NONE && !r->bad)
		row_wrong(r, COL_DUE, "no due date");
	if (!currency(r, row->cur))
		return false;
	if (*row_value(r, COL_AMOUNT) == '\0') {
		row_wrong(r, COL_AMOUNT, "no amount");
		return false;
	}
	has_amount = money(r, COL_AMOUNT, row->cur, &row->amount);
	if (has_amount) {
		kind(r, row);
		balance(r, row);
	}
	flag(r, row);
	return !r->bad;
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

static void
take(struct reader *r)
{
	const struct stage_row *old;
	struct stage_row row;

	memset(&row, 0, sizeof(row));
	r->bad = false;
	r->sum->rows++;
	if (r->row->n != r->header->n) {
		mistakes_add(r->p, r->path, r->row->line, NULL, "%zu fields, "
		    "the header has %zu%s", r->row->n, r->header->n,
		    r->row->n < r->header->n ? ": is the line cut off?" :
		    ": is a comma outside quotes?");
		return;
	}
	if (!parse(r, &row))
		return;
	row.at = (uint32_t)r->row->line;
	row.file = r->file;
	if (row.issued != DATE_NONE && row.issued > r->o->as_of) {
		r->sum->later++;
		return;
	}
	old = stage_add(r->stage, &row);
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
	if (k == 0 && n == 0)
		mistakes_add(r->p, r->path, 1, NULL, "no rows below the "
		    "header");
	return k;
}

static int
read_file(struct reader *r, const char *path, struct hash *hash,
    struct err *err)
{
	unsigned char sum[HASH_LEN];
	struct header header;
	struct csv_row row;
	struct csv *csv;
	int k;

	if (csv_open(r->stage, path, ',', &csv, err) < 0)
		return -1;
	r->path = strcmp(path, "-") == 0 ? "standard input" : path;
	r->file = stage_add_file(r->stage, r->path);
	k = csv_next(csv, &row, err);
	if (k == 0)
		mistakes_add(r->p, r->path, 0, NULL, "the file is empty");
	if (k == 1 && header_read(r->stage, row.fields, row.n, r->path,
	    row.line, r->p, &header)) {
		if (r->file == 0)
			r->sum->header = header;
		r->header = &header;
		k = rows(r, csv, err);
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
