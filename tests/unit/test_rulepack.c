#include "unit.h"

#include "core/country.h"
#include "policy/rulepack.h"

#include <stdio.h>
#include <string.h>

enum { CREDITOR, AGENCY };

static const struct {
	const char *country;
	enum party_kind debtor;
	int role;
	enum channel channel;
	const char *id;
	int from, to;		/* hours */
	bool workdays, opt_out, neutral, allowed;
} table[] = {
	{ "US", PARTY_PERSON, AGENCY, CHANNEL_MAIL, "us-consumer-agency", 8,
	    21, false, true, true, true },
	{ "US", PARTY_PERSON, CREDITOR, CHANNEL_MAIL, "us-consumer-creditor",
	    8, 21, false, true, true, true },
	{ "US", PARTY_ORGANISATION, CREDITOR, CHANNEL_MAIL, "us-business", 8,
	    21, true, false, false, true },
	{ "CN", PARTY_PERSON, CREDITOR, CHANNEL_MAIL, "cn-consumer", 8, 22,
	    false, true, true, true },
	{ "CN", PARTY_ORGANISATION, CREDITOR, CHANNEL_MAIL, "cn-business", 8,
	    22, true, false, false, true },
	{ "CN", PARTY_ORGANISATION, CREDITOR, CHANNEL_SMS, "cn-business", 8,
	    22, true, true, false, true },
	{ "CN", PARTY_PERSON, AGENCY, CHANNEL_SMS, "cn-consumer", 8, 22,
	    false, true, true, true },
	{ "GB", PARTY_PERSON, CREDITOR, CHANNEL_MAIL, "gb-consumer", 9, 18,
	    true, true, true, true },
	{ "DE", PARTY_PERSON, CREDITOR, CHANNEL_MAIL, "eu-consumer", 9, 18,
	    true, true, true, true },
	{ "FR", PARTY_ORGANISATION, AGENCY, CHANNEL_MAIL, "eu-business", 9,
	    18, true, false, false, true },
	{ "JP", PARTY_ORGANISATION, CREDITOR, CHANNEL_MAIL, "other-business",
	    9, 18, true, false, false, true },
	{ "CH", PARTY_PERSON, CREDITOR, CHANNEL_SMS, "other-consumer", 9, 18,
	    true, true, true, true },
	/* Unknown: what every row allows. */
	{ NULL, PARTY_ORGANISATION, CREDITOR, CHANNEL_MAIL,
	    "unknown-country", 9, 18, true, true, true, true },
	{ NULL, PARTY_PERSON, AGENCY, CHANNEL_SMS, "unknown-country", 9, 18,
	    true, true, true, false },
	{ "ZZ", PARTY_PERSON, CREDITOR, CHANNEL_MAIL, "unknown-country", 9,
	    18, true, true, true, true },
	{ "us", PARTY_PERSON, CREDITOR, CHANNEL_MAIL, "unknown-country", 9,
	    18, true, true, true, true },
	/* Who the debtor is may be unknown too. */
	{ "US", PARTY_COUNT, AGENCY, CHANNEL_MAIL, "us-consumer-agency", 8,
	    21, true, true, true, true },
};

static void
test_table(void **state)
{
	struct rulepack p;
	size_t i;

	for (i = 0; i < UNIT_COUNT(table); i++) {
		p = rulepack_find(table[i].country, table[i].debtor,
		    table[i].role == AGENCY, table[i].channel);
		assert_string_equal(p.id, table[i].id);
		assert_int_equal(p.from, table[i].from * 60);
		assert_int_equal(p.to, table[i].to * 60);
		assert_int_equal(p.workdays_only, table[i].workdays);
		assert_int_equal(p.opt_out_line, table[i].opt_out);
		assert_int_equal(p.neutral_subject, table[i].neutral);
		assert_int_equal(p.channel_allowed, table[i].allowed);
		/* A person has none, and who may be one has none. */
		assert_int_equal(p.offers_allowed, table[i].debtor ==
		    PARTY_ORGANISATION && table[i].country != NULL);
		assert_int_equal(p.per_day, 1);
		assert_int_equal(p.per_week, 3);
		assert_true(strlen(p.source) > 0);
	}
}

static void
test_rows(void **state)
{
	const struct rulepack *p;
	size_t i, k;

	assert_true(rulepack_count() >= 8);
	for (i = 0; i < rulepack_count(); i++) {
		p = rulepack_row(i);
		assert_true(p->from >= 8 * 60 && p->to <= 22 * 60);
		assert_true(p->from < p->to);
		assert_true(strlen(p->source) > 10);
		for (k = 0; k < i; k++)
			assert_string_not_equal(p->id, rulepack_row(k)->id);
	}
}

/* For every key: an unknown field never allows more than a known one. */
static void
test_unknown_is_strictest(void **state)
{
	static const char *const countries[] = { "US", "CN", "GB", "DE",
		"JP" };
	struct rulepack known, unknown;
	size_t i;
	int debtor, agency, channel;

	for (i = 0; i < UNIT_COUNT(countries); i++)
	for (debtor = 0; debtor < PARTY_COUNT; debtor++)
	for (agency = 0; agency < 2; agency++)
	for (channel = 0; channel < CHANNEL_COUNT; channel++) {
		known = rulepack_find(countries[i], debtor, agency, channel);
		unknown = rulepack_find(NULL, debtor, agency, channel);
		assert_true(unknown.from >= known.from);
		assert_true(unknown.to <= known.to);
		assert_true(unknown.workdays_only >= known.workdays_only);
		assert_true(unknown.opt_out_line >= known.opt_out_line);
		assert_true(unknown.neutral_subject >= known.neutral_subject);
		assert_true(unknown.channel_allowed <= known.channel_allowed);
		assert_true(unknown.per_day <= known.per_day);
		assert_true(known.per_day > 0 && known.per_week > 0);
		unknown = rulepack_find(countries[i], PARTY_COUNT, agency,
		    channel);
		assert_true(unknown.from >= known.from);
		assert_true(unknown.to <= known.to);
		assert_true(unknown.opt_out_line >= known.opt_out_line);
		assert_true(unknown.workdays_only >= known.workdays_only);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_unknown_is_strictest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
