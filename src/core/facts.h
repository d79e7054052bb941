/* facts.h - everything that a decision about one account may depend on.
 *
 * Plain data, filled by store/facts_load.c (or by a test), read by plan/, render/
 * and reports; nobody changes it.  Instants are UTC seconds, days civil days
 * (date.h), amounts minor units of the item's currency.  Strings are UTF-8,
 * owned by whoever filled the struct; NULL means unknown. */
#ifndef DUNLIN_CORE_FACTS_H
#define DUNLIN_CORE_FACTS_H

#include "core/kinds.h"
#include "core/money.h"
#include "core/offer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zone;

struct fact_item {
	int64_t id;
	const char *document;		/* as printed on the invoice */
	enum item_kind kind;
	int32_t issued, due;		/* issued may be DATE_NONE */
	int64_t amount;			/* original; credits negative */
	int64_t open;			/* owed now: balance less payments
					 * dated after balance_as_of and those
					 * reported by people (payments.h);
					 * credits negative; never past zero */
	char cur[MONEY_CUR_MAX];
	int32_t as_of;			/* balance_as_of */
	int64_t created_at;		/* when Dunlin first saw it */
};

struct fact_hold {
	int64_t id;
	int kind;			/* enum hold_kind, plan/hold.h */
	enum hold_scope scope;
	int64_t item_id;		/* SCOPE_ITEM */
	int64_t amount;			/* part of the item; 0: all of it */
	int64_t address_id;		/* SCOPE_ADDRESS */
	enum channel channel;		/* SCOPE_CHANNEL */
	int64_t placed_at, review_at;
	int64_t ends_at;		/* CLOCK_NONE: does not lapse */
	const char *owner, *note;
};

struct fact_contact {
	int64_t id, address_id;
	int64_t address_rev;
	enum contact_role role;
	enum address_kind kind;
	enum address_state state;
	const char *address;		/* as given */
	const char *name;
	const char *language;		/* "zh-CN" or "en"; NULL: the party's */
	int32_t rank;			/* below 0: a person prefers it */
	bool consent;			/* phones: SMS are agreed to */
	bool offers;			/* incentive offers are agreed to */
};

/* One counted communication (see the table of that name). */
struct fact_touch {
	int64_t id;
	int64_t at;
	enum class class;
	enum channel channel;
	enum stage stage;		/* reminders */
	int level;			/* reminders: order of the step */
	int64_t episode;
	int nth;
	int wording;			/* 1, 2: of two; 0: it has one only */
	bool uncertain;			/* not known whether it arrived */
	bool other;			/* about another account of the same
					 * party: counts for gaps and caps
					 * only */
	bool shared;			/* other, and of another party: to an
					 * address of this account; counts
					 * for caps only */
};

/* A way for SMS (dunlin.yaml). */
struct fact_route {
	const char *name;
	const char *const *countries;	/* NULL-ended; NULL: all but CN */
	/* "m1-first zh-CN": what may be said; NULL: anything */
	const char *const *approved;
	int cost;
};

struct fact_company {
	int64_t id;
	const char *code;
	bool armed, stopped;
	const struct zone *zone;
	const char *country;		/* ISO 3166-1 alpha-2 */
	const char *workdays;		/* its own calendar; NULL: that of
					 * its country */
	const char *language;		/* first language of the company */
	bool agency;			/* collects for others (RULES §0 1) */
	int32_t ledger_as_of;		/* oldest as-of date of its sources
					 * that come again (full, or more
					 * than once), else the newest;
					 * DATE_NONE: nothing imported */
	const struct fact_route *routes;	/* the best first */
	size_t n_routes;
	int mail_cost;			/* beside those of the routes */
	bool intake_configured;
	int64_t intake_at;		/* last success; CLOCK_NONE: never */
	int64_t inbox_waiting;		/* raw rows not yet read: 0, or more */
	bool import_waiting;		/* a shrunk import waits (DESIGN §3) */
	/* Receipts that nobody has identified, one by one; positive. */
	const struct money *unidentified;
	size_t n_unidentified;
	bool clock_held;		/* the clock guard has stopped us */
	bool offers;			/* something was offered for paying by
					 * a day, at any time, by any company */
	int32_t first_left;		/* first contacts still allowed today */
	int32_t first_from;		/* the planner's ramp: no first contact
					 * before this day; DATE_NONE: any */
};

struct fact_offered {
	int64_t item_id;
	const char *document;
};

/* An incentive for paying by a day, as it was made. */
struct fact_offer {
	int64_t id, communication_id;
	enum offer_state state;
	int64_t made_at;
	struct offer_terms terms;
	/* Its items by due date, also those that are paid by now, while it is
	 * leaving or open; in facts of one account. */
	const struct fact_offered *items;
	size_t n_items;
};

/* A reminder that is planned: not cancelled, not begun. */
struct fact_planned {
	int64_t communication_id;
	const char *cause;
	int64_t slot, not_after;
	bool draft;			/* waits for approval */
	int wording;			/* as of a fact_touch */
	bool first_contact;
	const int64_t *addresses;	/* of its recipients, ascending */
	size_t n_addresses;
};

struct facts {
	const struct fact_company *company;
	int64_t account_id, party_id;
	int64_t rev;			/* of the account */
	const char *code, *name;	/* customer number, party's name */
	enum party_kind party_kind;
	enum tier tier;
	const char *attitude;		/* a word of core/kinds.def; NULL */
	const char *language, *country;	/* of the party; may be NULL */
	const struct zone *zone;	/* the party's; NULL: unknown */
	bool restricted;
	int cash_in_day;		/* 1-31; 0: unknown */
	struct money credit_limit;	/* of the party; minor 0: none */
	const char *owner;		/* login of the account's collector */
	const char *workdays;		/* a calendar that a person chose for
					 * it; NULL: none */
	const char *owner_workdays;	/* of the collector; NULL: the
					 * company's */
	int stage_cap;			/* -1: none */
	int64_t created_at;
	int64_t episode;		/* number of the last one opened */
	int32_t episode_from;		/* DATE_NONE: none is open */
	/* Why the last plan held it (NULL: it did not), and the review, which
	 * stays while that does. */
	const char *held;
	int64_t held_review;

	/* Open items only (open != 0), by due date then id. */
	const struct fact_item *items;
	size_t n_items;
	/* Receipts not allocated to an item, per currency summed; positive. */
	const struct money *unallocated;
	size_t n_unallocated;
	/* Holds not released, of the account and of its items, party,
	 * addresses and company. */
	const struct fact_hold *holds;
	size_t n_holds;
	/* Contacts not closed, by rank then id. */
	const struct fact_contact *contacts;
	size_t n_contacts;
	/* Counted communications of the last 400 days, ascending. */
	const struct fact_touch *touches;
	size_t n_touches;
	const struct fact_planned *planned;
	size_t n_planned;
	/* The last offer that left, or is leaving; NULL: there was none. */
	const struct fact_offer *offer;
};

#endif
