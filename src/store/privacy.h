/* privacy.h - requests of people about the data kept of them (RULES 17, A48,
 * A49): restricted at once, so that nothing is done with it but keeping;
 * erased when the ground for keeping it has ended.
 *
 * Erased are: what events tell (their hashes stay, and an event says which
 * ones), the bytes of messages, names, addresses, notes and references.  What
 * stays is the bookkeeping: customer number, items, amounts, days; and the
 * number of a receipt that the ledger still has as nobody's, so that it meets
 * nobody else's claim.  All accounts of the party are meant.  Functions that
 * write have transactions of their own.
 *
 * What is erased stays restricted, and sealed: an import that still names the
 * person writes items and payments without it, by the customer number, and
 * asks a person about new ones.  Only a new ground (privacy_withdraw with a
 * note) lets the next import bring the name back. */
#ifndef DUNLIN_STORE_PRIVACY_H
#define DUNLIN_STORE_PRIVACY_H

#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

/* Kept so long after the last that happened with the account, where a person
 * says nothing else: claims become time-barred (RULES 11). */
#define PRIVACY_KEEP_YEARS 3

struct privacy_request {
	int64_t company_id, account_id;
	bool erase;		/* else: only restrict, while it is disputed */
	int32_t keep_until;	/* DATE_NONE: as above */
	const char *note;	/* NULL */
	const char *actor;
};

/* Restricts at once.  A second request for the same party changes the first.
 */
int privacy_request(struct db *db, const struct privacy_request *r,
    int64_t now, struct err *err);
/* The request is withdrawn or refused: the data may be used again.  Of what is
 * erased already: there is a new ground to keep data, which note names. */
int privacy_withdraw(struct db *db, int64_t company_id, int64_t account_id,
    int64_t now, const char *actor, const char *note, struct err *err);

/* Why it is kept. */
struct privacy_ground {
	bool erase;		/* it is to be erased at all */
	int64_t open;		/* items that are open */
	int32_t keep_until;	/* day; past: no ground any more */
	bool ended;		/* nothing stands against erasing it */
};
/* 1, 0 when nobody asked (or it is done). */
int privacy_ground(struct db *db, int64_t account_id, int32_t today,
    struct privacy_ground *ret, struct err *err);

struct privacy_erased {
	int64_t accounts, events, messages, mails, addresses;
	bool swept;		/* as below */
};
/* ERR_PERM while a ground stands, and where nobody asked. */
int privacy_erase(struct db *db, int64_t account_id, int64_t now,
    const char *actor, struct privacy_erased *ret, struct err *err);

/* Takes what was erased out of the database's files; not swept: others are
 * reading all the time, privacy_erase_due tries again. */
int privacy_sweep(struct db *db, bool *ret_swept, struct err *err);

/* Everything of which the ground has ended.  ret_n: parties. */
int privacy_erase_due(struct db *db, int64_t now, const char *actor,
    int64_t *ret_n, struct err *err);

struct privacy_line {
	const char *company, *account;
	bool erase;
	int64_t asked_at, done_at;	/* CLOCK_NONE: not yet */
	const char *asked_by, *note;
	int64_t account_id;
};
int privacy_each(struct db *db, int64_t company_id,
    int (*fn)(const struct privacy_line *l, void *arg), void *arg,
    struct err *err);

#endif
