#include "base/mem.h"
#include "render/lint.h"
#include "unit.h"

#include <string.h>

static void
catches(void **state)
{
	static const struct {
		const char *text, *rule;
	} cases[] = {
		{ "Otherwise we will take legal action.", "threat-legal" },
		{ "we shall take you to court", "threat-legal" },
		{ "We may sue.", "threat-legal" },
		{ "This leads to a lawsuit.", "threat-legal" },
		{ "A bailiff can come.", "threat-legal" },
		{ "我司将依法起诉。", "threat-legal" },
		{ "我们将采取法律手段", "threat-legal" },
		{ "将追究贵司的法律责任", "threat-legal" },
		{ "申请强制执行", "threat-legal" },
		{ "This is a court notice.", "false-authority" },
		{ "Our lawyers are ready.", "false-authority" },
		{ "We inform the police.", "false-authority" },
		{ "Your conduct is criminal.", "false-authority" },
		{ "您将收到法院传票", "false-authority" },
		{ "我们会报警", "false-authority" },
		{ "律师函随后寄出", "false-authority" },
		{ "It harms your credit rating.", "invented-consequence" },
		{ "You will face serious consequences.",
		    "invented-consequence" },
		{ "We will stop all deliveries.", "invented-consequence" },
		{ "We will charge you interest.", "invented-consequence" },
		{ "This is the final warning.", "invented-consequence" },
		{ "A debt collection agency takes over.",
		    "invented-consequence" },
		{ "将列入黑名单", "invented-consequence" },
		{ "影响贵司征信", "invented-consequence" },
		{ "否则后果自负", "invented-consequence" },
		{ "我们将停止向贵司供货", "invented-consequence" },
		{ "并加收滞纳金", "invented-consequence" },
		{ "We know where you live.", "threat" },
		{ "You leave us no choice.", "threat" },
		{ "否则我们将上门催收", "threat" },
		{ "别怪我们不客气", "threat" },
		{ "Shame on such a shameful payer.", "shame" },
		{ "This is disgraceful.", "shame" },
		{ "做人不能当老赖", "shame" },
		{ "拖欠货款是可耻的", "shame" },
		{ "We will tell your boss.", "disclosure" },
		{ "we are contacting your customers", "disclosure" },
		{ "We will publish your name.", "disclosure" },
		{ "我们将通知您的家人", "disclosure" },
		{ "将联系贵司的客户", "disclosure" },
		{ "予以曝光", "disclosure" },
		{ "Our bank details have changed.", "bank-change" },
		{ "Please use our new bank account.", "bank-change" },
		{ "我司收款账户已变更", "bank-change" },
		{ "请付至新账户", "bank-change" },
		{ "The new due date is Friday.", "new-terms" },
		{ "We hereby waive the interest.", "new-terms" },
		{ "付款期限延长至月底", "new-terms" },
		{ "Act now: special offer!", "advertising" },
		{ "本周限时优惠", "advertising" },
		{ "Pay today!!", "pressure" },
		{ "You must pay.", "pressure" },
		{ "请立即还款", "pressure" },
		{ "限您三日内付款", "pressure" },
	};
	struct lint_hit hit;
	size_t i;

	for (i = 0; i < UNIT_COUNT(cases); i++) {
		if (!lint_check(cases[i].text, LINT_PLAIN, NULL, &hit))
			fail_msg("not caught: %s", cases[i].text);
		if (strcmp(hit.rule, cases[i].rule) != 0)
			fail_msg("%s: %s, not %s", cases[i].text, hit.rule,
			    cases[i].rule);
		assert_true(hit.words[0] != '\0');
	}
}

static void
catches_what_is_hidden(void **state)
{
	static const char *const plain[] = {
		"We will take LEGAL  ACTION.",
		"We will take legal\naction.",
		"We will take legal\xc2\xa0" "action.",
		"We will take le\xe2\x80\x8bgal act\xc2\xadion.",
		"We will take ｌｅｇａｌ ａｃｔｉｏｎ.",
		"我们将采取法律\n手段",
		"我们将采取法律\xe2\x80\x8b手段",
		"Don\xe2\x80\x99t make us come.",
	};
	static const char *const html[] = {
		"<p>We take <b>legal</b> action.</p>",
		"<p>We take leg<span>al</span> action.</p>",
		"<p>We take legal&nbsp;action.</p>",
		"<p>We take &#108;egal action.</p>",
		"<p>We take &#x6c;egal action.</p>",
		"<p>We take legal\naction.</p>",
		"<p>法律<b>手段</b></p>",
		"<img src=\"x\">",
		"<div style=\"background:url(x)\">",
		"<script>1</script>",
		"<p onclick='x'>hello</p>",
	};
	struct lint_hit hit;
	size_t i;

	for (i = 0; i < UNIT_COUNT(plain); i++)
		if (!lint_check(plain[i], LINT_PLAIN, NULL, &hit))
			fail_msg("not caught: %s", plain[i]);
	for (i = 0; i < UNIT_COUNT(html); i++)
		if (!lint_check(html[i], LINT_HTML, NULL, &hit))
			fail_msg("not caught: %s", html[i]);
}

static void
lets_pass(void **state)
{
	static const char *const cases[] = {
		"", "\n", "Thank you for your business.",
		"1 Court Road, Policeman's Corner",
		"Dear Sue, thank you.",
		"The summary of issues was consistent.",
		"We never change our account details by e-mail.",
		"If the bank details are missing, please ask.",
		"Please tell us your bank reference.",
		"Could you let us know your payment date?",
		"please contact your account manager",
		"We appreciate your action on this invoice.",
		"Legal department of Heron Pumps Ltd",
		"The service was delivered; is a document missing?",
		"Or else is there anything we can help with?",
		"Your delivery stops at 5 p.m. on Friday.",
		"All rights of both sides remain as they are.",
		"感谢贵司一直以来的支持！",
		"我们不会通过邮件变更收款信息。",
		"请告知付款账户的开户行。",
		"如对金额有异议，请回复本邮件。",
		"法律部 某先生",
		"请联系我们的客户经理。",
		"双方的各项权利均不受影响。",
		"账期未到的款项也一并列出。",
		"本函不改变原约定的到期日。",
		"信用证编号：LC-100",
		"停车费发票",
	};
	struct lint_hit hit;
	size_t i;

	for (i = 0; i < UNIT_COUNT(cases); i++) {
		if (lint_check(cases[i], LINT_PLAIN, NULL, &hit))
			fail_msg("%s: \"%s\" %s", cases[i], hit.words,
			    hit.rule);
		if (lint_check(cases[i], LINT_HTML, NULL, &hit))
			fail_msg("%s: \"%s\" %s", cases[i], hit.words,
			    hit.rule);
	}
}

/* Names of the ledger are not the writer's words, but they hide nothing. */
static void
masks_names(void **state)
{
	static const char *const masks[] = { "Police Department of Example",
	    "法院传票印刷厂", "we", NULL };
	struct lint_hit hit;

	assert_true(lint_check("Dear Police Department of Example,",
	    LINT_PLAIN, NULL, &hit));
	assert_false(lint_check("Dear Police Department of Example,",
	    LINT_PLAIN, masks, &hit));
	assert_false(lint_check("尊敬的法院传票印刷厂：", LINT_PLAIN, masks,
	    &hit));
	assert_true(lint_check("Dear Police Department of Example, we will "
	    "take legal action.", LINT_PLAIN, masks, &hit));
}

static void
tells_the_line(void **state)
{
	struct lint_hit hit;

	assert_true(lint_check("one\n\ntwo\nwe will\nsue", LINT_PLAIN, NULL,
	    &hit));
	assert_int_equal(hit.line, 4);
	assert_string_equal(hit.words, "will sue");
	assert_true(lint_check("<p\n>\n你好</p>\n<p>起诉</p>", LINT_HTML,
	    NULL, &hit));
	assert_int_equal(hit.line, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(catches),
		cmocka_unit_test(catches_what_is_hidden),
		cmocka_unit_test(lets_pass),
		cmocka_unit_test(masks_names),
		cmocka_unit_test(tells_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
