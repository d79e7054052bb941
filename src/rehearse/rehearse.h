/* rehearse.h - a rehearsal of one policy over the accounts of a company. */
#ifndef DUNLIN_REHEARSE_REHEARSE_H
#define DUNLIN_REHEARSE_REHEARSE_H

#include "config/config.h"
#include "rehearse/load.h"
#include "rehearse/report.h"

struct rehearsal {
	struct db *db;			/* a copy that nobody writes to */
	const struct config_company *company;
	int32_t from, to;
	struct load_options load;
	int64_t account_id;		/* 0: all */
	bool debtors;			/* simulated ones pay and answer */
	uint64_t seed;
	const struct re_planner *planner;	/* NULL: the real one */
	/* May be NULL: accounts done and in all. */
	void (*progress)(int64_t done, int64_t all, void *arg);
	void *progress_arg;
};

int rehearse(void *owner, const struct rehearsal *x,
    const struct policy *policy, struct report **ret_report,
    struct err *err);

#endif
