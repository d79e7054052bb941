/* inbox.h - raw mail that came in, and how far each intake was read.
 *
 * Mail is durable before anybody is told that it was taken.  Identical bytes
 * are one row, whichever way and however often they come.  A row is read
 * once: who marks it first, inside store_tx, also writes what it does. */
#ifndef DUNLIN_STORE_INBOX_H
#define DUNLIN_STORE_INBOX_H

#include "base/hash.h"
#include "core/kinds.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct inbox_new {
	int64_t company_id;
	enum channel channel;	/* CHANNEL_MAIL is 0 */
	const char *intake;	/* "ingest", or the URL of the mailbox */
	const char *position;	/* file name, UIDVALIDITY/UID; may be NULL */
	const void *raw;
	size_t len;
	const char *hash;	/* SHA-256 in hex of all that came, also of
				 * what is not kept in raw */
	const char *held;	/* not NULL: for a person, and why */
};

/* Inside store_tx.  A duplicate gives the id of the row that is there; a new
 * one leaves an event with the SHA-256 of raw in the company's stream. */
#define INBOX_RECEIVED "received"
int inbox_add(struct db *db, const struct inbox_new *m, int64_t now,
    int64_t *ret_id, bool *ret_new, struct err *err);

/* The SHA-256 of its bytes, which events name as "content". */
int inbox_content(struct db *db, int64_t id, char ret_hex[HASH_HEX_MAX],
    struct err *err);

struct inbox_row {
	int64_t id, company_id, received_at;
	enum channel channel;
	const char *intake;
	int tries;
	const char *raw;
	size_t len;
	const char *detail;	/* why it is held; NULL */
};

/* The oldest rows of the company that are to be read, after id: at most
 * `most`, and as few as make max bytes.  One that was tried before comes
 * alone: it may be what ended the reader. */
int inbox_batch(void *owner, struct db *db, int64_t company_id,
    int64_t after, size_t most, size_t max, struct inbox_row **ret_rows,
    size_t *ret_n, struct err *err);

/* All of these inside store_tx; 1: somebody else was first, and nothing is
 * written.  inbox_try counts before each try, from tries as they were. */
int inbox_try(struct db *db, int64_t id, int tries, struct err *err);
int inbox_hold(struct db *db, int64_t company_id, int64_t id,
    const char *why, int64_t now, const char *actor, struct err *err);
int inbox_done(struct db *db, int64_t id, const char *meaning,
    struct err *err);
/* A person said whose it is. */
int inbox_accepted(struct db *db, int64_t id, int64_t account_id,
    struct err *err);
/* The other accounts in which it left something, at most max. */
int inbox_led_to(struct db *db, int64_t id, int64_t but_account_id,
    int64_t *ret_ids, size_t max, size_t *ret_n, struct err *err);
/* The oldest mail that is held and was not looked at: whose it is.  1, 0 or
 * -1.  inbox_look, inside store_tx, marks it; 1: somebody else did. */
int inbox_held(void *owner, struct db *db, int64_t company_id,
    struct inbox_row **ret_row, struct err *err);
int inbox_look(struct db *db, int64_t id, struct err *err);
/* What became of a mail that is done; 0: no account, no attempt. */
int inbox_note(struct db *db, int64_t id, int64_t account_id,
    int64_t attempt_id, const char *detail, struct err *err);

/* An SMS by what its gateway calls it.  Inside store_tx.  1: it was heard
 * before; 0: now it is. */
int inbox_heard(struct db *db, int64_t company_id, const char *key,
    int64_t now, struct err *err);

/* How far an intake was read.  name as in inbox_new. */
struct intake_progress {
	int64_t uidvalidity, uid;	/* IMAP; 0: nothing yet */
};
int intake_get(struct db *db, int64_t company_id, const char *name,
    struct intake_progress *ret, struct err *err);
/* Inside store_tx. */
int intake_put(struct db *db, int64_t company_id, const char *name,
    const struct intake_progress *p, int64_t now, struct err *err);
/* All intakes of the company were read up to now.  Inside store_tx. */
int intake_succeeded(struct db *db, int64_t company_id, int64_t now,
    struct err *err);

/* Whose it is; account 0: of none that is known. */
int inbox_owner(struct db *db, int64_t id, int64_t *ret_company_id,
    int64_t *ret_account_id, struct err *err);

/* --- lists for people --- */

struct inbox_line {
	int64_t id, received_at, size;
	const char *intake, *position;
	enum inbox_state state;
	const char *account, *name;	/* NULL: none */
	const char *meaning, *detail;	/* NULL: none */
};

/* Newest first, at most max; state INBOX_COUNT: any; loose: only those read
 * that belong to no account.  fn returns 0 to go on. */
int inbox_each(struct db *db, int64_t company_id, enum inbox_state state,
    bool loose, int64_t max,
    int (*fn)(const struct inbox_line *l, void *arg), void *arg,
    struct err *err);

/* One with its bytes; ERR_PERM when it is not there. */
int inbox_get(struct db *db, int64_t company_id, int64_t id,
    int (*fn)(const struct inbox_line *l, const char *raw, size_t n,
    void *arg), void *arg, struct err *err);

#endif
