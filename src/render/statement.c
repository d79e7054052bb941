#include "render/statement.h"

#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "render/view.h"

#include <string.h>

static const struct {
	const char *language, *heads;
} headings[] = {
	{ "en", "Document,Issued,Due,Days late,Currency,Amount,Open" },
	{ "zh-CN", "单据号,开票日期,到期日,逾期天数,币种,金额,未付金额" },
};

static void
cell(struct text *out, const char *s)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	char *clean = view_clean(tmp, s);

	text_addc(out, '"');
	if (strchr("=+-@", clean[0]) != NULL && clean[0] != '\0')
		text_addc(out, '\'');
	for (; *clean != '\0'; clean++) {
		if (*clean == '"')
			text_addc(out, '"');
		text_addc(out, *clean);
	}
	text_addc(out, '"');
}

static void
day(struct text *out, int32_t d)
{
	char s[DATE_TEXT_MAX];

	text_addf(out, ",%s", d == DATE_NONE ? "" : date_format(d, s));
}

static void
row(struct text *out, const char *document, int32_t issued, int32_t due,
    int32_t today, struct money amount, struct money open)
{
	char a[MONEY_TEXT_MAX], o[MONEY_TEXT_MAX];

	cell(out, document);
	day(out, issued);
	day(out, due);
	if (due != DATE_NONE && due < today && open.minor > 0)
		text_addf(out, ",%d", (int)(today - due));
	else
		text_addc(out, ',');
	text_addf(out, ",%s,%s,%s\r\n", open.cur, money_format(amount, a),
	    money_format(open, o));
}

char *
statement_csv(void *owner, const struct facts *f, const struct locale *l,
    int32_t today)
{
	struct text *out = text_new(owner);
	struct money amount, open;
	size_t i;

	text_add(out, "\xef\xbb\xbf");
	for (i = 0; i < sizeof(headings) / sizeof(headings[0]); i++)
		if (strcmp(headings[i].language, locale_tag(l)) == 0)
			text_addf(out, "%s\r\n", headings[i].heads);
	for (i = 0; i < f->n_items; i++) {
		const struct fact_item *it = &f->items[i];

		amount = open = money_zero(it->cur);
		amount.minor = it->amount;
		open.minor = it->open;
		if (it->open != 0)
			row(out, it->document, it->issued, it->due, today,
			    amount, open);
	}
	for (i = 0; i < f->n_unallocated; i++) {
		open = f->unallocated[i];
		open.minor = -open.minor;
		row(out, "", DATE_NONE, DATE_NONE, today, open, open);
	}
	return mem_str(owner, text_str(out));
}

char *
statement_name(void *owner, const struct facts *f, int32_t today)
{
	return statement_file_name(owner, "statement", f, today);
}

char *
statement_file_name(void *owner, const char *what, const struct facts *f,
    int32_t today)
{
	char s[DATE_TEXT_MAX];
	char *name = mem_fmt(owner, "%s-%.40s-%s", what, f->code,
	    date_format(today, s)), *c;

	for (c = name; *c != '\0'; c++)
		if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw"
		    "xyz0123456789-", *c) == NULL)
			*c = '-';
	return name;
}

size_t
statement_items(const struct facts *f, struct plan_item *out)
{
	size_t i, n = 0;

	for (i = 0; i < f->n_items; i++) {
		if (f->items[i].open == 0)
			continue;
		out[n].i = i;
		out[n++].amount = f->items[i].open;
	}
	return n;
}
