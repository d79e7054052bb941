/* events.h - the append-only, hash-chained ledger of what happened and why.
 *
 * stream = one account, or the company for the rest.  An event's hash is
 * SHA-256 over length-prefixed fields (hash.h), in this order:
 *   "dunlin-event-1", company code, account code or "", seq, at, kind, actor,
 *   payload hash (hex), previous hash (hex; "" for seq 1)
 * payload hash = SHA-256 over fields salt, payload.  The payload (JSON,
 * compact, sorted keys) and its salt can be erased without breaking the
 * chain. */
#ifndef DUNLIN_STORE_EVENTS_H
#define DUNLIN_STORE_EVENTS_H

#include "base/err.h"
#include "base/hash.h"
#include "store/db.h"

#include <jansson.h>
#include <stdint.h>

/* Inside store_tx only.  kind: of core/events.def.  account_id 0: the company's stream.  payload is
 * stolen; NULL, as json_pack gives for malformed UTF-8, is ERR_PERM.  ret_id
 * may be NULL. */
int events_append(struct db *db, int64_t company_id, int64_t account_id,
    int64_t now, const char *kind, const char *actor, json_t *payload,
    int64_t *ret_id, struct err *err);

/* Several at once, in order: their stream is read and written once.  The
 * payloads are JSON as events_append writes it. */
struct event_new {
	const char *kind, *payload;
};
int events_append_all(struct db *db, int64_t company_id, int64_t account_id,
    int64_t now, const char *actor, const struct event_new *list, size_t n,
    int64_t *ret_last_id, struct err *err);

/* Erase the payload and its salt; the hash stays, and an event "erased"
 * with its seq says so.  Inside store_tx only. */
#define EVENT_ERASED "erased"
int events_erase(struct db *db, int64_t event_id, int64_t now,
    const char *actor, const char *why, struct err *err);

/* What the hash of an event is made of, and the two hashes in hex. */
struct event_fields {
	const char *company, *account;	/* codes; "" for the company's */
	int64_t seq, at;
	const char *kind, *actor, *payload_hash, *prev;
};
void events_hash(const struct event_fields *f, char ret_hex[HASH_HEX_MAX]);
void events_payload_hash(const char *salt, const char *payload,
    char ret_hex[HASH_HEX_MAX]);

struct event {
	int64_t id, seq, at;
	const char *kind, *actor;
	const char *payload;	/* NULL: erased */
	const char *hash;
	const char *salt, *payload_hash, *prev;	/* salt NULL: erased */
};

/* One event by its id; ERR_PERM when there is none. */
struct event_found {
	int64_t company_id, account_id;	/* account 0: the company's */
	const char *kind, *actor;
	const char *payload;		/* NULL: erased */
};
int events_get(void *owner, struct db *db, int64_t event_id,
    struct event_found **ret_event, struct err *err);

/* In order of seq; the struct is valid during the call only.  fn returns 0
 * to go on. */
int events_each(struct db *db, int64_t company_id, int64_t account_id,
    int (*fn)(const struct event *e, void *arg), void *arg, struct err *err);

#endif
