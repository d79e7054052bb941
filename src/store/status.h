/* status.h - counts over all accounts: what dunlin status shows, and when a
 * role has to look again.  Reading only. */
#ifndef DUNLIN_STORE_STATUS_H
#define DUNLIN_STORE_STATUS_H

#include "store/db.h"

#include <stdint.h>

/* The earliest instant at which a row can be claimed, or an account has to
 * be planned again; CLOCK_NONE: there is none. */
int status_next_send(struct db *db, int64_t *ret_at, struct err *err);
int status_next_plan(struct db *db, int64_t *ret_at, struct err *err);

#endif
