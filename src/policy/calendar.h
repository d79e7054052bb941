/* calendar.h - working days per country: holiday data with stated coverage.
 *
 * Data files are CSV, "date,kind,name" with kind off or work (a make-up
 * workday on a weekend) after a head line "# country CN, 2019..2026, source".
 * An explicit entry wins, then the weekend rule; outside the coverage
 * weekends only, and calendar_covers() is false (RULES D11, D12). */
#ifndef DUNLIN_POLICY_CALENDAR_H
#define DUNLIN_POLICY_CALENDAR_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct calendar;

/* text of file name; the calendar belongs to owner. */
int calendar_parse(void *owner, const char *name, const char *text,
    struct calendar **ret_cal, struct err *err);

/* The embedded or configured calendar of a country; one with weekends only
 * where there is none.  Never NULL; lives until the process ends. */
const struct calendar *calendar_for(const char *country);

/* Use file instead of the embedded data for its country; one in iCalendar is
 * named by it (calendar_ics.h). */
int calendar_load(const char *path, struct err *err);

const char *calendar_country(const struct calendar *c);
bool calendar_covers(const struct calendar *c, int32_t day);
int32_t calendar_last_covered(const struct calendar *c);	/* DATE_NONE */
bool calendar_is_workday(const struct calendar *c, int32_t day);
int32_t calendar_add_workdays(const struct calendar *c, int32_t day, int n);

#endif
