#include "bench_rows.h"

#include <stdio.h>
#include <stdlib.h>

/* $1 attempt, $2 recipient, $3 bytes, $4 outbox row, $5 token, $6 Message-ID,
 * $7 hash; the outcome is of the attempt before: $8. */
static const char *const store_bare[] = {
	"INSERT INTO sent VALUES ($1, $2, $3)",
	NULL
};

static const char *const store_rows[] = {
	"BEGIN IMMEDIATE",
	"UPDATE outbox SET state = 'accepted', changed_at = 1, claim_token ="
	" NULL, claimed_by = NULL, deadline = NULL, detail = '250 2.0.0 ok'"
	" WHERE id = (SELECT outbox_id FROM attempt WHERE id = $8)",
	"UPDATE attempt SET outcome = 'accepted', code = 250, reply ="
	" '250 2.0.0 ok', ended_at = 1 WHERE id = $8",
	"UPDATE outbox SET state = 'sending', changed_at = 1, claim_token = $5,"
	" claimed_by = 'loop', deadline = 1, tries = tries + 1 WHERE id = $4",
	"INSERT INTO attempt (id, outbox_id, n, token, message_id, envid,"
	" recipient, hash, started_at) VALUES ($1, $4, 1, $5, $6, $5, $2, $7,"
	" 1)",
	"INSERT INTO attempt_content VALUES ($1, $3)",
	"COMMIT",
	NULL
};

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
prepare(struct rows *r, const char *const *store, int share, int shares)
{
	if (sqlite3_prepare_v2(r->from, "SELECT id, recipient, bytes, "
	    "outbox_id, token, message_id, hash, id - ?2 FROM attempt "
	    "JOIN attempt_content ON attempt_id = id WHERE id % ?2 = ?1 "
	    "ORDER BY id", -1, &r->next, NULL) != SQLITE_OK)
		die("read", sqlite3_errmsg(r->from));
	sqlite3_bind_int(r->next, 1, share);
	sqlite3_bind_int(r->next, 2, shares);
	for (; store[r->n_store] != NULL; r->n_store++)
		if (sqlite3_prepare_v2(r->to, store[r->n_store], -1,
		    &r->store[r->n_store], NULL) != SQLITE_OK)
			die("store", sqlite3_errmsg(r->to));
}

void
rows_open(struct rows *r, const char *from, const char *to, const char *how,
    int share, int shares)
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
	prepare(r, bare ? store_bare : store_rows, share, shares);
	rows_step(r);
}

void
rows_step(struct rows *r)
{
	int rc = sqlite3_step(r->next);

	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		die("read", sqlite3_errmsg(r->from));
	r->more = rc == SQLITE_ROW;
}

void
rows_store(struct rows *r)
{
	sqlite3_stmt *s;
	char name[16];
	int i, k, at;

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
