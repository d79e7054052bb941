/* The words of a ledger: header names, amounts, addresses, countries. */
#include "base/mem.h"
#include "base/text.h"
#include "core/address.h"
#include "core/country.h"
#include "core/zone.h"
#include "import/amount.h"
#include "import/header.h"

#include <string.h>

#include "unit.h"

static void
finds_columns(void **state)
{
	static const struct {
		const char *name;
		int column;	/* -1: not understood */
	} cases[] = {
		{ "account", COL_ACCOUNT }, { "customerID", COL_ACCOUNT },
		{ "Customer ID", COL_ACCOUNT }, { "item", COL_ITEM },
		{ "invoiceNumber", COL_ITEM }, { "Invoice No.", COL_ITEM },
		{ "InvoiceDate", COL_ISSUED }, { "DueDate", COL_DUE },
		{ "due_date", COL_DUE }, { "InvoiceAmount", COL_AMOUNT },
		{ "SettledDate", COL_PAID }, { "Disputed", COL_DISPUTED },
		{ "E-Mail", COL_EMAIL }, { "到期日", COL_DUE },
		{ "客户编码", COL_ACCOUNT }, { "countryCode", -1 },
		{ "PaperlessBill", -1 }, { "DaysLate", -1 }, { "", -1 },
	};
	enum column c;
	size_t i;

	for (i = 0; i < UNIT_COUNT(cases); i++) {
		assert_int_equal(header_find(cases[i].name, &c),
		    cases[i].column >= 0);
		if (cases[i].column >= 0)
			assert_int_equal(c, cases[i].column);
	}
}

/* Every alias is written the way in which names are compared, once. */
static void
aliases_are_squeezed(void **state)
{
	static const char *const words[] = {
#define COLUMN(NAME, word, required) word,
#define ALIAS(NAME, word) word,
#define EITHER(NAME, OTHER, word) word,
#define BUCKET(word)
#include "import/header.def"
#undef COLUMN
#undef ALIAS
#undef EITHER
#undef BUCKET
	};
	enum column c;
	size_t i, j;

	for (i = 0; i < UNIT_COUNT(words); i++) {
		assert_null(strpbrk(words[i], " _-./#ABCDEFGHIJKLMNOPQRSTUV"));
		assert_true(header_find(words[i], &c));
		for (j = 0; j < i; j++)
			assert_string_not_equal(words[i], words[j]);
	}
}

static bool
read_header(void *tmp, const char *const *names, size_t n,
    struct mistakes *p, struct header *h)
{
	return header_read(tmp, (char *const *)names, n, NULL, "f.csv", 1, p,
	    h);
}

static void
reads_headers(void **state)
{
	const char *good[] = { "Account ", "amount", "extra", "item", "due" };
	const char *common[] = { "customer", "customer id", "num", "date",
		"invoice", "due", "amount", "total", "balance" };
	const char *bad[] = { "account", "customerID", "item", "DueDate",
		"due" };
	void *tmp = talloc_new(NULL);
	struct mistakes *p = mistakes_new(tmp);
	struct header h;

	assert_true(read_header(tmp, good, 5, p, &h));
	assert_int_equal(p->total, 0);
	assert_int_equal(h.at[COL_ACCOUNT], 0);
	assert_int_equal(h.at[COL_DUE], 4);
	assert_int_equal(h.at[COL_BALANCE], -1);
	assert_int_equal(h.n_ignored, 1);
	assert_string_equal(h.ignored[0], "extra");

	/* Words that many ledgers have give way. */
	assert_true(read_header(tmp, common, 9, p, &h));
	assert_int_equal(p->total, 0);
	assert_int_equal(h.at[COL_ACCOUNT], 1);
	assert_int_equal(h.at[COL_NAME], 0);
	assert_int_equal(h.at[COL_ITEM], 4);
	assert_int_equal(h.at[COL_ISSUED], 3);
	assert_int_equal(h.at[COL_AMOUNT], 6);
	assert_int_equal(h.at[COL_BALANCE], 8);
	assert_int_equal(h.n_ignored, 2);	/* num, total */

	assert_false(read_header(tmp, bad, 5, p, &h));
	assert_int_equal(p->total, 3);
	assert_string_equal(p->lines[0], "f.csv:1: account: columns 1 "
	    "('account') and 2 ('customerID') mean the same: keep one");
	assert_string_equal(p->lines[1], "f.csv:1: due: columns 4 "
	    "('DueDate') and 5 ('due') mean the same: keep one");
	assert_string_equal(p->lines[2], "f.csv:1: amount: this column is "
	    "required and not in the header");

	talloc_free(tmp);
}

static void
reads_amounts(void **state)
{
	static const struct {
		const char *text, *cur;
		int64_t minor;
		bool ok;
	} cases[] = {
		{ "1234.56", "CNY", 123456, true },
		{ "1,234.56", "USD", 123456, true },
		{ "-1,234.56", "USD", -123456, true },
		{ "12,345,678.90", "USD", 1234567890, true },
		{ "1,234,567", "USD", 123456700, true },
		{ "1,234", "JPY", 1234, true },
		{ "999,999.00", "USD", 99999900, true },
		{ "1,234", "USD", 0, false },	/* or 1.234? */
		{ "1,234", "KWD", 0, false },
		{ "12,34", "USD", 0, false },
		{ "1234,567.00", "USD", 0, false },
		{ ",123.00", "USD", 0, false }, { "1,23.00", "USD", 0, false },
		{ "1,234.56,7", "USD", 0, false },
		{ "1.234,56", "EUR", 0, false },
		{ "1,,234.00", "USD", 0, false }, { "1,234,", "USD", 0, false },
		{ "1e400", "USD", 0, false }, { "NaN", "USD", 0, false },
		{ "inf", "USD", 0, false }, { "(5.00)", "USD", 0, false },
		{ "0x10", "USD", 0, false }, { "$5", "USD", 0, false },
		{ "", "USD", 0, false },
		{ "9,999,999,999,999.99", "USD", INT64_C(999999999999999),
		    true },
		{ "99,999,999,999,999.99", "USD", 0, false },
	};
	struct money m;
	struct err err;
	size_t i;

	for (i = 0; i < UNIT_COUNT(cases); i++) {
		assert_int_equal(amount_parse(cases[i].text, cases[i].cur,
		    &m, &err), cases[i].ok ? 0 : -1);
		if (cases[i].ok)
			assert_int_equal(m.minor, cases[i].minor);
	}
	amount_parse("1,234", "USD", &m, &err);
	assert_string_equal(err.text, "'1,234' can be read in two ways: "
	    "write 1234 or 1,234.00");
	amount_parse("1,234", "KWD", &m, &err);
	assert_string_equal(err.text, "'1,234' can be read in two ways: "
	    "write 1234 or 1,234.000");
}

static void
checks_addresses(void **state)
{
	static const struct {
		const char *text, *norm;	/* NULL: refused */
	} mails[] = {
		{ "A.B@Example.COM", "a.b@example.com" },
		{ "a+b@x.example.test", "a+b@x.example.test" },
		{ "财务@例子.test", "财务@例子.test" },
		{ "a@b", NULL }, { "a@", NULL }, { "@b.c", NULL },
		{ "a b@c.d", NULL }, { "a@b..c", NULL }, { ".a@b.c", NULL },
		{ "a..b@c.d", NULL }, { "a.@c.d", NULL }, { "a@-b.c", NULL },
		{ "a\r\nBcc: x@y.z", NULL }, { "a@b.c\n", NULL },
		{ "\"a b\"@c.d", NULL }, { "a,b@c.d", NULL },
		{ "<a@b.c>", NULL }, { "a@b.c.", NULL }, { "", NULL },
	}, phones[] = {
		{ "+44 20 7946 0018", "+442079460018" },
		{ "(212) 555-0142", "2125550142" },
		{ "+1.212.555.0142", "+12125550142" },
		{ "12", NULL }, { "call me", NULL }, { "", NULL },
		{ "1234567890123456", NULL }, { "++1234567", NULL },
	};
	char norm[ADDRESS_MAX], text[400];
	struct err err;
	size_t i;

	for (i = 0; i < UNIT_COUNT(mails); i++) {
		assert_int_equal(address_email(mails[i].text, norm, &err),
		    mails[i].norm != NULL ? 0 : -1);
		if (mails[i].norm != NULL)
			assert_string_equal(norm, mails[i].norm);
	}
	for (i = 0; i < UNIT_COUNT(phones); i++) {
		assert_int_equal(address_phone(phones[i].text, norm, &err),
		    phones[i].norm != NULL ? 0 : -1);
		if (phones[i].norm != NULL)
			assert_string_equal(norm, phones[i].norm);
	}
	memset(text, 'a', sizeof(text));
	memcpy(text + 65, "@b.test", 8);
	assert_int_equal(address_email(text, norm, &err), -1);
	assert_int_equal(address_email(text + 1, norm, &err), 0);
}

static void
knows_countries(void **state)
{
	static const struct {
		const char *code, *zone;
	} all[] = {
#define COUNTRY(code, zone) { #code, zone },
#include "core/countries.def"
#undef COUNTRY
	};
	const struct zone *z;
	char code[COUNTRY_MAX];
	struct err err;
	size_t i;

	for (i = 0; i < UNIT_COUNT(all); i++) {
		assert_true(country_parse(all[i].code, code));
		assert_int_equal(zone_open(all[i].zone, &z, &err), 0);
	}
	assert_true(country_parse("us", code));
	assert_string_equal(code, "US");
	assert_null(country_zone("US"));
	assert_string_equal(country_zone("CN"), "Asia/Shanghai");
	assert_false(country_parse("391", code));
	assert_false(country_parse("XX", code));
	assert_false(country_parse("U", code));
	assert_false(country_parse("USA", code));
	assert_false(country_parse("", code));
}

static void
knows_languages(void **state)
{
	assert_string_equal(language_find("zh"), "zh-CN");
	assert_string_equal(language_find("zh_CN"), "zh-CN");
	assert_string_equal(language_find("ZH-Hans-CN"), "zh-CN");
	assert_string_equal(language_find("中文"), "zh-CN");
	assert_string_equal(language_find("en-GB"), "en");
	assert_string_equal(language_find("English"), "en");
	assert_null(language_find("fr"));
	assert_null(language_find(""));
	assert_null(language_find("-"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_columns),
		cmocka_unit_test(aliases_are_squeezed),
		cmocka_unit_test(reads_headers),
		cmocka_unit_test(reads_amounts),
		cmocka_unit_test(checks_addresses),
		cmocka_unit_test(knows_countries),
		cmocka_unit_test(knows_languages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
