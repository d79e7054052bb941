/* disputes.h - objections to an item, to part of its amount, or to the whole
 * account, each with its hold `dispute`, which never lapses: a person closes
 * the dispute.  States: track/dispute.def.  Functions that write are for
 * inside store_tx; each writes an event and bumps the account's rev. */
#ifndef DUNLIN_STORE_DISPUTES_H
#define DUNLIN_STORE_DISPUTES_H

#include "core/kinds.h"
#include "core/money.h"
#include "store/db.h"
#include "track/machine.h"

#include <stdbool.h>
#include <stdint.h>

struct dispute {
	int64_t id, company_id, account_id;
	int64_t item_id;	/* 0: the whole account */
	int64_t amount;		/* part of the item; 0: all of it */
	enum dispute_state state;
	const char *reason;	/* a word */
	const char *owner;	/* login of who looks at it; NULL */
	int32_t by;		/* it is answered by that day */
	int64_t opened_at;
	const char *opened_by;	/* actor */
	int64_t inbox_id, contact_id, hold_id;	/* 0: none */
	const char *note;
};

/* Opens it and places its hold; id and hold_id are filled in. */
int disputes_open(struct db *db, struct dispute *d, struct err *err);
/* ERR_PERM when there is none. */
int disputes_get(void *owner, struct db *db, int64_t id,
    struct dispute **ret_dispute, struct err *err);
/* The one of an item (0: of the whole account) that is not closed: 1 with its
 * id, 0. */
int disputes_find(struct db *db, int64_t account_id, int64_t item_id,
    int64_t *ret_id, struct err *err);
/* Is one of part of an item's amount, out of that mail? */
int disputes_of_part(struct db *db, int64_t account_id, int64_t inbox_id,
    bool *ret_is, struct err *err);
/* Closing releases the hold; reopening places it anew. */
int disputes_move(struct db *db, struct dispute *d, enum dispute_event ev,
    int64_t now, const char *actor, const char *note, struct err *err);

struct dispute_line {
	int64_t id, opened_at, amount;
	int32_t by;
	const char *account, *name, *document, *cur, *reason, *owner, *note;
	enum dispute_state state;
};
/* account_id 0: all of the company.  fn returns 0 to go on. */
int disputes_each(struct db *db, int64_t company_id, int64_t account_id,
    bool closed, int (*fn)(const struct dispute_line *l, void *arg),
    void *arg, struct err *err);

#endif
