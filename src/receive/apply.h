/* apply.h - what understood mails do, in one transaction with marking them
 * as read. */
#ifndef DUNLIN_RECEIVE_APPLY_H
#define DUNLIN_RECEIVE_APPLY_H

#include "config/config.h"
#include "store/db.h"
#include "store/inbox.h"

#include <jansson.h>

#define APPLY_MS 60	/* a transaction takes no further mail after this */

struct apply {
	const struct config *config;
	const struct config_company *company;
	const struct inbox_row *rows;
	json_t *const *answers;		/* of child_ask; NULL: passed over */
	size_t n;
	int64_t now;
	size_t done;			/* out: at least 1; the rest is left */
};

/* One transaction; what another reader had read first is passed over. */
int apply_mails(struct db *db, struct apply *a, struct err *err);

/* A held mail of which only the header was understood: rows[0] and answers[0].
 * The accounts that it may be about wait for a person. */
int apply_held(struct db *db, struct apply *a, struct err *err);

#endif
