/* early.h - receipts that a gateway sends before we know its reference.
 *
 * Where a receipt has the gateway's reference only, it may be read before the
 * sender has committed the answer that told it, or before the gateway was
 * asked about an uncertain message.  It is kept in mind, and read once more as
 * soon as the reference is known.  Inside store_tx. */
#ifndef DUNLIN_STORE_EARLY_H
#define DUNLIN_STORE_EARLY_H

#include "store/db.h"

#include <stdint.h>

/* A receipt in row inbox_id names no message that is known: kept where one of
 * the route is under way or uncertain, for as long as receipts come. */
int early_keep(struct db *db, int64_t company_id, const char *route,
    const char *remote_id, int64_t inbox_id, int64_t now, struct err *err);

/* A message of the route has got that reference. */
int early_known(struct db *db, int64_t company_id, const char *route,
    const char *remote_id, struct err *err);

#endif
