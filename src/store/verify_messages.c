#include "store/verify_messages.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/inbox.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

DB_STMT(verify_sent, "SELECT t.hash, c.attempt_id FROM attempt t "
    "LEFT JOIN attempt_content c ON c.attempt_id = t.id "
    "WHERE t.outbox_id = $1 AND t.n = $2");
DB_STMT(verify_received, "SELECT raw FROM inbox WHERE id = $1");
DB_STMT(verify_sent_all, "SELECT t.outbox_id, t.n, t.hash, c.bytes "
    "FROM attempt t JOIN attempt_content c ON c.attempt_id = t.id "
    "WHERE t.outcome IS NOT NULL");
DB_STMT(verify_sent_count, "SELECT count(*) FROM attempt t "
    "JOIN attempt_content c ON c.attempt_id = t.id "
    "WHERE t.outcome IS NOT NULL");
DB_STMT(verify_received_all, "SELECT id, 0 FROM inbox "
    "WHERE length(raw) > 0");
DB_STMT(verify_received_count, "SELECT count(*) FROM inbox "
    "WHERE length(raw) > 0");
/* Slow, and only where the counts differ. */
DB_STMT(verify_told, "SELECT count(*) FROM event e JOIN event_payload p "
    "ON p.event_id = e.id WHERE e.kind LIKE $1 AND p.payload LIKE $2 "
    "AND p.payload LIKE '%\"content\":%'");

struct verify_messages {
	struct db *db;
	int64_t sent, received;	/* that events told of and that are there */
};

struct verify_messages *
verify_messages_new(void *owner, struct db *db)
{
	struct verify_messages *m = mem_new(owner, struct verify_messages);

	m->db = db;
	return m;
}

int64_t
verify_messages_count(const struct verify_messages *m)
{
	return m->sent + m->received;
}

static void
hash_of(const void *bytes, size_t n, char hex[HASH_HEX_MAX])
{
	unsigned char raw[HASH_LEN];

	hash_bytes(bytes, n, raw);
	hash_hex(raw, hex);
}

static int
sent(struct verify_messages *m, const json_t *j, const char *content,
    const char **ret_what, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(m->db, &verify_sent, &q, err, "ii",
	    (int64_t)json_integer_value(json_object_get(j, "outbox")),
	    (int64_t)json_integer_value(json_object_get(j, "attempt")));

	if (r < 0)
		return -1;
	if (r == 0 || db_is_null(q, 1)) {
		*ret_what = "the message that it tells of is gone";
	} else {
		if (strcmp(db_text(q, 0), content) != 0)
			*ret_what = "the message that it tells of was changed";
		m->sent++;
	}
	if (r > 0)
		db_done(q);
	return 0;
}

static int
received(struct verify_messages *m, const json_t *j, const char *content,
    const char **ret_what, struct err *err)
{
	char hex[HASH_HEX_MAX];
	struct db_query *q;
	const void *bytes;
	size_t n = 0;
	int r = db_get_maybe(m->db, &verify_received, &q, err, "i",
	    (int64_t)json_integer_value(json_object_get(j, "inbox")));

	if (r < 0)
		return -1;
	if (r > 0) {
		bytes = db_blob(q, 0, &n);
		hash_of(bytes, n, hex);
		db_done(q);
	}
	if (n == 0) {
		*ret_what = "what was received is gone";
		return 0;
	}
	if (strcmp(hex, content) != 0)
		*ret_what = "what was received was changed";
	m->received++;
	return 0;
}

int
verify_messages_event(struct verify_messages *m, const char *kind,
    const char *payload, const char **ret_what, struct err *err)
{
	bool in = strcmp(kind, INBOX_RECEIVED) == 0;
	const char *content;
	json_t *j;
	int r = 0;

	if ((!in && !text_starts(kind, "message-")) ||
	    strstr(payload, "\"content\":") == NULL)
		return 0;
	j = json_loads(payload, 0, NULL);
	content = json_string_value(json_object_get(j, "content"));
	if (content != NULL)
		r = (in ? received : sent)(m, j, content, ret_what, err);
	json_decref(j);
	return r;
}

/* --- the other way round --- */

struct rest {
	struct verify_messages *m;
	void (*problem)(const char *what, void *arg);
	void *arg;
};

static int
bytes_are_theirs(struct rest *t, struct err *err)
{
	struct db_query *q = db_query(t->m->db, &verify_sent_all);
	char hex[HASH_HEX_MAX], text[200];
	const void *bytes;
	size_t n;
	int r;

	while ((r = db_step(q, err)) > 0) {
		bytes = db_blob(q, 3, &n);
		hash_of(bytes, n, hex);
		if (strcmp(hex, db_text(q, 2)) == 0)
			continue;
		snprintf(text, sizeof(text), "message %lld, attempt %lld: "
		    "its bytes were changed", (long long)db_int(q, 0),
		    (long long)db_int(q, 1));
		t->problem(text, t->arg);
	}
	return r;
}

/* Which ones: the counts only tell that there are some. */
static int
untold(struct rest *t, struct db_stmt *all, bool in, struct err *err)
{
	struct db_query *q = db_query(t->m->db, all);
	char like[120], text[200];
	int64_t n;
	int r;

	while ((r = db_step(q, err)) > 0) {
		if (in)
			snprintf(like, sizeof(like), "%%\"inbox\":%lld}",
			    (long long)db_int(q, 0));
		else
			snprintf(like, sizeof(like), "%%\"content\":\"%.64s"
			    "\"%%", db_text(q, 2));
		if (db_get_int(t->m->db, &verify_told, &n, err, "tt",
		    in ? INBOX_RECEIVED : "message-%", like) < 0) {
			db_done(q);
			return -1;
		}
		if (n > 0)
			continue;
		snprintf(text, sizeof(text), in ? "no event tells of the "
		    "mail %lld that is said to have come in" : "no event "
		    "tells of the message %lld that is said to have been "
		    "sent", (long long)db_int(q, 0));
		t->problem(text, t->arg);
	}
	return r;
}

int
verify_messages_rest(struct verify_messages *m,
    void (*problem)(const char *what, void *arg), void *arg,
    struct err *err)
{
	struct rest t = { m, problem, arg };
	int64_t n_sent, n_received;

	if (bytes_are_theirs(&t, err) < 0 ||
	    db_get_int(m->db, &verify_sent_count, &n_sent, err, "") < 0 ||
	    db_get_int(m->db, &verify_received_count, &n_received, err,
	    "") < 0)
		return -1;
	if (n_sent > m->sent &&
	    untold(&t, &verify_sent_all, false, err) < 0)
		return -1;
	if (n_received > m->received &&
	    untold(&t, &verify_received_all, true, err) < 0)
		return -1;
	return 0;
}
