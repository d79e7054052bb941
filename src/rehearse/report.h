/* report.h - what a rehearsal counts: messages, silence, open debt, work for
 * people, violations. */
#ifndef DUNLIN_REHEARSE_REPORT_H
#define DUNLIN_REHEARSE_REPORT_H

#include "rehearse/check.h"

#define REPORT_EXAMPLES 5
#define REPORT_CURRENCIES 16
#define REPORT_REASONS 40
#define REPORT_LATE_DAYS 10	/* paid so late: was it named in M1? */
#define REPORT_EARLY_DAYS 7	/* open so long before due: in M0? */

struct report_example {
	const char *account, *what;
	int64_t at;
};

struct report_series {		/* one value for each day */
	char cur[MONEY_CUR_MAX];
	int64_t *open, *overdue;
	int64_t *quiet;		/* overdue, undisputed, in no message yet */
};

struct report_account {
	const char *code;
	int messages;
	int silence;		/* longest, in days */
	int32_t silence_from;
	const char *silence_why;	/* what the plan said then */
};

struct report_share {
	long all, named;
};

struct report {
	const char *policy;
	int32_t from, to;
	int n_days, n_weeks;
	long n_accounts, assumed, plans, items;
	long messages, recipients, offers;
	long stage[STAGE_COUNT], channel[CHANNEL_COUNT];
	const struct policy *steps;	/* names of step[] */
	long *step;			/* by level */
	long (*week)[STAGE_COUNT];
	struct {
		const char *reason;
		long n;
	} task[REPORT_REASONS];
	size_t n_tasks;
	long hold[HOLD_COUNT];	/* times that an account came into it */
	struct report_series series[REPORT_CURRENCIES];
	size_t n_series;
	struct report_account *accounts;
	struct report_share late, early;
	long violations[VIOLATION_COUNT];
	struct report_example example[VIOLATION_COUNT][REPORT_EXAMPLES];
	long contacted;		/* accounts with a message */
	long replies, understood;	/* simulated debtors */
};

struct reporter;
struct reporter *reporter_new(void *owner, const struct policy *policy,
    const struct fact_company *company, int32_t from, int32_t to);
/* The functions that fill it, for the engine. */
struct re_watch reporter_watch(struct reporter *r);
struct report *reporter_report(struct reporter *r);

/* Accounts by longest silence or by messages, most first; at most max. */
size_t report_top(const struct report *r, bool silence, size_t max,
    const struct report_account **ret_list);
long report_violations(const struct report *r);

#endif
