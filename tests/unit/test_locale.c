#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "render/locale.h"
#include "render/wrap.h"
#include "unit.h"

#include <string.h>

static void
writes_money(void **state)
{
	static const struct {
		int64_t minor;
		const char *cur, *en, *zh;
	} cases[] = {
		{ 123456, "CNY", "CNY 1,234.56", "人民币1,234.56元" },
		{ 123456, "USD", "USD 1,234.56", "1,234.56美元" },
		{ 123456, "EUR", "EUR 1,234.56", "1,234.56欧元" },
		{ 123456, "GBP", "GBP 1,234.56", "1,234.56英镑" },
		{ 123456, "HKD", "HKD 1,234.56", "1,234.56港元" },
		{ 1234567, "JPY", "JPY 1,234,567", "1,234,567日元" },
		{ 1234567, "KWD", "KWD 1,234.567", "1,234.567科威特第纳尔" },
		{ 0, "USD", "USD 0.00", "0.00美元" },
		{ 5, "USD", "USD 0.05", "0.05美元" },
		{ 99999, "CNY", "CNY 999.99", "人民币999.99元" },
		{ 100000, "CNY", "CNY 1,000.00", "人民币1,000.00元" },
		{ 100000000, "CNY", "CNY 1,000,000.00",
		    "人民币1,000,000.00元" },
		{ -123456, "USD", "USD -1,234.56", "-1,234.56美元" },
		{ INT64_C(999999999999999), "USD", "USD 9,999,999,999,999.99",
		    "9,999,999,999,999.99美元" },
	};
	void *ctx MEM_AUTO = talloc_new(NULL);
	size_t i;

	for (i = 0; i < UNIT_COUNT(cases); i++) {
		struct money m = money_zero(cases[i].cur);

		m.minor = cases[i].minor;
		assert_string_equal(locale_money(ctx, locale_find("en"), m),
		    cases[i].en);
		assert_string_equal(locale_money(ctx, locale_find("zh-CN"),
		    m), cases[i].zh);
	}
}

static void
writes_dates_and_lists(void **state)
{
	const struct locale *en = locale_find("en");
	const struct locale *zh = locale_find("zh-CN");
	static const char *const abc[] = { "a", "b", "c" };
	void *ctx MEM_AUTO = talloc_new(NULL);

	assert_string_equal(locale_date(ctx, en, date_make(2026, 11, 21)),
	    "21 November 2026");
	assert_string_equal(locale_date(ctx, zh, date_make(2026, 11, 21)),
	    "2026年11月21日");
	assert_string_equal(locale_date(ctx, en, date_make(2026, 1, 2)),
	    "2 January 2026");
	assert_string_equal(locale_date(ctx, zh, date_make(2026, 1, 2)),
	    "2026年1月2日");
	assert_string_equal(locale_join(ctx, en, abc, 3), "a, b and c");
	assert_string_equal(locale_join(ctx, en, abc, 2), "a and b");
	assert_string_equal(locale_join(ctx, zh, abc, 3), "a、b和c");
	assert_string_equal(locale_join(ctx, zh, abc, 1), "a");
	assert_string_equal(locale_join(ctx, zh, abc, 0), "");
}

static void
chooses_a_language(void **state)
{
	static const struct {
		const char *wish, *tag;
	} cases[] = {
		{ "zh-CN", "zh-CN" }, { "zh", "zh-CN" }, { "zh-TW", "zh-CN" },
		{ "zh_CN.UTF-8", "zh-CN" }, { "ZH-Hans", "zh-CN" },
		{ "en", "en" }, { "en-GB", "en" }, { "de", "en" },
		{ "zhx", "en" }, { "", "en" }, { NULL, "en" },
	};
	size_t i;

	for (i = 0; i < UNIT_COUNT(cases); i++)
		assert_string_equal(locale_tag(locale_for(cases[i].wish)),
		    cases[i].tag);
	assert_null(locale_find("zh"));
}

static void
wraps(void **state)
{
	static const struct {
		const char *text, *out;
		int columns;
	} cases[] = {
		{ "", "", 20 }, { "\n\n", "", 20 }, { "a", "a\n", 20 },
		{ "\n\na \n\n\n\nb\t\n\n", "a\n\nb\n", 20 },
		{ "one two three", "one two\nthree\n", 8 },
		{ "one two", "one two\n", 7 },
		{ "abcdefghijkl mn", "abcdefghijkl\nmn\n", 5 },
		{ "  one two three", "  one\n  two\n  three\n", 7 },
		{ "- one two three", "- one\n  two\n  three\n", 7 },
		{ "应收账款额", "应收\n账款\n额\n", 5 },
		{ "金额人民币5元", "金额\n人民币5元\n", 5 },
		/* no line starts with a closing mark */
		{ "金额应收，款", "金额应\n收，款\n", 8 },
		{ "金额（应收", "金额\n（应\n收\n", 5 },
		/* a number keeps its unit */
		{ "付款日2026年11月1日", "付款\n日2026年11月1日\n", 6 },
		{ "a\r\nb", "a\nb\n", 20 },
	};
	void *ctx MEM_AUTO = talloc_new(NULL);
	size_t i;

	for (i = 0; i < UNIT_COUNT(cases); i++)
		assert_string_equal(wrap_text(ctx, cases[i].text,
		    cases[i].columns), cases[i].out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_money),
		cmocka_unit_test(writes_dates_and_lists),
		cmocka_unit_test(chooses_a_language),
		cmocka_unit_test(wraps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
