/* wrong.h - reminders that turn out to have been wrong: what is now known
 * says that an item which they named was paid before they went out, or was
 * smaller, was due later, belongs to somebody else.  A person decides whether
 * to apologise.  Inside store_tx.
 *
 * Not wrong: what was paid on the day of the reminder or later; what a list
 * as of the day of the reminder or later no longer names, without a day of
 * payment: it may have been paid since. */
#ifndef DUNLIN_STORE_WRONG_H
#define DUNLIN_STORE_WRONG_H

#include "store/items.h"

struct zone;

#define WRONG_TASK "apology?"

struct correction {
	int64_t company_id;
	const struct zone *zone;	/* of the company: a day begins there */
	const char *document;
	const struct item_row *old, *new;
	int64_t now;
	const char *actor;
};

/* Looks at what was sent of the old item's account; an event for each wrong
 * reminder, once, and one task. */
int wrong_reminders(struct db *db, const struct correction *c,
    struct err *err);

/* Money that somebody reports, received on a day: on an item, or on account.
 * What is on account makes wrong what named an item that it covers, as such
 * money would have held it. */
struct wrong_receipt {
	int64_t company_id, account_id;
	const struct zone *zone;	/* of the company */
	const struct item_row *item;	/* NULL: on account */
	const char *document;
	struct money received;
	int32_t day;
	int64_t now;
	const char *actor;
};
int wrong_by_receipt(struct db *db, const struct wrong_receipt *r,
    struct err *err);

#endif
