/* commit.c - from what was read to what track/act.h records: promises,
 * plans, disputes, claims that it is paid. */
#include "receive/effects.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "track/act.h"

#include <math.h>
#include <string.h>

#define ACTOR "reader"
#define DAYS_MOST 36
#define NAMES_MOST 50
#define SURE 0.6	/* less: a person accepts it */

static const char *
text_of(const json_t *j, const char *name)
{
	return json_string_value(json_object_get(j, name));
}

/* What else they say makes a promise doubtful, and an answer unwise. */
static bool
says_more(const struct reply *r)
{
	enum mean_intent i;

	for (i = 0; i < INTENT_COUNT; i++)
		if (i != r->intent && effects_says(r, i) &&
		    (mean_intent_is_safety(i) || i == INTENT_DISPUTE ||
		    i == INTENT_PAID || i == INTENT_WRONG_PERSON ||
		    i == INTENT_CONDITIONAL || i == INTENT_REFUSAL ||
		    i == INTENT_ANGRY))
			return true;
	return false;
}

static void
fill(const struct reply *r, struct act_reply *a)
{
	memset(a, 0, sizeof(*a));
	a->company = r->company;
	a->company_id = r->company_id;
	a->account_id = r->account_id;
	a->inbox_id = r->inbox_id;
	a->contact_id = r->contact_id;
	a->proven = r->trust == TRUST_COMMIT && !says_more(r) &&
	    json_number_value(json_object_get(r->meaning, "confidence")) >=
	    SURE;
	a->silent = says_more(r) || r->trust != TRUST_COMMIT;
	a->message_id = r->message_id;
	a->quote = r->text;
	a->actor = ACTOR;
	a->now = r->now;
}

/* Without a currency the digits of the company's are taken, and act.h finds
 * which one is meant. */
static void
money_of(const struct reply *r, const char *value, const char *currency,
    struct money *ret)
{
	struct err none;

	if (value == NULL || money_parse(value, currency != NULL ? currency :
	    r->company->currency, ret, &none) < 0)
		memset(ret, 0, sizeof(*ret));
	else if (currency == NULL)
		ret->cur[0] = '\0';
}

static int32_t
day_of(const json_t *j)
{
	const char *s = text_of(j, "to");
	int32_t day;

	if (s == NULL)
		s = text_of(j, "from");
	return s != NULL && date_parse(s, DATE_ISO, &day, NULL) == 0 ? day :
	    DATE_NONE;
}

static size_t
days_of(const struct reply *r, struct act_day days[DAYS_MOST],
    struct act_reply *a)
{
	const json_t *all = json_object_get(r->meaning, "promises"), *p;
	size_t i, n = 0;

	for (i = 0; i < json_array_size(all) && n < DAYS_MOST; i++) {
		p = json_array_get(all, i);
		memset(&days[n], 0, sizeof(days[n]));
		days[n].day = day_of(p);
		if (days[n].day == DATE_NONE)
			continue;
		money_of(r, text_of(p, "amount"), text_of(p, "currency"),
		    &days[n].amount);
		days[n].share = (int)lround(10000 * json_number_value(
		    json_object_get(p, "share")));
		days[n].rest = json_is_true(json_object_get(p, "rest"));
		days[n].document = text_of(p, "item");
		if (json_number_value(json_object_get(p, "confidence")) <
		    SURE)
			a->proven = false;
		n++;
	}
	return n;
}

/* One day or several. */
int
effect_promise(struct db *db, const struct reply *r, struct err *err)
{
	struct act_day days[DAYS_MOST];
	enum act_done done;
	struct act_reply a;
	int64_t id;
	size_t n;

	fill(r, &a);
	n = days_of(r, days, &a);
	if (n == 0 || !r->known_sender)
		return effect_person(db, r, err);
	return act_promise(db, &a, days, n, &done, &id, err);
}

int
effect_vague(struct db *db, const struct reply *r, struct err *err)
{
	enum act_done done;
	struct act_reply a;

	fill(r, &a);
	if (!r->known_sender || a.silent)
		return effect_person(db, r, err);
	return act_promise_vague(db, &a, &done, err);
}

static size_t
names_of(const struct reply *r, const char *type,
    const char *names[NAMES_MOST])
{
	const json_t *refs = json_object_get(r->meaning, "refs"), *one;
	const char *value;
	size_t i, n = 0;

	for (i = 0; i < json_array_size(refs) && n < NAMES_MOST; i++) {
		one = json_array_get(refs, i);
		value = text_of(one, "value");
		if (value != NULL && text_of(one, "type") != NULL &&
		    strcmp(text_of(one, "type"), type) == 0)
			names[n++] = value;
	}
	return n;
}

/* A stranger stops what is sent, and gets no answer. */
int
effect_dispute(struct db *db, const struct reply *r, struct err *err)
{
	const char *names[NAMES_MOST];
	struct act_dispute d;
	enum act_done done;
	struct act_reply a;

	if (!r->known_sender)
		return effect_stop(db, r, err);
	fill(r, &a);
	memset(&d, 0, sizeof(d));
	d.reason = text_of(r->meaning, "reason");
	if (d.reason == NULL)
		d.reason = "other";
	d.documents = names;
	d.n_documents = names_of(r, mean_ref_name(REF_ITEM), names);
	return act_dispute(db, &a, &d, &done, err);
}

int
effect_paid(struct db *db, const struct reply *r, struct err *err)
{
	const json_t *dates = json_object_get(r->meaning, "dates"), *amount;
	const char *names[NAMES_MOST], *payments[NAMES_MOST], *role;
	struct act_paid p;
	enum act_done done;
	struct act_reply a;
	size_t i;

	if (!r->known_sender)
		return effect_stop(db, r, err);
	fill(r, &a);
	memset(&p, 0, sizeof(p));
	p.day = DATE_NONE;
	for (i = 0; i < json_array_size(dates); i++) {
		role = text_of(json_array_get(dates, i), "role");
		if (role != NULL && strcmp(role, mean_role_name(ROLE_PAID)) ==
		    0)
			p.day = day_of(json_array_get(dates, i));
	}
	amount = json_array_get(json_object_get(r->meaning, "amounts"), 0);
	money_of(r, text_of(amount, "value"), text_of(amount, "currency"),
	    &p.amount);
	if (names_of(r, mean_ref_name(REF_PAYMENT), payments) > 0)
		p.reference = payments[0];
	p.documents = names;
	p.n_documents = names_of(r, mean_ref_name(REF_ITEM), names);
	return act_paid(db, &a, &p, &done, err);
}
