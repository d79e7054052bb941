#include "store/matching.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

#define SENT								\
    "SELECT t.id, t.outbox_id, coalesce(a.merged_into, a.id),"		\
    " o.address_id, t.recipient, o.state, t.started_at FROM attempt t"	\
    " JOIN outbox o ON o.id = t.outbox_id"				\
    " JOIN account a ON a.id = o.account_id"

/* clang-format off */
DB_STMT(matching_by_token,
    SENT " WHERE t.token = $2 AND o.company_id = $1");
DB_STMT(matching_by_message,
    SENT " WHERE t.message_id = $2 AND o.company_id = $1"
    " ORDER BY t.id DESC LIMIT 1");
DB_STMT(matching_address,
    "SELECT id FROM address WHERE company_id = $1 AND kind = 'email'"
    " AND norm = $2");
DB_STMT(matching_phone_address,
    "SELECT id FROM address WHERE company_id = $1 AND kind = 'phone'"
    " AND norm IN ($2, $3, $4, $5) ORDER BY id LIMIT 1");
DB_STMT(matching_by_remote,
    SENT " WHERE t.remote_id = $2 AND o.company_id = $1 AND o.route = $3"
    " ORDER BY t.id DESC LIMIT 1");
DB_STMT(matching_last_sms,
    SENT " WHERE o.id IN (SELECT x.id FROM outbox x JOIN contact c"
    " ON c.account_id = x.account_id WHERE c.address_id = $2"
    " AND x.address_id = $2) AND o.company_id = $1 AND o.channel = 'sms'"
    " AND t.started_at >= $3 ORDER BY t.id DESC LIMIT 1");
DB_STMT(matching_accounts,
    "SELECT DISTINCT coalesce(a.merged_into, a.id) FROM contact c"
    " JOIN account a ON a.id = c.account_id WHERE c.address_id = $1"
    " AND c.closed_at IS NULL ORDER BY 1 LIMIT $2");
DB_STMT(matching_open_contact,
    "SELECT id FROM contact WHERE account_id = $1 AND address_id = $2"
    " AND closed_at IS NULL ORDER BY rank, id LIMIT 1");
DB_STMT(matching_has_item,
    "SELECT count(*) FROM account a JOIN source s"
    " ON s.company_id = a.company_id JOIN item i"
    " ON i.company_id = a.company_id AND i.source_id = s.id"
    " AND i.document = $2 AND i.account_id = a.id WHERE a.id = $1");
/* clang-format on */

static int
read_sent(struct db_query *q, struct matching_sent *ret)
{
	ret->attempt_id = db_int(q, 0);
	ret->outbox_id = db_int(q, 1);
	ret->account_id = db_int(q, 2);
	ret->address_id = db_int(q, 3);
	snprintf(ret->recipient, sizeof(ret->recipient), "%s", db_text(q, 4));
	if (!outbox_state_parse(db_text(q, 5), &ret->state))
		ret->state = OUTBOX_COUNT;
	ret->started_at = db_int(q, 6);
	db_done(q);
	return 1;
}

static int
sent_by(struct db *db, struct db_stmt *stmt, int64_t company_id,
    const char *key, struct matching_sent *ret, struct err *err)
{
	struct db_query *q;
	int r;

	r = db_get_maybe(db, stmt, &q, err, "it", company_id, key);
	return r <= 0 ? r : read_sent(q, ret);
}

int
matching_token(struct db *db, int64_t company_id, const char *token,
    struct matching_sent *ret, struct err *err)
{
	return sent_by(db, &matching_by_token, company_id, token, ret, err);
}

int
matching_message(struct db *db, int64_t company_id, const char *message_id,
    struct matching_sent *ret, struct err *err)
{
	return sent_by(db, &matching_by_message, company_id, message_id, ret,
	    err);
}

static int
accounts_at(struct db *db, struct db_query *found, struct matching_sender *ret,
    struct err *err)
{
	struct db_query *q;
	int r;

	ret->address_id = db_int(found, 0);
	db_done(found);
	q = db_query(db, &matching_accounts);
	db_bind_int(q, 1, ret->address_id);
	db_bind_int(q, 2, MATCHING_MAX);
	while ((r = db_step(q, err)) > 0)
		ret->accounts[ret->n++] = db_int(q, 0);
	return r < 0 ? -1 : 1;
}

int
matching_sender(struct db *db, int64_t company_id, const char *norm,
    struct matching_sender *ret, struct err *err)
{
	struct db_query *q;
	int r;

	memset(ret, 0, sizeof(*ret));
	r = db_get_maybe(db, &matching_address, &q, err, "it", company_id,
	    norm);
	return r <= 0 ? r : accounts_at(db, q, ret, err);
}

int
matching_phone(struct db *db, int64_t company_id, const char *e164,
    int code_len, struct matching_sender *ret, struct err *err)
{
	const char *national = e164 + 1 + code_len;
	char trunk[32], prefix[32];
	struct db_query *q;
	int r;

	memset(ret, 0, sizeof(*ret));
	snprintf(trunk, sizeof(trunk), "0%s", national);
	snprintf(prefix, sizeof(prefix), "00%s", e164 + 1);
	r = db_get_maybe(db, &matching_phone_address, &q, err, "itttt",
	    company_id, e164, code_len > 0 ? national : e164,
	    code_len > 0 ? trunk : e164, prefix);
	return r <= 0 ? r : accounts_at(db, q, ret, err);
}

int
matching_remote(struct db *db, int64_t company_id, const char *route,
    const char *remote_id, struct matching_sent *ret, struct err *err)
{
	struct db_query *q;
	int r;

	r = db_get_maybe(db, &matching_by_remote, &q, err, "itt", company_id,
	    remote_id, route);
	return r <= 0 ? r : read_sent(q, ret);
}

int
matching_conversation(struct db *db, int64_t company_id,
    int64_t address_id, int64_t since, struct matching_sent *ret,
    struct err *err)
{
	struct db_query *q;
	int r;

	r = db_get_maybe(db, &matching_last_sms, &q, err, "iii", company_id,
	    address_id, since);
	return r <= 0 ? r : read_sent(q, ret);
}

int
matching_contact(struct db *db, int64_t account_id, int64_t address_id,
    int64_t *ret_contact_id, struct err *err)
{
	struct db_query *q;
	int r;

	r = db_get_maybe(db, &matching_open_contact, &q, err, "ii",
	    account_id, address_id);
	if (r <= 0)
		return r;
	*ret_contact_id = db_int(q, 0);
	db_done(q);
	return 1;
}

int
matching_item(struct db *db, int64_t account_id, const char *document,
    struct err *err)
{
	int64_t n;

	if (db_get_int(db, &matching_has_item, &n, err, "it", account_id,
	    document) < 0)
		return -1;
	return n > 0;
}
