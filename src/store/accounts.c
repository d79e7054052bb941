#include "store/accounts.h"

#include "base/mem.h"
#include "store/events.h"

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
DB_STMT(account_tier, "SELECT p.id, p.tier, p.tier_fixed FROM account a "
    "JOIN party p ON p.id = a.party_id WHERE a.id = $1");
DB_STMT(account_set_tier, "UPDATE party SET tier = $2, "
    "tier_fixed = $3 WHERE id = $1");
DB_STMT(account_attitude, "SELECT p.id, p.attitude FROM account a "
    "JOIN party p ON p.id = a.party_id WHERE a.id = $1");
DB_STMT(account_set_attitude, "UPDATE party SET attitude = $2 "
    "WHERE id = $1");
DB_STMT(account_workdays, "SELECT workdays FROM account WHERE id = $1");
DB_STMT(account_set_workdays, "UPDATE account SET workdays = $2, "
    "rev = rev + 1 WHERE id = $1");
DB_STMT(account_owner, "SELECT u.login FROM account a "
    "LEFT JOIN users u ON u.id = a.owner_id WHERE a.id = $1");
DB_STMT(account_set_owner, "UPDATE account SET owner_id = "
    "(SELECT id FROM users WHERE login = $2), rev = rev + 1 WHERE id = $1");

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

static int
say_override(struct db *db, int64_t company_id, int64_t account_id,
    const char *what, const char *was, const char *is, int64_t now,
    const char *actor, struct err *err)
{
	return events_append(db, company_id, account_id, now, "override",
	    actor, json_pack("{s:s, s:s?, s:s?}", "what", what, "was", was,
	    "is", is), NULL, err);
}

struct tier_was {
	int64_t party;
	enum tier tier;
	bool fixed;
};

static int
tier_was(struct db *db, int64_t account_id, struct tier_was *ret,
    struct err *err)
{
	struct db_query *q;

	db_want_tx(db, "tier_was");
	if (db_get(db, &account_tier, &q, err, "i", account_id) < 0)
		return -1;
	ret->party = db_int(q, 0);
	if (!tier_parse(db_text(q, 1), &ret->tier))
		ret->tier = TIER_STANDARD;
	ret->fixed = db_int(q, 2) != 0;
	db_done(q);
	return 0;
}

/* A tier belongs to the party: all of its accounts are planned anew. */
static int
put_tier(struct db *db, int64_t party, enum tier tier, bool fixed,
    struct err *err)
{
	return db_run(db, &account_set_tier, err, "iti", party,
	    tier_name(tier), (int64_t)fixed) < 0 ? -1 :
	    accounts_touch_party(db, party, err);
}

static int
override_tier(struct db *db, int64_t company_id, int64_t account_id,
    const enum tier *tier, int64_t now, const char *actor, struct err *err)
{
	struct tier_was was;

	if (tier_was(db, account_id, &was, err) < 0 ||
	    put_tier(db, was.party, tier != NULL ? *tier : was.tier,
	    tier != NULL, err) < 0)
		return -1;
	return events_append(db, company_id, account_id, now, "override",
	    actor, json_pack("{s:s, s:s, s:s, s:b}", "what", "tier", "was",
	    tier_name(was.tier), "is", tier != NULL ? tier_name(*tier) :
	    "auto", "fixed", was.fixed), NULL, err);
}

int
accounts_set_tier(struct db *db, int64_t company_id, int64_t account_id,
    enum tier tier, int64_t now, const char *actor, struct err *err)
{
	return override_tier(db, company_id, account_id, &tier, now, actor,
	    err);
}

int
accounts_free_tier(struct db *db, int64_t company_id, int64_t account_id,
    int64_t now, const char *actor, struct err *err)
{
	return override_tier(db, company_id, account_id, NULL, now, actor,
	    err);
}

int
accounts_restore_tier(struct db *db, int64_t account_id, enum tier tier,
    bool fixed, struct err *err)
{
	struct tier_was was;

	return tier_was(db, account_id, &was, err) < 0 ? -1 :
	    put_tier(db, was.party, tier, fixed, err);
}

int
accounts_set_attitude(struct db *db, int64_t company_id, int64_t account_id,
    const char *word, int64_t now, const char *actor, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct db_query *q;
	int64_t party;
	char *was;

	db_want_tx(db, "accounts_set_attitude");
	if (db_get(db, &account_attitude, &q, err, "i", account_id) < 0)
		return -1;
	party = db_int(q, 0);
	was = mem_str(ctx, db_text(q, 1));
	db_done(q);
	if (db_run(db, &account_set_attitude, err, "it", party, word) < 0 ||
	    accounts_touch_party(db, party, err) < 0)
		return -1;
	return say_override(db, company_id, account_id, "attitude", was, word,
	    now, actor, err);
}

int
accounts_set_workdays(struct db *db, int64_t company_id, int64_t account_id,
    const char *name, int64_t now, const char *actor, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct db_query *q;
	char *was;

	db_want_tx(db, "accounts_set_workdays");
	if (db_get(db, &account_workdays, &q, err, "i", account_id) < 0)
		return -1;
	was = mem_str(ctx, db_text(q, 0));
	db_done(q);
	if (db_run(db, &account_set_workdays, err, "it", account_id,
	    name) < 0)
		return -1;
	return say_override(db, company_id, account_id, "workdays", was,
	    name, now, actor, err);
}

int
accounts_set_owner(struct db *db, int64_t company_id, int64_t account_id,
    const char *login, int64_t now, const char *actor, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct db_query *q;
	char *was;

	db_want_tx(db, "accounts_set_owner");
	if (db_get(db, &account_owner, &q, err, "i", account_id) < 0)
		return -1;
	was = mem_str(ctx, db_text(q, 0));
	db_done(q);
	if (db_run(db, &account_set_owner, err, "it", account_id, login) < 0)
		return -1;
	return say_override(db, company_id, account_id, "owner", was, login,
	    now, actor, err);
}
