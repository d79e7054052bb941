/* meta.h - small facts about the database itself, and the clock guard.
 *
 * Guard (DESIGN §5.8): a clock more than 5 minutes before the highest instant
 * that the database has seen, or more than 3 days past it, is not believed:
 * nothing is sent until it is right again or a person accepts it (dunlin
 * status --accept-clock, dunlin recover). */
#ifndef DUNLIN_STORE_META_H
#define DUNLIN_STORE_META_H

#include "store/db.h"

#define META_WHY_MAX 256
#define META_CLOCK_BACK 300		/* seconds */
#define META_CLOCK_AHEAD (3 * 86400)

/* 1 with a copy of the value, 0 when there is none. */
int meta_get(void *owner, struct db *db, const char *key, char **ret_value,
    struct err *err);
int meta_set(struct db *db, const char *key, const char *value,
    struct err *err);

/* Compare now with the highest instant seen and remember it when it is
 * believed.  Call it at the start of each planner and sender step; inside or
 * outside a transaction.  ret_ok false: why tells in one line, with the cure.
 */
int meta_clock_check(struct db *db, int64_t now, bool *ret_ok,
    char why[META_WHY_MAX], struct err *err);
/* The same without remembering: for status, and connections for reading. */
int meta_clock_look(struct db *db, int64_t now, bool *ret_ok,
    char why[META_WHY_MAX], struct err *err);
/* People of every company are asked to look at the clock, as of the highest
 * instant seen; wrong false: the task is closed, it is right again.  Inside
 * store_tx. */
int meta_clock_tell(struct db *db, bool wrong, const char *why,
    const char *actor, struct err *err);
int meta_clock_told(struct db *db, bool *ret_told, struct err *err);
/* A person says that now is right: an event in every company's stream, and
 * nobody is asked any more.  Inside store_tx. */
int meta_clock_accept(struct db *db, int64_t now, const char *actor,
    struct err *err);

#endif
