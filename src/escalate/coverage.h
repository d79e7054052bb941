/* coverage.h - the working-day calendars that a company uses, and which of
 * them end soon: outside their data only weekends are known. */
#ifndef DUNLIN_ESCALATE_COVERAGE_H
#define DUNLIN_ESCALATE_COVERAGE_H

#include "config/config.h"
#include "store/db.h"

struct coverage {
	const char *calendar;	/* "CN", or its own name */
	const char *user;	/* whose it is; NULL: the company's or of */
	int64_t customers;	/* so many customers */
	int32_t last;		/* DATE_NONE: there are no data */
	int32_t left;		/* days; below 0: they are over */
};

/* Those that end within CALENDAR_WARN_DAYS of now.  db NULL: without those of
 * customers, as where the company is not in it yet. */
int coverage_ending(void *owner, const struct config *config,
    const struct config_company *company, struct db *db, int64_t now,
    struct coverage **ret_list, size_t *ret_n, struct err *err);

#endif
