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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
