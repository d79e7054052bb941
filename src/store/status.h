/* status.h - counts over all accounts: what dunlin status shows, and when a
 * role has to look again.  Reading only. */
#ifndef DUNLIN_STORE_STATUS_H
#define DUNLIN_STORE_STATUS_H

#include "core/kinds.h"
#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

/* The earliest instant at which a row can be claimed, or an account has to
 * be planned again; CLOCK_NONE: there is none. */
int status_next_send(struct db *db, int64_t *ret_at, struct err *err);
int status_next_plan(struct db *db, int64_t *ret_at, struct err *err);

/* What the planner said last about an account. */
enum status_verdict {
	STATUS_UNPLANNED,	/* not yet, or its facts have changed since */
	STATUS_SEND, STATUS_WAIT, STATUS_HELD, STATUS_TASK, STATUS_NONE,
	STATUS_VERDICT_COUNT
};

const char *status_verdict_name(enum status_verdict v);

struct status_company {
	int64_t id;
	bool armed, stopped;
	int32_t as_of;			/* oldest of its sources; DATE_NONE */
	int64_t imports_waiting;	/* shrunk ones that wait for a person */
	int64_t accounts[STATUS_VERDICT_COUNT];
	int64_t outbox[OUTBOX_COUNT];
	int64_t late;			/* queued, and not_after has passed */
	int64_t tasks, tasks_at_once, tasks_late;
	int64_t holds, holds_to_review;
	int64_t inbox_new, inbox_held;
	int64_t intake_at;		/* all its intakes read; CLOCK_NONE */
	int64_t last_sent;		/* CLOCK_NONE: nothing yet */
};

/* -1 with ERR_PERM when the company has no row yet. */
int status_company(struct db *db, const char *code, int64_t now,
    struct status_company *ret, struct err *err);

#endif
