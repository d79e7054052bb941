/* entry.c - what an entry is, when it is due, and what it comes to. */
#include "import/reader.h"

#include "base/text.h"
#include "import/amount.h"
#include "import/day.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_MAX 40

enum entry { BY_SIGN = -1, CREDIT = ITEM_CREDIT, UNAPPLIED = ITEM_UNAPPLIED };

static const struct {
	const char *word;
	enum entry entry;
} entries[] = {
#define ENTRY(word, entry) { word, entry },
#include "import/entry.def"
#undef ENTRY
};

/* ---- days ---- */

int32_t
row_day(struct reader *r, enum column c)
{
	const char *s = row_value(r, c);
	int32_t day = DATE_NONE;
	struct err err;

	if (*s == '\0')
		return DATE_NONE;
	if (day_read(s, r->o->dates, &day, &err) == 0)
		return day;
	if (r->o->dates == DATE_ISO && strchr(err.text, '(') == NULL)
		row_wrong(r, c, "%s (--dates ymd, dmy or mdy if the file has "
		    "another form)", err.text);
	else
		row_wrong(r, c, "%s", err.text);
	return DATE_NONE;
}

/* Whole days; SAP writes them with decimals. */
static bool
days(struct reader *r, enum column c, int32_t *ret_days)
{
	const char *s = row_value(r, c);
	char *end;
	long v;

	if (*s == '\0')
		return false;
	v = strtol(s, &end, 10);
	if (end == s || v < 0 || v > 3650 ||
	    end[strspn(end, ".,0")] != '\0') {
		row_wrong(r, c, "'%.40s' is not a number of days from 0 to "
		    "3650", s);
		return false;
	}
	*ret_days = (int32_t)v;
	return v > 0;
}

static int32_t
from_terms(struct reader *r)
{
	static const enum column terms[] = { COL_TERM3, COL_TERM2,
		COL_TERM1 };
	int32_t base = row_day(r, COL_BASELINE), n = 0;
	size_t i;

	for (i = 0; i < sizeof(terms) / sizeof(terms[0]); i++)
		if (days(r, terms[i], &n))
			break;
	return base == DATE_NONE ? DATE_NONE : base + n;
}

void
row_due(struct reader *r, struct stage_row *row)
{
	const uint64_t from = ROW_MONEY | COLUMN_BIT(COL_DUE) |
	    COLUMN_BIT(COL_ISSUED) | COLUMN_BIT(COL_KIND) |
	    COLUMN_BIT(COL_BASELINE) | COLUMN_BIT(COL_TERM1) |
	    COLUMN_BIT(COL_TERM2) | COLUMN_BIT(COL_TERM3);

	row->due = row_day(r, COL_DUE);
	if (row->due == DATE_NONE && (r->bad & COLUMN_BIT(COL_DUE)) == 0)
		row->due = from_terms(r);
	if (row->due == DATE_NONE && (row->kind == ITEM_CREDIT ||
	    row->kind == ITEM_UNAPPLIED))
		row->due = row->issued;
	if (row->due == DATE_NONE && (r->bad & from) == 0)
		row_wrong(r, COL_DUE, "no due date");
}

/* ---- money ---- */

/* One file writes its decimals one way. */
static void
same_style(struct reader *r, enum column c, const char *s, char style)
{
	if (style == '\0')
		return;
	if (r->style == '\0') {
		r->style = style;
		r->style_line = r->row->line;
	} else if (r->style != style)
		row_wrong(r, c, "'%.40s' has a decimal %s, but line %zu a "
		    "decimal %s: say --decimal point or comma", s,
		    style == ',' ? "comma" : "point", r->style_line,
		    r->style == ',' ? "comma" : "point");
}

bool
row_amount(struct reader *r, enum column c, const char *s, const char *cur,
    int64_t *ret)
{
	struct money m;
	struct err err;
	char style;

	if (amount_read(s, cur, r->o->decimal, &m, &style, &err) < 0) {
		row_wrong(r, c, "%s", err.text);
		return false;
	}
	same_style(r, c, s, style);
	*ret = m.minor;
	return (r->bad & COLUMN_BIT(c)) == 0;
}

/* 1, 0 when the file does not say, -1. */
static int
money(struct reader *r, enum column c, const char *cur, int64_t *ret)
{
	const char *s = row_value(r, c);

	if (*s == '\0')
		return 0;
	return row_amount(r, c, s, cur, ret) ? 1 : -1;
}

/* 1: debit, -1: credit, 0: the file has no such column, or a mistake. */
static int
sign(struct reader *r)
{
	static const char *const debit[] = { "S", "D", "DR", "debit", "借" };
	static const char *const credit[] = { "H", "C", "CR", "credit", "贷" };
	const char *s = row_value(r, COL_SIGN);
	size_t i;

	if (r->header->at[COL_SIGN] < 0)
		return 0;
	for (i = 0; i < sizeof(debit) / sizeof(debit[0]); i++)
		if (text_eq_nocase(s, debit[i]))
			return 1;
		else if (text_eq_nocase(s, credit[i]))
			return -1;
	row_wrong(r, COL_SIGN, "'%.20s' is neither debit (S, D) nor credit "
	    "(H, C)", s);
	return 0;
}

static void
set_sign(int sign, int64_t *v)
{
	if (sign != 0)
		*v = sign * (*v < 0 ? -*v : *v);
}

/* The ageing columns added up; 1, 0 when all are empty, -1. */
static int
buckets(struct reader *r, const char *cur, int64_t *ret)
{
	const struct header *h = r->header;
	int64_t sum = 0, one = 0;
	const char *s;
	size_t i;
	int any = 0;

	for (i = 0; i < h->n_buckets; i++) {
		s = row_field(r, COL_BALANCE, h->buckets[i]);
		if (*s == '\0' || strcmp(s, "-") == 0)
			continue;
		if (!row_amount(r, COL_BALANCE, s, cur, &one))
			return -1;
		if (__builtin_add_overflow(sum, one, &sum)) {
			row_wrong(r, COL_BALANCE, "too large");
			return -1;
		}
		any = 1;
	}
	*ret = sum;
	return any;
}

static void
differ(struct reader *r, const char *cur, const char *what, int64_t sum,
    int64_t stated)
{
	struct money a = { .minor = sum }, b = { .minor = stated };
	char ta[MONEY_TEXT_MAX], tb[MONEY_TEXT_MAX];

	memcpy(a.cur, cur, MONEY_CUR_MAX);
	memcpy(b.cur, cur, MONEY_CUR_MAX);
	row_wrong(r, COL_BALANCE, "%s %s, but the balance says %s", what,
	    money_format(a, ta), money_format(b, tb));
}

/* What the row says is open: 1, 0 when it does not say, -1. */
static int
stated(struct reader *r, const struct stage_row *row, int has_amount,
    int sign, int64_t *ret)
{
	int64_t sum = 0, got = 0, bal = 0;
	int in_buckets = buckets(r, row->cur, &sum);
	int has = money(r, COL_BALANCE, row->cur, &bal);
	int received = money(r, COL_RECEIVED, row->cur, &got);

	if (in_buckets < 0 || has < 0 || received < 0)
		return -1;
	set_sign(sign, &bal);
	set_sign(sign, &sum);
	set_sign(sign, &got);
	if (has && in_buckets && sum != bal)
		differ(r, row->cur, "the ageing columns add up to", sum, bal);
	if (!has && in_buckets) {
		bal = sum;
		has = 1;
	}
	if (received && has_amount) {
		if (has && row->amount - got != bal)
			differ(r, row->cur, "amount less received is",
			    row->amount - got, bal);
		bal = row->amount - got;
		has = 1;
	}
	*ret = bal;
	return (r->bad & ROW_MONEY) != 0 ? -1 : has;
}

/* The open amount as of the import's date (see import.h). */
static void
balance(struct reader *r, struct stage_row *row, bool given)
{
	bool later = row->paid != DATE_NONE && row->paid > r->o->as_of;

	if (later)
		row->paid = DATE_NONE;
	if (!given) {
		row->balance = row->paid != DATE_NONE ? 0 : row->amount;
		return;
	}
	if (row->balance == 0 && later)
		row->balance = row->amount;
	if ((row->balance > 0 && row->amount < 0) ||
	    (row->balance < 0 && row->amount > 0))
		row_wrong(r, COL_BALANCE, "the balance has another sign than "
		    "the amount");
	if (row->balance != 0 && row->amount == 0)
		row_wrong(r, COL_BALANCE, "a balance on an amount of nought");
}

void
row_money(struct reader *r, struct stage_row *row)
{
	int debit = sign(r), has, given;

	has = money(r, COL_AMOUNT, row->cur, &row->amount);
	set_sign(debit, &row->amount);
	given = stated(r, row, has > 0, debit, &row->balance);
	if (has < 0 || given < 0)
		return;
	if (!has && !given) {
		row_wrong(r, COL_AMOUNT, "no amount");
		return;
	}
	row->amount_unknown = !has;
	if (!has)
		row->amount = row->balance;
	balance(r, row, given);
}

/* ---- kind ---- */

/* What a word says: -2 when nothing is known by it. */
static int
entry(const char *s)
{
	char word[64];
	size_t i;

	if (strlen(s) >= sizeof(word))
		return -2;
	header_squeeze(s, word, sizeof(word));
	for (i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
		if (strcmp(entries[i].word, word) == 0)
			return (int)entries[i].entry;
	return -2;
}

/* SAP: DG credit memo, DZ receipt; all else by its sign. */
static enum item_kind
by_type(struct reader *r, const struct stage_row *row)
{
	const char *s = row_value(r, COL_DOCTYPE);

	if (row->amount >= 0)
		return ITEM_INVOICE;
	if (text_eq_nocase(s, "DZ") || *row_value(r, COL_SPECIAL) != '\0')
		return ITEM_UNAPPLIED;
	return ITEM_CREDIT;
}

void
row_kind(struct reader *r, struct stage_row *row)
{
	const char *s = row_value(r, COL_KIND);
	enum item_kind k = by_type(r, row);
	bool negative;
	int e;

	if (*s != '\0' && !item_kind_parse(s, &k)) {
		e = entry(s);
		if (e == -2) {
			row_wrong(r, COL_KIND, "'%.40s' is none of %s", s,
			    item_kind_words());
			return;
		}
		if (e != BY_SIGN)
			k = (enum item_kind)e;
	}
	row->kind = (uint8_t)k;
	if ((r->bad & ROW_MONEY) != 0)
		return;
	negative = k == ITEM_CREDIT || k == ITEM_UNAPPLIED;
	if (negative && row->amount > 0)
		row_wrong(r, COL_AMOUNT, "the amount of kind %s is negative "
		    "(owed to the customer)", item_kind_name(k));
	else if (!negative && row->amount < 0)
		row_wrong(r, COL_AMOUNT, "the amount of kind %s is positive: "
		    "is this a credit?", item_kind_name(k));
}

/* ---- flags ---- */

/* 1, 0, or -1 for anything else. */
static int
yes_no(const char *s)
{
	static const char *const yes[] = { "yes", "y", "true", "1", "是",
		"有", "争议", NULL };
	static const char *const no[] = { "no", "n", "false", "0", "否",
		"无", "", NULL };
	int i;

	for (i = 0; yes[i] != NULL; i++)
		if (text_eq_nocase(yes[i], s))
			return 1;
	for (i = 0; no[i] != NULL; i++)
		if (text_eq_nocase(no[i], s))
			return 0;
	return -1;
}

/* At most n bytes of s, whole characters. */
static const char *
text_cut(const char *s, char *buf, size_t n)
{
	size_t len = strlen(s);

	if (len > n)
		len = n;
	while (len > 0 && ((unsigned char)s[len] & 0xc0) == 0x80)
		len--;
	memcpy(buf, s, len);
	buf[len] = '\0';
	return buf;
}

static void
block(struct reader *r, struct stage_row *row)
{
	const char *s = row_value(r, COL_BLOCK);
	const char *gl = row_value(r, COL_SPECIAL);
	char text[BLOCK_MAX + 32];

	row->blocked = NULL;
	if (r->header->at[COL_BLOCK] < 0 && r->header->at[COL_SPECIAL] < 0)
		return;
	row->blocked = "";
	if (yes_no(s) != 0)
		row->blocked = stage_text(r->stage, text_cut(s, text,
		    BLOCK_MAX));
	else if (*gl != '\0' && row->amount > 0) {
		snprintf(text, sizeof(text), "special G/L %.10s", gl);
		row->blocked = stage_text(r->stage, text);
	}
}

void
row_flags(struct reader *r, struct stage_row *row)
{
	const char *s = row_value(r, COL_DISPUTED);

	block(r, row);
	row->disputed = -1;
	if (r->header->at[COL_DISPUTED] < 0)
		return;
	row->disputed = (int8_t)yes_no(s);
	if (row->disputed < 0)
		row_wrong(r, COL_DISPUTED, "'%.40s' is neither yes nor no", s);
}
