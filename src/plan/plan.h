/* plan.h - (facts, policy, now) -> what goes out next, when and why.
 *
 * Pure: no clock, no database, no randomness.  The planner step writes what
 * plan_account says; the sender calls it again at hand-over and sends only
 * when it still says the same (DESIGN §5.3).  Rules, in the order in which
 * they are tried: plan.c. */
#ifndef DUNLIN_PLAN_PLAN_H
#define DUNLIN_PLAN_PLAN_H

#include "core/facts.h"
#include "plan/hold.h"
#include "policy/policy.h"

#include <stdint.h>

enum plan_verdict {
	PLAN_NONE,	/* nothing is owed or near due */
	PLAN_SEND,	/* a message at slot (now or later) */
	PLAN_WAIT,	/* nothing to send yet: look again at next_at */
	PLAN_HELD,	/* a hold with a review date */
	PLAN_TASK	/* a person's turn */
};

enum plan_notice {
	NOTICE_LARGE_AMOUNT,	/* a large amount is overdue */
	NOTICE_CREDIT_LIMIT,	/* they owe more than their limit */
	NOTICE_SILENCE,		/* reminded up to M3; whether they have ever
				 * answered is for the caller to look up */
	PLAN_NOTICES
};
/* The reason of its task (escalate/reasons.def). */
const char *plan_notice_reason(enum plan_notice n);

struct plan {
	enum plan_verdict verdict;
	int64_t next_at;	/* recompute then at the latest; CLOCK_NONE:
				 * only when facts change */

	/* The account's state. */
	int stage;		/* enum stage; -1: none */
	int carrying;		/* index into facts->items; -1: none */
	bool episode_open;
	int64_t episode;	/* its number if open */
	int32_t episode_from;

	/* PLAN_SEND (and the step that would be due, where held) */
	const struct policy_step *step;
	int nth;		/* 0: first, 1..: repeat */
	int wording;		/* 1, 2: of its two; 0: it has one only */
	const char *template;	/* of that wording */
	char cause[64];		/* "7/m1-first/0": episode, step, repeat */
	int64_t slot;		/* not before */
	int64_t not_after;	/* a later hand-over must be planned anew */
	int64_t priority;
	bool first_contact;
	int contact;		/* index of the first recipient; -1: none */
	const char *language;	/* of that contact */
	char currency[MONEY_CUR_MAX];	/* of the carrying item */
	struct offer_terms offer;	/* what the message offers */

	/* PLAN_HELD */
	enum hold_kind hold;
	int64_t hold_id;	/* 0: computed */
	int64_t review_at;

	/* The task that a person must get: always with PLAN_TASK, and with
	 * PLAN_HELD where somebody has to know (no-contact, unapplied-cash,
	 * stage-cap); else NULL. */
	const char *reason;
	/* What somebody has to know whatever the verdict is; nothing waits for
	 * it. */
	bool notice[PLAN_NOTICES];
	const char *warning;	/* "zone-unknown": the company's is taken;
				 * "holidays-unknown": only weekends are known
				 * on that day; or NULL */
};

#define PLAN_RECIPIENTS_MAX 8

/* One rule that fired, for "why": kept only where a trail is asked for. */
struct plan_trail;
struct plan_trail *plan_trail_new(void *owner);
void plan_trail_add(struct plan_trail *t, const char *rule, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));
size_t plan_trail_count(const struct plan_trail *t);
/* The i-th rule that fired: its name ("gap", "stage", "slot") and the facts
 * that it used, in English. */
void plan_trail_get(const struct plan_trail *t, size_t i,
    const char **ret_rule, const char **ret_text);

/* trail may be NULL. */
void plan_account(const struct facts *f, const struct policy *p, int64_t now,
    struct plan_trail *trail, struct plan *ret_plan);

/* Who a message of class goes to now, as indexes of f->contacts: the first
 * usable contact of the role, else of payables, owner, escalation, and every
 * usable copy contact.  Returns how many; at most PLAN_RECIPIENTS_MAX. */
struct plan_to {
	enum class class;
	enum contact_role role;
	const char *template;		/* NULL: any */
	const enum channel *channels;	/* the better first; NULL: mail, then
					 * SMS */
	int n_channels;
	enum channel_choice choice;
};
/* The same with channels: one for all recipients, unless the choice is each.
 * A contact that a person prefers (rank below 0) goes before the order of
 * channels and before cost.  Copies go by mail, with a mail: what a phone
 * shows is read by whoever is near, and who gets a copy owes nothing. */
size_t plan_recipients_by(const struct facts *f, const struct policy *p,
    int64_t now, const struct plan_to *to, int *out);
/* Those of a reminder. */
size_t plan_step_recipients(const struct facts *f, const struct policy *p,
    int64_t now, const struct plan *plan, int *out);
/* What contact c is written to by, and the route of an SMS; NULL: a mail, or
 * no route. */
enum channel plan_channel(const struct facts *f, int contact);
const char *plan_route(const struct facts *f, int contact,
    const char *template);
size_t plan_recipients(const struct facts *f, const struct policy *p,
    int64_t now, enum class class, enum contact_role role, int *out);

/* All that is open in a currency less credits and receipts that wait for
 * their item: what a credit limit is held against.  Below nought: they have
 * paid too much. */
int64_t plan_exposure(const struct facts *f, const char *cur);

/* "zh-CN" or "en" for contact c of the account. */
const char *plan_language(const struct facts *f, int contact);

/* What holds the whole company for a class (stopped, observing, clock, ledger
 * too old or shrunk, inbox behind): true with the kind. */
bool plan_company_held(const struct fact_company *c, const struct policy *p,
    int64_t now, enum class class, enum hold_kind *ret_hold);
bool plan_hold_is_company(enum hold_kind kind);

/* May something of class be sent to contact index c at instant now?
 * True, or false with the hold that stops it.  The reminder's own rules are
 * in plan_account; this is the part that every class shares. */
bool plan_allows(const struct facts *f, const struct policy *p, int64_t now,
    enum class class, int contact, enum hold_kind *ret_hold,
    int64_t *ret_hold_id);

/* When something of another class than reminder may go out first, on days
 * from..to of the debtor (today at the earliest): now inside the hours, else
 * the first allowed time.  False: no such time.  ret_end: the end of the
 * hours of that day. */
bool plan_first_time(const struct facts *f, const struct policy *p,
    int64_t now, int32_t from, int32_t to, int64_t *ret_at, int64_t *ret_end);

/* The first day on which gaps and caps let class go out. */
int32_t plan_first_day(const struct facts *f, const struct policy *p,
    int64_t now, enum class class);

/* Does any hold stand on the account, its items, its party? */
bool plan_has_hold(const struct facts *f, int64_t now);

/* Today, zone and working days where the debtor is. */
struct calendar;
int32_t plan_today(const struct facts *f, const struct policy *p,
    int64_t now, const struct zone **ret_zone,
    const struct calendar **ret_calendar);

/* Whose working days hold for a customer, as calendar_for() knows it: what a
 * person chose for the account, else its country, else the company's own
 * calendar or country.  And for what we have to do about it: those of its
 * collector, else of the company. */
const char *plan_workdays(const struct facts *f);
const char *plan_our_workdays(const struct facts *f);

/* Items that a message may name: open, not held by a dispute or paid claim
 * (or the part of them that is not).  Into out[], which has room for
 * f->n_items; returns how many.  amount is the part to be named. */
struct plan_item {
	size_t i;		/* index into facts->items */
	int64_t amount;
};
size_t plan_items(const struct facts *f, int64_t now, struct plan_item *out);
/* What a message of class may name of item i: open, less the parts whose
 * holds stop that class. */
int64_t plan_amount(const struct facts *f, size_t i, enum class class,
    int64_t now);

/* The index of that contact with that address; -1: it is none any more. */
int plan_contact(const struct facts *f, int64_t contact_id,
    int64_t address_id);

#endif
