/* payplans.h - payment plans, of which each instalment is a promise.  States:
 * track/plan.def.  Functions that write are for inside store_tx; each writes
 * an event and bumps the account's rev. */
#ifndef DUNLIN_STORE_PAYPLANS_H
#define DUNLIN_STORE_PAYPLANS_H

#include "core/kinds.h"
#include "store/db.h"
#include "track/machine.h"

#include <stddef.h>
#include <stdint.h>

struct payplan {
	int64_t id, company_id, account_id;
	enum payplan_state state;
	int64_t made_at, inbox_id;
	const char *made_by;
};
int payplans_add(struct db *db, struct payplan *p, struct err *err);
int payplans_get(void *owner, struct db *db, int64_t id,
    struct payplan **ret_plan, struct err *err);
int payplans_move(struct db *db, const struct payplan *p,
    enum plan_event ev, int64_t now, const char *actor, struct err *err);
/* Ids of its promises in order; at most max. */
int payplans_promises(struct db *db, int64_t plan_id, size_t max,
    int64_t *ret_ids, size_t *ret_n, struct err *err);
/* Those that ended together with the plan, or with what ended it. */
int payplans_ended(struct db *db, int64_t plan_id, size_t max,
    int64_t *ret_ids, size_t *ret_n, struct err *err);
/* Its promises that are not ended. */
int payplans_open(struct db *db, int64_t plan_id, int64_t *ret_n,
    struct err *err);
/* What its instalments come to, all and those that are not ended. */
int payplans_sums(struct db *db, int64_t plan_id, int64_t *ret_all,
    int64_t *ret_open, struct err *err);

#endif
