#include "unit.h"

#include "base/mem.h"
#include "config/policy_read.h"
#include "policy/policy.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* The decisions that the default policy has to follow. */
static const struct {
	const char *id;
	enum stage stage;
	int from, to;
	bool repeat;
	const char *role;
	int approve;
} steps[] = {
	{ "m0-notice", STAGE_M0, -9, -6, true, "account-manager", 0 },
	{ "m0-due", STAGE_M0, 0, 0, false, "account-manager", 0 },
	{ "m1-first", STAGE_M1, 3, 9, false, "account-manager", 0 },
	{ "m1-second", STAGE_M1, 13, 21, false, "account-manager", 0 },
	{ "m1-again", STAGE_M1, 22, 30, true, "account-manager", 0 },
	{ "m2-first", STAGE_M2, 31, 37, false, "collections", 0 },
	{ "m2-second", STAGE_M2, 44, 51, false, "collections", 0 },
	{ "m2-again", STAGE_M2, 52, 60, true, "collections", 0 },
	{ "m3-first", STAGE_M3, 61, 67, false, "manager", 0 },
	{ "m3-final", STAGE_M3, 76, 83, false, "manager", 0 },
	{ "m3-again", STAGE_M3, 84, 90, true, "manager", 0 },
	{ "m4-letter", STAGE_M4, 91, INT_MAX, false, "legal", 2 },
};

static void
test_default_steps(void **state)
{
	MEM_AUTO void *m = talloc_new(NULL);
	const struct policy *p = policy_default(m);
	const struct policy_step *s;
	size_t i;

	assert_string_equal(p->name, "default");
	assert_int_equal(p->n_steps, UNIT_COUNT(steps));
	for (i = 0; i < UNIT_COUNT(steps); i++) {
		s = &p->steps[i];
		assert_string_equal(s->id, steps[i].id);
		assert_string_equal(s->template, steps[i].id);
		assert_int_equal(s->stage, steps[i].stage);
		assert_int_equal(s->level, i);
		assert_int_equal(s->from, steps[i].from);
		assert_int_equal(s->to, steps[i].to);
		assert_int_equal(s->repeat, steps[i].repeat);
		assert_string_equal(s->role, steps[i].role);
		assert_int_equal(s->approve, steps[i].approve);
		assert_int_equal(s->to_role, CONTACT_PAYABLES);
		assert_ptr_equal(policy_step(p, steps[i].id), s);
	}
	assert_null(policy_step(p, "m5"));
	assert_string_equal(policy_repeat_step(p, STAGE_M2)->id, "m2-again");
	assert_null(policy_repeat_step(p, STAGE_M4));
}

static void
test_default_values(void **state)
{
	static const int scores[7] = { 40, 75, 50, 80, 100, 0, 0 };
	static const int every[STAGE_COUNT] = { 7, 7, 10, 14, 0 };
	MEM_AUTO void *m = talloc_new(NULL);
	const struct policy *p = policy_default(m);
	int i;

	for (i = 0; i < 7; i++)
		assert_int_equal(p->weekday_score[i], scores[i]);
	for (i = 0; i < STAGE_COUNT; i++)
		assert_int_equal(p->stages[i].every, every[i]);
	assert_int_equal(p->gap_days, 4);
	assert_int_equal(p->n_caps, 2);
	assert_int_equal(p->caps[0].count, 1);
	assert_int_equal(p->caps[0].days, 1);
	assert_int_equal(p->caps[1].count, 3);
	assert_int_equal(p->caps[1].days, 7);
	assert_int_equal(policy_hour_score(p, 9 * 60 - 1), 0);
	assert_int_equal(policy_hour_score(p, 9 * 60), 100);
	assert_int_equal(policy_hour_score(p, 9 * 60 + 14), 100);
	assert_int_equal(policy_hour_score(p, 9 * 60 + 15), 60);
	assert_int_equal(policy_hour_score(p, 12 * 60), 0);
	assert_int_equal(policy_hour_score(p, 14 * 60), 50);
	assert_int_equal(policy_hour_score(p, 17 * 60 + 30), 0);
	assert_int_equal(p->tiers[TIER_STANDARD].gap_percent, 100);
	assert_true(p->tiers[TIER_PRIME].gap_percent > 100);
	assert_true(p->tiers[TIER_RISK].gap_percent < 100);
	assert_int_equal(p->tiers[TIER_PRIME].max_stage, STAGE_M2);
	assert_int_equal(p->new_max_stage, STAGE_M2);
	assert_int_equal(p->max_new_per_day, 50);
}

static void
test_stage_at(void **state)
{
	static const struct {
		int dpd, stage;
	} days[] = {
		{ -10, -1 }, { -9, STAGE_M0 }, { 0, STAGE_M0 }, { 1, STAGE_M1 },
		{ 30, STAGE_M1 }, { 31, STAGE_M2 }, { 60, STAGE_M2 },
		{ 61, STAGE_M3 }, { 90, STAGE_M3 }, { 91, STAGE_M4 },
		{ 100000, STAGE_M4 },
	};
	MEM_AUTO void *m = talloc_new(NULL);
	const struct policy *p = policy_default(m);
	size_t i;

	for (i = 0; i < UNIT_COUNT(days); i++)
		assert_int_equal(policy_stage_at(p, days[i].dpd),
		    days[i].stage);
}

static void
test_minimums(void **state)
{
	MEM_AUTO void *m = talloc_new(NULL);
	struct policy p = *policy_default(m);

	assert_int_equal(policy_minimum_for(&p, "CNY"), 3000);
	assert_int_equal(policy_minimum_for(&p, "JPY"), 500);
	assert_int_equal(policy_minimum_for(&p, "SEK"), 500);
	/* The rest: 10 units, in the digits of the currency. */
	assert_int_equal(policy_minimum_for(&p, "KRW"), 5);
	assert_int_equal(policy_minimum_for(&p, "KWD"), 5000);
	assert_false(policy_is_large(&p, "USD", 1000000000));
	p.large_amount = 100000;
	assert_false(policy_is_large(&p, "USD", 100000));
	assert_true(policy_is_large(&p, "USD", 100001));
	assert_true(policy_is_large(&p, "KRW", 1001));
	assert_false(policy_is_large(&p, "KWD", 1000000));
}

/* What text, read as a policy "p" in file f, is said to be wrong with. */
static char *
said_of(void *m, const char *text, const struct policy *base,
    struct policy **ret_p)
{
	struct config_problems found = { NULL, 0 };
	struct yaml_node *map = yaml_tree(m, "f", text, strlen(text), &found);
	struct policy *p;
	char *said = mem_str(m, "");
	size_t i;

	assert_non_null(map);
	p = policy_read(m, "p", "f", map, base, &found);
	if (ret_p != NULL)
		*ret_p = p;
	problems_sort(&found);
	for (i = 0; i < found.n; i++)
		said = mem_fmt(m, "%s%s%s", said, i > 0 ? "\n" : "",
		    found.lines[i]);
	return said;
}

/* What a policy changes of the rules for replies, and what it may not. */
static void
test_replies(void **state)
{
	static const char text[] = "extends: default\nanswers_per_week: 1\n"
	    "replies:\n  plan: {by: person, within: 2}\n"
	    "  hardship: {template: answer-ours, severity: at-once}\n"
	    "  paid: {answer: no}\n";
	static const char wrong[] = "extends: default\nreplies:\n"
	    "  promis: {by: person}\n"
	    "  legal: {template: answer-ours}\n"
	    "  paid: {answer: no, template: answer-ours}\n"
	    "  plan: {by: robot}\n"
	    "  angry: {severity: high, within: 99}\n";
	MEM_AUTO void *m = talloc_new(NULL);
	const struct policy *base = policy_default(m);
	struct policy *p, *q;

	assert_int_equal(base->ask_days, 2);
	assert_int_equal(base->answers_per_week, 3);
	assert_int_equal(base->answer_gap, 60);
	assert_string_equal(said_of(m, text, base, &p), "");
	assert_true(p->replies[POLICY_REPLY_PLAN].person);
	assert_int_equal(p->replies[POLICY_REPLY_PLAN].within, 2);
	assert_string_equal(p->replies[POLICY_REPLY_HARDSHIP].template,
	    "answer-ours");
	assert_int_equal(p->replies[POLICY_REPLY_HARDSHIP].severity, 3);
	assert_true(p->replies[POLICY_REPLY_PAID].silent);
	assert_false(p->replies[POLICY_REPLY_DISPUTE].silent);
	assert_string_not_equal(p->hash, base->hash);
	/* Inherited one by one; given back by what extends it. */
	assert_string_equal(said_of(m, "extends: x\nreplies:\n"
	    "  plan: {by: dunlin}\n", p, &q), "");
	assert_false(q->replies[POLICY_REPLY_PLAN].person);
	assert_int_equal(q->replies[POLICY_REPLY_PLAN].within, 2);
	assert_true(q->replies[POLICY_REPLY_PAID].silent);
	assert_string_equal(said_of(m, wrong, base, NULL),
	    "f:3: policies.p.replies: no reply says \"promis\": did you mean "
	    "promise?\n"
	    "f:4: policies.p.replies.legal: such a reply is never answered by "
	    "itself: take the template out\n"
	    "f:5: policies.p.replies.paid: a template, but no answer: take "
	    "one of them out\n"
	    "f:6: policies.p.replies.plan.by: \"robot\" cannot act on it: "
	    "use dunlin or person\n"
	    "f:7: policies.p.replies.angry.severity: \"high\" is no "
	    "severity: use routine, soon or at-once\n"
	    "f:7: policies.p.replies.angry.within: \"99\" is no whole "
	    "number from 1 to 60");
}

static void
test_extends(void **state)
{
	static const char text[] = "extends: default\ngap_days: 6\n"
	    "stages:\n  M1: {to: 40, every: 8}\n  M2: {from: 41}\n"
	    "steps:\n  m1-second: off\n  m2-first: {from: 41, to: 43}\n"
	    "  extra: {stage: M1, from: 12, to: 14, role: manager}\n"
	    "weekdays: {mon: 0}\nhours:\n"
	    "  - {from: \"10:00\", to: \"11:00\", score: 9}\n"
	    "minimums: {CNY: 7.5, SEK: 80, other: 3}\n"
	    "tiers: {prime: {gap_percent: 200}}\n";
	MEM_AUTO void *m = talloc_new(NULL);
	const struct policy *base = policy_default(m);
	struct policy *p;

	assert_string_equal(said_of(m, text, base, &p), "");
	assert_int_equal(p->gap_days, 6);
	assert_int_equal(p->stages[STAGE_M1].from, 1);
	assert_int_equal(p->stages[STAGE_M1].to, 40);
	assert_int_equal(p->stages[STAGE_M1].repeats, 2);
	assert_null(policy_step(p, "m1-second"));
	assert_string_equal(p->steps[3].id, "extra");
	assert_int_equal(p->steps[3].level, 3);
	/* What was left out in the base follows the new days. */
	assert_int_equal(policy_step(p, "m1-again")->from, 15);
	assert_int_equal(policy_step(p, "m1-again")->to, 40);
	assert_int_equal(policy_step(p, "m4-letter")->to, INT_MAX);
	assert_int_equal(p->weekday_score[0], 0);
	assert_int_equal(p->weekday_score[4], 100);
	assert_int_equal(p->n_hours, 1);
	assert_int_equal(policy_minimum_for(p, "CNY"), 750);
	assert_int_equal(policy_minimum_for(p, "SEK"), 8000);
	assert_int_equal(policy_minimum_for(p, "USD"), 500);
	assert_int_equal(policy_minimum_for(p, "NOK"), 300);
	assert_int_equal(p->tiers[TIER_PRIME].gap_percent, 200);
	assert_int_equal(p->tiers[TIER_PRIME].shift_days, 3);
	/* The base is as it was. */
	assert_int_equal(base->n_steps, UNIT_COUNT(steps));
	assert_int_equal(policy_minimum_for(base, "CNY"), 3000);
	assert_int_equal(policy_step(base, "m1-again")->from, 22);
}

static void
test_hash(void **state)
{
	MEM_AUTO void *m = talloc_new(NULL);
	const struct policy *base = policy_default(m);
	struct policy *same, *other;

	assert_int_equal(strlen(base->hash), 64);
	assert_string_equal(base->hash, policy_default(m)->hash);
	said_of(m, "extends: default\n# a comment\n", base, &same);
	assert_string_equal(same->hash, base->hash);
	said_of(m, "extends: default\ngap_days: 5\n", base, &other);
	assert_string_not_equal(other->hash, base->hash);
}

/* Changes of the default policy that are mistakes. */
static const struct {
	const char *text, *said;
} wrong[] = {
	{ "stages:\n  M1: {to: 32}\n",
	    "f:1: policies.p: stage M2 begins on day 31, but M1 ends on day "
	    "32: let it begin the day after" },
	{ "gap_days: 4\nstages:\n  M2:\n    from: 33\n",
	    "f:3: policies.p: stage M2 begins on day 33, but M1 ends on day "
	    "30: let it begin the day after" },
	{ "stages: {M5: {from: 120}}\n",
	    "f:1: policies.p.stages: \"M5\" is no stage: use M0 to M4" },
	{ "steps:\n  m1-first: {to: 15}\n",
	    "f:1: policies.p: step m1-second begins on day 13, while step "
	    "m1-first may still go until day 15: let the days not overlap" },
	{ "steps:\n  m1-first: {from: 31, to: 32}\n",
	    "f:2: policies.p: step m1-first (days 31 to 32) is not inside "
	    "its stage M1 (days 1 to 30)" },
	{ "steps:\n  m1-first: {from: 9, to: 3}\n",
	    "f:2: policies.p: step m1-first ends (day 3) before it begins "
	    "(day 9)" },
	{ "steps:\n  m1-second: {to: 30}\n",
	    "f:1: policies.p: stage M1 leaves no days for step m1-again: "
	    "give it days of its own" },
	{ "steps:\n  m1-first: {role: boss}\n",
	    "f:2: policies.p.steps.m1-first.role: \"boss\" is no role: use "
	    "account-manager, collections, manager or legal" },
	{ "steps:\n  m9: off\n",
	    "f:2: policies.p.steps: there is no inherited step \"m9\" to "
	    "take away" },
	{ "steps:\n  new: {stage: M1, to: 2, role: manager}\n",
	    "f:2: policies.p: step new has no \"from\": give its earliest "
	    "day past due" },
	{ "steps:\n  m4-letter: {approve: 0}\n",
	    "f:2: policies.p: step m4-letter of M4 needs a person: set "
	    "approve to 1 or 2" },
	{ "steps:\n  m1-first: {repeat: yes}\n",
	    "f:1: policies.p: stage M1 has 2 steps with repeat: keep one" },
	{ "steps:\n  m2-again: off\n",
	    "f:1: policies.p: stage M2 repeats every 10 days, but none of "
	    "its steps has \"repeat: yes\"" },
	{ "gap_days: 8\n",
	    "f:1: policies.p: stage M0 repeats every 7 days, less than "
	    "gap_days (8)\n"
	    "f:1: policies.p: stage M1 repeats every 7 days, less than "
	    "gap_days (8)" },
	{ "hours:\n  - {from: \"07:00\", to: \"09:00\", score: 1}\n",
	    "f:1: policies.p: hours 1 lie outside 08:00 to 22:00, where no "
	    "rule pack allows a message" },
	{ "hours:\n  - {from: \"09:00\", to: \"10:00\", score: 1}\n"
	    "  - {from: \"09:30\", to: \"11:00\", score: 1}\n",
	    "f:1: policies.p: hours 1 and 2 overlap" },
	{ "hours:\n  - {from: \"25:00\", to: \"9:00\", score: 1}\n",
	    "f:2: policies.p.hours.1.from: \"25:00\" is no time: write "
	    "HH:MM, such as 09:15\n"
	    "f:2: policies.p.hours.1.to: \"9:00\" is no time: write HH:MM, "
	    "such as 09:15" },
	{ "hours:\n  - {from: \"10:00\", to: \"09:00\", score: 1}\n",
	    "f:1: policies.p: hours 1 end before they begin" },
	{ "hours: []\n",
	    "f:1: policies.p.hours: not a list: start each entry with "
	    "\"- \"" },
	{ "caps:\n  - {count: 2, days: 1}\n",
	    "f:1: policies.p: cap 1 allows 2 contacts in 1 days, rule packs "
	    "at most 1: a policy cannot weaken them" },
	{ "caps:\n  - {count: 1, days: 1}\n  - {count: 4, days: 7}\n",
	    "f:1: policies.p: cap 2 allows 4 contacts in 7 days, rule packs "
	    "at most 3: a policy cannot weaken them" },
	{ "caps:\n  - {count: 1, days: 7}\n",
	    "f:1: policies.p: no cap for one day: add {count: 1, days: 1}" },
	{ "weekdays: {mon: 0, tue: 0, wed: 0, thu: 0, fri: 0}\n",
	    "f:1: policies.p: no weekday has a score above 0: nothing would "
	    "ever be sent" },
	{ "weekdays: {monday: 5}\n",
	    "f:1: policies.p.weekdays: \"monday\" is no weekday: use mon, "
	    "tue, wed, thu, fri, sat, sun" },
	{ "gap_day: 3\n",
	    "f:1: policies.p: \"gap_day\" is no setting, did you mean "
	    "\"gap_days\"?" },
	{ "minimums: {RMB: 3}\n",
	    "f:1: policies.p.minimums.RMB: \"RMB\" is no currency: use three "
	    "capital letters of ISO 4217, or other" },
	{ "minimums: {JPY: 3.5, CNY: -1}\n",
	    "f:1: policies.p.minimums.JPY: \"3.5\" is no amount in JPY\n"
	    "f:1: policies.p.minimums.CNY: \"-1\" is no amount in CNY" },
	{ "tiers: {gold: {shift_days: 1}}\n",
	    "f:1: policies.p.tiers: \"gold\" is no tier: use standard, "
	    "prime, risk" },
};

static void
test_wrong(void **state)
{
	MEM_AUTO void *m = talloc_new(NULL);
	const struct policy *base = policy_default(m);
	size_t i, bad = 0;
	char *said;

	for (i = 0; i < UNIT_COUNT(wrong); i++) {
		said = said_of(m, wrong[i].text, base, NULL);
		if (strcmp(said, wrong[i].said) != 0) {
			print_error("%s\n  said   %s\n  wanted %s\n",
			    wrong[i].text, said, wrong[i].said);
			bad++;
		}
	}
	assert_int_equal(bad, 0);
}

/* Without a base all that is required has to be there. */
static void
test_from_nothing(void **state)
{
	MEM_AUTO void *m = talloc_new(NULL);
	char *said = said_of(m, "gap_days: 3\n", NULL, NULL);

	assert_non_null(strstr(said, "\"stages\" is missing"));
	assert_non_null(strstr(said, "\"steps\" is missing"));
	assert_non_null(strstr(said, "\"weekdays\" is missing"));
	assert_non_null(strstr(said, "\"hours\" is missing"));
	assert_non_null(strstr(said, "\"caps\" is missing"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_default_steps),
		cmocka_unit_test(test_default_values),
		cmocka_unit_test(test_stage_at),
		cmocka_unit_test(test_minimums),
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_extends),
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_from_nothing),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
