/* Every row of the tables does what its example says; hostile and odd texts
 * are read in bounded time. */
#include "understand/understand.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "understand/amounts.h"
#include "understand/bounce.h"
#include "understand/dates.h"
#include "understand/intent.h"
#include "understand/mime.h"
#include "understand/pattern.h"
#include "understand/sieve.h"
#include "understand/unquote.h"

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/utrans.h>

static int bad;

static void
complain(const char *what, const char *row, const char *example)
{
	fprintf(stderr, "%s: '%s' does not show %s\n", what, example, row);
	bad++;
}

static const struct rule_row {
	int cat;
	const char *pattern, *example;
	bool zh;
} rule_rows[] = {
#define R(cat, fn, arg, pattern, example) { C_##cat, pattern, example, false },
#include "understand/dates_en.def"
#define AMOUNT_RULES
#include "understand/amounts.def"
#undef AMOUNT_RULES
#undef R
#define R(cat, fn, arg, pattern, example) { C_##cat, pattern, example, true },
#include "understand/dates_zh.def"
#undef R
};

/* The example of each rule is read as what the rule makes.  (Two rules may
 * read it alike; then only one of them leaves a node.) */
static void
rules_fire(void **state)
{
	void *owner = talloc_new(NULL);
	struct grammar *g = grammar_new(owner);
	struct chart *c;
	struct norm *t;
	size_t i;
	int k;

	dates_grammar(g);
	amounts_grammar(g);
	c = chart_new(owner, g);
	bad = 0;
	for (i = 0; i < UNIT_COUNT(rule_rows); i++) {
		c->ref = date_make(2026, 3, 11);
		c->zh = rule_rows[i].zh;
		c->day_first = true;
		c->country = c->zh ? "CN" : "GB";
		t = norm_new(owner, rule_rows[i].example,
		    strlen(rule_rows[i].example));
		chart_run(c, t);
		for (k = 0; k < c->n_nodes; k++)
			if (c->nodes[k].rule != NULL &&
			    c->nodes[k].cat == rule_rows[i].cat &&
			    strcmp(c->nodes[k].rule->pattern,
			    rule_rows[i].pattern) == 0 &&
			    strcmp(c->nodes[k].rule->example,
			    rule_rows[i].example) == 0)
				break;
		if (k == c->n_nodes)
			complain("rule", rule_rows[i].pattern,
			    rule_rows[i].example);
	}
	talloc_free(owner);
	assert_int_equal(bad, 0);
}

static const struct def_row {
	const char *table, *pattern, *example;
	bool nocase;
} pattern_rows[] = {
#define REFERENCE(type, pattern, example) \
	{ "refs.def", pattern, example, true },
#include "understand/refs.def"
#undef REFERENCE
#define CONTACT(kind, pattern, example) \
	{ "refs.def", pattern, example, false },
#include "understand/refs.def"
#undef CONTACT
};

static void
patterns_match(void **state)
{
	const struct def_row *row;
	struct pattern *p;
	size_t i;

	bad = 0;
	for (i = 0; i < UNIT_COUNT(pattern_rows); i++) {
		row = &pattern_rows[i];
		p = row->nocase ? pattern_new_nocase(row->pattern) :
		    pattern_new(row->pattern);
		if (!pattern_find(p, row->example, strlen(row->example),
		    NULL))
			complain(row->table, row->pattern, row->example);
	}
	assert_int_equal(bad, 0);
}

/* Each pattern may match its example, as a set of its own and with all of
 * its table: what is sifted out would be lost. */
static void
sieves_keep_what_matches(void **state)
{
	struct sieve *v;
	struct sieved may;
	struct norm *t;
	size_t i;

	bad = 0;
	for (i = 0; i < UNIT_COUNT(pattern_rows); i++) {
		v = sieve_new(NULL, pattern_rows[i].nocase);
		t = norm_new(v, pattern_rows[i].example,
		    strlen(pattern_rows[i].example));
		sieve_add(v, pattern_rows[i].pattern);
		if (pattern_rows[i].nocase)
			sieve_run(v, t->orig, strlen(t->orig), &may);
		else
			sieve_run(v, t->low, t->len, &may);
		if (!sieve_may(&may, 0))
			complain("sieve", pattern_rows[i].pattern,
			    pattern_rows[i].example);
		talloc_free(v);
	}
	assert_int_equal(bad, 0);
}

static void
compare_rules(const char *line)
{
	struct intent_hit some[INTENT_HITS], all[INTENT_HITS];
	struct norm *t = norm_new(NULL, line, strlen(line));
	struct sieved may, any;
	int n, mark;

	memset(&any, 0xff, sizeof(any));
	intent_scan(t, &may);
	n = intent_find(t, &any, 0, t->len, all);
	if (n != intent_find(t, &may, 0, t->len, some))
		complain("rules", "all", line);
	for (mark = MARK_PAY; mark <= MARK_STOPWORD; mark++)
		if (intent_mark(t, &any, 0, t->len, (enum mark)mark) !=
		    intent_mark(t, &may, 0, t->len, (enum mark)mark))
			complain("mark", "all", line);
	if (intent_reason(t, &may) != intent_reason(t, &any) ||
	    intent_means(t, &may) != intent_means(t, &any))
		complain("reason", "all", line);
	talloc_free(t);
}

/* On whole files of text, rules found through the sieve are all rules. */
static void
sieves_lose_no_rule(void **state)
{
	static const char *const files[] = { "tests/corpus/replies-en.tsv",
	    "tests/corpus/replies-zh.tsv", "src/understand/facts_en.def",
	    "src/understand/facts_zh.def", "src/understand/intents_en.def",
	    "src/understand/intents_zh.def", "src/understand/safety_en.def",
	    "src/understand/safety_zh.def", "src/understand/marks_en.def",
	    "src/understand/marks_zh.def", "src/understand/reasons.def" };
	void *owner = talloc_new(NULL);
	const char *top = getenv("top_srcdir");
	struct err err;
	char *data, *line, *next;
	size_t i, n;

	bad = 0;
	for (i = 0; i < UNIT_COUNT(files); i++) {
		assert_int_equal(file_read(owner, mem_fmt(owner, "%s/%s",
		    top != NULL ? top : "..", files[i]), 1 << 22, &data, &n,
		    &err), 0);
		for (line = data; line != NULL; line = next) {
			next = strchr(line, '\n');
			if (next != NULL)
				*next++ = '\0';
			compare_rules(line);
		}
	}
	talloc_free(owner);
	assert_int_equal(bad, 0);
}

/* Traditional Chinese is read as CLDR has it. */
static void
traditional_is_that_of_cldr(void **state)
{
	static const UChar id[] = u"Traditional-Simplified";
	UErrorCode e = U_ZERO_ERROR;
	UTransliterator *tr = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0,
	    NULL, &e);
	UChar cp, buf[8];
	char in[8], want[8];
	int32_t len, limit;
	struct norm *t;

	assert_true(U_SUCCESS(e));
	for (cp = 0x3400; cp <= 0x9fff; cp++) {
		buf[0] = cp;
		buf[1] = 0;
		len = limit = 1;
		utrans_transUChars(tr, buf, &len, 8, 0, &limit, &e);
		in[text_encode(cp, in)] = '\0';
		want[text_encode(buf[0], want)] = '\0';
		t = norm_new(NULL, in, strlen(in));
		assert_string_equal(t->text, want);
		talloc_free(t);
	}
	utrans_close(tr);
}

static struct meaning *
read_text(struct understander *u, const char *text, size_t n, bool mail)
{
	struct understand_in in = { .ref = date_make(2026, 3, 11),
	    .tz = "Europe/London", .mail = mail };

	return understand_text(u, u, &in, text, n);
}

static void
expect_fast(struct understander *u, const char *what, char *text, size_t n,
    bool mail)
{
	struct understand_in in = { .ref = date_make(2026, 3, 11),
	    .mail = true };
	int64_t start = clock_mono_ms(), took;

	talloc_free(read_text(u, text, n, mail));
	talloc_free(understand_mail(u, u, &in, text, n, CLOCK_NONE));
	took = clock_mono_ms() - start;
	if (took > 5000) {
		fprintf(stderr, "%s took %lld ms\n", what, (long long)took);
		bad++;
	}
	free(text);
}

static char *
repeat(const char *s, size_t times, size_t *ret_n)
{
	size_t n = strlen(s), i;
	char *out = malloc(n * times + 1);

	assert_non_null(out);
	for (i = 0; i < times; i++)
		memcpy(out + i * n, s, n);
	out[n * times] = '\0';
	*ret_n = n * times;
	return out;
}

static void
hostile_is_bounded(void **state)
{
	static const char *const seeds[] = { ">", "1", "1 ", "9,", "(", "<",
	    "一", "下", "月", "3月", "next ", "Friday ", "> > ", "a@b.c ",
	    "From: a\nTo: b\n", "On 1 wrote:\n", "&#", "\xff", "\xe4\xb8",
	    "or and the last first of ", "-", "----\n", "万", "\n", "$1",
	    "pay if not ", "付不了", "http://(" };
	struct understander *u = understander_new(NULL);
	char *text, *part;
	size_t i, n;

	bad = 0;
	for (i = 0; i < UNIT_COUNT(seeds); i++) {
		text = repeat(seeds[i], 100000 / strlen(seeds[i]), &n);
		expect_fast(u, seeds[i], text, n, true);
	}
	text = repeat(">", 1024 * 1024, &n);
	expect_fast(u, "1 MB of >", text, n, true);
	text = repeat("7", 100000, &n);
	expect_fast(u, "100,000 digits", text, n, true);
	part = repeat("Content-Type: multipart/mixed; boundary=x\n\n--x\n",
	    10000, &n);
	expect_fast(u, "10,000 nested parts", part, n, false);
	part = repeat("Content-Type: message/rfc822\n\n", 10000, &n);
	expect_fast(u, "10,000 nested messages", part, n, false);
	talloc_free(u);
	assert_int_equal(bad, 0);
}

static void
quotes_are_the_writers(void **state)
{
	struct understander *u = understander_new(NULL);
	static const char text[] = "我們會在３月２０號付款５００元";
	struct meaning *m = read_text(u, text, strlen(text), false);

	assert_int_equal(m->n_dates, 1);
	assert_string_equal(m->dates[0].quote, "３月２０號");
	assert_int_equal(m->n_amounts, 1);
	assert_string_equal(m->amounts[0].value, "500");
	assert_string_equal(m->amounts[0].quote, "５００元");
	talloc_free(u);
}

/* The first sum of each text, and its currency. */
static void
sums_are_scaled(void **state)
{
	static const struct { const char *text, *value, *cur; } rows[] = {
		{ "七千到九千亿元", "700000000000", "CNY" },
		{ "一百二十到一百五十万元", "1200000", "CNY" },
		{ "5000到1万元", "5000", "CNY" },
		{ "2-3k", "2000", "" },
		{ "$2-3k", "2000", "USD" },
		{ "港币500元", "500", "HKD" },
		{ "rmb 10 usd 20", "10", "CNY" },
		{ "两万五", "25000", "" },
		{ "一亿三千万元", "130000000", "CNY" },
		{ "四十九兆九千亿元", "49900000000000", "CNY" },
	};
	struct understander *u = understander_new(NULL);
	struct meaning *m;
	size_t i;

	for (i = 0; i < UNIT_COUNT(rows); i++) {
		m = read_text(u, rows[i].text, strlen(rows[i].text), false);
		assert_true(m->n_amounts > 0);
		assert_string_equal(m->amounts[0].value, rows[i].value);
		assert_string_equal(m->amounts[0].cur, rows[i].cur);
	}
	talloc_free(u);
}

static void
words_are_never_lost(void **state)
{
	struct unquoted q;
	void *owner = talloc_new(NULL);
	static const char *const texts[] = { "ok", "> only a quote\nyes",
	    "On 1 May you wrote:\nnothing", "-- \nme", "From: x\nTo: y\nhi",
	    "---------- Forwarded message ----------\nhi" };
	size_t i;

	for (i = 0; i < UNIT_COUNT(texts); i++) {
		unquote(owner, texts[i], strlen(texts[i]), &q);
		assert_string_not_equal(q.own, "");
	}
	talloc_free(owner);
}

static void
numbers_are_no_dates_or_sums(void **state)
{
	static const char *const texts[] = { "Invoice 20260310",
	    "ref INV-20260115", "call me on 13800000000",
	    "my number is +44 1632 960961", "发票号 88213",
	    "订单号20260115", "尾号8821", "account 10020304" };
	struct understander *u = understander_new(NULL);
	struct meaning *m;
	size_t i;

	for (i = 0; i < UNIT_COUNT(texts); i++) {
		m = read_text(u, texts[i], strlen(texts[i]), false);
		if (m->n_dates + m->n_amounts + m->n_promises != 0)
			fail_msg("%s", texts[i]);
	}
	talloc_free(u);
}

static const char dsn[] =
    "From: MAILER-DAEMON@mx.example.net\n"
    "Subject: Undelivered Mail Returned to Sender\n"
    "Content-Type: multipart/report; report-type=delivery-status;\n"
    "\tboundary=b\n\n--b\n\nIt failed.\n--b\n"
    "Content-Type: message/delivery-status\n\n"
    "Reporting-MTA: dns; mx.example.net\n\n"
    "Final-Recipient: rfc822; ap@acme.example\nAction: failed\n"
    "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n\n"
    "--b--\n";

static void
reports_are_told_apart(void **state)
{
	struct understander *u = understander_new(NULL);
	struct understand_in in = { .ref = date_make(2026, 3, 11) };
	struct meaning *m = understand_mail(u, u, &in, dsn, strlen(dsn),
	    CLOCK_NONE);
	char late[sizeof(dsn) + 8];

	assert_int_equal(m->kind, MEAN_BOUNCE);
	assert_int_equal(m->n_bounced, 1);
	assert_string_equal(m->bounced[0].recipient, "ap@acme.example");
	assert_string_equal(m->bounced[0].status, "5.1.1");
	assert_true(m->bounced[0].permanent);
	assert_true(m->bounced[0].address_dead);
	memcpy(late, dsn, sizeof(dsn));
	memcpy(strstr(late, "Action: failed"), "Action: delayd", 14);
	memcpy(strstr(late, "Action: delayd"), "Action: delay ", 14);
	m = understand_mail(u, u, &in, late, strlen(late), CLOCK_NONE);
	assert_int_equal(m->kind, MEAN_DELAY);
	assert_false(m->bounced[0].permanent);
	talloc_free(u);
}

static void
the_earlier_instant_counts(void **state)
{
	static const char mail[] = "Date: Fri, 20 Mar 2026 10:00:00 +0000\n"
	    "From: a@acme.example\nSubject: x\n\nWe will pay tomorrow\n";
	struct understander *u = understander_new(NULL);
	struct understand_in in = { .tz = "Europe/London" };
	struct meaning *m;
	int64_t received;

	assert_int_equal(clock_parse("2026-03-11T10:00:00Z", &received,
	    NULL), 0);
	m = understand_mail(u, u, &in, mail, strlen(mail), received);
	assert_int_equal(m->n_promises, 1);
	assert_int_equal(m->promises[0].to, date_make(2026, 3, 12));
	talloc_free(u);
}

/* Which part is disputed: "" none, or no part. */
static void
parts_are_told_apart(void **state)
{
	static const struct { const char *text, *part; } rows[] = {
		{ "Invoice 1001: 300 of it is wrong, the rest will be paid "
		    "Friday.", "300" },
		{ "We dispute GBP 300.00 of invoice INV-7011.", "300" },
		{ "INV-7: 300.00 of this is not correct; we will pay the "
		    "balance.", "300" },
		{ "You overcharged us by GBP 300 on INV-7011.", "300" },
		{ "GBP 300 of the GBP 1,000 on INV-7 is for damaged parts, we "
		    "will pay 700 on Friday.", "300" },
		{ "INV-7 is GBP 300 too high.", "300" },
		{ "We withhold GBP 300 for the broken pump.", "300" },
		{ "其中300元有争议，其余周五付", "300" },
		{ "发票1001中有300元有争议，其余没问题。", "300" },
		{ "对发票1001的1000元中的300元我们不认可。", "300" },
		{ "发票1001多算了300元，剩下的周五付。", "300" },
		{ "We do not dispute GBP 300.00 of it.", "" },
		{ "We dispute invoice 1001.", "" },
		{ "We dispute 1001.", "" },
		{ "300 of it has been paid.", "" },
		{ "20 of the pumps are faulty.", "" },
		{ "We do not accept the GBP 4.20 per unit.", "" },
		{ "GBP 300 of INV-1 is wrong, and GBP 200 of it is not ours "
		    "either. GBP 150 of INV-2 is wrong.", "" },
		{ "发票1001金额不对，应为700元。", "" },
		{ "发票1001我们没有异议，周五付1000元。", "" },
	};
	struct understander *u = understander_new(NULL);
	struct understand_in in = { .ref = date_make(2026, 3, 11) };
	const char *part;
	struct meaning *m;
	size_t i, k;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		m = understand_text(u, u, &in, rows[i].text,
		    strlen(rows[i].text));
		for (k = 0, part = ""; k < m->n_amounts; k++)
			if (m->amounts[k].disputed)
				part = m->amounts[k].value;
		if (strcmp(part, rows[i].part) != 0)
			complain(part, rows[i].part, rows[i].text);
		for (k = 0; k < m->n_promises; k++)
			assert_true(m->promises[k].amount == NULL ||
			    !m->promises[k].amount->disputed);
	}
	assert_int_equal(bad, 0);
	talloc_free(u);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_fire),
		cmocka_unit_test(patterns_match),
		cmocka_unit_test(sieves_keep_what_matches),
		cmocka_unit_test(sieves_lose_no_rule),
		cmocka_unit_test(traditional_is_that_of_cldr),
		cmocka_unit_test(hostile_is_bounded),
		cmocka_unit_test(quotes_are_the_writers),
		cmocka_unit_test(sums_are_scaled),
		cmocka_unit_test(words_are_never_lost),
		cmocka_unit_test(numbers_are_no_dates_or_sums),
		cmocka_unit_test(reports_are_told_apart),
		cmocka_unit_test(the_earlier_instant_counts),
		cmocka_unit_test(parts_are_told_apart),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
