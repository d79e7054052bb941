/* calendar_role.h - the role "calendar": entries into the calendars of
 * people and teams (CalDAV), and what people do there back.
 *
 * The sending contract (DESIGN 5) holds by other means than with mail, as a
 * calendar can be asked what it has: every request that writes is conditional
 * (If-None-Match, If-Match) and committed before it leaves; one whose outcome
 * is not known is settled by looking, never repeated unseen.  Debtors are
 * never named as attendees: no server can write to them. */
#ifndef DUNLIN_FOLLOWUP_CALENDAR_ROLE_H
#define DUNLIN_FOLLOWUP_CALENDAR_ROLE_H

#include "config/config.h"
#include "store/db.h"

#include <signal.h>

struct calendar_role;

int calendar_role_new(void *owner, struct db *db, const struct config *config,
    const volatile sig_atomic_t *stop, struct calendar_role **ret_role,
    struct err *err);

/* 1: worked; 0: nothing to do; -1: no calendar could be reached. */
int calendar_role_step(struct calendar_role *r, struct err *err);

/* Requests made so far, for tests and measurements. */
int calendar_role_requests(const struct calendar_role *r);

#endif
