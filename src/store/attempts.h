/* attempts.h - what was handed over, byte by byte. */
#ifndef DUNLIN_STORE_ATTEMPTS_H
#define DUNLIN_STORE_ATTEMPTS_H

#include "store/db.h"

#include <stdint.h>

/* Message-IDs of what an account was sent before (accepted or uncertain),
 * oldest first, NULL-ended, at most max: the References of the next one. */
int attempts_references(void *owner, struct db *db, int64_t account_id,
    int64_t address_id, int max, char ***ret_ids, struct err *err);

/* Attempts to an address that began since t, of all accounts. */
int attempts_since(struct db *db, int64_t address_id, int64_t t,
    int64_t *ret_n, struct err *err);

#endif
