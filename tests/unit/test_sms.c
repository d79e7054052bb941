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
	talk.received = today - 2;
	talk.receipt = days[0].amount;
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
	{ "outcome-claim", CLASS_OUTCOME, 20 },
	{ "thanks", CLASS_THANKS, 20 }, { "apology", CLASS_THANKS, 20 },
};

static void
check_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		assert_ptr_equal(a, b);
	else
		assert_string_equal(a, b);
}

/* What is handed over is what its bytes say, which an attempt keeps. */
static void
check_message(const struct sms *s)
{
	const struct gateway_message *m = &s->message;
	struct gateway_message read;
	struct err err;
	size_t i;

	if (sms_message(pool, s->bytes, s->len, &read, &err) < 0)
		fail_msg("%s", err.text);
	check_text(m->to, read.to);
	check_text(m->text, read.text);
	check_text(m->token, read.token);
	check_text(m->template, read.template);
	assert_int_equal(m->code_len, read.code_len);
	assert_int_equal(m->n_params, read.n_params);
	for (i = 0; i < m->n_params; i++) {
		check_text(m->params[i].name, read.params[i].name);
		check_text(m->params[i].text, read.params[i].text);
	}
	assert_null(m->id);
}

static struct sms *
compose(struct fixture *f, const struct config_sms *route,
    const struct gateway *g)
{
	struct sms *s;
	struct err err;

	if (sms_compose(pool, templates, &f->in, route, g, &s, &err) < 0)
		fail_msg("%s %s: %s", f->in.language, f->in.template,
		    err.text);
	check_message(s);
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

static int
rule(const struct config_sms *route, const char *country, bool on_cloud,
    const char *text, const char *value, struct err *err)
{
	struct config_value v = { .name = "v", .text = value };
	struct sms_text t = { .text = text, .country = country,
		.cloud = on_cloud, .params = &v, .n_params = value != NULL };

	return sms_rules(route, &t, err);
}

/* C1: every word that clouds refuse, in any case, as words or as a value. */
static void
test_dunning(void **state)
{
	static const char *const words[] = {
#define DUNNING(word) word,
#include "sms/dunning.def"
#undef DUNNING
	};
	struct config_sms carrier = cloud;
	struct err err;
	size_t i;

	carrier.own_texts = true;
	assert_int_equal(rule(&cloud, "CN", true, "您的账单金额为100元",
	    "100元", &err), 0);
	for (i = 0; i < UNIT_COUNT(words); i++) {
		char *text = talloc_asprintf(pool, "账单 %s 100", words[i]);

		if (rule(&cloud, "CN", true, text, NULL, &err) == 0 ||
		    strstr(err.text, "dunning") == NULL)
			fail_msg("%s", text);
		if (rule(&carrier, "CN", false, text, NULL, &err) < 0)
			fail_msg("a carrier's route: %s", err.text);
	}
	assert_int_equal(rule(&cloud, "CN", true, "OverDUE: 100", NULL,
	    &err), -1);
	/* what a customer is called is part of the text */
	{
		struct fixture *f = customer("zh-CN", 4, false);

		approved_params[0].text = "{{customer.name}}";
		approved.text = "{{customer.name}}：金额为{{total}}，请见邮件。";
		f->facts.name = "催收顾问公司";
		refused(f, &cloud, aliyun, "dunning");
		f->facts.name = "泵业公司";
		compose(f, &cloud, aliyun);
		approved_params[0].text = "{{customer.number}}";
	}
}

/* C2 to C4: what mainland China refuses, on clouds and carriers' routes, in
 * words and in values, and what it does not mind elsewhere. */
static void
test_china(void **state)
{
	static const char *const bad[] = { "【", "】", "¥", "￥", "★", "√",
		"※", "http://a.cn", "https://a.cn", "www.a.cn", "a.com/x" };
	struct config_sms carrier = cloud;
	char *text, *longest;
	struct err err;
	size_t i;
	int n;

	carrier.own_texts = true;
	for (i = 0; i < UNIT_COUNT(bad); i++) {
		text = talloc_asprintf(pool, "账单 %s 见邮件", bad[i]);
		if (rule(&cloud, "CN", true, text, NULL, &err) == 0 ||
		    rule(&carrier, "CN", false, text, NULL, &err) == 0 ||
		    rule(&cloud, "CN", true, "账单", bad[i], &err) == 0)
			fail_msg("%s", bad[i]);
		if (rule(&own, "GB", false, text, NULL, &err) < 0)
			fail_msg("%s: %s", bad[i], err.text);
	}
	/* 500 characters with the signature and its brackets */
	longest = talloc_strdup(pool, "");
	for (n = 0; n < 500 - 4 - 2; n++)
		longest = talloc_strdup_append(longest, "账");
	assert_int_equal(rule(&cloud, "CN", true, longest, NULL, &err), 0);
	longest = talloc_strdup_append(longest, "账");
	assert_int_equal(rule(&cloud, "CN", true, longest, NULL, &err), -1);
	/* a value: 1 to 35 */
	text = talloc_strdup(pool, "");
	for (n = 0; n < 35; n++)
		text = talloc_strdup_append(text, "账");
	assert_int_equal(rule(&cloud, "CN", true, "账单", text, &err), 0);
	text = talloc_strdup_append(text, "账");
	assert_int_equal(rule(&cloud, "CN", true, "账单", text, &err), -1);
	assert_int_equal(rule(&cloud, "CN", true, "账单", "", &err), -1);
	/* a text of our own needs a carrier's route, and a signature */
	assert_int_equal(rule(&cloud, "CN", false, "账单", NULL, &err), -1);
	carrier.sign = NULL;
	assert_int_equal(rule(&carrier, "CN", false, "账单", NULL, &err), -1);
	assert_int_equal(rule(&carrier, "CN", true, "账单", NULL, &err), -1);
}

/* C9: Alibaba counts characters, whatever the script. */
static void
test_by_chars(void **state)
{
	struct fixture *f = customer("en", 4, false);
	struct config_sms route = cloud;
	struct config_sms_template t = approved;

	t.language = "en";
	t.text = "Dear customer {{customer.number}}, your statement of "
	    "{{total}} has been sent to you by mail, please see there.";
	route.templates = &t;
	route.sign = "Heron Pumps";
	route.parts = 1;
	refused(f, &route, aliyun, "2 parts");
	route.sign = NULL;
	assert_int_equal(compose(f, &route, kannel)->count.parts, 1);
}

/* C11: every text on a route that nobody can answer says another way. */
static void
test_one_way(void **state)
{
	static const char *const languages[] = { "en", "zh-CN" };
	struct config_sms route = own;
	struct fixture *f;
	struct sms *s;
	size_t i, k;

	route.replies = false;
	route.own_texts = true;
	for (k = 0; k < UNIT_COUNT(languages); k++)
		for (i = 0; i < UNIT_COUNT(all); i++) {
			route.sign = k > 0 ? "苍鹭泵业" : NULL;
			f = customer(languages[k], all[i].late, false);
			fill(f, i);
			s = compose(f, &route, kannel);
			if (all[i].class == CLASS_REMINDER &&
			    strstr(s->text, f->company.phone) == NULL &&
			    strchr(s->text, '@') == NULL)
				fail_msg("%s", s->text);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_dunning),
		cmocka_unit_test(test_china),
		cmocka_unit_test(test_by_chars),
		cmocka_unit_test(test_one_way),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
