#include "receive/effects.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "escalate/reason.h"
#include "policy/workhours.h"
#include "store/delivery.h"
#include "store/disputes.h"
#include "store/events.h"
#include "store/holds.h"
#include "store/inbox.h"
#include "store/lookup.h"
#include "store/tasks.h"

#include <string.h>

#define ACTOR "reader"
#define DAY 86400
#define TEXT_MOST 4000		/* bytes of a reply that a task quotes */
#define SURE 50			/* per cent: below it a person reads */

#define EFFECT(intent, trust, handler, hold, reason, answer)	\
	effect_fn handler;
#include "receive/effects.def"
#undef EFFECT

struct effect {
	enum trust trust;
	effect_fn *apply;
	enum hold_kind hold;
	const char *reason, *answer;
};

#define EFFECT(intent, trust, handler, hold, reason, answer)	\
	[INTENT_##intent] = { TRUST_##trust, handler, hold, reason,	\
	    answer },
static const struct effect effects[INTENT_COUNT] = {
#include "receive/effects.def"
};
#undef EFFECT

const char *
trust_name(enum trust t)
{
	static const char *const names[] = { "none", "stop", "commit" };

	return names[t];
}

static const struct effect *
effect_of(const struct reply *r)
{
	return &effects[r->intent];
}

static const struct policy_reply *
rule_of(const struct reply *r)
{
	return r->company->policy == NULL ? NULL :
	    &r->company->policy->replies[r->intent];
}

static enum trust
trust_of(const struct effect *e, const struct policy_reply *o)
{
	return o != NULL && o->trust - 1 > (int)e->trust ?
	    (enum trust)(o->trust - 1) : e->trust;
}

/* The provisional one. */
static enum hold_kind
hold_of(const struct reply *r, enum hold_kind kind)
{
	const struct policy_reply *o = rule_of(r);

	return o != NULL && o->hold != 0 ? (enum hold_kind)(o->hold - 1) :
	    kind;
}

void
effects_rule(const struct policy *p, enum mean_intent intent,
    struct effects_rule *ret)
{
	const struct policy_reply *o = p != NULL ? &p->replies[intent] : NULL;
	const struct effect *e = &effects[intent];
	const struct reason *reason = reason_find(e->reason);

	ret->intent = mean_intent_name(intent);
	ret->trust = trust_of(e, o);
	ret->hold = e->hold == HOLD_COUNT ? NULL : hold_name(e->hold);
	if (o != NULL && o->hold != 0)
		ret->hold = hold_name((enum hold_kind)(o->hold - 1));
	ret->reason = e->hold == HOLD_COUNT ? NULL : e->reason;
	ret->severity = reason->severity;
	ret->within = reason->hours / WORKHOURS_DAY;
	ret->answer = e->answer;
	ret->person = o != NULL && o->person;
	if (o != NULL && o->severity != 0)
		ret->severity = o->severity;
	if (o != NULL && o->within != 0)
		ret->within = o->within;
	if (o != NULL && o->template != NULL)
		ret->answer = o->template;
	if (ret->person || (o != NULL && o->silent))
		ret->answer = NULL;
}

static double
confidence(const struct reply *r)
{
	return 100 * json_number_value(json_object_get(r->meaning,
	    "confidence"));
}

bool
effects_says(const struct reply *r, enum mean_intent intent)
{
	const json_t *also = json_object_get(r->meaning, "also");
	const char *word;
	size_t i;

	for (i = 0; i < json_array_size(also); i++) {
		word = json_string_value(json_array_get(also, i));
		if (word != NULL && strcmp(word, mean_intent_name(intent)) ==
		    0)
			return true;
	}
	return r->intent == intent;
}

/* At most most bytes of s, whole characters, told where it is cut. */
static char *
cut(void *owner, const char *s, size_t most)
{
	size_t n = strlen(s);

	if (n <= most)
		return mem_str(owner, s);
	for (n = most; n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80; n--)
		continue;
	return mem_fmt(owner, "%.*s ...", (int)n, s);
}

static void
quotes(struct text *out, const struct reply *r, const char *list,
    const char *name)
{
	const json_t *all = json_object_get(r->meaning, list);
	const char *s;
	size_t i;

	for (i = 0; i < json_array_size(all) && i < 10; i++) {
		s = json_string_value(json_object_get(json_array_get(all, i),
		    name));
		if (s != NULL)
			text_addf(out, "; %s \"%.200s\"", list, s);
	}
}

static char *
detail(void *owner, const struct reply *r)
{
	struct text *out = text_new(owner);
	const char *why;

	text_addf(out, "mail %lld from %s%s, found by %s; read as %s",
	    (long long)r->inbox_id, r->from != NULL ? r->from : "?",
	    r->known_sender ? "" : " (NOT a contact of this account)",
	    r->by, mean_intent_name(r->intent));
	why = json_string_value(json_object_get(r->meaning, "reason"));
	if (why != NULL)
		text_addf(out, " (%s)", why);
	quotes(out, r, "promises", "quote");
	quotes(out, r, "refs", "value");
	if (!r->known_sender && r->intent != INTENT_UNCLEAR)
		text_addf(out, "\naccept: dunlin inbox accept %lld%s",
		    (long long)r->inbox_id, r->several ?
		    " --account CUSTOMER" : "");
	text_addf(out, "\nSubject: %s\n%s", r->subject != NULL ? r->subject :
	    "", cut(out, r->text, TEXT_MOST));
	return mem_str(owner, text_str(out));
}

int
effects_task(struct db *db, const struct reply *r, const char *reason,
    int64_t hold_id, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct task_new t = {
		.company_id = r->company_id,
		.account_id = r->account_id,
		.reason = reason,
		.outbox_id = r->outbox_id,
		.hold_id = hold_id,
		.inbox_id = r->inbox_id,
	};
	const struct policy_reply *rule = rule_of(r);
	if (rule != NULL)
		t.severity = rule->severity;
	if (rule != NULL && rule->within != 0)
		t.due_at = r->now + rule->within * DAY;
	t.detail = detail(tmp, r);
	return tasks_open(db, &t, r->now, ACTOR, NULL, NULL, err);
}

static int
place(struct db *db, const struct reply *r, enum hold_kind kind,
    enum hold_scope scope, int64_t id, const char *note,
    int64_t *ret_hold_id, struct err *err)
{
	struct hold_new h = {
		.company_id = r->company_id,
		.kind = kind,
		.scope = scope,
		.account_id = scope == SCOPE_ADDRESS ? 0 : r->account_id,
		.item_id = scope == SCOPE_ITEM ? id : 0,
		.address_id = scope == SCOPE_ADDRESS ? id : 0,
		.note = note,
		.review_at = CLOCK_NONE,
		.ends_at = CLOCK_NONE,
	};
	int found;

	found = holds_find(db, &h, ret_hold_id, err);
	if (found != 0)
		return found < 0 ? -1 : 0;
	return holds_place(db, &h, r->now, ACTOR, ret_hold_id, err);
}

int
effects_hold(struct db *db, const struct reply *r, enum hold_kind kind,
    const char *note, int64_t *ret_hold_id, struct err *err)
{
	return place(db, r, kind, SCOPE_ACCOUNT, 0, note, ret_hold_id, err);
}

int
effects_event(struct db *db, const struct reply *r, struct err *err)
{
	static const char *const kept[] = { "kind", "lead", "also",
		"promises", "dates", "amounts", "refs", "return", "reason",
		"means", "maturity", "confidence", "why" };
	MEM_AUTO void *tmp = talloc_new(NULL);
	char content[HASH_HEX_MAX];
	json_t *p, *v;
	size_t i;

	if (inbox_content(db, r->inbox_id, content, err) < 0)
		return -1;
	p = json_pack("{s:I, s:s*, s:s, s:s*, s:s, s:s*}", "inbox",
	    (json_int_t)r->inbox_id, "by", r->by, "trust",
	    trust_name(r->trust), "from", r->from, "text",
	    cut(tmp, r->text, TEXT_MOST), "content", content);
	for (i = 0; p != NULL && i < sizeof(kept) / sizeof(kept[0]); i++) {
		v = json_object_get(r->meaning, kept[i]);
		if (v != NULL)
			json_object_set(p, kept[i], v);
	}
	if (p != NULL && r->attempt_id != 0)
		json_object_set_new(p, "attempt",
		    json_integer(r->attempt_id));
	return events_append(db, r->company_id, r->account_id, r->now,
	    "reply-read", ACTOR, p, NULL, err);
}

int
effect_nothing(struct db *db, const struct reply *r, struct err *err)
{
	return confidence(r) < SURE ? effect_person(db, r, err) : 0;
}

int
effect_person(struct db *db, const struct reply *r, struct err *err)
{
	const struct effect *e = effect_of(r);
	int64_t hold;

	if (effects_hold(db, r, hold_of(r, HOLD_REPLY_UNREAD), NULL, &hold,
	    err) < 0)
		return -1;
	if (effects_task(db, r, r->known_sender ? e->reason :
	    "foreign-sender", hold, err) < 0)
		return -1;
	/* Where it stands in for another handler there is no answer. */
	if (e->apply != effect_person && e->apply != effect_hardship)
		return 0;
	return effects_answer(db, r, e->answer, err);
}

/* The items that a reply names; *ret_n of them are held now. */
static int
hold_items(struct db *db, const struct reply *r, enum hold_kind kind,
    int64_t *ret_hold_id, size_t *ret_n, struct err *err)
{
	const json_t *refs = json_object_get(r->meaning, "refs");
	struct money balance;
	struct err none;
	const char *value;
	int64_t item;
	size_t i, n = 0;

	for (i = 0; i < json_array_size(refs) && i < 50; i++) {
		value = json_string_value(json_object_get(
		    json_array_get(refs, i), "value"));
		if (value == NULL || lookup_item(db, r->account_id, value,
		    &item, &balance, &none) < 0)
			continue;
		if (place(db, r, kind, SCOPE_ITEM, item, NULL, ret_hold_id,
		    err) < 0)
			return -1;
		n++;
	}
	*ret_n = n;
	return 0;
}

int
effect_stop(struct db *db, const struct reply *r, struct err *err)
{
	const struct effect *e = effect_of(r);
	int64_t hold = 0;
	size_t n = 0;

	if ((e->hold == HOLD_DISPUTE || e->hold == HOLD_PAID_CLAIM) &&
	    hold_items(db, r, hold_of(r, e->hold), &hold, &n, err) < 0)
		return -1;
	if (n == 0 && effects_hold(db, r, hold_of(r, e->hold), NULL, &hold,
	    err) < 0)
		return -1;
	if (effects_task(db, r, e->reason, hold, err) < 0)
		return -1;
	return e->apply != effect_stop ? 0 :
	    effects_answer(db, r, e->answer, err);
}

/* Where the sender is proven, their own address; else a provisional hold on
 * the address that we wrote to, or that they say is theirs. */
static int
close_address(struct db *db, const struct reply *r, enum address_event ev,
    struct err *err)
{
	const struct effect *e = effect_of(r);
	int64_t hold = 0, address = r->address_id != 0 ? r->address_id :
	    r->sent_address_id;
	int done;

	if (address == 0) {
		if (effects_hold(db, r, hold_of(r, e->hold), NULL, &hold,
		    err) < 0)
			return -1;
	} else if (r->trust == TRUST_COMMIT && r->address_id != 0) {
		done = delivery_address(db, address, ev, "their reply",
		    r->now, ACTOR, err);
		if (done < 0)
			return -1;
	} else if (place(db, r, hold_of(r, e->hold), SCOPE_ADDRESS, address,
	    NULL, &hold, err) < 0) {
		return -1;
	}
	if (effects_task(db, r, e->reason, hold, err) < 0)
		return -1;
	return effects_answer(db, r, e->answer, err);
}

int
effect_opt_out(struct db *db, const struct reply *r, struct err *err)
{
	return close_address(db, r, ADDRESS_EV_STOP, err);
}

int
effect_wrong_person(struct db *db, const struct reply *r, struct err *err)
{
	return close_address(db, r, ADDRESS_EV_WRONG, err);
}

int
effect_away(struct db *db, const struct reply *r, struct err *err)
{
	return events_append(db, r->company_id, r->account_id, r->now, "away",
	    ACTOR, json_pack("{s:I, s:s*}", "inbox", (json_int_t)r->inbox_id,
	    "return", json_string_value(json_object_get(r->meaning,
	    "return"))), NULL, err);
}

/* A policy may leave it to people what is recorded and answered; what stops
 * still stops. */
static bool
is_for_person(const struct reply *r)
{
	const struct policy_reply *rule = rule_of(r);

	return rule != NULL && rule->person && r->intent != INTENT_ACK &&
	    r->intent != INTENT_AUTO_REPLY;
}

static int
apply_one(struct db *db, const struct reply *r, struct err *err)
{
	const struct effect *e = effect_of(r);
	enum trust want = trust_of(e, rule_of(r));
	effect_fn *fn = e->apply;
	int64_t id;

	if (r->trust < want)
		fn = effect_person;
	else if (is_for_person(r))
		fn = e->hold != HOLD_REPLY_UNREAD ? effect_stop :
		    effect_person;
	if (fn(db, r, err) < 0)
		return -1;
	/* What a policy holds besides; addresses have theirs. */
	if (hold_of(r, HOLD_COUNT) == HOLD_COUNT || fn == effect_opt_out ||
	    fn == effect_wrong_person)
		return 0;
	return effects_hold(db, r, hold_of(r, HOLD_COUNT), NULL, &id, err);
}

/* Of these one more is heeded besides the one that leads: what stops, and
 * what a person has to sort out from the rest. */
static bool
is_money(enum mean_intent i)
{
	return i == INTENT_DISPUTE || i == INTENT_PAID || i == INTENT_PLAN ||
	    i == INTENT_PROMISE;
}

const json_t *
effects_part(const struct reply *r)
{
	const json_t *all = json_object_get(r->meaning, "amounts"), *one;
	const char *said;
	size_t i;

	for (i = 0; i < json_array_size(all); i++) {
		one = json_array_get(all, i);
		said = json_string_value(json_object_get(one, "said"));
		if (said != NULL && strcmp(said, mean_intent_name(
		    INTENT_DISPUTE)) == 0)
			return one;
	}
	return NULL;
}

/* "300 of it is wrong, the rest will be paid on Friday": both can be noted,
 * as each says what it is about; where it is known which item is meant. */
static int
promises_rest(struct db *db, const struct reply *r, bool *ret_is,
    struct err *err)
{
	*ret_is = false;
	if (r->intent != INTENT_DISPUTE || effects_part(r) == NULL ||
	    !effects_says(r, INTENT_PROMISE) || effects_says(r,
	    INTENT_PAID) || effects_says(r, INTENT_PLAN) ||
	    json_array_size(json_object_get(r->meaning, "promises")) != 1)
		return 0;
	return disputes_of_part(db, r->account_id, r->inbox_id, ret_is, err);
}

static int
apply_others(struct db *db, const struct reply *r, bool *ret_several,
    struct err *err)
{
	struct reply other = *r;
	enum mean_intent i;

	other.besides = true;
	if (promises_rest(db, r, &other.rest, err) < 0)
		return -1;
	for (i = 0; i < INTENT_COUNT; i++) {
		if (i == r->intent || !effects_says(r, i))
			continue;
		if (is_money(i) && is_money(r->intent) && !other.rest)
			*ret_several = true;
		if (!mean_intent_is_safety(i) && !(is_money(r->intent) &&
		    (i == INTENT_DISPUTE || i == INTENT_PAID)) &&
		    !(other.rest && i == INTENT_PROMISE))
			continue;
		other.intent = i;
		if (apply_one(db, &other, err) < 0)
			return -1;
	}
	return 0;
}

/* What stops is heeded wherever it is said, not only where it leads. */
int
effects_apply(struct db *db, const struct reply *r, struct err *err)
{
	bool several = false;
	int64_t hold = 0;

	if (apply_one(db, r, err) < 0 ||
	    apply_others(db, r, &several, err) < 0)
		return -1;
	if (!several || (r->intent == INTENT_PLAN && !effects_says(r,
	    INTENT_DISPUTE) && !effects_says(r, INTENT_PAID)) ||
	    (r->intent == INTENT_PROMISE && !effects_says(r,
	    INTENT_DISPUTE) && !effects_says(r, INTENT_PAID)))
		return 0;
	/* What they promise of the rest is not noted: no reminder of it before
	 * a person has seen to that. */
	if ((effects_says(r, INTENT_PROMISE) || effects_says(r, INTENT_PLAN)) &&
	    effects_hold(db, r, HOLD_REPLY_UNREAD, NULL, &hold, err) < 0)
		return -1;
	return effects_task(db, r, "several-meanings", hold, err);
}
