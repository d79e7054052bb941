#include "base/clock.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/kinds.h"
#include "unit.h"

#include <string.h>

static void
clock_round_trips(void **state)
{
	char buf[CLOCK_TEXT_MAX];
	int64_t t;

	assert_int_equal(clock_parse("2026-11-21T09:00:00+08:00", &t, NULL), 0);
	assert_string_equal(clock_format(t, buf), "2026-11-21T01:00:00Z");
	assert_int_equal(clock_parse("2026-11-21", &t, NULL), -1);
	assert_int_equal(clock_parse("2026-13-21T09:00:00Z", &t, NULL), -1);
	assert_int_equal(clock_parse("2026-11-21T09:00:00Zx", &t, NULL), -1);
}

static void
text_is_utf8_strictly(void **state)
{
	assert_true(text_is_utf8("下周五付", strlen("下周五付")));
	assert_false(text_is_utf8("\xc0\x80", 2));
	assert_false(text_is_utf8("\xed\xa0\x80", 3));
	assert_false(text_is_utf8("\xf4\x90\x80\x80", 4));
	assert_false(text_is_utf8("\xe4\xb8", 2));
	assert_int_equal(text_width("下周ab"), 6);
}

static void
text_quotes_json(void **state)
{
	struct text *t = text_new(NULL);

	text_add_json(t, "a\"b\\c\n\x1f 金额/");
	assert_string_equal(text_str(t),
	    "\"a\\\"b\\\\c\\u000a\\u001f 金额/\"");
	text_clear(t);
	text_add_json(t, "");
	assert_string_equal(text_str(t), "\"\"");
	text_free(t);
	(void)state;
}

static void
text_trims_and_fits(void **state)
{
	void *ctx MEM_AUTO = talloc_new(NULL);

	assert_string_equal(text_trim(ctx, " \t　金额\xc2\xa0 "), "金额");
	assert_string_equal(text_trim(ctx, "   "), "");
	assert_string_equal(text_fit(ctx, "下周五付", 5), "下周…");
	assert_string_equal(text_fit(ctx, "ab", 4), "ab  ");
}

static void
tokens_differ_and_seeds_repeat(void **state)
{
	char a[ID_TOKEN_MAX], b[ID_TOKEN_MAX];

	id_token(a);
	id_token(b);
	assert_string_not_equal(a, b);
	assert_int_equal(strspn(a, "abcdefghijklmnopqrstuvwxyz234567"),
	    ID_TOKEN_LEN);
	id_seed("x");
	id_token(a);
	id_seed("x");
	id_token(b);
	assert_string_equal(a, b);
	id_seed(NULL);
}

static void
hash_fields_do_not_run_together(void **state)
{
	unsigned char a[HASH_LEN], b[HASH_LEN];
	char hex[HASH_HEX_MAX];
	struct hash *h = hash_new(NULL);

	hash_text(h, "ab");
	hash_text(h, "c");
	hash_done(h, a);
	h = hash_new(NULL);
	hash_text(h, "a");
	hash_text(h, "bc");
	hash_done(h, b);
	assert_memory_not_equal(a, b, HASH_LEN);
	hash_bytes("abc", 3, a);
	assert_string_equal(hash_hex(a, hex), "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
}

static void
kinds_have_words(void **state)
{
	enum stage s;

	assert_true(stage_parse("M3", &s));
	assert_int_equal(s, STAGE_M3);
	assert_false(stage_parse("M5", &s));
	assert_string_equal(tier_words(), "standard, prime, risk");
	assert_string_equal(kinds_sql("party_kind"),
	    "'organisation', 'person'");
	assert_null(kinds_sql("nothing"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clock_round_trips),
		cmocka_unit_test(text_is_utf8_strictly),
		cmocka_unit_test(text_quotes_json),
		cmocka_unit_test(text_trims_and_fits),
		cmocka_unit_test(tokens_differ_and_seeds_repeat),
		cmocka_unit_test(hash_fields_do_not_run_together),
		cmocka_unit_test(kinds_have_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
