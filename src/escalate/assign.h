/* assign.h - who gets a task.  Pure.
 *
 * By level: 0 the role of its reason, where COLLECTOR is the owner of the
 * account; 1 a lead; 2 a manager.  Only who works for the company and is not
 * away today, where they are.  A collector who is away is stood in for by
 * another one, in a matter of a prime customer or of a large amount by a
 * lead.  Of several: who reads the customer's language, then who has the
 * fewest open tasks, then the first of the configuration.  Nobody of the role
 * is there: a lead, else a manager, else anybody of the role, though away. */
#ifndef DUNLIN_ESCALATE_ASSIGN_H
#define DUNLIN_ESCALATE_ASSIGN_H

#include "config/config.h"
#include "escalate/reason.h"

#include <stdbool.h>

struct assign_case {
	const struct config_company *company;
	const struct reason *reason;
	const char *owner;	/* login of the account's collector; NULL */
	const char *had;	/* who has it now; NULL.  Raised: not again */
	enum tier tier;
	bool large;		/* a large amount is open */
	const char *language;	/* of the customer; NULL */
	int level;
	int64_t now;
};

/* open[i]: open tasks of config->users[i].  NULL: nobody at all. */
const struct config_user *assign_user(const struct config *config,
    const struct assign_case *c, const int64_t *open);

/* What they read and where they work, with the company's where they say
 * nothing. */
const char *assign_language(const struct config_user *u,
    const struct config_company *company);
const struct zone *assign_zone(const struct config_user *u,
    const struct config_company *company);
const struct calendar *assign_calendar(const struct config_user *u,
    const struct config_company *company);

#endif
