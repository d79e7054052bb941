/* planner_write.h - one account's decision into the database.  Internal to
 * the planner step. */
#ifndef DUNLIN_PLAN_PLANNER_WRITE_H
#define DUNLIN_PLAN_PLANNER_WRITE_H

#include "plan/ramp.h"
#include "store/facts_load.h"

struct planner_account {
	const struct policy *policy;
	const struct facts *f;
	const struct facts_written *written;
	const struct plan *plan;
	int64_t now;
};

/* Is what is written still what the plan says?  Reads nothing. */
bool planner_is_written(const struct planner_account *a);

/* Inside store_tx: messages, tasks, episode, verdict. */
int planner_write(struct db *db, const struct planner_account *a,
    struct err *err);

#endif
