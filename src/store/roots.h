/* roots.h - one hash over all stream heads and counts, once a day.
 *
 * Chains show what was changed inside them; a removed end or a removed stream
 * leaves no trace in the database.  So the root of each day is also written
 * outside it, and verify compares what is left with it.
 *
 * hash = SHA-256 over fields (hash.h): "dunlin-root-1", database, day, at,
 * streams, events, last event id, and for each stream that is not empty, in
 * the order of its id: company code, account code or "", seq, head. */
#ifndef DUNLIN_STORE_ROOTS_H
#define DUNLIN_STORE_ROOTS_H

#include "base/hash.h"
#include "base/id.h"
#include "store/db.h"

#include <stdint.h>

struct root {
	char database[ID_TOKEN_MAX];
	int32_t day;			/* UTC */
	int64_t at;
	int64_t streams, events, last_event;
	char hash[HASH_HEX_MAX];
};

/* What the database holds now, without storing it. */
int roots_compute(struct db *db, int64_t now, struct root *ret_root,
    struct err *err);

/* The day's root: made and stored if it is missing, written to
 * dir/root-YYYY-MM-DD if that file is missing.  Cheap when both are there:
 * the planner calls it at each start and change of day.  Own transaction. */
int roots_daily(struct db *db, const char *dir, int64_t now,
    struct err *err);

/* The last one stored: 1, 0 when there is none. */
int roots_last(struct db *db, struct root *ret_root, struct err *err);

/* Text files of "name value" lines. */
int roots_write(const char *path, const struct root *r, struct err *err);
int roots_read(const char *path, struct root *ret_root, struct err *err);

/* The hash, piece by piece, for those who walk the streams anyway. */
struct hash *roots_hash_new(void *owner, const struct root *r);
void roots_hash_stream(struct hash *h, const char *company,
    const char *account, int64_t seq, const char *head);

#endif
