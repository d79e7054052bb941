#include "store/facts_load.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"
#include "plan/hold.h"
#include "store/companies.h"
#include "store/facts_rows.h"
#include "store/imports.h"
#include "store/meta.h"
#include "store/outbox.h"

#include <string.h>

#define TOUCH_DAYS 400
#define OTHER_DAYS 40
#define DAY INT64_C(86400)

#define HOLD_COLUMNS "h.id, h.kind, h.scope, h.item_id, h.amount, " \
    "h.address_id, h.channel, h.placed_at, h.review_at, h.ends_at, " \
    "h.owner, h.note"
#define TOUCH_COLUMNS "c.id, c.at, c.class, c.channel, c.stage, c.level, " \
    "c.episode, c.nth, c.wording"

/* "+ 0" keeps SQLite from the index of the company: it would have to sort. */
/* clang-format off */
DB_STMT(facts_accounts,
    "SELECT a.id, a.party_id, a.code, a.rev, a.created_at, a.episode,"
    " a.episode_from, a.stage_cap, p.name, p.kind, p.tier, p.language,"
    " p.country, p.zone, p.restricted, p.cash_in_day,"
    " (SELECT u.login FROM users u WHERE u.id = a.owner_id),"
    " a.planned_rev, a.plan_at, a.plan_verdict, a.plan_why, a.workdays,"
    " (SELECT u.workdays FROM users u WHERE u.id = a.owner_id),"
    " coalesce(p.credit_limit, 0), p.credit_currency,"
    " p.attitude"
    " FROM account a JOIN party p ON p.id = a.party_id"
    " WHERE a.id BETWEEN $1 AND $2 AND a.company_id + 0 = $3"
    " AND a.merged_into IS NULL ORDER BY a.id");
DB_STMT(facts_items,
    "SELECT account_id, id, due, kind, balance, currency, balance_as_of,"
    " created_at FROM item WHERE state = 'open'"
    " AND account_id BETWEEN $1 AND $2 ORDER BY account_id, due, id");
DB_STMT(facts_items_whole,
    "SELECT account_id, id, due, kind, balance, currency, balance_as_of,"
    " created_at, document, amount, issued FROM item WHERE state = 'open'"
    " AND account_id BETWEEN $1 AND $2 ORDER BY account_id, due, id");
DB_STMT(facts_payments,
    "SELECT account_id, item_id, amount, currency, value_date, provisional"
    " FROM payment WHERE account_id BETWEEN $1 AND $2"
    " AND state = 'received' ORDER BY account_id");
DB_STMT(facts_holds,
    "SELECT h.account_id, " HOLD_COLUMNS " FROM hold h"
    " WHERE h.released_at IS NULL AND h.account_id BETWEEN $1 AND $2"
    " ORDER BY h.account_id, h.id");
DB_STMT(facts_party_holds,
    "SELECT a.id, " HOLD_COLUMNS " FROM account a"
    " JOIN hold h ON h.party_id = a.party_id"
    " WHERE a.id BETWEEN $1 AND $2 AND h.released_at IS NULL"
    " AND h.account_id IS NULL ORDER BY a.id, h.id");
DB_STMT(facts_address_holds,
    "SELECT c.account_id, " HOLD_COLUMNS " FROM contact c"
    " JOIN hold h ON h.address_id = c.address_id"
    " WHERE c.account_id BETWEEN $1 AND $2 AND c.closed_at IS NULL"
    " AND h.released_at IS NULL AND h.account_id IS NULL"
    " ORDER BY c.account_id, h.id");
/* For one account: from it to its holds, not from all holds to it. */
DB_STMT(facts_party_holds_whole,
    "SELECT a.id, " HOLD_COLUMNS " FROM account a CROSS JOIN hold h"
    " WHERE a.id BETWEEN $1 AND $2 AND h.party_id = a.party_id"
    " AND h.released_at IS NULL AND h.account_id IS NULL ORDER BY a.id");
DB_STMT(facts_address_holds_whole,
    "SELECT c.account_id, " HOLD_COLUMNS " FROM contact c"
    " CROSS JOIN hold h WHERE c.account_id BETWEEN $1 AND $2"
    " AND c.closed_at IS NULL AND h.address_id = c.address_id"
    " AND h.released_at IS NULL AND h.account_id IS NULL"
    " ORDER BY c.account_id");
DB_STMT(facts_company_holds,
    "SELECT 0, " HOLD_COLUMNS " FROM hold h WHERE h.released_at IS NULL"
    " AND h.account_id IS NULL AND h.company_id = $1"
    " AND h.scope IN ('company', 'channel') ORDER BY h.id");
DB_STMT(facts_contacts,
    "SELECT c.account_id, c.id, c.address_id, c.role, c.name, c.language,"
    " c.rank, d.kind, d.value, d.state, d.rev, d.consent_at,"
    " d.offers_at"
    " FROM contact c JOIN address d ON d.id = c.address_id"
    " WHERE c.account_id BETWEEN $1 AND $2 AND c.closed_at IS NULL"
    " ORDER BY c.account_id");
DB_STMT(facts_touches,
    "SELECT c.account_id, " TOUCH_COLUMNS " FROM communication c"
    " WHERE c.account_id BETWEEN $1 AND $2 AND c.at >= $3"
    " AND c.at IS NOT NULL AND c.cancelled = 0"
    " ORDER BY c.account_id, c.at");
DB_STMT(facts_other_touches,
    "SELECT a.id, " TOUCH_COLUMNS " FROM account a"
    " JOIN account b ON b.party_id = a.party_id AND b.id <> a.id"
    " JOIN communication c ON c.account_id = b.id"
    " WHERE a.id BETWEEN $1 AND $2 AND c.at >= $3 AND c.at IS NOT NULL"
    " AND c.cancelled = 0 ORDER BY a.id");
/* Messages to an address that this account is written to as well, by accounts
 * of other parties. */
DB_STMT(facts_shared_touches,
    "SELECT k.account_id, " TOUCH_COLUMNS " FROM contact k"
    " JOIN account a ON a.id = k.account_id"
    " JOIN contact s ON s.address_id = k.address_id"
    " AND s.account_id <> k.account_id"
    " JOIN account b ON b.id = s.account_id AND b.party_id <> a.party_id"
    " JOIN communication c ON c.account_id = b.id"
    " WHERE k.account_id BETWEEN $1 AND $2 AND k.closed_at IS NULL"
    " AND k.role <> 'copy' AND c.at >= $3 AND c.at IS NOT NULL"
    " AND c.cancelled = 0 AND EXISTS (SELECT 1 FROM outbox o"
    " WHERE o.communication_id = c.id AND o.address_id = k.address_id"
    " AND o.state IN ('sending', 'accepted', 'uncertain'))"
    " ORDER BY k.account_id");
DB_STMT(facts_rows,
    "SELECT o.account_id, o.communication_id, o.state, o.due_at,"
    " o.not_after, o.first_contact, o.address_id, c.cause, c.class, c.at,"
    " c.wording"
    " FROM outbox o JOIN communication c ON c.id = o.communication_id"
    " WHERE (" OUTBOX_PLANNED("o.state") ") AND o.account_id BETWEEN $1 AND $2"
    " ORDER BY o.account_id, o.id");
/* The last of an account is what counts. */
DB_STMT(facts_offers,
    "SELECT account_id, id, communication_id, state, made_at, made_on, day,"
    " currency, amount, discount, percent, next_order, (SELECT count(*)"
    " FROM offer_item x WHERE x.offer_id = offer.id), NULL, NULL FROM offer"
    " WHERE account_id BETWEEN $1 AND $2 AND state <> 'unsent'"
    " ORDER BY account_id, id");
/* With its items while it may be taken, a row for each. */
DB_STMT(facts_offers_whole,
    "SELECT o.account_id, o.id, o.communication_id, o.state, o.made_at,"
    " o.made_on, o.day, o.currency, o.amount, o.discount, o.percent,"
    " o.next_order, (SELECT count(*) FROM offer_item y"
    " WHERE y.offer_id = o.id), x.item_id, i.document FROM offer o"
    " LEFT JOIN offer_item x ON x.offer_id = o.id"
    " AND (o.state = 'leaving' OR o.state = 'open')"
    " LEFT JOIN item i ON i.id = x.item_id"
    " WHERE o.account_id BETWEEN $1 AND $2 AND o.state <> 'unsent'"
    " ORDER BY o.account_id, o.id, i.due, i.id");
DB_STMT(facts_has_party_holds,
    "SELECT count(*) FROM (SELECT id FROM hold WHERE released_at IS NULL"
    " AND account_id IS NULL AND party_id IS NOT NULL LIMIT 1) x");
DB_STMT(facts_has_address_holds,
    "SELECT count(*) FROM (SELECT id FROM hold WHERE released_at IS NULL"
    " AND account_id IS NULL AND address_id IS NOT NULL LIMIT 1) x");
DB_STMT(facts_has_others,
    "SELECT count(*) FROM (SELECT party_id FROM account GROUP BY party_id"
    " HAVING count(*) > 1 LIMIT 1) x");
DB_STMT(facts_has_shared,
    "SELECT count(*) FROM (SELECT address_id FROM contact GROUP BY address_id"
    " HAVING count(*) > 1 LIMIT 1) x");
DB_STMT(company_sources,
    /* A source that came once, as a delta, need not come again. */
    "SELECT coalesce(min(CASE WHEN s.full_as_of IS NOT NULL OR"
    " (SELECT count(*) FROM (SELECT i.id FROM import i"
    " WHERE i.source_id = s.id AND i.state = 'applied' LIMIT 2) x) > 1"
    " THEN s.as_of END), max(s.as_of)) FROM source s"
    " WHERE s.company_id = $1 AND s.as_of IS NOT NULL");
DB_STMT(company_waiting,
    "SELECT (SELECT count(*) FROM (SELECT id FROM inbox WHERE state = 'new'"
    " AND company_id = $1 AND NOT (channel = 'sms'"
    /* a receipt says nothing that a reminder would heed */
    " AND intake LIKE 'hook/%/report') LIMIT 1) x) + (SELECT count(*) FROM"
    /* not yet known whose it is */
    " (SELECT id FROM inbox WHERE state = 'held' AND channel = 'mail'"
    " AND looked = 0 AND company_id = $1 LIMIT 1) y), (SELECT count(*) FROM import i"
    " JOIN source s ON s.id = i.source_id WHERE (i.state = 'waiting'"
    " OR (i.state = 'running' AND i.at < $2)) AND s.company_id = $1),"
    " (SELECT count(*) FROM (SELECT id FROM offer LIMIT 1) z)");
DB_STMT(company_unidentified,
    "SELECT amount, currency FROM payment WHERE account_id IS NULL"
    " AND company_id = $1 AND state = 'received' AND amount > 0");
DB_STMT(company_first_contacts,
    "SELECT count(*) FROM communication WHERE company_id = $1"
    " AND at >= $2 AND at IS NOT NULL AND first_contact = 1");
/* clang-format on */

/* --- the company --- */

static int
unidentified(struct db *db, struct fact_company *c, struct err *err)
{
	struct money *list = NULL;
	struct db_query *q;
	const char *cur;
	size_t n = 0;
	int r;

	q = db_query(db, &company_unidentified);
	db_bind_int(q, 1, c->id);
	while ((r = db_step(q, err)) > 0) {
		list = mem_grow(c, list, struct money, n + 1);
		list[n].minor = db_int(q, 0);
		cur = db_text(q, 1);
		memset(list[n].cur, 0, MONEY_CUR_MAX);
		memcpy(list[n++].cur, cur, strnlen(cur, MONEY_CUR_MAX - 1));
	}
	c->unidentified = list;
	c->n_unidentified = n;
	return r;
}

static int
first_left(struct db *db, const struct config_company *company, int64_t now,
    struct fact_company *c, struct err *err)
{
	int32_t second, day = zone_day(c->zone, now, &second);
	int64_t n;

	c->first_left = INT32_MAX;
	c->first_from = DATE_NONE;
	if (company->policy->max_new_per_day <= 0)
		return 0;
	if (db_get_int(db, &company_first_contacts, &n, err, "ii", c->id,
	    zone_instant(c->zone, day, 0)) < 0)
		return -1;
	c->first_left = (int32_t)(company->policy->max_new_per_day - n);
	return 0;
}

static const struct fact_route *
routes_of(void *owner, const struct config_company *company)
{
	struct fact_route *list = mem_array(owner, struct fact_route,
	    company->n_sms + 1);
	const struct config_sms *s;
	const char **names;
	size_t i, k;

	for (i = 0; i < company->n_sms; i++) {
		s = &company->sms[i];
		list[i].name = s->name;
		list[i].countries = s->countries;
		list[i].cost = s->cost;
		if (s->own_texts || s->n_templates == 0)
			continue;
		names = mem_array(list, const char *, s->n_templates + 1);
		for (k = 0; k < s->n_templates; k++)
			names[k] = mem_fmt(names, "%s %s",
			    s->templates[k].name, s->templates[k].language);
		list[i].approved = names;
	}
	return list;
}

int
facts_company(void *owner, struct db *db,
    const struct config_company *company, int64_t now,
    struct fact_company **ret_company, struct err *err)
{
	struct fact_company *c = mem_new(owner, struct fact_company);
	char why[META_WHY_MAX];
	struct company_row row;
	struct db_query *q;
	bool clock_ok;

	if (companies_get(db, company->code, &row, err) < 0 ||
	    meta_clock_look(db, now, &clock_ok, why, err) < 0)
		return -1;
	c->id = row.id;
	c->code = company->code;
	c->armed = row.armed;
	c->stopped = row.stopped;
	c->zone = company->zone;
	c->country = company->country;
	c->workdays = company->workdays;
	c->language = company->languages != NULL ? company->languages[0] :
	    NULL;
	c->agency = company->agency;
	c->routes = routes_of(c, company);
	c->n_routes = company->n_sms;
	c->mail_cost = company->transport.cost;
	c->intake_configured = company->n_intakes > 0;
	c->intake_at = row.intake_at;
	c->clock_held = !clock_ok;
	if (db_get(db, &company_sources, &q, err, "i", c->id) < 0)
		return -1;
	c->ledger_as_of = db_is_null(q, 0) ? DATE_NONE : (int32_t)db_int(q, 0);
	db_done(q);
	if (db_get(db, &company_waiting, &q, err, "ii", c->id,
	    now - IMPORTS_DEAD) < 0)
		return -1;
	c->inbox_waiting = db_int(q, 0);
	c->import_waiting = db_int(q, 1) > 0;
	c->offers = db_int(q, 2) > 0;
	db_done(q);
	if (unidentified(db, c, err) < 0 ||
	    first_left(db, company, now, c, err) < 0)
		return -1;
	*ret_company = c;
	return 0;
}

/* --- accounts --- */

static struct db_stmt *const statements[CURSOR_COUNT] = {
	[CURSOR_ACCOUNT] = &facts_accounts,
	[CURSOR_ITEM] = &facts_items,
	[CURSOR_PAYMENT] = &facts_payments,
	[CURSOR_HOLD] = &facts_holds,
	[CURSOR_PARTY_HOLD] = &facts_party_holds,
	[CURSOR_ADDRESS_HOLD] = &facts_address_holds,
	[CURSOR_CONTACT] = &facts_contacts,
	[CURSOR_TOUCH] = &facts_touches,
	[CURSOR_OTHER_TOUCH] = &facts_other_touches,
	[CURSOR_SHARED_TOUCH] = &facts_shared_touches,
	[CURSOR_ROW] = &facts_rows,
	[CURSOR_OFFER] = &facts_offers,
};

static struct db_stmt *const whole_statements[CURSOR_COUNT] = {
	[CURSOR_ITEM] = &facts_items_whole,
	[CURSOR_PARTY_HOLD] = &facts_party_holds_whole,
	[CURSOR_ADDRESS_HOLD] = &facts_address_holds_whole,
	[CURSOR_OFFER] = &facts_offers_whole,
};

/* Queries that mostly have no rows at all are asked for only where one look
 * at the whole table says so; for one account the look would cost more. */
static const struct {
	enum cursor_kind kind;
	struct db_stmt *look;
} looks[] = {
	{ CURSOR_PARTY_HOLD, &facts_has_party_holds },
	{ CURSOR_ADDRESS_HOLD, &facts_has_address_holds },
	{ CURSOR_OTHER_TOUCH, &facts_has_others },
	{ CURSOR_SHARED_TOUCH, &facts_has_shared },
};

static int
is_empty(struct facts_stream *s, enum cursor_kind kind, bool *ret_empty,
    struct err *err)
{
	int64_t n = 1;
	size_t i;

	*ret_empty = kind == CURSOR_OFFER && !s->company->offers;
	for (i = 0; i < sizeof(looks) / sizeof(*looks) && !s->whole; i++)
		if (looks[i].kind == kind) {
			if (db_get_int(s->db, looks[i].look, &n, err, "") < 0)
				return -1;
			*ret_empty = n == 0;
		}
	return 0;
}

static int
open_cursor(struct facts_stream *s, enum cursor_kind kind, int64_t from,
    int64_t to, struct err *err)
{
	struct cursor *c = &s->c[kind];
	struct db_stmt *stmt = statements[kind];
	bool empty;

	if (is_empty(s, kind, &empty, err) < 0)
		return -1;
	c->q = NULL;
	if (empty)
		return cursor_step(c, err);
	if (s->whole && whole_statements[kind] != NULL)
		stmt = whole_statements[kind];
	c->q = db_query(s->db, stmt);
	db_bind_int(c->q, 1, from);
	db_bind_int(c->q, 2, to);
	if (kind == CURSOR_ACCOUNT)
		db_bind_int(c->q, 3, s->company->id);
	if (kind == CURSOR_TOUCH)
		db_bind_int(c->q, 3, s->since);
	if (kind == CURSOR_OTHER_TOUCH || kind == CURSOR_SHARED_TOUCH)
		db_bind_int(c->q, 3, s->other_since);
	return cursor_step(c, err);
}

static int
shared_holds(struct facts_stream *s, struct err *err)
{
	struct db_query *q = db_query(s->db, &facts_company_holds);
	int r;

	db_bind_int(q, 1, s->company->id);
	while ((r = db_step(q, err)) > 0) {
		s->shared = mem_grow(s, s->shared, struct fact_hold,
		    s->n_shared + 1);
		rows_read_hold(s, q, &s->shared[s->n_shared]);
		/* keep() ends with the account; these do not. */
		s->shared[s->n_shared].owner = mem_str(s, db_text(q, 11));
		s->shared[s->n_shared++].note = mem_str(s, db_text(q, 12));
	}
	return r;
}

int
facts_stream_open(void *owner, struct db *db,
    const struct fact_company *company, int64_t from, int64_t to,
    int64_t now, struct facts_stream **ret_stream, struct err *err)
{
	struct facts_stream *s = mem_new(owner, struct facts_stream);
	int k;

	s->db = db;
	s->company = company;
	s->whole = from == to;
	s->since = now - TOUCH_DAYS * DAY;
	s->other_since = now - OTHER_DAYS * DAY;
	if (shared_holds(s, err) < 0)
		return -1;
	for (k = 0; k < CURSOR_COUNT; k++)
		if (open_cursor(s, (enum cursor_kind)k, from, to, err) < 0) {
			facts_stream_close(s);
			return -1;
		}
	*ret_stream = s;
	return 0;
}

void
facts_stream_close(struct facts_stream *s)
{
	int k;

	for (k = 0; k < CURSOR_COUNT; k++)
		if (s->c[k].q != NULL) {
			db_done(s->c[k].q);
			s->c[k].q = NULL;
			s->c[k].account = INT64_MAX;
		}
}

int
facts_stream_next(struct facts_stream *s, const struct facts **ret_facts,
    struct err *err)
{
	if (s->c[CURSOR_ACCOUNT].account == INT64_MAX) {
		facts_stream_close(s);
		return 0;
	}
	keep_reset(s);
	if (rows_account(s, err) < 0 || rows_items(s, err) < 0 ||
	    rows_payments(s, err) < 0 || rows_holds(s, err) < 0 ||
	    rows_contacts(s, err) < 0 || rows_planned(s, err) < 0 ||
	    rows_touches(s, err) < 0 || rows_offer(s, err) < 0 ||
	    cursor_step(&s->c[CURSOR_ACCOUNT], err) < 0) {
		facts_stream_close(s);
		return -1;
	}
	*ret_facts = &s->f;
	return 1;
}

const struct facts_written *
facts_stream_written(const struct facts_stream *s)
{
	return &s->written;
}

int
facts_load(void *owner, struct db *db, const struct fact_company *company,
    int64_t account_id, int64_t now, struct facts **ret_facts,
    struct err *err)
{
	struct facts_stream *s;
	const struct facts *f;
	int r;

	if (facts_stream_open(owner, db, company, account_id, account_id, now,
	    &s, err) < 0)
		return -1;
	r = facts_stream_next(s, &f, err);
	facts_stream_close(s);
	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(err, ERR_PERM, "no account %lld in company %s",
		    (long long)account_id, company->code);
	*ret_facts = &s->f;
	return 0;
}
