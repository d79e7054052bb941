#include "bench_rows.h"

#include <stdio.h>
#include <stdlib.h>

/* $1 attempt, $2 recipient, $3 bytes, $4 outbox row, $5 token, $6 Message-ID,
 * $7 hash; the outcome is of the attempt before, or of the one in the wave
 * before: $8. */
static const char *const store_bare[] = {
	"INSERT INTO sent VALUES ($1, $2, $3)",
	NULL
};

#define FINISH \
	"UPDATE outbox SET state = 'accepted', changed_at = 1, claim_token =" \
	" NULL, claimed_by = NULL, deadline = NULL, detail = '250 2.0.0 ok'" \
	" WHERE id = (SELECT outbox_id FROM attempt WHERE id = $8)", \
	"UPDATE attempt SET outcome = 'accepted', code = 250, reply =" \
	" '250 2.0.0 ok', ended_at = 1 WHERE id = $8"
#define BEGIN_IT \
	"UPDATE outbox SET state = 'sending', changed_at = 1, claim_token =" \
	" $5, claimed_by = 'loop', deadline = 1, tries = tries + 1" \
	" WHERE id = $4", \
	"INSERT INTO attempt (id, outbox_id, n, token, message_id, envid," \
	" recipient, hash, started_at) VALUES ($1, $4, 1, $5, $6, $5, $2," \
	" $7, 1)", \
	"INSERT INTO attempt_content VALUES ($1, $3)"

static const char *const store_rows[] = { FINISH, BEGIN_IT, NULL };

/* The event has the hashes of another one: as many bytes. */
static const char *const store_same[] = {
	FINISH,
	"UPDATE stream SET seq = seq + 1, head = $7 WHERE account_id ="
	" (SELECT account_id FROM outbox WHERE id = (SELECT outbox_id"
	" FROM attempt WHERE id = $8))",
	"INSERT INTO event (stream_id, seq, at, kind, actor, payload_hash,"
	" prev, hash) SELECT id, seq, 1, 'message-accepted', 'sender', $7, $7,"
	" $7 FROM stream WHERE account_id = (SELECT account_id FROM outbox"
	" WHERE id = (SELECT outbox_id FROM attempt WHERE id = $8))",
	"INSERT INTO event_payload (event_id, salt, payload) SELECT"
	" last_insert_rowid(), '0123456789abcdef0123456789abcdef',"
	" '{\"attempt\":1,\"code\":250,\"content\":\"' || $7 ||"
	" '\",\"message_id\":\"' || $6 || '\",\"outbox\":1000,\"reply\":"
	"\"250 2.0.0 ok\"}' WHERE changes() > 0",
	BEGIN_IT,
	"UPDATE communication SET at = 1 WHERE at IS NULL AND id ="
	" (SELECT communication_id FROM outbox WHERE id = $4)",
	"UPDATE account SET rev = rev + 1 WHERE id ="
	" (SELECT account_id FROM outbox WHERE id = $4)",
	NULL
};

/* As the sender does, some at once. */
#define CLAIMS 8
static const char claimed_next[] = "SELECT outbox_id, token FROM attempt"
    " WHERE id % ?2 = ?1 AND id >= ?3 ORDER BY id LIMIT 8";
static const char claim[] = "UPDATE outbox SET state = 'claimed',"
    " changed_at = 1, claim_token = ?2, claimed_by = 'loop', deadline = 1"
    " WHERE id = ?1";

void
die(const char *what, const char *why)
{
	fprintf(stderr, "bench: %s: %s\n", what, why);
	exit(1);
}

static void
sql(sqlite3 *h, const char *text)
{
	char *why = NULL;

	if (sqlite3_exec(h, text, NULL, NULL, &why) != SQLITE_OK)
		die(text, why);
}

static void
prepare(struct rows *r, const char *const *store, int share, int shares,
    int wave)
{
	if (sqlite3_prepare_v2(r->from, "SELECT id, recipient, bytes, "
	    "outbox_id, token, message_id, hash, id - ?3 FROM attempt "
	    "JOIN attempt_content ON attempt_id = id WHERE id % ?2 = ?1 "
	    "ORDER BY id", -1, &r->next, NULL) != SQLITE_OK)
		die("read", sqlite3_errmsg(r->from));
	sqlite3_bind_int(r->next, 1, share);
	sqlite3_bind_int(r->next, 2, shares);
	sqlite3_bind_int(r->next, 3, shares * wave);
	r->claims = store == store_same;
	if (r->claims && (sqlite3_prepare_v2(r->from, claimed_next, -1,
	    &r->claimed_next, NULL) != SQLITE_OK || sqlite3_prepare_v2(r->to,
	    claim, -1, &r->claim, NULL) != SQLITE_OK))
		die("claim", sqlite3_errmsg(r->to));
	if (r->claims) {
		sqlite3_bind_int(r->claimed_next, 1, share);
		sqlite3_bind_int(r->claimed_next, 2, shares);
	}
	for (; store[r->n_store] != NULL; r->n_store++)
		if (sqlite3_prepare_v2(r->to, store[r->n_store], -1,
		    &r->store[r->n_store], NULL) != SQLITE_OK)
			die("store", sqlite3_errmsg(r->to));
}

void
rows_open(struct rows *r, const char *from, const char *to, const char *how,
    int share, int shares, int wave)
{
	bool bare = how[0] == 'b';

	if (sqlite3_open(from, &r->from) != SQLITE_OK ||
	    sqlite3_open(to, &r->to) != SQLITE_OK)
		die(from, "cannot open");
	sqlite3_busy_timeout(r->from, 10000);
	sqlite3_busy_timeout(r->to, 10000);
	sql(r->to, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
	if (bare)
		sql(r->to, "CREATE TABLE IF NOT EXISTS sent (id INTEGER "
		    "PRIMARY KEY, recipient TEXT, bytes BLOB)");
	prepare(r, bare ? store_bare : how[0] == 's' ? store_same :
	    store_rows, share, shares, wave);
	rows_step(r);
}

void
rows_begin(struct rows *r)
{
	sql(r->to, "BEGIN IMMEDIATE");
}

void
rows_commit(struct rows *r)
{
	sql(r->to, "COMMIT");
}

void
rows_step(struct rows *r)
{
	int rc = sqlite3_step(r->next);

	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		die("read", sqlite3_errmsg(r->from));
	r->more = rc == SQLITE_ROW;
}

static void
claim_some(struct rows *r)
{
	sqlite3_bind_int64(r->claimed_next, 3,
	    sqlite3_column_int64(r->next, 0));
	while (sqlite3_step(r->claimed_next) == SQLITE_ROW) {
		sqlite3_bind_value(r->claim, 1,
		    sqlite3_column_value(r->claimed_next, 0));
		sqlite3_bind_value(r->claim, 2,
		    sqlite3_column_value(r->claimed_next, 1));
		if (sqlite3_step(r->claim) != SQLITE_DONE)
			die("claim", sqlite3_errmsg(r->to));
		sqlite3_reset(r->claim);
	}
	sqlite3_reset(r->claimed_next);
}

void
rows_store(struct rows *r)
{
	sqlite3_stmt *s;
	char name[16];
	int i, k, at;

	if (r->claims && r->n++ % CLAIMS == 0)
		claim_some(r);
	for (i = 0; i < r->n_store; i++) {
		s = r->store[i];
		for (k = 0; k < sqlite3_column_count(r->next); k++) {
			snprintf(name, sizeof(name), "$%d", k + 1);
			if ((at = sqlite3_bind_parameter_index(s, name)) > 0)
				sqlite3_bind_value(s, at,
				    sqlite3_column_value(r->next, k));
		}
		if (sqlite3_step(s) != SQLITE_DONE)
			die("commit", sqlite3_errmsg(r->to));
		sqlite3_reset(s);
	}
}

const char *
rows_recipient(const struct rows *r)
{
	return (const char *)sqlite3_column_text(r->next, 1);
}

const void *
rows_bytes(const struct rows *r, int *ret_len)
{
	*ret_len = sqlite3_column_bytes(r->next, 2);
	return sqlite3_column_blob(r->next, 2);
}
