/* tasks.h - work for people.  One open task per account and reason: opening
 * it again merges into the open one.  Inside store_tx only. */
#ifndef DUNLIN_STORE_TASKS_H
#define DUNLIN_STORE_TASKS_H

#include "store/db.h"

#include <stdbool.h>

struct task_new {
	int64_t company_id, account_id;	/* account 0: the company's */
	const char *reason;		/* "approval", "uncertain-delivery" */
	int severity;			/* 1 routine, 2 soon, 3 at once */
	const char *owner;		/* login or NULL */
	const char *title, *detail;
	int64_t outbox_id, hold_id, inbox_id;	/* 0: none */
	int64_t due_at;
};

int tasks_open(struct db *db, const struct task_new *t, int64_t now,
    const char *actor, int64_t *ret_id, bool *ret_new, struct err *err);
int tasks_close(struct db *db, int64_t task_id, int64_t now,
    const char *actor, const char *outcome, struct err *err);
/* Close the open task of an account and reason if there is one. */
int tasks_close_reason(struct db *db, int64_t company_id, int64_t account_id,
    const char *reason, int64_t now, const char *actor, const char *outcome,
    struct err *err);

#endif
