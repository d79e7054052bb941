#include "base/file.h"
#include "base/mem.h"
#include "render/canvas.h"
#include "report/chart.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>

static void
says_it_in_words(void **state)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct chart_ageing c = { .cur = "CNY", .minor = { 123456, 0, 700, -300,
	    100 } };

	assert_string_equal(chart_ageing_text(ctx, &c, "en"),
	    "Open amounts by age, CNY 1,242.56 in all: not due CNY 1,234.56; "
	    "1–30 days CNY 0.00; 31–60 days CNY 7.00; 61–90 days CNY 0.00; "
	    "over 90 days CNY 1.00.");
	assert_string_equal(chart_ageing_text(ctx, &c, "zh-CN"),
	    "未付金额按账龄，合计人民币1,242.56元：未到期人民币1,234.56元；"
	    "逾期1–30天人民币0.00元；逾期31–60天人民币7.00元；"
	    "逾期61–90天人民币0.00元；逾期90天以上人民币1.00元。");
	c.credits = -200050;
	assert_non_null(strstr(chart_ageing_text(ctx, &c, "en"),
	    "CNY -757.94 in all: "));
	assert_non_null(strstr(chart_ageing_text(ctx, &c, "en"),
	    "over 90 days CNY 1.00; credits CNY -2,000.50."));
	assert_non_null(strstr(chart_ageing_text(ctx, &c, "zh-CN"),
	    "元；未核销贷项人民币-2,000.50元。"));
}

/* Of the IHDR of a PNG. */
static unsigned
size_at(const char *png, size_t at)
{
	const unsigned char *p = (const unsigned char *)png + at;

	return (unsigned)p[0] << 24 | (unsigned)p[1] << 16 |
	    (unsigned)p[2] << 8 | p[3];
}

static void
draws_the_same_again(void **state)
{
	static const char *const languages[] = { "en", "zh-CN" };
	void *ctx MEM_AUTO = talloc_new(NULL);
	const char *dir = getenv("CHART_DIR");	/* to look at them */
	struct chart_ageing c = { .cur = "CNY", .minor = {
	    INT64_C(98765432100), 45000000,
	    INT64_C(12345678900), 50, 0 } };
	char *one, *two;
	struct err err;
	size_t n, k, i;

	for (i = 0; i < UNIT_COUNT(languages); i++) {
		assert_int_equal(chart_ageing_png(ctx, &c, languages[i], &one,
		    &n, &err), 0);
		assert_int_equal(chart_ageing_png(ctx, &c, languages[i], &two,
		    &k, &err), 0);
		assert_int_equal(n, k);
		assert_memory_equal(one, two, n);
		assert_memory_equal(one, "\x89PNG\r\n\x1a\n", 8);
		assert_int_equal(size_at(one, 16), 2 * CHART_WIDTH);
		assert_int_equal(size_at(one, 20), 2 * CHART_HEIGHT);
		assert_true(n < 40000);
		if (dir != NULL)
			assert_int_equal(file_write(mem_fmt(ctx, "%s/%s.png",
			    dir, languages[i]), one, n, 0644, &err), 0);
	}
}

static void
draws_nothing_and_very_much(void **state)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct chart_ageing c = { .cur = "JPY" };
	struct err err;
	char *png;
	size_t n;

	assert_int_equal(chart_ageing_png(ctx, &c, "en", &png, &n, &err), 0);
	c.minor[1] = INT64_C(999999999999999);
	assert_int_equal(chart_ageing_png(ctx, &c, "en", &png, &n, &err), 0);
	c.credits = -INT64_C(1234567890);
	assert_int_equal(chart_ageing_png(ctx, &c, "en", &png, &n, &err), 0);
	assert_int_equal(size_at(png, 20), 2 * (CHART_HEIGHT + CHART_CREDITS));
	strcpy(c.cur, "KWD");
	assert_int_equal(chart_ageing_png(ctx, &c, "zh-CN", &png, &n, &err),
	    0);
}

static void
refuses_what_no_font_has(void **state)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct canvas *c = canvas_png(ctx, 10, 10, 1, "en");
	struct canvas_style s = { .size = 10 };
	struct canvas_text *t;
	struct err err;

	assert_true(canvas_has_chinese());
	assert_int_equal(canvas_text(c, "a\xf3\xb0\x80\x80", &s, &t, &err),
	    -1);
	assert_int_equal(err.kind, ERR_CONFIG);
	assert_int_equal(canvas_text(c, "<b>a", &s, &t, &err), -1);
	assert_int_equal(err.kind, ERR_CONFIG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_it_in_words),
		cmocka_unit_test(draws_the_same_again),
		cmocka_unit_test(draws_nothing_and_very_much),
		cmocka_unit_test(refuses_what_no_font_has),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
