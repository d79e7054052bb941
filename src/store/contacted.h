/* contacted.h - contacts that people made: they count in gaps and caps like
 * the messages that Dunlin sent. */
#ifndef DUNLIN_STORE_CONTACTED_H
#define DUNLIN_STORE_CONTACTED_H

#include "core/kinds.h"
#include "store/db.h"

#include <stdint.h>

struct contacted {
	int64_t company_id, account_id;
	enum channel by;
	const char *result;	/* a code, "promised", "no-answer" */
	const char *note;	/* may be NULL */
	int64_t at;		/* when it was */
};

/* Inside store_tx only: the communication and the event, and the account is
 * planned anew. */
int contacted_add(struct db *db, const struct contacted *c, int64_t now,
    const char *actor, struct err *err);

#endif
