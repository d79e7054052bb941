/* check.h - the referee of a rehearsal: finds what a message did wrong.
 *
 * It knows the account as it truly was (world.h) and the messages that went
 * out, and nothing of how they were decided: it shares no code with plan/,
 * and works out amounts, days, gaps and caps anew.  What it takes over are
 * tables: the policy's own numbers, the law's hours and caps (rulepacks.def),
 * the days off (calendar.h) and which hold stops a reminder (holds.def). */
#ifndef DUNLIN_REHEARSE_CHECK_H
#define DUNLIN_REHEARSE_CHECK_H

#include "rehearse/engine.h"

enum violation {
#define VIOLATION(NAME, word, en, zh) VIOLATION_##NAME,
#include "rehearse/violations.def"
#undef VIOLATION
	VIOLATION_COUNT
};

const char *violation_name(enum violation v);
const char *violation_text(enum violation v, const char *language);

/* what: the facts in a few English words. */
typedef void check_found_fn(void *arg, enum violation v, const char *what);

struct check {
	const struct policy *policy;
	const struct fact_company *company;
	check_found_fn *found;
	void *arg;
};

/* Judges the last of the n messages. */
void check_message(const struct check *c, const struct re_account *a,
    const struct re_message *log, size_t n);

/* Judges a decision: who owes must have a next step. */
void check_plan(const struct check *c, const struct re_account *a,
    const struct plan *p, int64_t now);

#endif
