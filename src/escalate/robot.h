/* robot.h - what the robots of chat groups say, into the outbox (class staff).
 *
 * Nobody knows who is in a group, and a debt that gets known cannot be called
 * back: a robot says counts, sums per currency, numbers of tasks, what they
 * are about, who of us has them and until when.  Never names or words of
 * customers, nor titles that somebody has written; with "accounts" also
 * customers' numbers and what they owe. */
#ifndef DUNLIN_ESCALATE_ROBOT_H
#define DUNLIN_ESCALATE_ROBOT_H

#include "config/config.h"
#include "escalate/digest.h"
#include "store/db.h"
#include "store/tasks.h"

/* A grave task, at once, to each robot that tells of such: once for each level
 * and each time that it came.  Inside store_tx. */
int robot_task(struct db *db, const struct config *config,
    const struct config_company *company, const struct task_case *c,
    const struct task_given *g, int64_t now, struct err *err);

/* The summary of a robot: 1 with its text, 0: nothing to say.  a->user is not
 * looked at.  Best in one snapshot. */
int robot_make(void *owner, struct db *db, const struct digest_ask *a,
    const struct config_sms *robot, struct staff_text *ret_text,
    struct err *err);

/* The planner's part: a summary that is due now and was not looked at.  1:
 * worked, 0: none is due. */
int robot_step(struct db *db, const struct config *config,
    const struct config_company *company, int64_t company_id, int64_t now,
    struct err *err);

#endif
