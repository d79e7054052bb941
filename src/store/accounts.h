/* accounts.h - accounts by code, and their revs.  A fact write bumps the rev
 * of the account and of each address that it touches, in the same
 * transaction; the planner and the sender compare revs. */
#ifndef DUNLIN_STORE_ACCOUNTS_H
#define DUNLIN_STORE_ACCOUNTS_H

#include "store/db.h"

/* By customer number, through account_alias and merges.  ERR_PERM "no
 * account ... in company ...". */
int accounts_find(struct db *db, int64_t company_id, const char *code,
    int64_t *ret_id, struct err *err);
int accounts_touch(struct db *db, int64_t account_id, struct err *err);
int accounts_touch_address(struct db *db, int64_t address_id,
    struct err *err);
/* All accounts of a company (company-wide facts changed). */
int accounts_touch_company(struct db *db, int64_t company_id,
    struct err *err);

#endif
