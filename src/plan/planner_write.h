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

/* A full plan of the accounts from..to in one state of the database, in flat
 * memory: ids of those whose decision is not what is written. */
struct planner_sweep {
	struct db *db;
	const struct policy *policy;
	struct fact_company *company;
	struct ramp *ramp;
	int64_t now;
};
int planner_sweep(void *owner, const struct planner_sweep *s, int64_t from,
    int64_t to, int64_t **ret_ids, size_t *ret_n, size_t *ret_seen,
    struct err *err);

#endif
