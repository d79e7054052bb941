/* reports.h - what is owed, promised, recovered, disputed, said; how long it
 * takes; when claims are barred; what is to be expected; what worked.  A meeting place of report and
 * store. */
#ifndef DUNLIN_REPORT_REPORTS_H
#define DUNLIN_REPORT_REPORTS_H

#include "config/config.h"
#include "core/zone.h"
#include "report/grid.h"
#include "store/reports.h"

struct report_job {
	struct db *db;
	struct ask ask;
	const struct config_company *company;
	int64_t account_id;		/* --account; 0: not given */
	const char *by;			/* --by; NULL: not given */
	const char *language;
	const struct zone *zone;	/* the company's */
	struct grid *grid;
};

/* Fills grid: columns, rows, notes. */
typedef int report_fn(struct report_job *j, struct err *err);

#define REPORT(name, fn, value, currency, days, en, zh) report_fn fn;
#include "report/reports.def"
#undef REPORT

#endif
