/* planner_step.h - one step of the role `planner`: recompute the accounts
 * whose facts or clock changed, and write what plan_account says - messages
 * ahead of time, episodes, tasks.
 *
 * Short transactions; each loads the facts again inside, so what is written
 * is what is true.  What has not changed is not written.  One planner works
 * at a time: the one that holds the lease in the table meta. */
#ifndef DUNLIN_PLAN_PLANNER_STEP_H
#define DUNLIN_PLAN_PLANNER_STEP_H

#include "base/err.h"
#include "config/config.h"
#include "store/db.h"

#include <signal.h>

struct planner;

/* stop may be NULL; when it becomes true the step ends after the
 * transaction in hand.  Freeing the planner gives the lease back. */
int planner_new(void *owner, struct db *db, const struct config *config,
    const volatile sig_atomic_t *stop, struct planner **ret_planner,
    struct err *err);

/* 1: worked, call again; 0: nothing due now; -1: an error that the loop
 * logs. */
int planner_step(struct planner *p, struct err *err);

#endif
