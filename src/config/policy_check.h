/* policy_check.h - what single values cannot tell: whether a policy's parts
 * fit together, and stay within what the rule packs allow. */
#ifndef DUNLIN_CONFIG_POLICY_CHECK_H
#define DUNLIN_CONFIG_POLICY_CHECK_H

#include "config/settings.h"
#include "policy/policy.h"

/* Lines of what was given, for the mistakes; inherited parts have the line
 * of the policy itself. */
struct policy_lines {
	int policy, hours, weekdays, caps, offers;
	int stages[STAGE_COUNT];
	int *steps;		/* like policy.steps */
};

#define POLICY_UNSET INT_MIN	/* of a step's or stage's from and to */

/* Fills what was left out of stages and steps, then reports mistakes. */
void policy_complete(struct reader *r, struct policy *p,
    const struct policy_lines *at);

#endif
