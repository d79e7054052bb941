/* world.h - one account as it truly was or is going to be: what is owed on
 * which day, what is disputed, who can be written to.
 *
 * Plain data, filled by rehearse/load.c, a test or simulated debtors.  The
 * engine shows the planner of it what was known on a day; the referee
 * (check.h) judges by it alone.  Days are those of the debtor's zone. */
#ifndef DUNLIN_REHEARSE_WORLD_H
#define DUNLIN_REHEARSE_WORLD_H

#include "core/facts.h"

#define RE_NEVER INT32_MAX
#define RE_NO_ITEM SIZE_MAX

struct re_item {
	int64_t id;
	const char *document;
	enum item_kind kind;
	char cur[MONEY_CUR_MAX];
	int64_t amount;			/* credits negative */
	int32_t issued;			/* DATE_NONE: not known */
	int32_t known, due;		/* in the ledger from known on */
	int32_t paid;			/* nothing is open from then on */
	int32_t dispute_from, dispute_to;	/* to exclusive */
	int64_t created_at;
	/* Set by the engine: the first message of a stage that named it. */
	int32_t named[STAGE_COUNT];	/* RE_NEVER */
	int32_t first_named;
};

/* Money that came in: for an item, or not allocated.  until: the day on which
 * it was reversed, or allocated. */
struct re_payment {
	size_t item;			/* index, or RE_NO_ITEM */
	int64_t amount;
	int32_t day, until;
	char cur[MONEY_CUR_MAX];
};

struct re_hold {
	struct fact_hold hold;
	int64_t from, to;		/* instants, to exclusive */
};

/* What became of an address: the state holds from an instant on. */
struct re_contact {
	struct fact_contact contact;
	int64_t from;
	enum address_state state;
};

struct re_account {
	struct facts who;		/* identity only: no arrays */
	const struct zone *zone;	/* the debtor's or the company's */
	struct re_item *items;		/* by due date */
	size_t n_items;
	struct re_payment *payments;
	size_t n_payments;
	struct re_hold *holds;
	size_t n_holds;
	struct re_contact *contacts;
	size_t n_contacts;
	bool assumed;			/* the contact is assumed */
	const struct fact_touch *before;	/* contacts before the start */
	size_t n_before;
	int character;			/* simulated debtor; -1: the ledger */
	void *pool;			/* the arrays belong to it */
};

/* What of item i is owed on a day. */
int64_t re_open(const struct re_account *a, size_t i, int32_t day);
bool re_disputed(const struct re_item *it, int32_t day);

/* Add to the arrays, which belong to owner. */
struct re_item *re_add_item(void *owner, struct re_account *a);
struct re_payment *re_add_payment(void *owner, struct re_account *a);
struct re_hold *re_add_hold(void *owner, struct re_account *a);
struct re_contact *re_add_contact(void *owner, struct re_account *a);

#endif
