/* role.h - one role as a process: a loop of steps.
 *
 * The loop sleeps until the next due time, 60 s, a nudge of the supervisor,
 * a commit by somebody else (looked for every 5 s) or a signal, whichever
 * comes first: a lost nudge is a small delay, never lost work.  It ends in
 * good order after 10,000 steps or 256 MiB; who runs it starts it again. */
#ifndef DUNLIN_DAEMON_ROLE_H
#define DUNLIN_DAEMON_ROLE_H

#include "base/err.h"
#include "config/config.h"
#include "store/db.h"

#include <stdbool.h>

#define ROLE_STEPS_MOST 10000
#define ROLE_MEMORY_MOST (256L * 1024)	/* KiB */

struct role_run {
	const char *role;	/* "planner", "sender", "reader" */
	const char *name;	/* for logs: "sender-2" */
	bool once;		/* until idle, then return */
	int nudge_fd;		/* socket to the supervisor; -1: alone */
	const struct config *config;	/* changed by a reload */
	struct db *db;
};

/* 0 at the end in good order; -1 after --once met an error, or after five
 * errors in a row. */
int role_loop(void *owner, struct role_run *r, struct err *err);

#endif
