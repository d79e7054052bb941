#include "unit.h"

#include "base/mem.h"
#include "config/config.h"
#include "config/policy_read.h"
#include "core/zone.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static const char small[] =
    "companies:\n"
    "  acme:\n"
    "    name: {en: Acme Ltd, zh-CN: 艾克米}\n"
    "    country: GB\n"
    "    zone: Europe/London\n"
    "    currency: GBP\n"
    "    reply_to: ar@acme.example\n"
    "    transport: maildir:outgoing\n"
    "    senders:\n"
    "      - {name: Jo Smith, email: ar@acme.example}\n"
    "      - {name: Li Wei, email: li@acme.example, role: manager,\n"
    "         language: zh-CN}\n"
    "users:\n"
    "  jo: {name: Jo Smith, roles: [collector, lead]}\n";

static struct config *
parse_ok(void *owner, const char *text)
{
	struct config_problems problems;
	struct config *c = NULL;
	struct err err = { 0 };
	size_t i;

	if (config_parse(owner, "/w", "dunlin.yaml", text, strlen(text), &c,
	    &problems, &err) != 0)
		for (i = 0; i < problems.n; i++)
			print_error("%s\n", problems.lines[i]);
	assert_non_null(c);
	return c;
}

static void
test_small(void **state)
{
	MEM_AUTO void *m = talloc_new(NULL);
	struct config *c = parse_ok(m, small);
	const struct config_company *co = config_company(c, "acme");

	assert_string_equal(c->database, "/w/dunlin.db");
	assert_string_equal(c->state_file, "/w/dunlin.state");
	assert_null(c->templates);
	assert_false(c->test);
	assert_non_null(co);
	assert_null(config_company(c, "other"));
	assert_string_equal(zone_name(co->zone), "Europe/London");
	assert_string_equal(co->languages[0], "en");
	assert_null(co->languages[1]);
	assert_string_equal(co->bounce_to, "ar@acme.example");
	assert_string_equal(co->message_domain, "acme.example");
	assert_int_equal(co->separator, '+');
	assert_true(co->transport.maildir);
	assert_string_equal(co->transport.path, "/w/outgoing");
	assert_true(co->transport.tls_verify);
	assert_int_equal(co->transport.tls_min, 12);
	assert_string_equal(co->policy->name, "default");
	assert_string_equal(config_company_name(co, "zh-CN"), "艾克米");
	assert_string_equal(config_company_name(co, "de"), "Acme Ltd");
	assert_string_equal(config_sender(co, "manager", "zh-CN")->name,
	    "Li Wei");
	assert_string_equal(config_sender(co, "manager", "en")->name,
	    "Jo Smith");
	assert_string_equal(config_sender(co, "legal", "zh-CN")->name,
	    "Jo Smith");
	assert_string_equal(c->users[0].roles, "collector lead");
	assert_string_equal(c->users[0].companies, "*");
}

/* The small configuration with one text replaced by another. */
static char *
changed(void *m, const char *from, const char *to)
{
	const char *at = strstr(small, from);

	assert_non_null(at);
	return mem_fmt(m, "%.*s%s%s", (int)(at - small), small, to,
	    at + strlen(from));
}

static char *
said_of(void *m, const char *text)
{
	struct config_problems found = { NULL, 0 };
	struct config *c = NULL;
	struct err err = { ERR_NONE, "" };
	char *said = mem_str(m, "");
	size_t i;
	int result;

	result = config_parse(m, "/w", "f", text, strlen(text), &c, &found,
	    &err);
	assert_int_equal(result, found.n > 0 ? -1 : 0);
	assert_int_equal(c != NULL, found.n == 0);
	assert_int_equal(err.kind, found.n > 0 ? ERR_CONFIG : ERR_NONE);
	for (i = 0; i < found.n; i++)
		said = mem_fmt(m, "%s%s%s", said, i > 0 ? "\n" : "",
		    found.lines[i]);
	return said;
}

static const struct {
	const char *from, *to, *said;
} wrong[] = {
	{ "    country: GB\n", "",
	    "f:2: companies.acme: \"country\" is missing: add it (two "
	    "letters, such as CN or GB)" },
	{ "country: GB", "country:",
	    "f:4: companies.acme.country: empty: give a value or take the "
	    "line out" },
	{ "country: GB", "country: [GB]",
	    "f:4: companies.acme.country: a list where one value belongs: "
	    "write \"key: value\"" },
	{ "country: GB", "contry: GB",
	    "f:2: companies.acme: \"country\" is missing: add it (two "
	    "letters, such as CN or GB)\n"
	    "f:4: companies.acme: \"contry\" is no setting, did you mean "
	    "\"country\"?" },
	{ "currency: GBP", "currency: gbp",
	    "f:6: companies.acme.currency: \"gbp\" is no currency: use three "
	    "capital letters of ISO 4217, such as CNY" },
	{ "ar@acme.example\n    t", "ar\n    t",
	    "f:7: companies.acme.reply_to: \"ar\" is no mail address: write "
	    "name@example.com alone" },
	{ "maildir:outgoing", "ftp://x",
	    "f:8: companies.acme.transport.url: \"ftp://x\" is no transport: "
	    "write maildir:FOLDER, smtp://HOST:587 or smtps://HOST:465" },
	{ "maildir:outgoing", "{url: \"smtp://a.test\", user: x}",
	    "f:8: companies.acme.transport: user and password_file belong "
	    "together: give both or none" },
	{ "maildir:outgoing", "{url: \"smtp://a.test\", user: x, "
	    "password_file: p, tls: none}",
	    "f:8: companies.acme.transport: a password without TLS: use "
	    "starttls or implicit" },
	{ "maildir:outgoing", "{url: \"smtp://a.test\", tls_min: 1.1}",
	    "f:8: companies.acme.transport.tls_min: \"1.1\" is neither 1.2 "
	    "nor 1.3" },
	{ "maildir:outgoing", "{tls: yes}",
	    "f:8: companies.acme.transport: \"url\" is missing: add it "
	    "(maildir:FOLDER, smtp://HOST:PORT or smtps://HOST:PORT)\n"
	    "f:8: companies.acme.transport.tls: \"yes\" is neither starttls, "
	    "implicit nor none" },
	{ "name: Jo Smith, email: ar@acme.example", "role: manager, name: J, "
	    "email: ar@acme.example",
	    "f:2: companies.acme: no sender has the role account-manager, "
	    "which step m0-notice of policy default needs: add one, or a "
	    "sender without role\n"
	    "f:2: companies.acme: no sender has the role collections, which "
	    "step m2-first of policy default needs: add one, or a sender "
	    "without role\n"
	    "f:2: companies.acme: no sender has the role legal, which step "
	    "m4-letter of policy default needs: add one, or a sender without "
	    "role" },
	{ "role: manager,", "role: boss,",
	    "f:11: companies.acme.senders.2.role: \"boss\" is no role: use "
	    "account-manager, collections, manager or legal" },
	{ "language: zh-CN", "language: Chinese",
	    "f:12: companies.acme.senders.2.language: \"Chinese\" is no "
	    "language: write it as en or zh-CN" },
	{ "users:\n  jo:", "users:\n  j o:",
	    "f:14: users: \"j o\" is no name for a user: use up to 40 "
	    "letters, digits, - and _" },
	{ "    zone: Europe/London\n", "    zone: Europe/London\n"
	    "    policy: fast\n",
	    "f:2: there is no policy \"fast\": give it under policies: or as "
	    "policies/fast.yaml" },
	{ "users:\n", "policies:\n  a: {extends: b}\n  b: {extends: a}\n"
	    "users:\n",
	    "f:15: policy \"a\" extends itself, by way of \"a\"" },
	{ "users:\n", "policies:\n  a:\n    extends: default\n    gap_day: "
	    "3\nusers:\n",
	    "f:16: policies.a: \"gap_day\" is no setting, did you mean "
	    "\"gap_days\"?" },
	{ "users:\n", "policies:\n  late:\n    extends: default\n    hours: "
	    "[{from: \"18:00\", to: \"20:00\", score: 9}]\nusers:\n", "" },
	{ "    zone: Europe/London\n", "    zone: Europe/London\n"
	    "    separator: \"#\"\n",
	    "f:6: companies.acme.separator: \"#\" is no separator: use one "
	    "of + - = _" },
	{ "name: {en: Acme Ltd,", "name: {english: Acme Ltd,",
	    "f:3: companies.acme.name: \"english\" is no language: write it "
	    "as en or zh-CN" },
	{ "name: {en: Acme Ltd,", "name: {en: \"Acme\\nBcc: x@y.example\",",
	    "f:3: companies.acme.name: a line break or tab in the text: keep "
	    "it on one line" },
};

static void
test_wrong(void **state)
{
	MEM_AUTO void *m = talloc_new(NULL);
	size_t i, bad = 0;
	char *said;

	for (i = 0; i < UNIT_COUNT(wrong); i++) {
		said = said_of(m, changed(m, wrong[i].from, wrong[i].to));
		if (strcmp(said, wrong[i].said) != 0) {
			print_error("%s\n  said   %s\n  wanted %s\n",
			    wrong[i].to, said, wrong[i].said);
			bad++;
		}
	}
	assert_int_equal(bad, 0);
	assert_string_equal(said_of(m, ""), "f:1: \"companies\" is missing: "
	    "add it (the companies whose receivables are looked after, by "
	    "code)");
}

/* Hours that the company's own rule pack never allows. */
static void
test_hours_and_rule_pack(void **state)
{
	MEM_AUTO void *m = talloc_new(NULL);
	char *text = changed(m, "    zone: Europe/London\n",
	    "    zone: Europe/London\n    policy: late\n");

	text = mem_fmt(m, "%spolicies:\n  late:\n    extends: default\n"
	    "    hours: [{from: \"18:00\", to: \"20:00\", score: 9}]\n", text);
	assert_string_equal(said_of(m, text), "f:2: companies.acme: policy "
	    "late has no hours inside 09:00 to 18:00, which rule pack "
	    "gb-business allows: nothing would ever be sent");
}

static void
test_transports(void **state)
{
	static const struct {
		const char *yaml, *host;
		int port;
		enum smtp_tls tls;
	} good[] = {
		{ "smtp://mail.acme.test", "mail.acme.test", 587,
		    TLS_STARTTLS },
		{ "smtp://mail.acme.test:2525", "mail.acme.test", 2525,
		    TLS_STARTTLS },
		{ "smtps://mail.acme.test", "mail.acme.test", 465,
		    TLS_IMPLICIT },
		{ "'smtp://[::1]:25'", "::1", 25, TLS_STARTTLS },
		{ "{tls: none, url: 'smtp://127.0.0.1:25'}", "127.0.0.1", 25,
		    TLS_NONE },
		{ "{tls: implicit, url: 'smtp://h.test:465'}", "h.test", 465,
		    TLS_IMPLICIT },
	};
	MEM_AUTO void *m = talloc_new(NULL);
	const struct config_transport *t;
	size_t i;

	for (i = 0; i < UNIT_COUNT(good); i++) {
		t = &parse_ok(m, changed(m, "maildir:outgoing",
		    good[i].yaml))->companies[0].transport;
		assert_false(t->maildir);
		assert_string_equal(t->host, good[i].host);
		assert_int_equal(t->port, good[i].port);
		assert_int_equal(t->tls, good[i].tls);
		assert_true(t->tls_verify);
		assert_int_equal(t->timeout, 60);
		assert_int_equal(t->per_session, 100);
	}
	t = &parse_ok(m, changed(m, "maildir:outgoing",
	    "{url: 'smtps://h.test', user: u, password_file: p, tls_min: 1.3, "
	    "tls_verify: no, per_minute: 30, tls_ca: /ca.pem}"))
	    ->companies[0].transport;
	assert_string_equal(t->password_file, "/w/p");
	assert_string_equal(t->tls_ca, "/ca.pem");
	assert_int_equal(t->tls_min, 13);
	assert_int_equal(t->per_minute, 30);
	assert_false(t->tls_verify);
}

static void
test_own_policies(void **state)
{
	MEM_AUTO void *m = talloc_new(NULL);
	char *text = mem_fmt(m, "%s%s", changed(m,
	    "    zone: Europe/London\n",
	    "    zone: Europe/London\n    policy: b\n"),
	    "policies:\n  b: {extends: a, max_new_per_day: 7}\n"
	    "  a: {extends: default, gap_days: 6}\n"
	    "  default: {extends: default, retry_days: 2}\n");
	struct config *c = parse_ok(m, text);
	const struct policy *b = config_policy(c, "b");

	assert_int_equal(c->n_policies, 3);
	assert_ptr_equal(c->companies[0].policy, b);
	assert_int_equal(b->gap_days, 6);
	assert_int_equal(b->max_new_per_day, 7);
	assert_int_equal(config_policy(c, "default")->retry_days, 2);
	assert_string_equal(config_policy(c, "default")->name, "default");
	assert_null(config_policy(c, "c"));
}

/* No bytes may break the reader: each prefix, and each byte changed. */
static void
test_any_bytes(void **state)
{
	struct config_problems found;
	struct config *c;
	char copy[sizeof(small)];
	size_t i;

	for (i = 0; i < sizeof(small) - 1; i++) {
		MEM_AUTO void *m = talloc_new(NULL);

		config_parse(m, "/w", "f", small, i, &c, &found, NULL);
		memcpy(copy, small, sizeof(small));
		copy[i] ^= 0x1b;
		config_parse(m, "/w", "f", copy, sizeof(small) - 1, &c,
		    &found, NULL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_hours_and_rule_pack),
		cmocka_unit_test(test_transports),
		cmocka_unit_test(test_own_policies),
		cmocka_unit_test(test_any_bytes),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
