/* step.h - the planner's part of escalation: each new task gets an owner and
 * the hour until which it wants an answer (assign.h, workhours.h); a grave one,
 * or one that is due before the next digest, is told to them by mail at once;
 * one that is ignored past that hour goes to a
 * lead, then to a manager.  What was acknowledged has as long again. */
#ifndef DUNLIN_ESCALATE_STEP_H
#define DUNLIN_ESCALATE_STEP_H

#include "config/config.h"
#include "store/db.h"

/* Once a day: who is away has nothing that waits; it goes to others with the
 * next steps. */
int escalate_daily(struct db *db, const struct config *config,
    const struct config_company *company, int64_t company_id, int64_t now,
    struct err *err);

/* Some tasks of one company, in one transaction.  1: worked, 0: nothing is
 * due. */
int escalate_step(struct db *db, const struct config *config,
    const struct config_company *company, int64_t company_id, int64_t now,
    struct err *err);

#endif
