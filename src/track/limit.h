/* limit.h - the limitation clock of every open debt of a company, once a day:
 * people are told 90 and 30 days before it ends, what has passed is held (no
 * automatic contact), and the dates go into the calendars.  Guarantors have a
 * clock of their own (track/guarantee.h), looked at beside it. */
#ifndef DUNLIN_TRACK_LIMIT_H
#define DUNLIN_TRACK_LIMIT_H

#include "config/config.h"
#include "policy/limitation.h"
#include "store/db.h"
#include "store/limitations.h"

/* The pack that holds for a company; false: none is known.  Its strings are
 * the configuration's. */
bool limit_pack(const struct config_company *company,
    struct limitation_pack *ret_pack);

/* The clock of one item by today's facts, with them. */
int limit_look(void *owner, struct db *db,
    const struct config_company *company, const struct limitation_pack *p,
    const struct limitation_item *item, struct limitation *ret,
    struct limitation_fact **ret_facts, size_t *ret_n, struct err *err);

/* Looks at some items: 1; 0: nothing is left to do today. */
int limit_step(struct db *db, const struct config_company *company,
    int64_t company_id, int64_t now, struct err *err);

#endif
