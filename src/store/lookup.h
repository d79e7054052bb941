/* lookup.h - what people name on the command line, as ids of rows. */
#ifndef DUNLIN_STORE_LOOKUP_H
#define DUNLIN_STORE_LOOKUP_H

#include "core/money.h"
#include "store/db.h"

#include <stdint.h>

/* An open item of the account by its document number; ERR_PERM when there is
 * none.  Where several lines have that number, the one due first. */
int lookup_item(struct db *db, int64_t account_id, const char *document,
    int64_t *ret_id, struct money *ret_balance, struct err *err);

/* An address of the company, compared without case. */
int lookup_address(struct db *db, int64_t company_id, const char *text,
    int64_t *ret_id, struct err *err);

#endif
