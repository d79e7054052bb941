/* follow.h - every promise and paid claim of an account to its end: reminded
 * of the day before, judged by the ledger, its holds released. */
#ifndef DUNLIN_TRACK_FOLLOW_H
#define DUNLIN_TRACK_FOLLOW_H

#include "config/config.h"
#include "core/facts.h"
#include "store/db.h"
#include "track/judge.h"
#include "track/machine.h"

/* Inside store_tx, before the account is planned.  Does nothing where nothing
 * is to be followed; afterwards every look of the account lies ahead. */
int follow_account(struct db *db, const struct config_company *company,
    const struct fact_company *facts, int64_t account_id, int64_t now,
    struct err *err);

/* The rules of a policy for a debtor; ret_rules->arg lives on. */
struct calendar;
void follow_rules(const struct policy *p, const struct calendar *c,
    struct judge_rules *ret_rules);

/* Whether it was kept (PAY, PART, MISS), by the ledger or a person; its plan
 * goes on or ends. */
struct promise;
int follow_judged(struct db *db, struct promise *p, enum promise_event ev,
    int64_t now, const char *actor, struct err *err);

/* An instalment was not kept, or somebody ends it: the plan ends, what is
 * left of it is withdrawn. */
int follow_end_plan(struct db *db, int64_t plan_id, enum plan_event ev,
    int64_t now, const char *actor, struct err *err);

#endif
