/* asking.h - SMS whose end is not known: those that the gateway can be asked
 * about.  An uncertain one soon, one that was taken when its receipt does not
 * come; ever more seldom, for three days. */
#ifndef DUNLIN_STORE_ASKING_H
#define DUNLIN_STORE_ASKING_H

#include "store/db.h"

#include <stdint.h>

#define ASKING_MOST 20		/* at once */

struct asking {
	int64_t attempt_id, started_at;
	const char *token;		/* our reference */
	const char *remote_id;		/* theirs; NULL: not known */
	const char *bytes;		/* what was sent */
	size_t len;
};

/* Those of a route that are due, the last one first. */
int asking_due(void *owner, struct db *db, int64_t company_id,
    const char *route, int64_t now, struct asking **ret_list, size_t *ret_n,
    struct err *err);
int asking_get(void *owner, struct db *db, int64_t attempt_id,
    struct asking *ret, struct err *err);

/* Inside store_tx.  It was asked about once more. */
int asking_done(struct db *db, int64_t attempt_id, struct err *err);
/* Their reference, where none was known. */
int asking_identify(struct db *db, int64_t attempt_id, const char *remote_id,
    struct err *err);

#endif
