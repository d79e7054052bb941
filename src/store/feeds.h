/* feeds.h - read-only calendars by a secret URL (dunlin calendar feed).  Only
 * the hash of the secret is kept. */
#ifndef DUNLIN_STORE_FEEDS_H
#define DUNLIN_STORE_FEEDS_H

#include "store/db.h"
#include "store/entries.h"

#include <stdbool.h>
#include <stdint.h>

#define FEED_SECRET_MAX 40

struct feed {
	int64_t id, company_id;
	const char *company;		/* code */
	const char *owner;		/* login; NULL: the team */
	const char *language;
	bool details;
	int64_t created_at, revoked_at;	/* revoked CLOCK_NONE: not */
	const char *created_by;
};

/* Inside store_tx; each writes an event of the company.  secret: the only
 * time that it is seen. */
int feeds_add(struct db *db, const struct feed *f,
    char ret_secret[FEED_SECRET_MAX], int64_t *ret_id, struct err *err);
/* ERR_PERM when there is none, or it is revoked already. */
int feeds_revoke(struct db *db, int64_t id, int64_t now, const char *actor,
    struct err *err);

/* 1 with the live one of a secret, 0. */
int feeds_find(void *owner, struct db *db, const char *secret,
    struct feed **ret_feed, struct err *err);
int feeds_each(struct db *db, int64_t company_id,
    int (*fn)(const struct feed *f, void *arg), void *arg, struct err *err);

/* Changes whenever what the feed says does; without reading all of it. */
int feeds_version(void *owner, struct db *db, const struct entries_of *of,
    char **ret_version, struct err *err);

#endif
