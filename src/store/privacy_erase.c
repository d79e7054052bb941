/* Erasing, in transactions of some hundred events: one that is cut short is
 * done again from the start and finds less to do. */
#include "store/privacy.h"

#include "base/clock.h"
#include "base/mem.h"
#include "store/accounts.h"
#include "store/events.h"

#include <jansson.h>
#include <string.h>

#define SLICE 200
#define WHY "erasure was asked for and no ground to keep it is left"
#define OF_PARTY "(SELECT id FROM account WHERE party_id = $1)"

DB_STMT(erase_party, "SELECT party_id, company_id FROM account "
    "WHERE id = $1");
DB_STMT(erase_accounts, "SELECT id FROM account WHERE party_id = $1 "
    "ORDER BY id");
/* What only says that something was erased or restricted stays. */
DB_STMT(erase_events, "SELECT e.id, e.seq FROM stream s "
    "JOIN event e ON e.stream_id = s.id JOIN event_payload p "
    "ON p.event_id = e.id WHERE s.account_id = $1 AND e.kind NOT IN "
    "('erased', 'restricted') ORDER BY e.seq LIMIT 200");
/* The company's stream tells that each mail came in. */
DB_STMT(erase_received, "SELECT e.id, e.seq FROM inbox b "
    "JOIN stream s ON s.company_id = $2 AND s.account_id IS NULL "
    "JOIN event e ON e.stream_id = s.id AND e.kind = 'received' "
    "JOIN event_payload p ON p.event_id = e.id AND p.payload LIKE "
    "'%\"inbox\":' || b.id || '}' WHERE b.account_id = $1 ORDER BY e.seq "
    "LIMIT 200");
DB_STMT(erase_payload, "DELETE FROM event_payload WHERE event_id = $1");
DB_STMT(erase_bytes, "DELETE FROM attempt_content WHERE attempt_id IN "
    "(SELECT t.id FROM attempt t JOIN outbox o ON o.id = t.outbox_id "
    "WHERE o.account_id IN " OF_PARTY ")");
DB_STMT(erase_attempts, "UPDATE attempt SET recipient = '', reply = NULL "
    "WHERE outbox_id IN (SELECT id FROM outbox WHERE account_id IN "
    OF_PARTY ")");
DB_STMT(erase_outbox, "UPDATE outbox SET detail = NULL, state = CASE WHEN "
    "state IN ('draft', 'queued', 'deferred') THEN 'cancelled' ELSE state "
    "END WHERE account_id IN " OF_PARTY);
DB_STMT(erase_communication, "UPDATE communication SET in_reply_to = NULL, "
    "reply_refs = NULL, topic = NULL WHERE account_id IN " OF_PARTY);
/* The hash stays, so that the same mail is not taken in again. */
DB_STMT(erase_mails, "UPDATE inbox SET raw = $2, meaning = NULL, "
    "detail = 'erased' WHERE length(raw) > 0 AND account_id IN " OF_PARTY);
DB_STMT(erase_promises, "UPDATE promise SET note = NULL WHERE account_id IN "
    OF_PARTY);
DB_STMT(erase_disputes, "UPDATE dispute SET note = NULL WHERE account_id IN "
    OF_PARTY);
DB_STMT(erase_claims, "UPDATE claim SET reference = NULL, found = NULL "
    "WHERE account_id IN " OF_PARTY);
/* A receipt of nobody known that is not allocated yet stays taken: no other
 * customer's claim is to be met by it. */
#define OF_CLAIMS "claim_id IN (SELECT id FROM claim WHERE account_id IN " \
	OF_PARTY ")"
DB_STMT(erase_claim_receipts, "DELETE FROM claim_receipt WHERE " OF_CLAIMS
    " AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.account_id IS NULL "
    "AND p.state = 'received' AND p.reference = claim_receipt.reference)");
DB_STMT(erase_claim_refused, "DELETE FROM claim_refused WHERE " OF_CLAIMS);
/* What a ledger says is known by "paid DAY"; receipts of nobody known that
 * are no longer in it, and that their claims named, go as well. */
DB_STMT(erase_payments, "UPDATE payment SET reference = 'erased-' || id "
    "WHERE (account_id IN " OF_PARTY " AND source_id IS NULL) "
    "OR (account_id IS NULL AND state <> 'received' AND reference IN "
    "(SELECT reference FROM claim_receipt WHERE " OF_CLAIMS "))");
DB_STMT(erase_items, "UPDATE item SET blocked = '' WHERE blocked <> '' "
    "AND account_id IN " OF_PARTY);
DB_STMT(erase_bills, "UPDATE bill SET number = NULL, drawee = NULL, "
    "note = NULL WHERE account_id IN " OF_PARTY);
DB_STMT(erase_holds, "UPDATE hold SET note = NULL WHERE account_id IN "
    OF_PARTY " OR party_id = $1 OR item_id IN (SELECT id FROM item "
    "WHERE account_id IN " OF_PARTY ") OR address_id IN (SELECT id "
    "FROM address WHERE party_id = $1)");
DB_STMT(erase_tasks, "UPDATE task SET entered = 0, title = reason, detail = NULL, "
    "outcome = NULL WHERE account_id IN " OF_PARTY);
/* Written anew in the calendars of servers, without what it said. */
DB_STMT(erase_entries, "UPDATE entry SET name = NULL, title = NULL, "
    "note = NULL, sequence = sequence + 1 WHERE account_id IN " OF_PARTY);
DB_STMT(erase_interruptions, "UPDATE interruption SET note = NULL "
    "WHERE account_id IN " OF_PARTY);
DB_STMT(erase_guarantors, "UPDATE guarantor SET name = 'erased', "
    "note = NULL WHERE account_id IN " OF_PARTY);
/* What servers have is written over or deleted as soon as they can be
 * reached: by ETag, without a copy. */
DB_STMT(erase_copies, "UPDATE entry_copy SET said = NULL, theirs = NULL, "
    "tried = NULL, why = NULL WHERE entry_id IN "
    "(SELECT id FROM entry WHERE account_id IN " OF_PARTY ")");
/* What our own people were told: about a task of theirs, or by what they are
 * called there: the name, those it had before, "(C-17)" and "（C-17）". */
#define TOLD "(SELECT s.communication_id FROM staff_mail s " \
	"JOIN communication c ON c.id = s.communication_id " \
	"AND c.company_id = $2 WHERE s.task_id IN (SELECT id FROM task " \
	"WHERE account_id IN " OF_PARTY ") OR s.subject LIKE $3 " \
	"OR s.text LIKE $3 OR s.html LIKE $3)"
DB_STMT(erase_names, "SELECT '%' || name || '%' FROM party WHERE id = $1 "
    "AND name NOT IN ('', 'erased') "
    "UNION SELECT '%(' || code || ')%' FROM account WHERE party_id = $1 "
    "UNION SELECT '%（' || code || '）%' FROM account WHERE party_id = $1 "
    "UNION SELECT '%(' || code || ')%' FROM account_alias WHERE account_id "
    "IN " OF_PARTY " UNION SELECT '%（' || code || '）%' FROM account_alias "
    "WHERE account_id IN " OF_PARTY);
DB_STMT(erase_renamed, "SELECT p.payload FROM stream s JOIN event e "
    "ON e.stream_id = s.id AND e.kind = 'corrected' JOIN event_payload p "
    "ON p.event_id = e.id AND p.payload LIKE '%\"field\":\"name\"%' "
    "WHERE s.account_id IN " OF_PARTY);
DB_STMT(erase_staff_bytes, "DELETE FROM attempt_content WHERE attempt_id IN "
    "(SELECT t.id FROM attempt t JOIN outbox o ON o.id = t.outbox_id "
    "WHERE o.communication_id IN " TOLD ")");
DB_STMT(erase_staff_pictures, "DELETE FROM staff_picture "
    "WHERE communication_id IN " TOLD);
DB_STMT(erase_staff, "UPDATE staff_mail SET subject = 'erased', text = '', "
    "html = '' WHERE communication_id IN " TOLD);
/* The company's stream tells that they were handed over. */
DB_STMT(erase_told, "SELECT e.id, e.seq FROM outbox o JOIN attempt t "
    "ON t.outbox_id = o.id JOIN stream s ON s.company_id = $2 "
    "AND s.account_id IS NULL JOIN event e ON e.stream_id = s.id "
    "AND e.at = t.ended_at AND e.kind LIKE 'message-%' JOIN event_payload p "
    "ON p.event_id = e.id AND (p.payload LIKE '%\"outbox\":' || o.id || ',%' "
    "OR p.payload LIKE '%\"outbox\":' || o.id || '}') "
    "WHERE o.communication_id IN " TOLD " ORDER BY e.seq LIMIT 200");
/* An address that others have too stays theirs. */
DB_STMT(erase_addresses, "UPDATE address SET value = 'erased', norm = "
    "'erased-' || id, state_why = NULL, consent = NULL, offers = NULL, "
    "rev = rev + 1 "
    "WHERE norm NOT LIKE 'erased-%' AND (party_id = $1 OR id IN "
    "(SELECT c.address_id FROM contact c WHERE c.account_id IN " OF_PARTY
    ")) AND NOT EXISTS "
    "(SELECT 1 FROM contact x WHERE x.address_id = address.id "
    "AND x.account_id NOT IN " OF_PARTY ")");
DB_STMT(erase_contacts, "UPDATE contact SET name = NULL, closed_at = $2, "
    "closed_by = $3 WHERE account_id IN " OF_PARTY);
DB_STMT(erase_name, "UPDATE party SET name = 'erased', language = NULL, "
    "zone = NULL, cash_in_day = NULL, attitude = NULL, credit_limit = NULL, "
    "credit_currency = NULL WHERE id = $1");
DB_STMT(erase_done, "UPDATE erasure SET done_at = $2, note = NULL, "
    "sealed = 1, swept = 0 WHERE party_id = $1");
DB_STMT(erase_unswept, "SELECT count(*) FROM erasure WHERE sealed = 1 "
    "AND swept = 0");
DB_STMT(erase_swept, "UPDATE erasure SET swept = 1 WHERE sealed = 1 "
    "AND swept = 0");

struct job {
	const char *called;		/* of TOLD */
	int64_t company_id, party_id, now;
	const char *actor;
	struct privacy_erased *count;
	/* The slice in hand. */
	struct db_stmt *stmt;
	int64_t account_id, stream_account;
	int64_t ids[SLICE], seqs[SLICE];
	size_t n;
};

static int
read_slice(struct db *db, struct job *j, struct err *err)
{
	struct db_query *q = db_query(db, j->stmt);
	int r;

	j->n = 0;
	db_bind_int(q, 1, j->stmt == &erase_told ? j->party_id :
	    j->account_id);
	if (j->stmt != &erase_events)
		db_bind_int(q, 2, j->company_id);
	if (j->stmt == &erase_told)
		db_bind_text(q, 3, j->called);
	while ((r = db_step(q, err)) > 0) {
		j->ids[j->n] = db_int(q, 0);
		j->seqs[j->n++] = db_int(q, 1);
	}
	return r;
}

static int
slice_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;
	json_t *seqs;
	size_t i;

	if (read_slice(db, j, err) < 0)
		return -1;
	if (j->n == 0)
		return 0;
	seqs = json_array();
	for (i = 0; i < j->n; i++) {
		json_array_append_new(seqs, json_integer(j->seqs[i]));
		if (db_run(db, &erase_payload, err, "i", j->ids[i]) < 0) {
			json_decref(seqs);
			return -1;
		}
	}
	return events_append(db, j->company_id, j->stream_account, j->now,
	    EVENT_ERASED, j->actor, json_pack("{s:o, s:s}", "seqs", seqs,
	    "why", WHY), NULL, err);
}

static int
erase_slices(struct db *db, struct job *j, struct err *err)
{
	do {
		if (store_tx(db, slice_tx, j, err) < 0)
			return -1;
		j->count->events += (int64_t)j->n;
		db_let_others(db);
	} while (j->n > 0);
	return 0;
}

static int
rows_tx(struct db *db, void *arg, struct err *err)
{
	static struct db_stmt *const plain[] = { &erase_attempts,
		&erase_outbox, &erase_communication, &erase_promises,
		&erase_disputes, &erase_payments, &erase_claim_receipts, &erase_claim_refused,
		&erase_claims, &erase_items, &erase_bills, &erase_holds,
		&erase_entries, &erase_interruptions, &erase_guarantors, &erase_copies,
		&erase_tasks, &erase_name };
	struct job *j = arg;
	size_t i;

	if (db_run(db, &erase_bytes, err, "i", j->party_id) < 0)
		return -1;
	j->count->messages = db_changes(db);
	if (db_run(db, &erase_mails, err, "ib", j->party_id, "",
	    (size_t)0) < 0)
		return -1;
	j->count->mails = db_changes(db);
	if (db_run(db, &erase_addresses, err, "i", j->party_id) < 0)
		return -1;
	j->count->addresses = db_changes(db);
	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (db_run(db, plain[i], err, "i", j->party_id) < 0)
			return -1;
	if (db_run(db, &erase_contacts, err, "iit", j->party_id, j->now,
	    j->actor) < 0 || db_run(db, &erase_done, err, "ii", j->party_id,
	    j->now) < 0)
		return -1;
	return accounts_touch_party(db, j->party_id, err);
}

/* --- what our own people were told --- */

static int
told_tx(struct db *db, void *arg, struct err *err)
{
	static struct db_stmt *const told[] = { &erase_staff_bytes,
		&erase_staff_pictures, &erase_staff };
	struct job *j = arg;
	size_t i;

	for (i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		if (db_run(db, told[i], err, "iit", j->party_id,
		    j->company_id, j->called) < 0)
			return -1;
	return 0;
}

static void
add_name(void *owner, const char ***names, size_t *n, const char *name)
{
	*names = mem_grow(owner, *names, const char *, *n + 1);
	(*names)[(*n)++] = mem_str(owner, name);
}

static int
names_of(void *owner, struct db *db, int64_t party_id,
    const char ***ret_names, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &erase_names);
	const char **names = NULL;
	size_t n = 0;
	json_t *o;
	int r;

	db_bind_int(q, 1, party_id);
	while ((r = db_step(q, err)) > 0)
		add_name(owner, &names, &n, db_text(q, 0));
	if (r < 0)
		return -1;
	q = db_query(db, &erase_renamed);
	db_bind_int(q, 1, party_id);
	while ((r = db_step(q, err)) > 0) {
		o = json_loads(db_text(q, 0), 0, NULL);
		if (json_string_length(json_object_get(o, "old")) > 0)
			add_name(owner, &names, &n, mem_fmt(owner, "%%%s%%",
			    json_string_value(json_object_get(o, "old"))));
		json_decref(o);
	}
	*ret_names = names;
	*ret_n = n;
	return r;
}

/* Before the events: they tell what it was called. */
static int
erase_what_was_told(struct db *db, struct job *j, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	const char **names;
	size_t i, n;

	if (names_of(ctx, db, j->party_id, &names, &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		j->called = names[i];
		j->stmt = &erase_told;
		j->stream_account = 0;
		if (erase_slices(db, j, err) < 0 ||
		    store_tx(db, told_tx, j, err) < 0)
			return -1;
	}
	return 0;
}

static int
accounts_of(void *owner, struct db *db, int64_t party_id, int64_t **ret_ids,
    size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &erase_accounts);
	int64_t *ids = NULL;
	size_t n = 0;
	int r;

	db_bind_int(q, 1, party_id);
	while ((r = db_step(q, err)) > 0) {
		ids = mem_grow(owner, ids, int64_t, n + 1);
		ids[n++] = db_int(q, 0);
	}
	*ret_ids = ids;
	*ret_n = n;
	return r;
}

static int
allowed(struct db *db, int64_t account_id, int64_t now, struct err *err)
{
	struct privacy_ground g;
	int r = privacy_ground(db, account_id, (int32_t)(now / 86400), &g,
	    err);

	if (r < 0)
		return -1;
	if (r == 0 || !g.erase)
		return err_set(err, ERR_PERM, "nobody asked to erase this "
		    "account: dunlin privacy request ACCOUNT --erase");
	if (g.ended)
		return 0;
	return err_set(err, ERR_PERM, g.open > 0 ? "items of this customer "
	    "are open: they are a ground to keep what belongs to them" :
	    "it is kept for a while after the last that happened: see dunlin "
	    "privacy list");
}

int
privacy_erase(struct db *db, int64_t account_id, int64_t now,
    const char *actor, struct privacy_erased *ret, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct privacy_erased count = { 0 };
	struct job j = { .now = now, .actor = actor, .count = &count };
	struct db_query *q;
	int64_t *ids;
	size_t i, n;

	if (allowed(db, account_id, now, err) < 0 ||
	    db_get(db, &erase_party, &q, err, "i", account_id) < 0)
		return -1;
	j.party_id = db_int(q, 0);
	j.company_id = db_int(q, 1);
	db_done(q);
	if (accounts_of(ctx, db, j.party_id, &ids, &n, err) < 0)
		return -1;
	if (erase_what_was_told(db, &j, err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		j.account_id = ids[i];
		j.stmt = &erase_received;
		j.stream_account = 0;
		if (erase_slices(db, &j, err) < 0)
			return -1;
		j.stmt = &erase_events;
		j.stream_account = ids[i];
		if (erase_slices(db, &j, err) < 0)
			return -1;
	}
	if (store_tx(db, rows_tx, &j, err) < 0 ||
	    privacy_sweep(db, &count.swept, err) < 0)
		return -1;
	count.accounts = (int64_t)n;
	*ret = count;
	return 0;
}

static int
swept_tx(struct db *db, void *arg, struct err *err)
{
	(void)arg;
	return db_run(db, &erase_swept, err, "");
}

int
privacy_sweep(struct db *db, bool *ret_swept, struct err *err)
{
	int64_t n;
	int r;

	if (db_get_int(db, &erase_unswept, &n, err, "") < 0)
		return -1;
	r = n == 0 ? 1 : db_sweep(db, err);
	if (r < 0 || (r > 0 && n > 0 && store_tx(db, swept_tx, NULL, err) < 0))
		return -1;
	*ret_swept = r > 0;
	return 0;
}
