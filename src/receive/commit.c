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

static bool
says_stop(const struct reply *r)
{
	enum mean_intent i;

	for (i = 0; i < INTENT_COUNT; i++)
		if (i != r->intent && effects_says(r, i) &&
		    (mean_intent_is_safety(i) || i == INTENT_WRONG_PERSON ||
		    i == INTENT_ANGRY))
			return true;
	return false;
}

/* What else they say makes a promise doubtful, and an answer unwise. */
static bool
says_more(const struct reply *r)
{
	static const enum mean_intent doubts[] = { INTENT_DISPUTE,
		INTENT_PAID, INTENT_CONDITIONAL, INTENT_REFUSAL };
	size_t i;

	for (i = 0; i < sizeof(doubts) / sizeof(doubts[0]); i++)
		if (doubts[i] != r->intent && effects_says(r, doubts[i]) &&
		    !(r->rest && doubts[i] == INTENT_DISPUTE))
			return true;
	return says_stop(r);
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
	a->silent = says_more(r) || r->trust != TRUST_COMMIT || r->besides;
	if (r->company->policy != NULL)
		a->rule = &r->company->policy->replies[r->intent];
	a->message_id = r->message_id;
	a->quote = r->text;
	a->actor = ACTOR;
	a->now = r->now;
}

/* Doubtful or not: what stops is answered by what was stopped. */
static void
fill_stop(const struct reply *r, struct act_reply *a)
{
	fill(r, a);
	a->silent = says_stop(r) || r->trust != TRUST_COMMIT || r->besides;
	a->proven = !a->silent;
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

/* "by acceptance bill, maturing on ..." */
static void
by_bill(const struct reply *r, struct act_day *d)
{
	const char *means = text_of(r->meaning, "means");
	const char *day = text_of(r->meaning, "maturity");
	int32_t matures;

	d->by_bill = means != NULL && strcmp(means, "acceptance_bill") == 0;
	if (d->by_bill && day != NULL && date_parse(day, DATE_ISO, &matures,
	    NULL) == 0)
		d->matures = matures;
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
		by_bill(r, &days[n]);
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

/* The numbers of which it is said, where that is told apart; else all. */
static size_t
said_of(const struct reply *r, enum mean_intent intent,
    const char *names[NAMES_MOST])
{
	const json_t *refs = json_object_get(r->meaning, "refs"), *one;
	const char *value, *said;
	size_t i, n = 0;

	for (i = 0; i < json_array_size(refs) && n < NAMES_MOST; i++) {
		one = json_array_get(refs, i);
		value = text_of(one, "value");
		said = text_of(one, "said");
		if (value != NULL && said != NULL && strcmp(said,
		    mean_intent_name(intent)) == 0)
			names[n++] = value;
	}
	return n > 0 ? n : names_of(r, mean_ref_name(REF_ITEM), names);
}

/* "INV-1 was damaged, INV-2 will be paid on Friday": INV-2 is no part of the
 * objection.  What is left of names; all of them where nothing would be. */
static size_t
without_promised(const struct reply *r, const char *names[NAMES_MOST],
    size_t n)
{
	const json_t *all = json_object_get(r->meaning, "promises");
	const char *item;
	size_t i, k, left = 0;

	for (i = 0; i < n; i++) {
		for (k = 0; k < json_array_size(all); k++) {
			item = text_of(json_array_get(all, k), "item");
			if (item != NULL && strcmp(item, names[i]) == 0)
				break;
		}
		if (k == json_array_size(all))
			names[left++] = names[i];
	}
	return left > 0 ? left : n;
}

/* A stranger stops what is sent, and gets no answer. */
int
effect_dispute(struct db *db, const struct reply *r, struct err *err)
{
	const char *names[NAMES_MOST];
	const json_t *amount;
	struct act_dispute d;
	enum act_done done;
	struct act_reply a;

	if (!r->known_sender)
		return effect_stop(db, r, err);
	fill_stop(r, &a);
	memset(&d, 0, sizeof(d));
	d.reason = text_of(r->meaning, "reason");
	if (d.reason == NULL)
		d.reason = "other";
	amount = effects_part(r);
	money_of(r, text_of(amount, "value"), text_of(amount, "currency"),
	    &d.amount);
	d.documents = names;
	d.n_documents = said_of(r, INTENT_DISPUTE, names);
	/* Of one invoice part is disputed, and the rest promised. */
	if (amount == NULL || d.n_documents != 1)
		d.n_documents = without_promised(r, names, d.n_documents);
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
	fill_stop(r, &a);
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
	p.n_documents = without_promised(r, names, said_of(r, INTENT_PAID,
	    names));
	return act_paid(db, &a, &p, &done, err);
}

int
effects_answer(struct db *db, const struct reply *r, const char *template,
    struct err *err)
{
	enum act_done done;
	struct act_reply a;

	fill_stop(r, &a);
	if (template == NULL || a.silent || !r->known_sender ||
	    (a.rule != NULL && a.rule->person))
		return 0;
	return act_answer(db, &a, template, "reply", false, &done, err);
}

int
effect_hardship(struct db *db, const struct reply *r, struct err *err)
{
	if (json_array_size(json_object_get(r->meaning, "promises")) > 0 &&
	    (effects_says(r, INTENT_PLAN) || effects_says(r, INTENT_PROMISE)))
		return effect_promise(db, r, err);
	return effect_person(db, r, err);
}

static bool
asks_for(const struct reply *r, const char *paper)
{
	const json_t *papers = json_object_get(r->meaning, "papers");
	const char *word;
	size_t i;

	for (i = 0; i < json_array_size(papers); i++) {
		word = json_string_value(json_array_get(papers, i));
		if (word != NULL && strcmp(word, paper) == 0)
			return true;
	}
	return false;
}

/* Figures go to those only who are told what is owed anyway: a known contact
 * who is believed.  The document itself Dunlin has not. */
int
effect_document(struct db *db, const struct reply *r, struct err *err)
{
	const char *template = "answer-statement";
	bool invoice = asks_for(r, "invoice") && !asks_for(r, "statement");
	enum act_done done;
	struct act_reply a;

	fill_stop(r, &a);
	if (!a.proven || !r->known_sender || asks_for(r, "other") ||
	    (!invoice && !asks_for(r, "statement") && !asks_for(r, "bank")))
		return effect_person(db, r, err);
	if (invoice)
		template = "answer-invoice";
	else if (!asks_for(r, "statement"))
		template = "answer-bank";
	if (act_answer(db, &a, template, invoice ? "invoice" : "reply", true,
	    &done, err) < 0)
		return -1;
	if (!asks_for(r, "invoice"))
		return 0;
	return effects_task(db, r, "document", 0, err);
}
