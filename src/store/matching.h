/* matching.h - which message a reply or a delivery report is about, and who
 * an address belongs to.  Reading only; 1: found, 0: not, -1. */
#ifndef DUNLIN_STORE_MATCHING_H
#define DUNLIN_STORE_MATCHING_H

#include "core/kinds.h"
#include "store/db.h"

#include <stddef.h>
#include <stdint.h>

#define MATCHING_MAX 8		/* accounts that one address may mean */

struct matching_sent {
	int64_t attempt_id, outbox_id;
	int64_t account_id;	/* the survivor, where it was merged */
	int64_t address_id;
	char recipient[256];
	enum outbox_state state;
	int64_t started_at;
};

/* The token of an attempt (also its ENVID), a Message-ID with its angle
 * brackets. */
int matching_token(struct db *db, int64_t company_id, const char *token,
    struct matching_sent *ret, struct err *err);
int matching_message(struct db *db, int64_t company_id,
    const char *message_id, struct matching_sent *ret, struct err *err);

/* The address of a sender (normalised) and the accounts that have it as an
 * open contact, at most MATCHING_MAX. */
struct matching_sender {
	int64_t address_id;
	int64_t accounts[MATCHING_MAX];
	size_t n;
};
int matching_sender(struct db *db, int64_t company_id, const char *norm,
    struct matching_sender *ret, struct err *err);

/* The same of a phone, however it was written down: E.164 with the digits of
 * its country code (0: not known). */
int matching_phone(struct db *db, int64_t company_id, const char *e164,
    int code_len, struct matching_sender *ret, struct err *err);
/* The gateway's reference of a route, or the last SMS to an address since. */
int matching_remote(struct db *db, int64_t company_id, const char *route,
    const char *remote_id, struct matching_sent *ret, struct err *err);
int matching_conversation(struct db *db, int64_t company_id,
    int64_t address_id, int64_t since, struct matching_sent *ret,
    struct err *err);

/* The open contact of the account at that address. */
int matching_contact(struct db *db, int64_t account_id, int64_t address_id,
    int64_t *ret_contact_id, struct err *err);

/* Does the account have an item of that document number? */
int matching_item(struct db *db, int64_t account_id, const char *document,
    struct err *err);

#endif
