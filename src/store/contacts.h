/* contacts.h - contacts as people change them: an import leaves them as they
 * are.  Inside store_tx; each writes an event and bumps the account's rev. */
#ifndef DUNLIN_STORE_CONTACTS_H
#define DUNLIN_STORE_CONTACTS_H

#include "core/kinds.h"
#include "store/db.h"

struct contact_new {
	int64_t company_id, account_id;
	enum address_kind kind;
	const char *value, *norm;
	enum contact_role role;
	const char *name, *language;	/* NULL: not known, the party's */
};

/* Added behind the others of its role; one that was closed is open again. */
int contacts_put(struct db *db, const struct contact_new *c, int64_t now,
    const char *actor, struct err *err);

/* The contacts of an account at that address: closed, open again, or written
 * to before all others of their role.  ERR_PERM when there is none. */
int contacts_end(struct db *db, int64_t company_id, int64_t account_id,
    const char *norm, int64_t now, const char *actor, struct err *err);
int contacts_reopen(struct db *db, int64_t company_id, int64_t account_id,
    const char *norm, int64_t now, const char *actor, struct err *err);
/* They agreed to SMS at that number, and how. */
int contacts_consent(struct db *db, int64_t company_id, int64_t account_id,
    const char *norm, const char *how, int64_t now, const char *actor,
    struct err *err);
/* They agreed to incentive offers at that mail address, and how; or they do so
 * no more. */
int contacts_offers(struct db *db, int64_t company_id, int64_t account_id,
    const char *norm, const char *how, bool agreed, int64_t now,
    const char *actor, struct err *err);
int contacts_primary(struct db *db, int64_t company_id, int64_t account_id,
    const char *norm, int64_t now, const char *actor, struct err *err);
/* Undoes that: to the rank that its event tells of as "was". */
int contacts_back(struct db *db, int64_t account_id, const char *norm,
    int64_t rank, struct err *err);

#endif
