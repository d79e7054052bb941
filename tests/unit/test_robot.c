/* Texts for group robots: cutting, addresses, what is hidden. */
#include "unit.h"

#include "base/mem.h"
#include "base/text.h"
#include "sms/gateway.h"
#include "sms/robot.h"

#include <string.h>

static void
test_cut(void **state)
{
	MEM_AUTO void *p = talloc_new(NULL);
	static const char text[] = "one\ntwo\n\nthree\nfour\nfive\nsix\nseven\n"
	    "eight\nnine\nten\n";
	struct text *t = text_new(p);
	size_t limit;
	char *s;
	int i;

	assert_string_equal(robot_cut(p, text, strlen(text), "en"), text);
	assert_string_equal(robot_cut(p, text, 40, "en"),
	    "one\ntwo\n\nthree\n…and 7 more lines");
	assert_string_equal(robot_cut(p, text, 34, "zh-CN"),
	    "one\ntwo\n\nthree\n……另有7行");
	assert_string_equal(robot_cut(p, text, strlen(text) - 1, "en"),
	    "one\ntwo\n\nthree\nfour\nfive\n…and 5 more lines");
	for (i = 0; i < 300; i++)
		text_addf(t, "%s%d\n", i % 7 == 0 ? "\n" : "行", i);
	for (limit = 200; limit < text_len(t); limit++) {
		s = robot_cut(p, text_str(t), limit, "zh-CN");
		assert_true(strlen(s) <= limit);
		assert_true(text_is_utf8(s, strlen(s)));
		talloc_free(s);
	}
}

/* One line that is longer than all: between its characters. */
static void
test_cut_line(void **state)
{
	MEM_AUTO void *p = talloc_new(NULL);
	struct text *t = text_new(p);
	size_t limit;
	char *s;
	int i;

	for (i = 0; i < 400; i++)
		text_add(t, "款");
	for (limit = 200; limit < 260; limit++) {
		s = robot_cut(p, text_str(t), limit, "en");
		assert_true(strlen(s) <= limit && strlen(s) > limit - 30);
		assert_true(text_is_utf8(s, strlen(s)));
		assert_non_null(strstr(s, "款\n…and 1 more line"));
	}
}

static void
test_url(void **state)
{
	static const char *const good[] = { "https://a.example/x?key=y",
		"https://a.example:8443/", "http://127.0.0.1:80/x",
		"http://localhost/x", "http://[::1]:8/x" };
	static const char *const bad[] = { "", "x", "http://a.example/x",
		"http://127.evil.example.com@a.example/", "https://",
		"https:///x", "https://a.example/ x", "https://a.example/\x01",
		"ftp://a.example/x", "http://localhost.example.com/x",
		"https://u@a.example/x", "https://a.example/\xc3\xa9" };
	struct err err;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(robot_url(good[i], &err), 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(robot_url(bad[i], &err), -1);
		assert_true(bad[i][0] == '\0' || strlen(bad[i]) < 9 ||
		    strstr(err.text, bad[i]) == NULL);
	}
}

static void
test_hide(void **state)
{
	static const char url[] =
	    "https://q.example/cgi-bin/webhook/send?key=693a91f6-7aoc-4bc4";
	static const char slack[] =
	    "https://s.example/services/T00/B00/XyXyXyXyXyXyXyXy12345678";

	assert_non_null(robot_hide("invalid webhook url", url, NULL));
	assert_null(robot_hide("no key 693a91f6-7aoc-4bc4", url, NULL));
	assert_null(robot_hide("...f6-7aoc-4b...", url, NULL));
	assert_null(robot_hide("/services/T00/B00/XyXyXyXyXyXyXyXy12345678",
	    slack, NULL));
	assert_non_null(robot_hide("/services was not found", slack, NULL));
	assert_null(robot_hide("sign SEC0123456789", url, "SEC0123456789"));
	assert_non_null(robot_hide("sign", url, "SEC0123456789"));
}

/* The built-in ones are robots, the others are not. */
static void
test_built_in(void **state)
{
	static const char *const names[] = { "wecom", "dingtalk", "slack",
		"kannel", "twilio", "aliyun", "tencent", "vonage" };
	MEM_AUTO void *p = talloc_new(NULL);
	struct gateway *g;
	struct err err;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(gateway_load(p, NULL, names[i], &g, NULL,
		    &err), 0);
		assert_int_equal(gateway_limit(g) > 0, i < 3);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_cut_line),
		cmocka_unit_test(test_url),
		cmocka_unit_test(test_hide),
		cmocka_unit_test(test_built_in),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
