#include "store/privacy.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "store/accounts.h"
#include "store/events.h"

#include <jansson.h>
#include <string.h>

#define DAY 86400

DB_STMT(privacy_party, "SELECT party_id FROM account WHERE id = $1");
DB_STMT(privacy_put, "INSERT INTO erasure (company_id, party_id, account_id, "
    "erase, keep_until, note, asked_at, asked_by) VALUES ($1, $2, $3, $4, "
    "$5, $6, $7, $8) ON CONFLICT (party_id) DO UPDATE SET erase = $4, "
    "keep_until = $5, note = $6, done_at = NULL, ended_at = NULL");
DB_STMT(privacy_restrict, "UPDATE party SET restricted = $2 WHERE id = $1");
DB_STMT(privacy_end, "UPDATE erasure SET ended_at = $2, sealed = 0 "
    "WHERE party_id = $1 AND ended_at IS NULL "
    "AND (done_at IS NULL OR coalesce($3, '') <> '')");
DB_STMT(privacy_asked, "SELECT e.erase, e.keep_until, "
    "(SELECT count(*) FROM item i JOIN account a ON a.id = i.account_id "
    "WHERE a.party_id = e.party_id AND i.state = 'open'), "
    "(SELECT max(x.at) FROM event x JOIN stream s ON s.id = x.stream_id "
    "JOIN account a ON a.id = s.account_id WHERE a.party_id = e.party_id "
    "AND x.kind NOT IN ('restricted', 'unrestricted')) "
    "FROM erasure e WHERE e.party_id = $1 AND e.done_at IS NULL "
    "AND e.ended_at IS NULL");
DB_STMT(privacy_waiting, "SELECT account_id FROM erasure WHERE erase = 1 "
    "AND done_at IS NULL AND ended_at IS NULL ORDER BY id");
DB_STMT(privacy_list, "SELECT c.code, a.code, e.erase, e.asked_at, e.done_at,"
    " e.asked_by, e.note, e.account_id FROM erasure e "
    "JOIN company c ON c.id = e.company_id JOIN account a "
    "ON a.id = e.account_id WHERE e.company_id = $1 AND e.ended_at IS NULL "
    "ORDER BY e.id");

static int
party_of(struct db *db, int64_t account_id, int64_t *ret_party,
    struct err *err)
{
	return db_get_int(db, &privacy_party, ret_party, err, "i",
	    account_id);
}

struct request {
	const struct privacy_request *r;
	int64_t now;
};

static int
request_tx(struct db *db, void *arg, struct err *err)
{
	const struct request *q = arg;
	const struct privacy_request *r = q->r;
	char day[DATE_TEXT_MAX];
	int64_t party;

	if (party_of(db, r->account_id, &party, err) < 0 ||
	    db_run(db, &privacy_put, err, "iiiiitit", r->company_id, party,
	    r->account_id, (int64_t)r->erase, r->keep_until == DATE_NONE ?
	    CLOCK_NONE : (int64_t)r->keep_until, r->note, q->now,
	    r->actor) < 0 || db_run(db, &privacy_restrict, err, "ii", party,
	    (int64_t)1) < 0 || accounts_touch_party(db, party, err) < 0)
		return -1;
	return events_append(db, r->company_id, r->account_id, q->now,
	    "restricted", r->actor, json_pack("{s:s, s:s*}", "why",
	    r->erase ? "erasure" : "disputed", "keep_until",
	    r->keep_until == DATE_NONE ? NULL :
	    date_format(r->keep_until, day)), NULL, err);
}

int
privacy_request(struct db *db, const struct privacy_request *r, int64_t now,
    struct err *err)
{
	struct request q = { r, now };

	return store_tx(db, request_tx, &q, err);
}

struct withdrawal {
	int64_t company_id, account_id, now;
	const char *actor, *note;
};

static int
withdraw_tx(struct db *db, void *arg, struct err *err)
{
	const struct withdrawal *w = arg;
	int64_t party;

	if (party_of(db, w->account_id, &party, err) < 0 ||
	    db_run(db, &privacy_end, err, "iit", party, w->now, w->note) < 0)
		return -1;
	if (db_changes(db) == 0)
		return err_set(err, ERR_PERM, "nobody asked to restrict or "
		    "erase this account (see dunlin privacy list), or it is "
		    "erased: then name the new ground with --note");
	if (db_run(db, &privacy_restrict, err, "ii", party, (int64_t)0) < 0 ||
	    accounts_touch_party(db, party, err) < 0)
		return -1;
	return events_append(db, w->company_id, w->account_id, w->now,
	    "unrestricted", w->actor, json_pack("{s:s*}", "note", w->note),
	    NULL, err);
}

int
privacy_withdraw(struct db *db, int64_t company_id, int64_t account_id,
    int64_t now, const char *actor, const char *note, struct err *err)
{
	struct withdrawal w = { company_id, account_id, now, actor, note };

	return store_tx(db, withdraw_tx, &w, err);
}

int
privacy_ground(struct db *db, int64_t account_id, int32_t today,
    struct privacy_ground *ret, struct err *err)
{
	struct privacy_ground g = { 0 };
	struct db_query *q;
	int64_t party;
	int r;

	if (party_of(db, account_id, &party, err) < 0)
		return -1;
	r = db_get_maybe(db, &privacy_asked, &q, err, "i", party);
	if (r <= 0)
		return r;
	g.erase = db_int(q, 0) != 0;
	g.open = db_int(q, 2);
	if (!db_is_null(q, 1))
		g.keep_until = (int32_t)db_int(q, 1);
	else
		g.keep_until = db_is_null(q, 3) ? today : date_add_months(
		    (int32_t)(db_int(q, 3) / DAY), 12 * PRIVACY_KEEP_YEARS);
	db_done(q);
	g.ended = g.erase && g.open == 0 && today > g.keep_until;
	*ret = g;
	return 1;
}

int
privacy_erase_due(struct db *db, int64_t now, const char *actor,
    int64_t *ret_n, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct db_query *q = db_query(db, &privacy_waiting);
	struct privacy_erased erased;
	struct privacy_ground g;
	int64_t *ids = NULL;
	size_t i, n = 0;
	bool swept;
	int r;

	*ret_n = 0;
	while ((r = db_step(q, err)) > 0) {
		ids = mem_grow(ctx, ids, int64_t, n + 1);
		ids[n++] = db_int(q, 0);
	}
	for (i = 0; r == 0 && i < n; i++) {
		r = privacy_ground(db, ids[i], (int32_t)(now / DAY), &g, err);
		if (r <= 0 || !g.ended)
			r = r < 0 ? -1 : 0;
		else {
			r = privacy_erase(db, ids[i], now, actor, &erased,
			    err);
			*ret_n += r == 0;
		}
	}
	return r < 0 ? -1 : privacy_sweep(db, &swept, err);
}

int
privacy_each(struct db *db, int64_t company_id,
    int (*fn)(const struct privacy_line *l, void *arg), void *arg,
    struct err *err)
{
	struct db_query *q = db_query(db, &privacy_list);
	struct privacy_line l;
	int r;

	db_bind_int(q, 1, company_id);
	while ((r = db_step(q, err)) > 0) {
		l.company = db_text(q, 0);
		l.account = db_text(q, 1);
		l.erase = db_int(q, 2) != 0;
		l.asked_at = db_int(q, 3);
		l.done_at = db_int(q, 4);
		l.asked_by = db_text(q, 5);
		l.note = db_text(q, 6);
		l.account_id = db_int(q, 7);
		if (fn(&l, arg) != 0) {
			db_done(q);
			return 0;
		}
	}
	return r;
}
