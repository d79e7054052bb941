/* policy.h - a policy: stages, steps, contact calendar, limits.  Data read
 * from YAML (config/policy_read.h) or the embedded default; pure, never
 * changed after reading.  Man page: dunlin-policy(5). */
#ifndef DUNLIN_POLICY_POLICY_H
#define DUNLIN_POLICY_POLICY_H

#include "core/kinds.h"
#include "core/money.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POLICY_HOURS_MAX 12
#define POLICY_CAPS_MAX 4
#define POLICY_CHANNELS 2	/* mail and SMS */

/* Days past due (dpd): 0 is the due day, negative before it. */
struct policy_stage {
	int from, to;		/* dpd; the last stage's to is INT_MAX */
	int every;		/* days until the stage's repeat step may be
				 * sent again; 0: never */
	int repeats;		/* at most so many repeats in an episode */
};

/* How one of its channels is chosen. */
enum channel_choice {
	CHOICE_FIRST,		/* the first on which somebody is reached */
	CHOICE_CHEAPEST,	/* the one that costs least; ties: the first */
	CHOICE_EACH		/* all of them, each once */
};

struct policy_step {
	const char *id;		/* "m1-first" */
	enum stage stage;
	int level;		/* its place in the list, from 0 */
	int from, to;		/* [earliest, latest] dpd of the carrying
				 * item */
	bool repeat;		/* this step serves the stage's repeats;
				 * without days of its own it has those that
				 * its stage has left after the others */
	bool open_from, open_to;	/* whether they were left out */
	const char *template;	/* name without language; default: id */
	const char *second;	/* another wording of it; NULL: none */
	int share;		/* per cent of accounts that get the second */
	const char *role;	/* sender role: see company's senders */
	int approve;		/* named users that must approve; 0: none */
	enum contact_role to_role;	/* who is written to first */
	enum channel channels[POLICY_CHANNELS];	/* the best first */
	int n_channels;
	enum channel_choice choice;
	bool offer;		/* it carries the incentive of the policy */
};

/* One span of the working day in the debtor's zone, with a score 0..100. */
struct policy_hours {
	int from, to;		/* minutes of the day, to exclusive */
	int score;
};

struct policy_cap {
	int count;		/* at most so many contacts... */
	int days;		/* ...in so many days, all channels */
};

/* What a tier changes: prime is slower and softer, risk sooner. */
struct policy_tier {
	int gap_percent;	/* gaps and repeats times this / 100 */
	int shift_days;		/* added to every from and to after due */
	enum stage max_stage;	/* above it: a person */
	const char *attitude;	/* of those who have none of their own; NULL:
				 * none */
};

/* How a customer's tier follows from what it does (policy/behave.h). */
struct policy_behaviour {
	bool tiers;		/* false: people choose them */
	int days;		/* how far back one looks */
	int least_items;	/* paid invoices that say something */
	int prime_items, prime_days;	/* so many, so many days late at
					 * most */
	int risk_days;		/* days late */
	int least_promises, risk_kept;	/* per cent that were kept */
	int risk_disputes, risk_bounced;
	int trend_items;	/* the last ones, against all before */
	int worse_days;		/* later by so many: people are told; 0: not */
};

struct policy_minimum {
	char cur[MONEY_CUR_MAX];
	int64_t minor;		/* open items below are not chased */
};

/* An incentive for paying what is overdue by a day.  Advertising law may
 * demand consent for it (RULES A15b): who has not given it gets none, unless
 * a lawyer has said that none is needed. */
struct policy_offers {
	int64_t percent;	/* hundredths of a per cent; 0: amounts */
	struct policy_minimum *amounts;	/* so much, per currency */
	size_t n_amounts;
	struct policy_minimum *least;	/* smallest sum that it is made for;
					 * in other currencies it is not */
	size_t n_least;
	bool next_order;	/* credited there; else taken off this
				 * payment */
	int days;		/* calendar days until the last one */
	int again_days;		/* no second offer in so many days */
	int grace;		/* working days by which a bank may be late */
	int credit_days;	/* working days until the credit note that a
				 * kept offer asks for is inquired about */
	const char *advice;	/* the lawyer's word; NULL: consent */
};

/* What a policy changes of the rule for a reply (receive/effects.def has
 * the rules): zero, false and NULL change nothing. */
struct policy_reply {
	bool person;		/* handed to a person as it is */
	bool silent;		/* never answered by itself */
	const char *template;	/* of the answer */
	int severity;		/* of its task: 1 routine, 2 soon, 3 at
				 * once */
	int within;		/* days until its task is due */
	int hold;		/* 1 + enum hold_kind; it is placed while a
				 * person reads, and besides what is recorded */
	int trust;		/* 1 + enum trust: it wants more than the
				 * rule says */
};

enum policy_replies {		/* as enum mean_intent */
#define MEAN_INTENT(name, word, safety, stops) POLICY_REPLY_##name,
#include "core/intents.def"
#undef MEAN_INTENT
	POLICY_REPLY_COUNT
};

struct policy {
	const char *name, *extends;
	const char *hash;		/* of all its values, inherited ones
					 * too; not of comments or layout */
	struct policy_stage stages[STAGE_COUNT];
	struct policy_step *steps;	/* by level */
	size_t n_steps;
	int weekday_score[7];		/* MON..SUN, 0..100; 0: never */
	struct policy_hours hours[POLICY_HOURS_MAX];
	size_t n_hours;
	struct policy_cap caps[POLICY_CAPS_MAX];
	size_t n_caps;
	int gap_days;			/* least days between reminders */
	struct policy_tier tiers[TIER_COUNT];
	struct policy_behaviour behaviour;
	struct policy_minimum *minimums;
	size_t n_minimums;
	int64_t minimum_other;		/* hundredths of a unit of any other
					 * currency: policy_minimum_for */
	int cash_in_lead;		/* days before a cash-in date */
	int ledger_max_age;		/* days; older: hold "ledger too old" */
	int inbox_max_age;		/* minutes; hold "inbox behind" */
	int max_new_per_day;
	enum stage new_max_stage;	/* newly imported accounts: M2 */
	int64_t large_amount;		/* hundredths of a unit; 0: off:
					 * policy_is_large */
	int retry_days;			/* deferred mail is given up after */
	/* Promises; days are working days unless it says otherwise. */
	int promise_grace, bank_lag;
	int promise_tolerance;		/* per cent */
	int promise_max_days;		/* days ahead */
	int promise_broken_limit;	/* so many broken ones... */
	int promise_broken_days;	/* ...in so many days: a person */
	int plan_instalments;
	int claim_days, dispute_days;
	/* Answers to replies. */
	int ask_days;			/* working days that a question to
					 * the customer waits */
	int answers_per_week;		/* most for one account */
	int answer_gap;			/* minutes between two of them */
	const char *salt;		/* of the two wordings; NULL: none */
	bool thanks;			/* when what reminders named is paid */
	bool apologies;			/* for wrong reminders */
	struct policy_offers offers;	/* steps say which carry it */
	struct policy_reply replies[POLICY_REPLY_COUNT];
};

/* The stage of an item that is dpd days past due; -1 before the first. */
int policy_stage_at(const struct policy *p, int dpd);

/* Open items below it are not chased; minor units of cur. */
int64_t policy_minimum_for(const struct policy *p, const char *cur);
bool policy_is_large(const struct policy *p, const char *cur, int64_t minor);

/* The amount of that currency; false: the list has none. */
bool policy_amount(const struct policy_minimum *list, size_t n,
    const char *cur, int64_t *ret_minor);

/* NULL when there is none. */
const struct policy_step *policy_step(const struct policy *p, const char *id);
const struct policy_step *policy_repeat_step(const struct policy *p,
    enum stage stage);

/* Does an account get the second wording of a step?  Stable: by a hash of the
 * account, the step and the policy's salt. */
bool policy_gets_second(const struct policy *p, const struct policy_step *s,
    int64_t account_id);

/* The score of a minute of the day, 0 outside all hours. */
int policy_hour_score(const struct policy *p, int minute);

/* SHA-256 in hex over every value. */
char *policy_hash(void *owner, const struct policy *p);

#endif
