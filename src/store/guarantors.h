/* guarantors.h - who answers for what an account owes, and until when (RULES
 * A35).  Known for people to act on: nothing is ever sent to a guarantor, so
 * no address of theirs is kept.  Functions that write are for inside store_tx;
 * each writes an event of the account. */
#ifndef DUNLIN_STORE_GUARANTORS_H
#define DUNLIN_STORE_GUARANTORS_H

#include "core/kinds.h"
#include "store/db.h"

#include <stddef.h>
#include <stdint.h>

struct guarantor {
	int64_t id, company_id, account_id;
	int64_t item_id;	/* 0: of all that is open */
	const char *name, *note;	/* note NULL: none */
	enum guarantee_kind kind;
	int32_t until;		/* the last day agreed; DATE_NONE: the law's */
	int32_t asked_on;	/* joint: asked; ordinary: the customer was
				 * sued; DATE_NONE: not yet */
	int64_t made_at, ended_at;	/* CLOCK_NONE: not ended */
	const char *document;	/* of item_id; NULL: all */
	const char *account;	/* read only */
};

int guarantors_add(struct db *db, const struct guarantor *g, int64_t now,
    const char *actor, int64_t *ret_id, struct err *err);
/* ERR_PERM where there is none of that number that has not ended. */
int guarantors_asked(struct db *db, int64_t company_id, int64_t id,
    int32_t on, const char *note, int64_t now, const char *actor,
    struct err *err);
int guarantors_end(struct db *db, int64_t company_id, int64_t id,
    const char *note, int64_t now, const char *actor, struct err *err);

/* account_id 0: all of the company.  fn returns 0 to go on. */
int guarantors_each(struct db *db, int64_t company_id, int64_t account_id,
    bool ended, int (*fn)(const struct guarantor *g, void *arg), void *arg,
    struct err *err);

/* An open item and somebody who answers for it. */
struct guaranteed {
	struct guarantor by;
	int64_t item_id;
	const char *document, *owner;
	int32_t due;		/* of instalments the last one's */
	int64_t item_since;	/* when it came */
};
/* By item, then guarantor.  The strings belong to owner. */
int guarantors_of_items(void *owner, struct db *db, int64_t company_id,
    int64_t account_id, struct guaranteed **ret_list, size_t *ret_n,
    struct err *err);

#endif
