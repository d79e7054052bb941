/* delivery.h - what delivery reports change: addresses, and messages that
 * were taken for delivered or of which nobody knew.  Inside store_tx only. */
#ifndef DUNLIN_STORE_DELIVERY_H
#define DUNLIN_STORE_DELIVERY_H

#include "core/kinds.h"
#include "store/db.h"
#include "track/machine.h"

#include <stdint.h>

/* What happened to an address (track/address.def); every account that writes
 * to it is planned anew and has an event.  1: nothing changed. */
int delivery_address(struct db *db, int64_t address_id,
    enum address_event ev, const char *why, int64_t now,
    const char *actor, struct err *err);

/* Something arrived there: an address that was soft-bounced works again.  1:
 * nothing changed. */
int delivery_works(struct db *db, int64_t address_id, const char *why,
    int64_t now, const char *actor, struct err *err);

/* An uncertain message is known to have left: something came back that
 * names it.  1: it was not uncertain. */
int delivery_settle(struct db *db, int64_t outbox_id, const char *evidence,
    int64_t now, const char *actor, struct err *err);

/* An accepted message did not arrive.  dead: the address is no good, so the
 * step is free for the next contact. */
int delivery_bounced(struct db *db, int64_t outbox_id, bool dead,
    const char *why, int64_t now, const char *actor, struct err *err);

/* --- SMS --- */

/* What is known of an attempt: 1 with the state, 0: nothing yet. */
int delivery_get(struct db *db, int64_t attempt_id, enum delivery *ret_state,
    struct err *err);
int delivery_set(struct db *db, int64_t attempt_id, enum delivery state,
    int64_t now, struct err *err);
int delivery_address_state(struct db *db, int64_t address_id,
    enum address_state *ret_state, struct err *err);
/* The person takes back that they want no more; other states stay. */
int delivery_reopen(struct db *db, int64_t address_id, const char *why,
    int64_t now, const char *actor, struct err *err);
/* Notes that they agreed to SMS, unless it is noted. */
int delivery_consent(struct db *db, int64_t address_id, const char *how,
    int64_t now, struct err *err);

/* Open contacts of the account whose address still works. */
int delivery_contacts_left(struct db *db, int64_t account_id,
    int64_t *ret_n, struct err *err);

#endif
