#include "escalate/verb.h"

#include "unit.h"

#include "base/mem.h"
#include "core/date.h"

#include <string.h>

/* 22 November 2026 */
static int32_t today;

static struct verb_command
reads(const char *line)
{
	struct verb_command c;
	enum verb_fault f = verb_read(line, today, &c);

	if (f != FAULT_NONE)
		fail_msg("%s: fault %d", line, (int)f);
	return c;
}

static void
fault(const char *line, enum verb_fault want)
{
	struct verb_command c;
	enum verb_fault got = verb_read(line, today, &c);

	if (got != want)
		fail_msg("%s: fault %d, not %d", line, (int)got, (int)want);
}

static void
verbs_of_the_issue(void **state)
{
	static const struct {
		const char *line;
		enum verb verb;
		int64_t task;
	} rows[] = {
		{ "ack", VERB_ACK, 0 }, { "ACK 12", VERB_ACK, 12 },
		{ "12 ack", VERB_ACK, 12 }, { "收到", VERB_ACK, 0 },
		{ "任务12 收到", VERB_ACK, 12 }, { "done", VERB_DONE, 0 },
		{ "done paid", VERB_DONE, 0 },
		{ "done #7 paid", VERB_DONE, 7 },
		{ "已处理", VERB_DONE, 0 }, { "已处理。", VERB_DONE, 0 },
		{ "已处理 12 已付款", VERB_DONE, 12 },
		{ "hold until 12-05", VERB_HOLD, 0 },
		{ "Hold 9 until 12-05", VERB_HOLD, 9 },
		{ "暂停到12月5日", VERB_HOLD, 0 },
		{ "assign li", VERB_ASSIGN, 0 },
		{ "assign 3 li", VERB_ASSIGN, 3 }, { "转给李", VERB_ASSIGN, 0 },
		{ "assign 3 to li", VERB_ASSIGN, 3 },
		{ "note they moved house", VERB_NOTE, 0 },
		{ "note #4 they moved", VERB_NOTE, 4 },
		{ "备注：财务换人了", VERB_NOTE, 0 }, { "undo 99", VERB_UNDO, 0 },
		{ "撤销99", VERB_UNDO, 0 }, { "help", VERB_HELP, 0 },
		{ "approve", VERB_APPROVE, 0 }, { "批准", VERB_APPROVE, 0 },
		{ "release 5", VERB_RELEASE, 0 },
	};
	struct verb_command c;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		c = reads(rows[i].line);
		if (c.verb != rows[i].verb || c.task != rows[i].task)
			fail_msg("%s: verb %d, task %lld", rows[i].line,
			    (int)c.verb, (long long)c.task);
	}
	assert_string_equal(reads("转给李").text, "李");
	assert_string_equal(reads("assign 3 li").text, "li");
	assert_string_equal(reads("note 12 boxes came back").text,
	    "12 boxes came back");
	assert_string_equal(reads("备注：财务换人了").text, "财务换人了");
	assert_int_equal(reads("undo 99").number, 99);
}

static void
days_are_the_next_such_days(void **state)
{
	int32_t want = date_make(2026, 12, 5);

	(void)state;
	assert_int_equal(reads("hold until 12-05").days[0].day, want);
	assert_int_equal(reads("hold until 2026-12-05").days[0].day, want);
	assert_int_equal(reads("hold until 5 December").days[0].day, want);
	assert_int_equal(reads("hold until Dec 5").days[0].day, want);
	assert_int_equal(reads("暂停到12月5日").days[0].day, want);
	assert_int_equal(reads("暂停至２０２６年１２月５日").days[0].day, want);
	assert_int_equal(reads("暂停到1月8号").days[0].day, date_make(2027, 1,
	    8));
	fault("hold until 11-20", FAULT_DAY);	/* two days ago */
	fault("hold until 2026-11-22", FAULT_DAY);
	fault("hold until 2030-01-01", FAULT_DAY);
	fault("hold", FAULT_OPERAND);
	fault("hold until 12-45", FAULT_DAY);
	fault("hold until 5/12", FAULT_DAY);	/* may be either */
}

static void
outcomes_with_days(void **state)
{
	struct verb_command c = reads("done 12 promise 12-05 1,000.50");

	(void)state;
	assert_int_equal(c.outcome, DONE_PROMISE);
	assert_int_equal(c.task, 12);
	assert_int_equal(c.days[0].day, date_make(2026, 12, 5));
	assert_true(c.days[0].hundredths == 100050);
	c = reads("已处理 承诺 12月5日 1000元");
	assert_true(c.outcome == DONE_PROMISE &&
	    c.days[0].hundredths == 100000);
	c = reads("done plan 12-05 1000 + 12-19 EUR 500.5");
	assert_true(c.outcome == DONE_PLAN && c.n_days == 2 &&
	    c.days[1].hundredths == 50050);
	assert_int_equal(reads("已处理 异议不成立").outcome, DONE_REJECTED);
	assert_int_equal(reads("已处理 异议成立").outcome, DONE_UPHELD);
	assert_int_equal(reads("已处理 移交法务").outcome, DONE_LEGAL);
	assert_int_equal(reads("done write-off").outcome, DONE_WRITE_OFF);
	assert_int_equal(reads("done").outcome, DONE_PLAIN);
	fault("done promise", FAULT_OPERAND);
	fault("done promise 12-05 + 12-06", FAULT_OPERAND);
	fault("done plan 12-05 1000", FAULT_OPERAND);
	fault("done plan 12-19 5 + 12-05 5", FAULT_OPERAND);
	fault("done pait", FAULT_OPERAND);
	fault("done paid and happy", FAULT_OPERAND);
	fault("done promise 12-05 1.2.3", FAULT_OPERAND);
	fault("done promise 12-05 1234567890123456", FAULT_OPERAND);
}

static void
others_are_no_commands(void **state)
{
	static const char *const lines[] = { "", "   ", "thanks", "Hi team",
		"acknowledged it", "please assign", "12", "#", "谢谢",
		"doneness", "\xff\xfe", "任务" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		fault(lines[i], FAULT_UNKNOWN);
	fault("ack all of them", FAULT_OPERAND);
	fault("assign", FAULT_OPERAND);
	fault("note", FAULT_OPERAND);
	fault("undo", FAULT_OPERAND);
	fault("undo 9 9", FAULT_OPERAND);
}

static void
a_mail_line_by_line(void **state)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct verb_line l[8];

	(void)state;
	assert_int_equal(verb_mail(pool, "\nack 3\r\ndone 4 paid\n\nThanks\n"
	    "Li\n", today, l, 8), 2);
	assert_string_equal(l[1].line, "done 4 paid");
	assert_int_equal(verb_mail(pool, "ack 3\nand so on\n", today, l, 8),
	    2);
	assert_int_equal(l[1].fault, FAULT_UNKNOWN);
	/* A verb further below is meant, and has to be right. */
	assert_int_equal(verb_mail(pool, "ack 3\n\nhold until then\n", today,
	    l, 8), 2);
	assert_int_not_equal(l[1].fault, FAULT_NONE);
	assert_int_equal(verb_mail(pool, "ack\nack\nack\n", today, l, 2), 2);
	assert_int_equal(verb_mail(pool, "\n \n", today, l, 8), 0);
}

static void
help_in_both_languages(void **state)
{
	int v;

	(void)state;
	for (v = 0; v < VERB_COUNT; v++) {
		assert_string_not_equal(verb_help((enum verb)v, "en"),
		    verb_help((enum verb)v, "zh-CN"));
		assert_non_null(verb_word((enum verb)v));
	}
	assert_true(verb_is_firm(VERB_APPROVE) && verb_is_firm(VERB_RELEASE));
	assert_false(verb_is_firm(VERB_HOLD));
}

/* What digests offer is understood when it comes back. */
static void
offers_are_read(void **state)
{
	static const char *const languages[] = { "en", "zh-CN" };
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct verb_command c;
	size_t i;
	int o;

	(void)state;
	for (i = 0; i < 2; i++)
		for (o = 0; o < DONE_COUNT; o++) {
			if (o == DONE_PROMISE || o == DONE_PLAN)
				continue;	/* want a day */
			c = reads(verb_done(ctx, 31, (enum outcome_kind)o,
			    languages[i]));
			assert_int_equal(c.verb, VERB_DONE);
			assert_int_equal(c.task, 31);
			if (o != DONE_PLAIN)
				assert_int_equal(c.outcome, o);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verbs_of_the_issue),
		cmocka_unit_test(days_are_the_next_such_days),
		cmocka_unit_test(outcomes_with_days),
		cmocka_unit_test(others_are_no_commands),
		cmocka_unit_test(a_mail_line_by_line),
		cmocka_unit_test(help_in_both_languages),
		cmocka_unit_test(offers_are_read),
	};

	today = date_make(2026, 11, 22);
	return cmocka_run_group_tests_name("verb", tests, NULL, NULL);
}
