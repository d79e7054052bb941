/* urgency.h - the order of work: what is grave first, then money by urgency
 * (core/weight.h), what is past its hour before what is not.  One comparison
 * for lists of tasks and digests.  Pure. */
#ifndef DUNLIN_ESCALATE_URGENCY_H
#define DUNLIN_ESCALATE_URGENCY_H

#include "core/money.h"
#include "render/locale.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct urgency {
	int severity;
	int64_t id;
	const struct money *owed;	/* that is past due, per currency */
	size_t n_owed;
	int32_t days;			/* since the oldest of it was due */
	bool late;			/* the task is past its hour */
	int64_t weight;			/* set by urgency_weigh */
};

void urgency_weigh(struct urgency *u);
/* Below nought: a goes first. */
int urgency_compare(const struct urgency *a, const struct urgency *b);

/* Why it stands there, in a line: "GBP 100.50 past due for 5 days; the task
 * is late".  NULL: there is nothing to say. */
char *urgency_why(void *owner, const struct urgency *u,
    const struct locale *l);

#endif
