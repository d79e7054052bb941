#include "escalate/assign.h"
#include "policy/workhours.h"

#include "unit.h"

#include "base/mem.h"
#include "core/zone.h"

#include <stdio.h>
#include <string.h>

#define NOW INT64_C(1795251600)		/* Saturday 2026-11-21T09:00:00Z */
#define MONDAY (NOW + 2 * 86400)

/* lin, mei and bob collect, lea leads, max manages, jo is of legal; mei has
 * Chinese too; bob works for another company only. */
static const char yaml[] =
"companies:\n  S:\n    name: Seller Ltd\n    country: GB\n"
"    zone: Europe/London\n    languages: [en]\n    currency: GBP\n"
"    reply_to: ar@seller.example.com\n"
"    transport: maildir:out\n"
"    senders:\n    - name: AR\n      email: ar@seller.example.com\n"
"  T:\n    name: Other Ltd\n    country: GB\n    zone: Europe/London\n    currency: GBP\n"
"    reply_to: ar@other.example.com\n    transport: maildir:out\n"
"    senders:\n    - name: AR\n      email: ar@other.example.com\n"
"users:\n"
"  lin:\n    name: Collector A\n    companies: S\n"
"    away: [2026-12-01..2026-12-10, 2026-12-24]\n"
"  mei:\n    name: Collector B\n    companies: S\n"
"    languages: [zh-CN, en]\n    zone: Asia/Shanghai\n    workdays: CN\n"
"  bob:\n    name: Collector C\n    companies: T\n"
"  lea:\n    name: Lead\n    roles: lead\n    away: [2026-12-05]\n"
"  max:\n    name: Manager\n    roles: manager\n"
"  jo:\n    name: Counsel\n    roles: legal\n";

struct world {
	struct config *config;
	int64_t open[6];
	struct assign_case c;
};

static int
begin(void **state)
{
	struct world *w = mem_new(NULL, struct world);
	struct config_problems problems = { NULL, 0 };
	struct err err;

	if (config_parse(w, ".", "dunlin.yaml", yaml, strlen(yaml),
	    &w->config, &problems, &err) < 0)
		fail_msg("%s", err.text);
	w->c.company = config_company(w->config, "S");
	w->c.reason = reason_find("dispute");
	w->c.now = MONDAY;
	*state = w;
	return 0;
}

static int
end(void **state)
{
	talloc_free(*state);
	return 0;
}

static void
gets(const struct world *w, const char *login)
{
	const struct config_user *u = assign_user(w->config, &w->c, w->open);

	assert_non_null(u);
	assert_string_equal(u->login, login);
}

static void
the_owner_of_the_account(void **state)
{
	struct world *w = *state;

	w->c.owner = "mei";
	gets(w, "mei");
	/* But a matter of law is for who knows it. */
	w->c.reason = reason_find("legal");
	gets(w, "jo");
}

static void
without_owner_by_language_then_load(void **state)
{
	struct world *w = *state;

	gets(w, "lin");
	w->open[0] = 5;
	gets(w, "mei");
	w->c.language = "zh-CN";
	w->open[0] = 0;
	w->open[1] = 9;
	gets(w, "mei");
	w->c.language = "en";
	gets(w, "lin");
	/* One of another company never. */
	w->open[0] = w->open[1] = 100;
	gets(w, "lin");
	w->c.owner = "bob";
	gets(w, "lin");
	w->c.owner = "gone";
	gets(w, "lin");
}

static void
who_is_away_is_stood_in_for(void **state)
{
	struct world *w = *state;

	w->c.owner = "lin";
	gets(w, "lin");
	w->c.now = NOW + 10 * 86400;		/* 1 December */
	gets(w, "mei");
	w->c.now = NOW + 19 * 86400;		/* 10 December */
	gets(w, "mei");
	w->c.now = NOW + 20 * 86400;
	gets(w, "lin");
	/* A prime customer or much money: the lead. */
	w->c.now = NOW + 10 * 86400;
	w->c.large = true;
	gets(w, "lea");
	w->c.large = false;
	w->c.tier = TIER_PRIME;
	gets(w, "lea");
	w->c.now = NOW + 14 * 86400;		/* 5 December */
	gets(w, "mei");
}

static void
nobody_there_is_a_matter_for_the_lead(void **state)
{
	struct world *w = *state;

	w->c.reason = reason_find("mail-held");	/* admin: there is none */
	gets(w, "lea");
	w->c.now = NOW + 14 * 86400;
	gets(w, "max");
}

static void
raised_to_lead_and_manager(void **state)
{
	struct world *w = *state;

	w->c.owner = w->c.had = "lin";
	w->c.level = 1;
	gets(w, "lea");
	w->c.had = "lea";
	w->c.level = 2;
	gets(w, "max");
	/* Who ignored it as the lead does not get it as one. */
	w->c.level = 1;
	gets(w, "max");
}

static int64_t
after(int64_t from, int hours)
{
	const struct zone *z;

	assert_int_equal(zone_open("Europe/London", &z, NULL), 0);
	return workhours_add(calendar_for("GB"), z, from, hours);
}

static void
hours_of_working_days(void **state)
{
	(void)state;
	/* Saturday 09:00: from Monday 09:00. */
	assert_true(after(NOW, 4) == MONDAY + 5 * 3600);	/* 14:00 */
	assert_true(after(MONDAY, 3) == MONDAY + 3 * 3600);
	assert_true(after(MONDAY, 8) == MONDAY + 9 * 3600);
	assert_true(after(MONDAY, 9) == MONDAY + 86400 + 3600);
	/* At lunch and after work. */
	assert_true(after(MONDAY + 12600, 1) == MONDAY + 5 * 3600);
	assert_true(after(MONDAY + 10 * 3600, 1) == MONDAY + 86400 + 3600);
	assert_true(after(MONDAY, 40) == MONDAY + 4 * 86400 + 9 * 3600);
	/* Friday 16:00, and Christmas in between. */
	assert_true(after(MONDAY + 31 * 86400 + 7 * 3600, 3) ==
	    MONDAY + 36 * 86400 + 3600);
}

static void
their_own_zone_and_language(void **state)
{
	struct world *w = *state;
	const struct config_user *mei = config_user(w->config, "mei");
	const struct config_user *lin = config_user(w->config, "lin");

	assert_string_equal(assign_language(mei, w->c.company), "zh-CN");
	assert_string_equal(assign_language(lin, w->c.company), "en");
	assert_string_equal(zone_name(assign_zone(mei, w->c.company)),
	    "Asia/Shanghai");
	assert_string_equal(calendar_name(assign_calendar(mei,
	    w->c.company)), "CN");
}

#define WORLD(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD(the_owner_of_the_account),
		WORLD(without_owner_by_language_then_load),
		WORLD(who_is_away_is_stood_in_for),
		WORLD(nobody_there_is_a_matter_for_the_lead),
		WORLD(raised_to_lead_and_manager),
		WORLD(hours_of_working_days),
		WORLD(their_own_zone_and_language),
	};

	return cmocka_run_group_tests_name("assign", tests, NULL, NULL);
}
