#include "store/parties.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/money.h"
#include "store/accounts.h"

#include <stdio.h>
#include <string.h>

DB_STMT(party_of_account, "SELECT a.party_id, a.code, p.name, p.language, "
	"p.country, p.zone, p.credit_limit, p.credit_currency, "
	"(SELECT count(*) FROM erasure e WHERE e.party_id = p.id "
	"AND e.sealed = 1) FROM account a JOIN party p ON p.id = a.party_id "
	"WHERE a.id = $1");
DB_STMT(party_add, "INSERT INTO party (company_id, name, kind, tier, "
	"language, country, zone, credit_limit, credit_currency) "
	"VALUES ($1, $2, 'organisation', 'standard', $3, $4, $5, $6, $7) "
	"RETURNING id");
DB_STMT(party_account_add, "INSERT INTO account (company_id, party_id, code, "
	"created_at, stage_cap) VALUES ($1, $2, $3, $4, $5) RETURNING id");
DB_STMT(party_put, "UPDATE party SET name = $2, language = $3, "
	"country = $4, zone = $5, credit_limit = $6, credit_currency = $7, "
	"rev = rev + 1 WHERE id = $1");
DB_STMT(party_countries, "SELECT country, COUNT(*), COUNT(*) - COUNT(zone) "
	"FROM party WHERE company_id = $1 GROUP BY country ORDER BY country");
DB_STMT(party_workdays, "SELECT workdays, COUNT(*), 0 FROM account "
	"WHERE company_id = $1 AND workdays IS NOT NULL "
	"AND merged_into IS NULL GROUP BY workdays ORDER BY workdays");
DB_STMT(contact_list, "SELECT c.id, c.address_id, a.kind, a.norm, a.value, "
	"c.from_ledger, c.closed_at, c.closed_by FROM contact c "
	"JOIN address a ON a.id = c.address_id "
	"WHERE c.account_id = $1 AND c.role = 'payables' "
	"ORDER BY c.rank, c.id");
DB_STMT(address_find, "SELECT id FROM address WHERE company_id = $1 "
	"AND kind = $2 AND norm = $3");
DB_STMT(address_add, "INSERT INTO address (company_id, party_id, kind, "
	"value, norm, state) VALUES ($1, $2, $3, $4, $5, 'working') "
	"RETURNING id");
DB_STMT(contact_add, "INSERT INTO contact (account_id, address_id, role, "
	"rank, from_ledger) VALUES ($1, $2, 'payables', $3, 1) "
	"ON CONFLICT (account_id, address_id, role) "
	"DO UPDATE SET closed_at = NULL, closed_by = NULL, "
	"rank = excluded.rank, from_ledger = 1");
DB_STMT(contact_close, "UPDATE contact SET closed_at = $2, closed_by = $3 "
	"WHERE id = $1");

/* "CNY 50000.00" as two columns; NULL as two nulls. */
static int
read_credit(const char *text, struct money *ret_m, struct err *err)
{
	char cur[MONEY_CUR_MAX];

	*ret_m = (struct money){ .minor = CLOCK_NONE };
	if (text == NULL)
		return 0;
	snprintf(cur, sizeof(cur), "%.3s", text);
	if (strlen(text) < 5 || money_parse(text + 4, cur, ret_m, err) < 0)
		return err_set(err, ERR_CORRUPT, "'%.40s' is no credit limit",
		    text);
	return 0;
}

static const char *
credit_text(void *owner, struct db_query *q, int col)
{
	char plain[MONEY_TEXT_MAX];
	struct money m;

	if (db_is_null(q, col))
		return NULL;
	m = money_zero(db_text(q, col + 1));
	m.minor = db_int(q, col);
	return mem_fmt(owner, "%s %s", m.cur, money_format(m, plain));
}

int
parties_find(void *owner, struct db *db, int64_t company_id,
    const char *code, struct party_row *ret_row, struct err *err)
{
	struct party_row row;
	struct db_query *q;
	int r;

	memset(&row, 0, sizeof(row));
	r = accounts_find_maybe(db, company_id, code, &row.account_id, err);
	if (r <= 0)
		return r;
	if (db_get(db, &party_of_account, &q, err, "i", row.account_id) < 0)
		return -1;
	row.party_id = db_int(q, 0);
	row.alias = strcmp(db_text(q, 1), code) != 0;
	row.erased = db_int(q, 8) != 0;
	row.facts.name = mem_str(owner, db_text(q, 2));
	row.facts.language = mem_str(owner, db_text(q, 3));
	row.facts.country = mem_str(owner, db_text(q, 4));
	row.facts.zone = mem_str(owner, db_text(q, 5));
	row.facts.credit = credit_text(owner, q, 6);
	db_done(q);
	*ret_row = row;
	return 1;
}

int
parties_add(struct db *db, int64_t company_id, const char *code,
    const struct party_facts *facts, enum stage stage_cap, int64_t now,
    struct party_row *ret_row, struct err *err)
{
	struct party_row row = { .facts = *facts };
	struct money credit;

	if (read_credit(facts->credit, &credit, err) < 0 ||
	    db_get_int(db, &party_add, &row.party_id, err, "ittttit",
	    company_id, facts->name, facts->language, facts->country,
	    facts->zone, credit.minor, facts->credit != NULL ? credit.cur :
	    NULL) < 0 ||
	    db_get_int(db, &party_account_add, &row.account_id, err, "iitii",
	    company_id, row.party_id, code, now, (int64_t)stage_cap) < 0)
		return -1;
	*ret_row = row;
	return 0;
}

int
parties_put(struct db *db, int64_t party_id, const struct party_facts *facts,
    struct err *err)
{
	struct money credit;

	if (read_credit(facts->credit, &credit, err) < 0)
		return -1;
	return db_run(db, &party_put, err, "ittttit", party_id, facts->name,
	    facts->language, facts->country, facts->zone, credit.minor,
	    facts->credit != NULL ? credit.cur : NULL);
}

static int
counts(void *owner, struct db *db, struct db_stmt *stmt, int64_t company_id,
    struct party_count **ret_rows, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, stmt);
	struct party_count *rows = NULL;
	size_t n;
	int r;

	db_bind_int(q, 1, company_id);
	for (n = 0; (r = db_step(q, err)) > 0; n++) {
		rows = mem_grow(owner, rows, struct party_count, n + 1);
		rows[n].country = mem_str(owner, db_text(q, 0));
		rows[n].n = db_int(q, 1);
		rows[n].without_zone = db_int(q, 2);
	}
	if (r < 0)
		return -1;
	*ret_rows = rows;
	*ret_n = n;
	return 0;
}

int
parties_countries(void *owner, struct db *db, int64_t company_id,
    struct party_count **ret_rows, size_t *ret_n, struct err *err)
{
	return counts(owner, db, &party_countries, company_id, ret_rows,
	    ret_n, err);
}

int
parties_workdays(void *owner, struct db *db, int64_t company_id,
    struct party_count **ret_rows, size_t *ret_n, struct err *err)
{
	return counts(owner, db, &party_workdays, company_id, ret_rows,
	    ret_n, err);
}

int
contacts_list(void *owner, struct db *db, int64_t account_id,
    struct contact_row **ret_rows, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &contact_list);
	struct contact_row *rows = NULL, *c;
	const char *by;
	size_t n = 0;
	int r;

	db_bind_int(q, 1, account_id);
	while ((r = db_step(q, err)) == 1) {
		rows = mem_grow(owner, rows, struct contact_row, n + 1);
		c = &rows[n++];
		c->id = db_int(q, 0);
		c->address_id = db_int(q, 1);
		if (!address_kind_parse(db_text(q, 2), &c->kind))
			c->kind = ADDRESS_EMAIL;
		c->norm = mem_str(owner, db_text(q, 3));
		c->value = mem_str(owner, db_text(q, 4));
		c->from_ledger = db_int(q, 5) != 0;
		c->closed = !db_is_null(q, 6);
		by = db_text(q, 7);
		c->closed_by_ledger = by != NULL && strcmp(by, "import") == 0;
	}
	if (r < 0)
		return -1;
	*ret_rows = rows;
	*ret_n = n;
	return 0;
}

int
contacts_add(struct db *db, int64_t company_id, int64_t account_id,
    int64_t party_id, enum address_kind kind, const char *value,
    const char *norm, int rank, struct err *err)
{
	const char *word = address_kind_name(kind);
	struct db_query *q;
	int64_t id;
	int r;

	r = db_get_maybe(db, &address_find, &q, err, "itt", company_id, word,
	    norm);
	if (r < 0)
		return -1;
	if (r == 1) {
		id = db_int(q, 0);
		db_done(q);
	} else if (db_get_int(db, &address_add, &id, err, "iittt", company_id,
	    party_id, word, value, norm) < 0)
		return -1;
	return db_run(db, &contact_add, err, "iii", account_id, id,
	    (int64_t)rank);
}

int
contacts_close(struct db *db, int64_t contact_id, int64_t now,
    const char *by, struct err *err)
{
	return db_run(db, &contact_close, err, "iit", contact_id, now, by);
}
