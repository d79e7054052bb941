#include "store/merge.h"

#include "base/mem.h"
#include "core/kinds.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/outbox.h"
#include "store/tasks.h"

DB_STMT(merge_code, "SELECT code, party_id FROM account WHERE id = $1");
DB_STMT(merge_busy, "SELECT count(*) FROM outbox WHERE account_id = $1 "
	"AND state IN ('claimed', 'sending')");
DB_STMT(merge_item, "UPDATE item SET account_id = $2 WHERE account_id = $1");
DB_STMT(merge_payment, "UPDATE payment SET account_id = $2 "
	"WHERE account_id = $1");
DB_STMT(merge_hold, "UPDATE hold SET account_id = $2 WHERE account_id = $1");
DB_STMT(merge_party_hold, "UPDATE hold SET party_id = $2 WHERE party_id = $1 "
	"AND NOT EXISTS (SELECT 1 FROM account WHERE party_id = $1 "
	"AND merged_into IS NULL)");
/* The ledger may not speak for them any more: people close them. */
DB_STMT(merge_contact, "UPDATE contact SET account_id = $2, "
	"rank = rank + 100, from_ledger = 0 WHERE account_id = $1 "
	"AND NOT EXISTS (SELECT 1 FROM contact x WHERE x.account_id = $2 "
	"AND x.address_id = contact.address_id AND x.role = contact.role)");
/* Steps sent in the episode that is open count in the survivor's; causes keep
 * apart what either had. */
DB_STMT(merge_communication, "UPDATE communication SET account_id = $2, "
	"cause = $3 || ':' || cause, episode = CASE WHEN episode = "
	"(SELECT a.episode FROM account a WHERE a.id = $1 "
	"AND a.episode_from IS NOT NULL) THEN (SELECT b.episode + "
	"CASE WHEN b.episode_from IS NULL THEN 1 ELSE 0 END "
	"FROM account b WHERE b.id = $2) ELSE NULL END "
	"WHERE account_id = $1");
DB_STMT(merge_outbox, "UPDATE outbox SET account_id = $2 "
	"WHERE account_id = $1");
DB_STMT(merge_promise, "UPDATE promise SET account_id = $2 "
	"WHERE account_id = $1");
DB_STMT(merge_payplan, "UPDATE payplan SET account_id = $2 "
	"WHERE account_id = $1");
DB_STMT(merge_dispute, "UPDATE dispute SET account_id = $2 "
	"WHERE account_id = $1");
DB_STMT(merge_claim, "UPDATE claim SET account_id = $2 "
	"WHERE account_id = $1");
DB_STMT(merge_bill, "UPDATE bill SET account_id = $2 "
	"WHERE account_id = $1");
DB_STMT(merge_offer, "UPDATE offer SET account_id = $2 "
	"WHERE account_id = $1");
DB_STMT(merge_wrong, "UPDATE wrong_reminder SET account_id = $2 "
	"WHERE account_id = $1");
DB_STMT(merge_interruption, "UPDATE interruption SET account_id = $2 "
	"WHERE account_id = $1");
DB_STMT(merge_guarantor, "UPDATE guarantor SET account_id = $2 "
	"WHERE account_id = $1");
DB_STMT(merge_limitation, "UPDATE limitation SET account_id = $2 "
	"WHERE account_id = $1");
DB_STMT(merge_inbox, "UPDATE inbox SET account_id = $2 "
	"WHERE account_id = $1");
DB_STMT(merge_task_twice, "SELECT t.id FROM task t WHERE t.account_id = $1 "
	"AND t.state <> 'closed' AND EXISTS (SELECT 1 FROM task x "
	"WHERE x.account_id = $2 AND x.reason = t.reason "
	"AND x.state <> 'closed') ORDER BY t.id LIMIT 1");
DB_STMT(merge_task, "UPDATE task SET entered = 0, account_id = $2 WHERE account_id = $1");
DB_STMT(merge_alias, "UPDATE account_alias SET account_id = $2 "
	"WHERE account_id = $1");
DB_STMT(merge_alias_add, "INSERT INTO account_alias (company_id, code, "
	"account_id) VALUES ($1, $2, $3)");
DB_STMT(merge_account, "UPDATE account SET merged_into = $2, episode_from = "
	"NULL, rev = rev + 1 WHERE id = $1");

struct merge {
	struct db *db;
	int64_t company_id, from, into, now;
	int64_t from_party, into_party;
	const char *from_code, *into_code;
	const char *actor;
};

static int
load(void *owner, struct merge *m, struct err *err)
{
	struct db_query *q;

	if (db_get(m->db, &merge_code, &q, err, "i", m->from) < 0)
		return -1;
	m->from_code = mem_str(owner, db_text(q, 0));
	m->from_party = db_int(q, 1);
	db_done(q);
	if (db_get(m->db, &merge_code, &q, err, "i", m->into) < 0)
		return -1;
	m->into_code = mem_str(owner, db_text(q, 0));
	m->into_party = db_int(q, 1);
	db_done(q);
	return 0;
}

static int
may(const struct merge *m, struct err *err)
{
	int64_t busy;

	if (m->from == m->into)
		return err_set(err, ERR_PERM, "both are account %.80s: there "
		    "is nothing to merge", m->into_code);
	if (db_get_int(m->db, &merge_busy, &busy, err, "i", m->from) < 0)
		return -1;
	if (busy > 0)
		return err_set(err, ERR_TEMP, "a message of account %.80s is "
		    "just being handed over: run this again", m->from_code);
	return 0;
}

static int
cancel(const struct merge *m, struct err *err)
{
	int64_t n;
	int k;

	for (k = 0; k < CLASS_COUNT; k++)
		if (outbox_cancel_planned(m->db, m->from, (enum class)k,
		    m->now, "the account was merged into another", &n,
		    err) < 0)
			return -1;
	return 0;
}

static int
move(const struct merge *m, struct db_stmt *stmt, int64_t *ret_n,
    struct err *err)
{
	if (db_run(m->db, stmt, err, "ii", m->from, m->into) < 0)
		return -1;
	if (ret_n != NULL)
		*ret_n = db_changes(m->db);
	return 0;
}

/* Where both have a task of a reason, the survivor's stands for both. */
static int
tasks(const struct merge *m, struct err *err)
{
	struct db_query *q;
	int64_t id;
	int r;

	while ((r = db_get_maybe(m->db, &merge_task_twice, &q, err, "ii",
	    m->from, m->into)) == 1) {
		id = db_int(q, 0);
		db_done(q);
		if (tasks_close(m->db, id, m->now, m->actor, "the account "
		    "was merged into another that has this task too",
		    err) < 0)
			return -1;
	}
	return r < 0 ? -1 : move(m, &merge_task, NULL, err);
}

static int
sent(const struct merge *m, int64_t *ret_n, struct err *err)
{
	if (db_run(m->db, &merge_communication, err, "iit", m->from, m->into,
	    m->from_code) < 0)
		return -1;
	*ret_n = db_changes(m->db);
	return 0;
}

static int
retire(const struct merge *m, struct err *err)
{
	if (move(m, &merge_alias, NULL, err) < 0 ||
	    db_run(m->db, &merge_alias_add, err, "iti", m->company_id,
	    m->from_code, m->into) < 0 ||
	    move(m, &merge_account, NULL, err) < 0 ||
	    db_run(m->db, &merge_party_hold, err, "ii", m->from_party,
	    m->into_party) < 0)
		return -1;
	return accounts_touch_party(m->db, m->into_party, err);
}

static int
tell(const struct merge *m, const struct merge_counts *n, struct err *err)
{
	if (events_append(m->db, m->company_id, m->from, m->now, "merged",
	    m->actor, json_pack("{s:s}", "into", m->into_code), NULL,
	    err) < 0)
		return -1;
	return events_append(m->db, m->company_id, m->into, m->now, "merged",
	    m->actor, json_pack("{s:s, s:I, s:I, s:I, s:I}", "from",
	    m->from_code, "items", (json_int_t)n->items, "holds",
	    (json_int_t)n->holds, "messages", (json_int_t)n->messages,
	    "contacts", (json_int_t)n->contacts), NULL, err);
}

int
merge_accounts(struct db *db, int64_t company_id, int64_t from,
    int64_t into, int64_t now, const char *actor,
    struct merge_counts *ret_counts, struct err *err)
{
	void *tmp MEM_AUTO = talloc_new(NULL);
	struct merge m = { .db = db, .company_id = company_id, .from = from,
		.into = into, .now = now, .actor = actor };
	struct merge_counts n = { 0 };

	db_want_tx(db, "merge_accounts");
	if (load(tmp, &m, err) < 0 || may(&m, err) < 0 ||
	    cancel(&m, err) < 0 || move(&m, &merge_item, &n.items, err) < 0 ||
	    move(&m, &merge_payment, NULL, err) < 0 ||
	    move(&m, &merge_hold, &n.holds, err) < 0 ||
	    move(&m, &merge_contact, &n.contacts, err) < 0 ||
	    sent(&m, &n.messages, err) < 0 ||
	    move(&m, &merge_outbox, NULL, err) < 0 ||
	    move(&m, &merge_wrong, NULL, err) < 0 ||
	    move(&m, &merge_interruption, NULL, err) < 0 ||
	    move(&m, &merge_guarantor, NULL, err) < 0 ||
	    move(&m, &merge_limitation, NULL, err) < 0 ||
	    move(&m, &merge_promise, NULL, err) < 0 ||
	    move(&m, &merge_payplan, NULL, err) < 0 ||
	    move(&m, &merge_dispute, NULL, err) < 0 ||
	    move(&m, &merge_claim, NULL, err) < 0 ||
	    move(&m, &merge_bill, NULL, err) < 0 ||
	    move(&m, &merge_offer, NULL, err) < 0 ||
	    move(&m, &merge_inbox, NULL, err) < 0 || tasks(&m, err) < 0 ||
	    retire(&m, err) < 0 || tell(&m, &n, err) < 0)
		return -1;
	*ret_counts = n;
	return 0;
}
