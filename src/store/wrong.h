/* wrong.h - reminders that turn out to have been wrong: what is now known
 * says that an item which they named was paid before they went out, or was
 * smaller, was due later, was disputed, belongs to somebody else.  A person is
 * asked whether to apologise; track/courteous.h does where the policy says
 * so.  Inside store_tx.
 *
 * Not wrong: what was paid on the day of the reminder or later; what a list
 * as of the day of the reminder or later no longer names, without a day of
 * payment: it may have been paid since. */
#ifndef DUNLIN_STORE_WRONG_H
#define DUNLIN_STORE_WRONG_H

#include "core/talk.h"
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

/* What is not settled yet of an account, the newest reminder first. */
struct wrong_open {
	int64_t communication_id, at;
	int64_t apology_id;	/* 0: none was written */
	bool sent, cancelled;	/* the apology */
};
int wrongs_open(void *owner, struct db *db, int64_t account_id,
    struct wrong_open **ret_list, size_t *ret_n, struct err *err);
/* An apology was written (for all that is open); it has ended. */
int wrongs_answer(struct db *db, int64_t account_id, int64_t apology_id,
    struct err *err);
int wrongs_end(struct db *db, int64_t account_id, struct err *err);

/* Who got it, and the Message-ID that the first of them got. */
int wrongs_recipients(void *owner, struct db *db, int64_t communication_id,
    int64_t **ret_contacts, size_t *ret_n, char **ret_message_id,
    struct err *err);
/* What an apology for it says: all that its account's open apology is
 * about. */
int wrongs_told(struct talk *t, struct db *db, int64_t communication_id,
    struct err *err);

#endif
