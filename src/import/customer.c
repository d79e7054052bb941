/* customer.c - the columns about the customer. */
#include "import/reader.h"

#include "core/address.h"
#include "core/country.h"
#include "core/zone.h"
#include "import/amount.h"

#include <stdio.h>
#include <string.h>

#define NAME_MAX 400
#define MAILS_MAX 10

static bool
mails(struct reader *r, const char *s)
{
	char one[NAME_MAX], norm[ADDRESS_MAX];
	struct err err;
	size_t n, count = 0;

	for (;;) {
		while (*s == ' ' || *s == ';')
			s++;
		if (*s == '\0')
			return true;
		n = strcspn(s, ";");
		if (n >= sizeof(one) || ++count > MAILS_MAX) {
			row_wrong(r, COL_EMAIL, "more than %d mail "
			    "addresses, or one that is too long", MAILS_MAX);
			return false;
		}
		memcpy(one, s, n);
		while (n > 0 && one[n - 1] == ' ')
			n--;
		one[n] = '\0';
		if (address_email(one, norm, &err) < 0) {
			row_wrong(r, COL_EMAIL, "%s", err.text);
			return false;
		}
		s += strcspn(s, ";");
	}
}

static const enum column attr_column[ATTR_COUNT] = {
	[ATTR_NAME] = COL_NAME, [ATTR_EMAIL] = COL_EMAIL,
	[ATTR_PHONE] = COL_PHONE, [ATTR_LANGUAGE] = COL_LANGUAGE,
	[ATTR_COUNTRY] = COL_COUNTRY, [ATTR_ZONE] = COL_ZONE,
	[ATTR_CREDIT] = COL_CREDIT };

/* The value as it is kept, NULL when it is wrong. */
static const char *
attr_check(struct reader *r, enum stage_attr a, const char *s,
    char code[COUNTRY_MAX])
{
	char norm[ADDRESS_MAX];
	const struct zone *z;
	const char *language;
	struct err err;

	switch (a) {
	case ATTR_NAME:
		if (strlen(s) <= NAME_MAX)
			return s;
		row_wrong(r, COL_NAME, "longer than %d bytes", NAME_MAX);
		return NULL;
	case ATTR_EMAIL:
		return mails(r, s) ? s : NULL;
	case ATTR_PHONE:
		if (address_phone(s, norm, &err) == 0)
			return s;
		row_wrong(r, COL_PHONE, "%s", err.text);
		return NULL;
	case ATTR_LANGUAGE:
		if ((language = language_find(s)) == NULL)
			row_wrong(r, COL_LANGUAGE, "'%.40s' is not a "
			    "language that Dunlin writes: en or zh-CN", s);
		return language;
	case ATTR_COUNTRY:
		if (country_parse(s, code))
			return code;
		row_wrong(r, COL_COUNTRY, "'%.40s' is not an ISO 3166 "
		    "country such as CN or US", s);
		return NULL;
	default:
		if (zone_open(s, &z, &err) == 0)
			return s;
		row_wrong(r, COL_ZONE, "%s", err.text);
		return NULL;
	}
}

/* All rows of a customer must say the same about it, or nothing. */
static void
keep(struct reader *r, struct stage_account *acc, enum stage_attr a,
    const char *s)
{
	if (acc->attr[a] == NULL)
		acc->attr[a] = stage_text(r->stage, s);
	else if (strcmp(acc->attr[a], s) != 0)
		row_wrong(r, attr_column[a], "'%.60s' here, but '%.60s' in "
		    "another row of account %.60s (first seen in %s:%u)", s,
		    acc->attr[a], acc->code, stage_file(r->stage, acc->file),
		    acc->line);
}

static void
attr(struct reader *r, struct stage_account *acc, enum stage_attr a)
{
	const char *s = row_value(r, attr_column[a]);
	char code[COUNTRY_MAX];

	if (*s == '\0' || (acc->attr[a] != NULL &&
	    strcmp(acc->attr[a], s) == 0))
		return;
	s = attr_check(r, a, s, code);
	if (s != NULL)
		keep(r, acc, a, s);
}

/* The currency of the limit: that of its column, or that which another row
 * of the customer has given it, or that of the row. */
static bool
credit_currency(struct reader *r, const struct stage_account *acc,
    const char *row_cur, char cur[MONEY_CUR_MAX])
{
	const char *s = row_value(r, COL_CREDIT_CURRENCY);

	if (*s != '\0') {
		if (amount_currency(s, cur))
			return true;
		row_wrong(r, COL_CREDIT_CURRENCY, "'%.20s' is not an ISO "
		    "4217 currency such as CNY or USD", s);
		return false;
	}
	if (acc->attr[ATTR_CREDIT] != NULL && *acc->attr[ATTR_CREDIT] != '\0')
		snprintf(cur, MONEY_CUR_MAX, "%.3s", acc->attr[ATTR_CREDIT]);
	else
		memcpy(cur, row_cur, MONEY_CUR_MAX);
	return true;
}

/* Nought stands for no limit, as ledgers have it. */
void
row_credit(struct reader *r, struct stage_row *row)
{
	const char *s = row_value(r, COL_CREDIT);
	struct stage_account *acc;
	char text[MONEY_CUR_MAX + 1 + MONEY_TEXT_MAX] = "";
	char plain[MONEY_TEXT_MAX];
	struct money m = { .minor = 0 };

	if (*s == '\0')
		return;
	acc = stage_account_at(r->stage, row->account);
	if (!credit_currency(r, acc, row->cur, m.cur) ||
	    !row_amount(r, COL_CREDIT, s, m.cur, &m.minor))
		return;
	if (m.minor < 0) {
		row_wrong(r, COL_CREDIT, "a credit limit below nought");
		return;
	}
	if (m.minor > 0)
		snprintf(text, sizeof(text), "%s %s", m.cur,
		    money_format(m, plain));
	keep(r, acc, ATTR_CREDIT, text);
}

bool
row_account(struct reader *r, struct stage_row *row)
{
	const char *code = row_value(r, COL_ACCOUNT);
	struct stage_account *acc;
	int a;

	if (*code == '\0') {
		if (!r->bad)
			row_wrong(r, COL_ACCOUNT, "no account");
		return false;
	}
	if (strlen(code) > CODE_MAX) {
		row_wrong(r, COL_ACCOUNT, "longer than %d bytes", CODE_MAX);
		return false;
	}
	acc = stage_account(r->stage, code, &row->account);
	if (acc->line == 0) {
		acc->line = (uint32_t)r->row->line;
		acc->file = r->file;
	}
	for (a = 0; a < ATTR_CREDIT; a++)
		attr(r, acc, (enum stage_attr)a);
	return true;
}
