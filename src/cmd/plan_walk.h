/* plan_walk.h - the plan of a company's accounts, one after the other, as the
 * planner would make it: for the commands plan, why and arm. */
#ifndef DUNLIN_CMD_PLAN_WALK_H
#define DUNLIN_CMD_PLAN_WALK_H

#include "cmd/cmd.h"
#include "plan/plan.h"

struct plan_walk {
	struct cmd *c;
	const struct config_company *company;
	int64_t company_id;
	/* As if the company were armed and not stopped: what would go. */
	bool as_if_armed;
	bool armed, stopped;		/* as it is */
	int64_t now;			/* c->now, or the start of --on */
};

/* The company of the command; on DATE_NONE: now. */
int plan_walk_begin(struct cmd *c, int32_t on, struct plan_walk *ret,
    struct err *err);

/* account_id 0: all.  fn returns 0 to go on; trail may be NULL, and is for
 * one account. */
typedef int plan_walk_fn(const struct plan_walk *w, const struct facts *f,
    const struct plan *plan, void *arg);
int plan_walk(const struct plan_walk *w, int64_t account_id,
    struct plan_trail *trail, plan_walk_fn *fn, void *arg, struct err *err);

/* What the message would ask for: one amount for each currency, credits
 * deducted, as "USD 1,234.56, EUR 7.00". */
char *plan_walk_amounts(void *owner, const struct facts *f, int64_t now,
    const char *language);

/* Minor units into sums, a currency each. */
struct plan_sum {
	struct money *of;
	size_t n;
};
void plan_sum_add(void *owner, struct plan_sum *s, const char *cur,
    int64_t minor);
char *plan_sum_text(void *owner, const struct plan_sum *s,
    const char *language);
void plan_walk_sum(void *owner, const struct facts *f, int64_t now,
    struct plan_sum *s);

/* "2026-11-27 09:00" in the debtor's zone (the company's if unknown). */
const char *plan_walk_time(const struct facts *f, int64_t t, char buf[32]);

#endif
