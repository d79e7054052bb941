/* SMS from facts: every template in both languages against
 * tests/golden/sms/texts.txt (UPDATE_GOLDEN=1 writes it anew), and the rules of
 * routes. */
#include "render_fixture.h"
#include "unit.h"

#include "base/file.h"
#include "base/text.h"
#include "sms/compose.h"
#include "sms/rules.h"

#include <stdlib.h>

static void *pool;
static struct templates *templates;
static struct gateway *kannel, *aliyun;
static int32_t today;
static struct talk_day days[2];
static struct talk talk;

static struct config_sms own = { .name = "own", .gateway = "kannel",
	.replies = true, .parts = 3 };
static struct config_sms_template approved = { .name = "m1-first",
	.language = "zh-CN", .id = "SMS_100", .text = "您好，客户编号"
	"{{customer.number}}的账单金额为{{total}}，详情请见邮件。" };
static struct config_value approved_params[] = {
	{ "number", "{{customer.number}}" }, { "total", "{{total}}" } };
static struct config_sms cloud = { .name = "cloud", .gateway = "aliyun",
	.replies = true, .parts = 3, .sign = "苍鹭泵业",
	.templates = &approved, .n_templates = 1 };

static int
setup(void **state)
{
	static const char *const names[] = { "kannel", "aliyun" };
	struct gateway **to[] = { &kannel, &aliyun };
	struct err err;
	size_t i;

	pool = talloc_new(NULL);
	approved.params = approved_params;
	approved.n_params = 2;
	if (templates_load(pool, NULL, &templates, NULL, &err) < 0)
		fail_msg("%s", err.text);
	for (i = 0; i < 2; i++)
		if (gateway_load(pool, NULL, names[i], to[i], NULL,
		    &err) < 0)
			fail_msg("%s", err.text);
	assert_true(date_parse("2026-11-20", DATE_ISO, &today, NULL) == 0);
	return 0;
}

static int
teardown(void **state)
{
	talloc_free(pool);
	return 0;
}

static struct fixture *
customer(const char *language, int late, bool several)
{
	struct fixture *f = fixture_new(pool, language);
	const char *cur = f->facts.country[0] == 'C' ? "CNY" : "USD";

	fixture_item(f, "INV-2041", today - late - 30, today - late, 1234567,
	    999900, cur);
	if (several)
		fixture_item(f, "INV-2077", today - 40, today - late + 9,
		    50000, 50000, cur);
	f->contact.kind = ADDRESS_PHONE;
	f->contact.address = f->facts.country[0] == 'C' ? "13800138000" :
	    "(415) 555-0132";
	memset(&talk, 0, sizeof(talk));
	memset(days, 0, sizeof(days));
	days[0].day = today + 7;
	days[1].day = today + 37;
	days[0].amount = days[1].amount = money_zero(cur);
	days[0].amount.minor = days[1].amount.minor = 500000;
	talk.days = days;
	talk.n_days = 1;
	talk.latest = today + 30;
	talk.by = today + 7;
	talk.document = "INV-2041";
	talk.outcome = DISPUTE_IS_REJECTED;
	talk.reference = "TRX-99871";
	f->promise.day = today + 1;
	f->promise.amount = days[0].amount;
	f->payment.day = today - 1;
	f->payment.amount = days[0].amount;
	return f;
}

static const struct {
	const char *template;
	enum class class;
	int late;
} all[] = {
	{ "m0-notice", CLASS_REMINDER, -5 }, { "m0-due", CLASS_REMINDER, 0 },
	{ "m1-first", CLASS_REMINDER, 4 }, { "m1-second", CLASS_REMINDER, 15 },
	{ "m1-again", CLASS_REMINDER, 24 }, { "m2-first", CLASS_REMINDER, 33 },
	{ "m2-second", CLASS_REMINDER, 46 },
	{ "m2-again", CLASS_REMINDER, 57 }, { "m3-first", CLASS_REMINDER, 62 },
	{ "m3-final", CLASS_REMINDER, 78 }, { "m3-again", CLASS_REMINDER, 89 },
	{ "courtesy", CLASS_COURTESY, 20 },
	{ "answer-promise", CLASS_ANSWER, 20 },
	{ "answer-ask-date", CLASS_ANSWER, 20 },
	{ "answer-claim", CLASS_ANSWER, 20 },
	{ "answer-dispute", CLASS_ANSWER, 20 },
	{ "answer-too-far", CLASS_ANSWER, 20 },
	{ "outcome-dispute", CLASS_OUTCOME, 20 },
	{ "thanks", CLASS_THANKS, 20 }, { "apology", CLASS_THANKS, 20 },
};

static struct sms *
compose(struct fixture *f, const struct config_sms *route,
    const struct gateway *g)
{
	struct sms *s;
	struct err err;

	if (sms_compose(pool, templates, &f->in, route, g, &s, &err) < 0)
		fail_msg("%s %s: %s", f->in.language, f->in.template,
		    err.text);
	return s;
}

static void
fill(struct fixture *f, size_t i)
{
	f->in.template = all[i].template;
	f->in.class = all[i].class;
	if (all[i].class == CLASS_ANSWER || all[i].class == CLASS_OUTCOME)
		f->in.talk = &talk;
	if (all[i].class == CLASS_COURTESY)
		f->in.promise = &f->promise;
	if (strcmp(all[i].template, "thanks") == 0)
		f->in.payment = &f->payment;
}

static void
write_line(struct text *out, struct fixture *f, const struct config_sms *r,
    const struct gateway *g, const char *what)
{
	struct sms *s = compose(f, r, g);

	text_addf(out, "%s %s%s [%d %s]\n%s\n\n", f->in.language,
	    f->in.template, what, s->count.parts,
	    s->count.coding == SMS_GSM ? "GSM" : "UCS-2", s->text);
	assert_true(s->count.parts <= 2 || s->count.coding == SMS_UCS2);
}

static void
every_text(struct text *out, const char *language)
{
	struct config_sms route = own;
	struct fixture *f;
	size_t i;

	if (language[0] == 'z') {
		route.sign = "苍鹭泵业";
		route.own_texts = true;
	}
	for (i = 0; i < UNIT_COUNT(all); i++) {
		f = customer(language, all[i].late, false);
		fill(f, i);
		write_line(out, f, &route, kannel, "");
		if (all[i].class != CLASS_REMINDER)
			continue;
		f = customer(language, all[i].late, true);
		fill(f, i);
		write_line(out, f, &route, kannel, " several");
	}
	f = customer(language, 4, false);
	f->facts.party_kind = PARTY_PERSON;
	write_line(out, f, &route, kannel, " consumer");
	f->in.template = "answer-ask-date";
	f->in.class = CLASS_ANSWER;
	f->in.talk = &talk;
	write_line(out, f, &route, kannel, " consumer");
	route.letters = "R";
	write_line(out, f, &route, kannel, " consumer letter");
	route.replies = false;
	route.letters = NULL;
	f->in.template = "m1-first";
	f->in.class = CLASS_REMINDER;
	write_line(out, f, &route, kannel, " consumer one-way");
}

static void
test_golden(void **state)
{
	struct text *out = text_new(pool);
	const char *top = getenv("top_srcdir");
	char *path, *want;
	struct err err;
	size_t n;

	every_text(out, "en");
	every_text(out, "zh-CN");
	write_line(out, customer("zh-CN", 4, false), &cloud, aliyun,
	    " approved");
	path = talloc_asprintf(pool, "%s/tests/golden/sms/texts.txt",
	    top != NULL ? top : "..");
	if (getenv("UPDATE_GOLDEN") != NULL && file_write(path,
	    text_str(out), text_len(out), 0644, &err) < 0)
		fail_msg("%s", err.text);
	if (file_read(pool, path, 1024 * 1024, &want, &n, &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(text_str(out), want);
}

static void
test_bytes(void **state)
{
	struct sms *s = compose(customer("zh-CN", 4, false), &cloud, aliyun);
	struct gateway_message m;
	struct err err;

	assert_string_equal(s->to, "+8613800138000");
	assert_int_equal(sms_message(pool, s->bytes, s->len, &m, &err), 0);
	assert_string_equal(m.to, s->to);
	assert_string_equal(m.text, s->text);
	assert_string_equal(m.template, "SMS_100");
	assert_int_equal(m.code_len, 2);
	assert_int_equal(m.n_params, 2);
	assert_string_equal(m.params[0].name, "number");
	assert_string_equal(m.params[0].text, "C-2001");
	assert_string_equal(m.token, "abcdefghijkl2345");
	assert_int_equal(sms_message(pool, "{}", 2, &m, &err), -1);
	assert_int_equal(sms_message(pool, "x", 1, &m, &err), -1);
}

static void
refused(struct fixture *f, const struct config_sms *route,
    const struct gateway *g, const char *says)
{
	struct sms *s;
	struct err err;

	if (sms_compose(pool, templates, &f->in, route, g, &s, &err) == 0)
		fail_msg("not refused: %s", says);
	if (strstr(err.text, says) == NULL)
		fail_msg("%s: %s", says, err.text);
}

static void
test_refused(void **state)
{
	struct config_sms route = own;
	struct config_sms_template t = approved;
	struct fixture *f = customer("zh-CN", 4, false);

	refused(f, &own, kannel, "without a signature");
	route.sign = "苍鹭泵业";
	refused(f, &route, kannel, "approved");
	route = cloud;
	route.n_templates = 0;
	refused(f, &route, aliyun, "no approved message");
	route = cloud;
	route.templates = &t;
	t.text = "您的欠款{{total}}请尽快支付";
	refused(f, &route, aliyun, "dunning");
	t.text = "金额{{total}} 见 https://example.com/a";
	refused(f, &route, aliyun, "a link");
	t.text = "【公告】金额{{total}}";
	refused(f, &route, aliyun, "【");
	t.text = "貴公司金额{{total}}";
	refused(f, &route, aliyun, "traditional");
	t.text = "金额{{total}}";
	approved_params[0].text = "{{contact}}";
	f->contact.name = "www.example.com";
	refused(f, &route, aliyun, "a link");
	approved_params[0].text = "{{customer.name}}";
	f->facts.name = "http://x.example.com";
	refused(f, &route, aliyun, "a link");
	f->facts.name = "【假】公司";
	refused(f, &route, aliyun, "【");
	f->facts.name = "一家名字特别特别特别特别特别特别特别特别特别特别特别特别长的公司的分公司";
	refused(f, &route, aliyun, "35 characters");
	approved_params[0].text = "{{customer.number}}";
	f = customer("en", 4, false);
	f->contact.address = "1-800-555-0132";
	refused(f, &own, kannel, "mobile");
	f = customer("en", 4, false);
	f->company.names[0].text = "A name that is as long as names of "
	    "companies may sometimes be when lawyers have made them, and "
	    "even longer than that, because nobody stopped them in time";
	route = own;
	route.parts = 1;
	refused(f, &route, kannel, "parts");
	f = customer("en", 4, false);
	f->in.template = "m4-letter";
	refused(f, &own, kannel, "there is no template");
	f->in.template = "_layout";
	refused(f, &own, kannel, "there is no template");
}

static void
test_rules(void **state)
{
	struct config_sms one = own;
	struct sms_text t = { .text = "Reply STOP to opt out.",
	    .country = "GB" };
	struct err err;

	assert_int_equal(sms_rules(&own, &t, &err), 0);
	one.replies = false;
	assert_int_equal(sms_rules(&one, &t, &err), -1);
	assert_int_equal(sms_rules_sign("苍鹭泵业", &err), 0);
	assert_int_equal(sms_rules_sign("苍", &err), -1);
	assert_int_equal(sms_rules_sign("【苍鹭泵业】", &err), -1);
	assert_int_equal(sms_rules_sign("一二三四五六七八九十一二三", &err),
	    -1);
	assert_int_equal(sms_rules_words("{{a}}和{{b}}", &err), 0);
	assert_int_equal(sms_rules_words("{{a}}{{b}}", &err), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_rules),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
