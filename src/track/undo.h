/* undo.h - taking back what an event tells of, by a person.
 *
 * A promise or plan and how it ended, a dispute, a claim, a bill of exchange,
 * a hold that was placed or released, a contact that was added or closed, the
 * state of an address, a task; or, for an event "reply-read", all of these
 * that the reply led to, and its answers that have not gone out.  A judgement
 * (kept, broken, matched) is not made again by Dunlin: a person decides.
 * Events stay: another one ("undone") tells of it.  What came from a reply was
 * a wrong reading: an event "reading-corrected" keeps it for dunlin examples.
 * Inside store_tx. */
#ifndef DUNLIN_TRACK_UNDO_H
#define DUNLIN_TRACK_UNDO_H

#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

/* Is an event of that kind one that can be taken back? */
bool undo_can(const char *kind);

/* as: what the reply really said (a word of core/intents.def); NULL: not
 * told.  ERR_PERM where there is nothing to take back. */
int undo_event(struct db *db, int64_t event_id, const char *as, int64_t now,
    const char *actor, struct err *err);

/* A mail turned out to be of account_id: what it led to in other accounts is
 * taken back.  Its reading was right. */
int undo_elsewhere(struct db *db, int64_t inbox_id, int64_t account_id,
    int64_t now, const char *actor, struct err *err);

/* A person says that a reading was wrong, without taking anything back. */
int undo_reading(struct db *db, int64_t inbox_id, const char *as,
    int64_t now, const char *actor, struct err *err);

#endif
