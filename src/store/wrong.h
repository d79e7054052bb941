/* wrong.h - reminders that turn out to have been wrong: the ledger now says
 * that an item which they named was paid before they went out, was smaller,
 * was due later or belongs to somebody else.  A person decides whether to
 * apologise.  Inside store_tx. */
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
 * reminder and one task. */
int wrong_reminders(struct db *db, const struct correction *c,
    struct err *err);

#endif
