#include "store/contacts.h"

#include "base/clock.h"
#include "base/mem.h"
#include "store/accounts.h"
#include "store/events.h"

/* clang-format off */
DB_STMT(contacts_address,
    "INSERT INTO address (company_id, kind, value, norm, state)"
    " VALUES ($1, $2, $3, $4, 'working')"
    " ON CONFLICT (company_id, kind, norm) DO NOTHING");
DB_STMT(contacts_address_id,
    "SELECT id FROM address WHERE company_id = $1 AND kind = $2"
    " AND norm = $3");
DB_STMT(contacts_last,
    "SELECT COALESCE(max(rank), -1) + 1 FROM contact WHERE account_id = $1");
DB_STMT(contacts_insert,
    "INSERT INTO contact (account_id, address_id, role, name, language,"
    " rank) VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT (account_id, address_id, role) DO UPDATE SET"
    " closed_at = NULL, closed_by = NULL,"
    " name = COALESCE(excluded.name, contact.name),"
    " language = COALESCE(excluded.language, contact.language)");
DB_STMT(contacts_close_all,
    "UPDATE contact SET closed_at = $3, closed_by = $4"
    " WHERE account_id = $1 AND closed_at IS NULL AND address_id IN"
    " (SELECT id FROM address WHERE norm = $2)");
DB_STMT(contacts_again,
    "UPDATE contact SET closed_at = NULL, closed_by = NULL"
    " WHERE account_id = $1 AND closed_at IS NOT NULL AND address_id IN"
    " (SELECT id FROM address WHERE norm = $2)");
DB_STMT(contacts_first,
    "UPDATE contact SET rank = (SELECT min(x.rank) - 1 FROM contact x"
    " WHERE x.account_id = $1) WHERE account_id = $1"
    " AND closed_at IS NULL AND address_id IN"
    " (SELECT id FROM address WHERE norm = $2)");
DB_STMT(contacts_agreed,
    "UPDATE address SET consent_at = $3, consent = $4 WHERE kind = 'phone'"
    " AND norm = $2 AND id IN (SELECT address_id FROM contact"
    " WHERE account_id = $1 AND closed_at IS NULL)");
DB_STMT(contacts_offers_of,
    "UPDATE address SET offers_at = $3, offers = $4, rev = rev + 1"
    " WHERE kind = 'email'"
    " AND norm = $2 AND id IN (SELECT address_id FROM contact"
    " WHERE account_id = $1 AND closed_at IS NULL)");
DB_STMT(contacts_ranked,
    "SELECT min(rank) FROM contact WHERE account_id = $1"
    " AND closed_at IS NULL AND address_id IN"
    " (SELECT id FROM address WHERE norm = $2)");
DB_STMT(contacts_rank,
    "UPDATE contact SET rank = $3 WHERE account_id = $1 AND rank <> $3"
    " AND closed_at IS NULL AND address_id IN"
    " (SELECT id FROM address WHERE norm = $2)");
/* clang-format on */

static int
tell(struct db *db, int64_t company_id, int64_t account_id,
    const char *kind, const char *norm, int64_t now, const char *actor,
    struct err *err)
{
	if (accounts_touch(db, account_id, err) < 0)
		return -1;
	return events_append(db, company_id, account_id, now, kind, actor,
	    json_pack("{s:s}", "address", norm), NULL, err);
}

int
contacts_put(struct db *db, const struct contact_new *c, int64_t now,
    const char *actor, struct err *err)
{
	int64_t address, rank;

	db_want_tx(db, "contacts_put");
	if (db_run(db, &contacts_address, err, "ittt", c->company_id,
	    address_kind_name(c->kind), c->value, c->norm) < 0 ||
	    db_get_int(db, &contacts_address_id, &address, err, "itt",
	    c->company_id, address_kind_name(c->kind), c->norm) < 0 ||
	    db_get_int(db, &contacts_last, &rank, err, "i",
	    c->account_id) < 0 ||
	    db_run(db, &contacts_insert, err, "iittti", c->account_id,
	    address, contact_role_name(c->role), c->name, c->language,
	    rank) < 0)
		return -1;
	return tell(db, c->company_id, c->account_id, "contact-added",
	    c->norm, now, actor, err);
}

static int
none(const char *norm, struct err *err)
{
	return err_set(err, ERR_PERM, "%s is no open contact of this account",
	    norm);
}

int
contacts_end(struct db *db, int64_t company_id, int64_t account_id,
    const char *norm, int64_t now, const char *actor, struct err *err)
{
	db_want_tx(db, "contacts_end");
	if (db_run(db, &contacts_close_all, err, "itit", account_id, norm,
	    now, actor) < 0)
		return -1;
	if (db_changes(db) == 0)
		return none(norm, err);
	return tell(db, company_id, account_id, "contact-closed", norm, now,
	    actor, err);
}

int
contacts_reopen(struct db *db, int64_t company_id, int64_t account_id,
    const char *norm, int64_t now, const char *actor, struct err *err)
{
	db_want_tx(db, "contacts_reopen");
	if (db_run(db, &contacts_again, err, "it", account_id, norm) < 0)
		return -1;
	if (db_changes(db) == 0)
		return err_set(err, ERR_PERM, "%s is no closed contact of "
		    "this account", norm);
	return tell(db, company_id, account_id, "contact-added", norm, now,
	    actor, err);
}

int
contacts_primary(struct db *db, int64_t company_id, int64_t account_id,
    const char *norm, int64_t now, const char *actor, struct err *err)
{
	int64_t was;

	db_want_tx(db, "contacts_primary");
	if (db_get_int(db, &contacts_ranked, &was, err, "it", account_id,
	    norm) < 0)
		return -1;
	if (was == CLOCK_NONE)
		return none(norm, err);
	if (db_run(db, &contacts_first, err, "it", account_id, norm) < 0 ||
	    accounts_touch(db, account_id, err) < 0)
		return -1;
	return events_append(db, company_id, account_id, now,
	    "contact-primary", actor, json_pack("{s:s, s:I}", "address", norm,
	    "was", (json_int_t)was), NULL, err);
}

int
contacts_back(struct db *db, int64_t account_id, const char *norm,
    int64_t rank, struct err *err)
{
	db_want_tx(db, "contacts_back");
	if (db_run(db, &contacts_rank, err, "iti", account_id, norm,
	    rank) < 0)
		return -1;
	if (db_changes(db) == 0)
		return err_set(err, ERR_PERM, "%s is no open contact of this "
		    "account, or has its old place already", norm);
	return accounts_touch(db, account_id, err);
}

int
contacts_consent(struct db *db, int64_t company_id, int64_t account_id,
    const char *norm, const char *how, int64_t now, const char *actor,
    struct err *err)
{
	db_want_tx(db, "contacts_consent");
	if (db_run(db, &contacts_agreed, err, "itit", account_id, norm, now,
	    how) < 0)
		return -1;
	if (db_changes(db) == 0)
		return none(norm, err);
	if (accounts_touch(db, account_id, err) < 0)
		return -1;
	return events_append(db, company_id, account_id, now, "sms-consent",
	    actor, json_pack("{s:s, s:s}", "address", norm, "how", how),
	    NULL, err);
}

int
contacts_offers(struct db *db, int64_t company_id, int64_t account_id,
    const char *norm, const char *how, bool agreed, int64_t now,
    const char *actor, struct err *err)
{
	db_want_tx(db, "contacts_offers");
	if (db_run(db, &contacts_offers_of, err, "itit", account_id, norm,
	    agreed ? now : CLOCK_NONE, agreed ? how : NULL) < 0)
		return -1;
	if (db_changes(db) == 0)
		return none(norm, err);
	if (accounts_touch(db, account_id, err) < 0)
		return -1;
	return events_append(db, company_id, account_id, now, "offer-consent",
	    actor, json_pack("{s:s, s:s*, s:s}", "address", norm, "how", how,
	    "state", agreed ? "given" : "withdrawn"), NULL, err);
}
