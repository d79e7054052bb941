/* Every kind of event has words in both languages wherever a log is read. */
#include "report/log.h"

#include "unit.h"

#include "base/mem.h"
#include "core/event_words.h"

#include <string.h>

static bool
has_chinese(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s >= 0xe4)
			return true;
	return false;
}

static void
kinds_have_words(void **state)
{
	const char *kind, *en, *zh;
	size_t i;

	for (i = 0; (kind = event_kind_at(i)) != NULL; i++) {
		if (i > 0)
			assert_true(strcmp(event_kind_at(i - 1), kind) < 0);
		en = event_words(kind, "en");
		zh = event_words(kind, "zh-CN");
		if (en == NULL || has_chinese(en) || strcmp(en, kind) == 0 ||
		    zh == NULL || !has_chinese(zh))
			fail_msg("events.def: %s has no words", kind);
	}
	assert_true(i > 60);
	assert_null(event_words("prayed", "en"));
}

static struct log_event
event_of(const char *kind)
{
	struct log_event e = { .company = "main", .account = "C-1", .seq = 1,
		.at = 1795000000, .kind = kind, .actor = "user:lin",
		.salt = "00", .payload = "{\"note\":\"<b>=1+1</b>\"}",
		.payload_hash = "11", .prev = "", .hash = "22" };

	return e;
}

static void
logs_say_them(void **state)
{
	static const char *const languages[] = { "en", "zh-CN" };
	const struct zone *zone = NULL;
	struct text *t = text_new(NULL);
	struct err err;
	struct log_event e;
	const char *kind;
	size_t i, k;

	assert_int_equal(zone_open("Asia/Shanghai", &zone, &err), 0);
	for (i = 0; (kind = event_kind_at(i)) != NULL; i++) {
		e = event_of(kind);
		for (k = 0; k < 2; k++) {
			text_clear(t);
			log_html_row(t, &e, zone, languages[k], NULL, NULL);
			assert_non_null(strstr(text_str(t),
			    event_words(kind, languages[k])));
			assert_non_null(strstr(text_str(t), "&lt;b&gt;"));
			text_clear(t);
			log_csv_row(t, &e, zone);
			assert_non_null(strstr(text_str(t),
			    event_words(kind, languages[k])));
		}
	}
	text_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_have_words),
		cmocka_unit_test(logs_say_them),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
