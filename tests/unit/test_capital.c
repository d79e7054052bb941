#include "base/mem.h"
#include "render/capital.h"
#include "unit.h"

#include <string.h>

static const char *
capital(void *ctx, int64_t minor)
{
	struct money m = money_zero("CNY");
	struct err err;
	char *s;

	m.minor = minor;
	return capital_money(ctx, m, &s, &err) == 0 ? s :
	    mem_str(ctx, err.text);
}

/* RULES F8, and the places where zeros stand. */
static void
writes_the_vectors(void **state)
{
	static const struct {
		int64_t minor;
		const char *s;
	} cases[] = {
		{ 1640902, "人民币壹万陆仟肆佰零玖元零贰分" },
		{ 32504, "人民币叁佰贰拾伍元零肆分" },
		{ 140950, "人民币壹仟肆佰零玖元伍角" },
		{ 10000000, "人民币壹拾万元整" },
		{ 168032, "人民币壹仟陆佰捌拾元叁角贰分" },
		{ 10700053, "人民币壹拾万柒仟元伍角叁分" },
		{ 1, "人民币壹分" },
		{ 10, "人民币壹角" },
		{ 99, "人民币玖角玖分" },
		{ 100, "人民币壹元整" },
		{ 1000, "人民币壹拾元整" },
		{ 1100, "人民币壹拾壹元整" },
		{ 10001, "人民币壹佰元零壹分" },
		{ 100500, "人民币壹仟零伍元整" },
		{ 100050, "人民币壹仟元伍角" },
		{ 1000100, "人民币壹万零壹元整" },
		{ 1001000, "人民币壹万零壹拾元整" },
		{ 100010000, "人民币壹佰万零壹佰元整" },
		{ 1000000000, "人民币壹仟万元整" },
		{ INT64_C(10000000000), "人民币壹亿元整" },
		{ INT64_C(10000000100), "人民币壹亿零壹元整" },
		{ INT64_C(10100000000), "人民币壹亿零壹佰万元整" },
		{ INT64_C(11000000000), "人民币壹亿壹仟万元整" },
		{ INT64_C(100000000000000), "人民币壹万亿元整" },
		{ INT64_C(100000000000001), "人民币壹万亿元零壹分" },
		{ INT64_C(999999999999999), "人民币玖万玖仟玖佰玖拾玖亿"
		    "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分" },
	};
	void *ctx MEM_AUTO = talloc_new(NULL);
	size_t i;

	for (i = 0; i < UNIT_COUNT(cases); i++)
		assert_string_equal(capital(ctx, cases[i].minor), cases[i].s);
}

/* No zero twice, none before a unit; each is what it came from. */
static void
writes_every_size(void **state)
{
	static const char *const never[] = { "零零", "零元", "零万", "零亿",
	    "零仟", "零佰", "零拾", "零角", "零整", "亿万", "兆" };
	int64_t minor = 1, again;
	const char *s;
	size_t i, k;

	for (i = 0; i < 20000; i++) {
		void *ctx MEM_AUTO = talloc_new(NULL);

		s = capital(ctx, minor);
		if (!capital_read(s, &again) || again != minor)
			fail_msg("%lld is written %s", (long long)minor, s);
		for (k = 0; k < UNIT_COUNT(never); k++)
			if (strstr(s, never[k]) != NULL)
				fail_msg("%lld is written %s",
				    (long long)minor, s);
		/* many zeros in some, none in others */
		minor = (minor * 1103515 + 12345) % INT64_C(999999999999);
		if (i % 3 == 0)
			minor = minor / 1000003 * 1000000 + minor % 7;
		if (minor == 0)
			minor = 5;
	}
}

static void
reads_no_others(void **state)
{
	static const char *const bad[] = { "", "人民币", "人民币元整",
	    "壹元整", "人民币壹", "人民币壹元整整", "人民币壹元壹分壹角",
	    "人民币壹拾壹佰元整", "人民币零元整", "人民币壹百元整",
	    "人民币壹元 整", "人民币壹角壹角", "人民币壹元壹" };
	int64_t minor;
	size_t i;

	for (i = 0; i < UNIT_COUNT(bad); i++)
		assert_false(capital_read(bad[i], &minor));
}

static void
refuses_other_money(void **state)
{
	struct money m = { 100, "USD" };
	struct err err;
	char *s;

	assert_int_equal(capital_money(NULL, m, &s, &err), -1);
	assert_int_equal(err.kind, ERR_PERM);
	m = money_zero("CNY");
	assert_int_equal(capital_money(NULL, m, &s, &err), -1);
	m.minor = -5;
	assert_int_equal(capital_money(NULL, m, &s, &err), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_the_vectors),
		cmocka_unit_test(writes_every_size),
		cmocka_unit_test(reads_no_others),
		cmocka_unit_test(refuses_other_money),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
