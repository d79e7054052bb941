/* act.h - a command about a task (verb.h) is done: each does what it says in
 * the caller's transaction, with an event "task-command" before what follows
 * from it, which undo takes back as one. */
#ifndef DUNLIN_ESCALATE_ACT_H
#define DUNLIN_ESCALATE_ACT_H

#include "config/config.h"
#include "escalate/verb.h"
#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

struct actor {
	const struct config *config;
	const struct config_company *company;
	int64_t company_id;
	const char *actor;	/* "user:LOGIN" */
	const char *language;	/* of what is said back */
	bool mail;		/* firm steps are refused */
	int64_t inbox_id;	/* the command's mail; 0: none */
	int64_t now;
};

/* task_id stands for a command that names none; 0: it has to.  ERR_PERM: it
 * cannot be done, in a->language; the caller takes the whole back
 * (store_part).  *ret_what: what was done, *ret_undo: event; 0: nothing to
 * undo. */
int act_command(void *owner, struct db *db, const struct actor *a,
    int64_t task_id, const struct verb_command *c, char **ret_what,
    int64_t *ret_undo, struct err *err);

/* What a line lacks, in language. */
const char *act_fault(enum verb_fault f, const char *language);

#endif
