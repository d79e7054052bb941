/* roles.h - the table of roles: what the loop of role.c calls. */
#ifndef DUNLIN_DAEMON_ROLES_H
#define DUNLIN_DAEMON_ROLES_H

#include "config/config.h"
#include "store/db.h"

#include <signal.h>
#include <stdint.h>

struct role_env {
	const struct config *config;
	struct db *db;			/* open for writing */
	/* A step that goes through many messages looks at it between two of
	 * them: the one in hand is finished. */
	const volatile sig_atomic_t *stop;
};

struct role {
	const char *name;
	/* Once at the start, and again after a reload. */
	int (*open)(void *owner, const struct role_env *env, void **ret_state,
	    struct err *err);
	/* 1: worked; 0: nothing to do; -1: tried again later. */
	int (*step)(void *state, struct err *err);
	/* The earliest instant with work if no fact changes; CLOCK_NONE:
	 * none known. */
	int (*due)(struct db *db, int64_t *ret_at, struct err *err);
};

extern const struct role roles[];	/* ended by a NULL name */

const struct role *role_find(const char *name);	/* or NULL */

#endif
