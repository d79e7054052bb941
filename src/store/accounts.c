#include "store/accounts.h"

#define MERGES_MAX 32

DB_STMT(account_by_code, "SELECT id, merged_into FROM account "
    "WHERE company_id = $1 AND code = $2");
DB_STMT(account_by_alias, "SELECT a.id, a.merged_into FROM account_alias l "
    "JOIN account a ON a.id = l.account_id "
    "WHERE l.company_id = $1 AND l.code = $2");
DB_STMT(account_by_id, "SELECT id, merged_into FROM account WHERE id = $1");
DB_STMT(account_touch, "UPDATE account SET rev = rev + 1 WHERE id = $1");
DB_STMT(account_touch_all, "UPDATE account SET rev = rev + 1 "
    "WHERE company_id = $1");
DB_STMT(account_touch_party, "UPDATE account SET rev = rev + 1 "
    "WHERE party_id = $1");
DB_STMT(account_touch_contacts, "UPDATE account SET rev = rev + 1 "
    "WHERE id IN (SELECT account_id FROM contact WHERE address_id = $1)");
DB_STMT(address_touch, "UPDATE address SET rev = rev + 1 WHERE id = $1");
DB_STMT(party_touch, "UPDATE party SET rev = rev + 1 WHERE id = $1");

/* The survivor of merges, however many. */
static int
follow(struct db *db, struct db_query *q, int64_t *ret_id, struct err *err)
{
	int64_t id = 0, next = db_int(q, 0);
	bool merged;
	int i;

	for (i = 0; i < MERGES_MAX; i++) {
		id = db_int(q, 0);
		merged = !db_is_null(q, 1);
		next = merged ? db_int(q, 1) : id;
		db_done(q);
		if (!merged) {
			*ret_id = id;
			return 0;
		}
		if (db_get(db, &account_by_id, &q, err, "i", next) < 0)
			return -1;
	}
	db_done(q);
	return err_set(err, ERR_CORRUPT, "account %lld: merged in a circle",
	    (long long)id);
}

int
accounts_find_maybe(struct db *db, int64_t company_id, const char *code,
    int64_t *ret_id, struct err *err)
{
	struct db_query *q;
	int r;

	r = db_get_maybe(db, &account_by_code, &q, err, "it", company_id,
	    code);
	if (r == 0)
		r = db_get_maybe(db, &account_by_alias, &q, err, "it",
		    company_id, code);
	if (r <= 0)
		return r;
	return follow(db, q, ret_id, err) < 0 ? -1 : 1;
}

int
accounts_find(struct db *db, int64_t company_id, const char *code,
    int64_t *ret_id, struct err *err)
{
	int r = accounts_find_maybe(db, company_id, code, ret_id, err);

	if (r == 0)
		return err_set(err, ERR_PERM, "no account \"%.80s\": give the "
		    "customer number of the ledger", code);
	return r < 0 ? -1 : 0;
}

int
accounts_touch(struct db *db, int64_t account_id, struct err *err)
{
	return db_run(db, &account_touch, err, "i", account_id);
}

int
accounts_touch_address(struct db *db, int64_t address_id, struct err *err)
{
	if (db_run(db, &address_touch, err, "i", address_id) < 0)
		return -1;
	return db_run(db, &account_touch_contacts, err, "i", address_id);
}

int
accounts_touch_party(struct db *db, int64_t party_id, struct err *err)
{
	if (db_run(db, &party_touch, err, "i", party_id) < 0)
		return -1;
	return db_run(db, &account_touch_party, err, "i", party_id);
}

int
accounts_touch_company(struct db *db, int64_t company_id, struct err *err)
{
	return db_run(db, &account_touch_all, err, "i", company_id);
}
