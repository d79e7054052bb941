/* accounts.h - accounts by code, and their revs.  A fact write bumps the rev
 * of the account and of each address that it touches, in the same
 * transaction; the planner and the sender compare revs. */
#ifndef DUNLIN_STORE_ACCOUNTS_H
#define DUNLIN_STORE_ACCOUNTS_H

#include "core/kinds.h"
#include "store/db.h"

/* By customer number, through account_alias and merges.  ERR_PERM "no
 * account ...".  The other form returns 1 when found, 0 when not. */
int accounts_find(struct db *db, int64_t company_id, const char *code,
    int64_t *ret_id, struct err *err);
int accounts_find_maybe(struct db *db, int64_t company_id, const char *code,
    int64_t *ret_id, struct err *err);

int accounts_touch(struct db *db, int64_t account_id, struct err *err);
/* The address and every account that writes to it. */
int accounts_touch_address(struct db *db, int64_t address_id,
    struct err *err);
int accounts_touch_party(struct db *db, int64_t party_id, struct err *err);
/* All accounts of a company (company-wide facts changed). */
int accounts_touch_company(struct db *db, int64_t company_id,
    struct err *err);

/* What a person decides about an account; an event says what was before.
 * The tier then stays until a person changes it again.  login NULL: nobody.
 * Inside store_tx. */
int accounts_set_tier(struct db *db, int64_t company_id, int64_t account_id,
    enum tier tier, int64_t now, const char *actor, struct err *err);
/* It follows again from what the customer does (track/tiering.h). */
int accounts_free_tier(struct db *db, int64_t company_id, int64_t account_id,
    int64_t now, const char *actor, struct err *err);
/* As it was before an event; no event of its own. */
int accounts_restore_tier(struct db *db, int64_t account_id, enum tier tier,
    bool fixed, struct err *err);
/* word: of core/kinds.def; NULL: none of its own. */
int accounts_set_attitude(struct db *db, int64_t company_id,
    int64_t account_id, const char *word, int64_t now, const char *actor,
    struct err *err);
/* name: as calendar_for() knows it; NULL: none of its own. */
int accounts_set_workdays(struct db *db, int64_t company_id,
    int64_t account_id, const char *name, int64_t now, const char *actor,
    struct err *err);
int accounts_set_owner(struct db *db, int64_t company_id, int64_t account_id,
    const char *login, int64_t now, const char *actor, struct err *err);

#endif
