/* roots.h - one hash over all stream heads and counts, once a day.
 *
 * Chains show what was changed inside them; a removed end or a removed stream
 * leaves no trace in the database.  So the root of each day is also written
 * outside it, and verify compares what is left with it.
 *
 * hash = SHA-256 over fields (hash.h): "dunlin-root-1", database, day, at,
 * streams, events, last event id, top of the tree.  The tree is that of RFC
 * 9162 (2.1.1), over the streams that are not empty in the order of their
 * id, so that one stream can be shown to belong to a root without telling of
 * the others: leaf = SHA-256 over "dunlin-leaf-1", company code, account code
 * or "", seq, head; node = SHA-256 over "dunlin-node-1", left, right; all in
 * hex.  The top of no streams is "". */
#ifndef DUNLIN_STORE_ROOTS_H
#define DUNLIN_STORE_ROOTS_H

#include "base/hash.h"
#include "base/id.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
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

/* The hash, stream by stream, for those who walk the streams anyway.  The
 * path of the stream that is marked is kept. */
struct root_tree;
struct root_tree *roots_tree_new(void *owner);
void roots_tree_add(struct root_tree *t, const char *company,
    const char *account, int64_t seq, const char *head, bool mark);
/* The hash of r with these streams. */
void roots_tree_done(struct root_tree *t, const struct root *r,
    char ret_hex[HASH_HEX_MAX]);

/* From a leaf up to the top: the hashes beside the way. */
#define ROOT_PATH_MAX 64
struct root_path {
	size_t n;
	struct {
		bool left;	/* it stands on the left */
		char hash[HASH_HEX_MAX];
	} step[ROOT_PATH_MAX];
};
void roots_tree_path(const struct root_tree *t, struct root_path *ret_path);

struct root_proof {
	char company[256], account[256];
	int64_t seq;			/* how far the root covers it */
	char head[HASH_HEX_MAX];
	struct root_path path;
};
/* How a root covers an account.  1; 0: it does not (the account is younger);
 * 2: the events before the root are not those that it was made from. */
int roots_prove(struct db *db, const struct root *r, int64_t account_id,
    struct root_proof *ret_proof, struct err *err);

/* Every one stored, the oldest first.  fn returns 0 to go on. */
int roots_each(struct db *db, int (*fn)(const struct root *r, void *arg),
    void *arg, struct err *err);

#endif
