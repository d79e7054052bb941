#include "store/events.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/event_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SALT_BYTES 16
#define SALT_MAX (2 * SALT_BYTES + 1)

DB_STMT(event_head_account, "SELECT s.id, s.seq, s.head, c.code, a.code "
    "FROM account a JOIN company c ON c.id = a.company_id "
    "LEFT JOIN stream s ON s.account_id = a.id WHERE a.id = $1");
DB_STMT(event_head_company, "SELECT s.id, s.seq, s.head, c.code, '' "
    "FROM company c LEFT JOIN stream s ON s.company_id = c.id "
    "AND s.account_id IS NULL WHERE c.id = $1");
DB_STMT(event_stream_add, "INSERT INTO stream (company_id, account_id, seq, "
    "head) VALUES ($1, $2, $3, $4) RETURNING id");
/* Where writers are not alone, whoever comes second starts anew. */
DB_STMT(event_head_put, "UPDATE stream SET seq = $2, head = $3 "
    "WHERE id = $1 AND seq = $4");
DB_STMT(event_add, "INSERT INTO event (stream_id, seq, at, kind, actor, "
    "payload_hash, prev, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
    "RETURNING id");
DB_STMT(event_payload_add, "INSERT INTO event_payload "
    "(event_id, salt, payload) VALUES ($1, $2, $3)");
DB_STMT(event_list_account, "SELECT e.id, e.seq, e.at, e.kind, e.actor, "
    "p.payload, e.hash, p.salt, e.payload_hash, e.prev "
    "FROM stream s JOIN event e ON e.stream_id = s.id "
    "LEFT JOIN event_payload p ON p.event_id = e.id "
    "WHERE s.account_id = $1 ORDER BY e.seq");
DB_STMT(event_list_company, "SELECT e.id, e.seq, e.at, e.kind, e.actor, "
    "p.payload, e.hash, p.salt, e.payload_hash, e.prev "
    "FROM stream s JOIN event e ON e.stream_id = s.id "
    "LEFT JOIN event_payload p ON p.event_id = e.id "
    "WHERE s.company_id = $1 AND s.account_id IS NULL ORDER BY e.seq");
DB_STMT(event_stream_of, "SELECT s.company_id, s.account_id, e.seq, e.kind "
    "FROM event e JOIN stream s ON s.id = e.stream_id WHERE e.id = $1");
DB_STMT(event_by_id, "SELECT s.company_id, s.account_id, e.kind, e.actor, "
    "p.payload FROM event e JOIN stream s ON s.id = e.stream_id "
    "LEFT JOIN event_payload p ON p.event_id = e.id WHERE e.id = $1");
DB_STMT(event_payload_drop, "DELETE FROM event_payload WHERE event_id = $1");

struct head {
	int64_t stream, seq;		/* 0: there is none yet */
	const char *hash, *company, *account;
};

/* An event as it is written, linked to the one before it. */
struct link {
	char salt[SALT_MAX], payload_hash[HASH_HEX_MAX], hash[HASH_HEX_MAX];
	const char *prev;
};

void
events_payload_hash(const char *salt, const char *payload,
    char ret_hex[HASH_HEX_MAX])
{
	struct hash *h = hash_new(NULL);
	unsigned char raw[HASH_LEN];

	hash_text(h, salt);
	hash_text(h, payload);
	hash_done(h, raw);
	hash_hex(raw, ret_hex);
}

void
events_hash(const struct event_fields *f, char ret_hex[HASH_HEX_MAX])
{
	struct hash *h = hash_new(NULL);
	unsigned char raw[HASH_LEN];

	hash_text(h, "dunlin-event-1");
	hash_text(h, f->company);
	hash_text(h, f->account);
	hash_int(h, f->seq);
	hash_int(h, f->at);
	hash_text(h, f->kind);
	hash_text(h, f->actor);
	hash_text(h, f->payload_hash);
	hash_text(h, f->prev);
	hash_done(h, raw);
	hash_hex(raw, ret_hex);
}

static int
load_head(struct db *db, int64_t company_id, int64_t account_id,
    struct head *ret_head, void *owner, struct err *err)
{
	struct db_query *q;

	if (db_get(db, account_id != 0 ? &event_head_account :
	    &event_head_company, &q, err, "i", account_id != 0 ? account_id :
	    company_id) < 0)
		return -1;
	if (!db_is_null(q, 0)) {
		ret_head->stream = db_int(q, 0);
		ret_head->seq = db_int(q, 1);
	}
	ret_head->hash = mem_str(owner, ret_head->stream != 0 ?
	    db_text(q, 2) : "");
	ret_head->company = mem_str(owner, db_text(q, 3));
	ret_head->account = mem_str(owner, db_text(q, 4));
	db_done(q);
	return 0;
}

static void
make_salt(char salt[SALT_MAX])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char raw[SALT_BYTES];
	size_t i;

	id_bytes(raw, sizeof(raw));
	for (i = 0; i < sizeof(raw); i++) {
		salt[2 * i] = digits[raw[i] >> 4];
		salt[2 * i + 1] = digits[raw[i] & 15];
	}
	salt[2 * SALT_BYTES] = '\0';
}

static struct link *
make_links(void *owner, const struct head *head, int64_t now,
    const char *actor, const struct event_new *list, size_t n)
{
	struct link *links = mem_array(owner, struct link, n), *k = links;
	struct event_fields f = { .company = head->company,
		.account = head->account, .seq = head->seq, .at = now,
		.actor = actor, .prev = head->hash };

	for (; k < links + n; k++, list++) {
		make_salt(k->salt);
		events_payload_hash(k->salt, list->payload, k->payload_hash);
		f.seq++;
		f.kind = list->kind;
		f.payload_hash = k->payload_hash;
		k->prev = f.prev;
		events_hash(&f, k->hash);
		f.prev = k->hash;
	}
	return links;
}

static int
put_head(struct db *db, int64_t company_id, int64_t account_id,
    struct head *head, int64_t seq, const char *hash, struct err *err)
{
	if (head->stream == 0)
		return db_get_int(db, &event_stream_add, &head->stream, err,
		    "iiit", company_id, account_id != 0 ? account_id :
		    CLOCK_NONE, seq, hash);
	if (db_run(db, &event_head_put, err, "iiti", head->stream, seq, hash,
	    head->seq) < 0)
		return -1;
	return db_changes(db) == 1 ? 0 : err_set(err, ERR_TEMP,
	    "another program wrote about this account at the same time: try "
	    "again");
}

int
events_append_all(struct db *db, int64_t company_id, int64_t account_id,
    int64_t now, const char *actor, const struct event_new *list, size_t n,
    int64_t *ret_last_id, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct head head = { 0 };
	const struct link *k;
	int64_t id = 0;
	size_t i;

	db_want_tx(db, "events_append");
	if (n == 0)
		return 0;
	for (i = 0; i < n; i++)
		if (event_words(list[i].kind, "en") == NULL)
			return err_set(err, ERR_CORRUPT, "core/events.def has "
			    "no words for \"%s\"", list[i].kind);
	if (load_head(db, company_id, account_id, &head, ctx, err) < 0)
		return -1;
	k = make_links(ctx, &head, now, actor, list, n);
	if (put_head(db, company_id, account_id, &head,
	    head.seq + (int64_t)n, k[n - 1].hash, err) < 0)
		return -1;
	for (i = 0; i < n; i++, k++)
		if (db_get_int(db, &event_add, &id, err, "iiittttt",
		    head.stream, head.seq + (int64_t)i + 1, now,
		    list[i].kind, actor, k->payload_hash, k->prev,
		    k->hash) < 0 || db_run(db, &event_payload_add, err,
		    "itt", id, k->salt, list[i].payload) < 0)
			return -1;
	if (ret_last_id != NULL)
		*ret_last_id = id;
	return 0;
}

int
events_append(struct db *db, int64_t company_id, int64_t account_id,
    int64_t now, const char *kind, const char *actor, json_t *payload,
    int64_t *ret_id, struct err *err)
{
	struct event_new e = { .kind = kind };
	char *text;
	int r;

	if (payload == NULL)	/* json_pack takes no malformed UTF-8 */
		return err_set(err, ERR_PERM, "event %s: its text is not "
		    "UTF-8", kind);
	text = mem_check(json_dumps(payload, JSON_COMPACT | JSON_SORT_KEYS));
	json_decref(payload);
	e.payload = text;
	r = events_append_all(db, company_id, account_id, now, actor, &e, 1,
	    ret_id, err);
	free(text);
	return r < 0 ? err_add(err, "event %s", kind) : 0;
}

int
events_erase(struct db *db, int64_t event_id, int64_t now,
    const char *actor, const char *why, struct err *err)
{
	int64_t company, account, seq;
	struct db_query *q;

	db_want_tx(db, "events_erase");
	if (db_get(db, &event_stream_of, &q, err, "i", event_id) < 0)
		return err_add(err, "event %lld", (long long)event_id);
	company = db_int(q, 0);
	account = db_is_null(q, 1) ? 0 : db_int(q, 1);
	seq = db_int(q, 2);
	db_done(q);
	if (db_run(db, &event_payload_drop, err, "i", event_id) < 0)
		return -1;
	if (db_changes(db) == 0)
		return err_set(err, ERR_PERM, "event %lld is erased already",
		    (long long)event_id);
	return events_append(db, company, account, now, EVENT_ERASED, actor,
	    json_pack("{s:I, s:s}", "seq", (json_int_t)seq, "why", why), NULL,
	    err);
}

int
events_each(struct db *db, int64_t company_id, int64_t account_id,
    int (*fn)(const struct event *e, void *arg), void *arg, struct err *err)
{
	struct db_query *q;
	struct event e;
	int r;

	q = db_query(db, account_id != 0 ? &event_list_account :
	    &event_list_company);
	db_bind_int(q, 1, account_id != 0 ? account_id : company_id);
	while ((r = db_step(q, err)) > 0) {
		e.id = db_int(q, 0);
		e.seq = db_int(q, 1);
		e.at = db_int(q, 2);
		e.kind = db_text(q, 3);
		e.actor = db_text(q, 4);
		e.payload = db_text(q, 5);
		e.hash = db_text(q, 6);
		e.salt = db_text(q, 7);
		e.payload_hash = db_text(q, 8);
		e.prev = db_text(q, 9);
		if (fn(&e, arg) != 0) {
			db_done(q);
			return 0;
		}
	}
	return r;
}

int
events_get(void *owner, struct db *db, int64_t event_id,
    struct event_found **ret_event, struct err *err)
{
	struct event_found *e;
	struct db_query *q;
	int r = db_get_maybe(db, &event_by_id, &q, err, "i", event_id);

	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(err, ERR_PERM, "no event %lld",
		    (long long)event_id);
	e = mem_new(owner, struct event_found);
	e->company_id = db_int(q, 0);
	e->account_id = db_is_null(q, 1) ? 0 : db_int(q, 1);
	e->kind = mem_str(e, db_text(q, 2));
	e->actor = mem_str(e, db_text(q, 3));
	e->payload = mem_str(e, db_text(q, 4));
	db_done(q);
	*ret_event = e;
	return 0;
}
