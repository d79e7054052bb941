/* parties.h - customers as a ledger describes them: the party, its account,
 * its addresses and the contacts of the account.  Functions that write are
 * for inside store_tx; events and revs are the caller's. */
#ifndef DUNLIN_STORE_PARTIES_H
#define DUNLIN_STORE_PARTIES_H

#include "core/kinds.h"
#include "store/db.h"

#include <stdbool.h>

/* What a ledger says about a customer; NULL: nothing. */
struct party_facts {
	const char *name, *language, *country, *zone;
	const char *credit;	/* its limit, "CNY 50000.00" */
};

struct party_row {
	int64_t account_id, party_id;
	bool alias;		/* found through account_alias or a merge */
	bool erased;		/* on request (privacy.h): nothing that the
				 * ledger says about the person is kept */
	struct party_facts facts;	/* owned by owner */
};

/* The account of that code: 1, 0 when there is none, -1. */
int parties_find(void *owner, struct db *db, int64_t company_id,
    const char *code, struct party_row *ret_row, struct err *err);

/* A party with one account.  stage_cap: DESIGN §4, going live. */
int parties_add(struct db *db, int64_t company_id, const char *code,
    const struct party_facts *facts, enum stage stage_cap, int64_t now,
    struct party_row *ret_row, struct err *err);

/* Writes all fields; bumps the rev of the party. */
int parties_put(struct db *db, int64_t party_id,
    const struct party_facts *facts, struct err *err);

/* How many parties of a company are in each country. */
struct party_count {
	const char *country;	/* NULL: not known */
	int64_t n, without_zone;
};
int parties_countries(void *owner, struct db *db, int64_t company_id,
    struct party_count **ret_rows, size_t *ret_n, struct err *err);

/* The same per calendar that people chose for accounts: country is its name.
 */
int parties_workdays(void *owner, struct db *db, int64_t company_id,
    struct party_count **ret_rows, size_t *ret_n, struct err *err);

struct contact_row {
	int64_t id, address_id;
	enum address_kind kind;
	const char *norm, *value;
	bool from_ledger;	/* an import named it */
	bool closed;
	bool closed_by_ledger;
};

/* Contacts of role payables, closed ones too, by rank then id. */
int contacts_list(void *owner, struct db *db, int64_t account_id,
    struct contact_row **ret_rows, size_t *ret_n, struct err *err);

/* The address (made when it is new; whose it is stays as it was) as a
 * contact of role payables; an existing one is opened again. */
int contacts_add(struct db *db, int64_t company_id, int64_t account_id,
    int64_t party_id, enum address_kind kind, const char *value,
    const char *norm, int rank, struct err *err);
int contacts_close(struct db *db, int64_t contact_id, int64_t now,
    const char *by, struct err *err);

#endif
