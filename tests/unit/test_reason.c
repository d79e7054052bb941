#include "escalate/reason.h"

#include "policy/workhours.h"
#include "unit.h"

#include "base/text.h"

#include <string.h>

/* DOMAIN §6, each in the words of the table. */
static const char *const domain[] = { "broken-promises", "dispute",
	"refusal", "angry", "abusive", "legal", "vulnerable", "unclear",
	"foreign-sender", "no-contact", "large-amount", "key-account",
	"silence", "approval", "promise-beyond-limit", "plan-beyond-limit",
	"bank-change", "credit-limit", "limitation", "bounced",
	"delivery-failed", "uncertain-delivery" };

static void
domain_is_covered(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(domain) / sizeof(domain[0]); i++)
		if (reason_find(domain[i]) == NULL)
			fail_msg("no reason %s", domain[i]);
	assert_null(reason_find("weather"));
	assert_null(reason_find(NULL));
}

static void
rows_are_whole(void **state)
{
	const struct reason *r, *other;
	size_t i, k;

	(void)state;
	for (i = 0; i < reason_count(); i++) {
		r = reason_get(i);
		assert_in_range(r->severity, 1, 3);
		assert_in_range(r->hours, 1, 80);
		assert_true(text_is_utf8(r->zh, strlen(r->zh)));
		/* Chinese, and not the English one again. */
		assert_true((unsigned char)r->zh[0] >= 0x80);
		assert_true((unsigned char)r->en[0] < 0x80);
		assert_ptr_equal(reason_find(r->word), r);
		/* What cannot wait is due the same day. */
		if (r->severity == SEVERITY_AT_ONCE)
			assert_true(r->hours < WORKHOURS_DAY);
		/* Tasks are stored with the English text. */
		for (k = 0; k < i; k++) {
			other = reason_get(k);
			if (strcmp(other->en, r->en) == 0)
				fail_msg("%s, %s: one text", r->word,
				    other->word);
		}
		assert_string_equal(reason_title(r->en, "zh-CN"), r->zh);
		assert_string_equal(reason_title(r->en, "en"), r->en);
	}
	assert_string_equal(reason_title("Call Bo", "zh-CN"), "Call Bo");
	assert_null(reason_title(NULL, "zh-CN"));
}

static void
said_in_both_languages(void **state)
{
	int m;

	(void)state;
	for (m = 0; m < MEANWHILE_COUNT; m++)
		assert_string_not_equal(meanwhile_text((enum meanwhile)m,
		    "en"), meanwhile_text((enum meanwhile)m, "zh-CN"));
	assert_string_equal(severity_text(3, "en"), "at once");
	assert_string_equal(severity_text(3, "zh-CN"), "立即");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(domain_is_covered),
		cmocka_unit_test(rows_are_whole),
		cmocka_unit_test(said_in_both_languages),
	};

	return cmocka_run_group_tests_name("reason", tests, NULL, NULL);
}
