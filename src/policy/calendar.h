/* calendar.h - working days: holiday data with stated coverage, of countries,
 * and calendars of our own that have a name (a plant, a team).
 *
 * Data files are CSV, "date,kind,name" with kind off or work (a make-up
 * workday on a weekend) after a head line "# country CN, 2019..2026, source",
 * or "# calendar 2026..2027, source" where they are of no country.  An
 * explicit entry wins, then the weekend rule; outside the coverage weekends
 * only, and calendar_covers() is false (RULES D11, D12).
 *
 * Whose calendar holds where: plan/plan.h (customers), store/desks.h (our own
 * people). */
#ifndef DUNLIN_POLICY_CALENDAR_H
#define DUNLIN_POLICY_CALENDAR_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct calendar;

/* text of file name; the calendar belongs to owner. */
int calendar_parse(void *owner, const char *name, const char *text,
    struct calendar **ret_cal, struct err *err);

/* The embedded or configured calendar of a country, or the one of that name;
 * one with weekends only where there is none.  Never NULL; lives until the
 * process ends. */
const struct calendar *calendar_for(const char *name);

/* A calendar of our own.  What its files say goes before what its country
 * says; coverage is what both cover (one of them, where only one has any). */
struct calendar_spec {
	const char *name;	/* a word that is no country */
	const char *country;	/* NULL: none */
	const char **files;	/* CSV or iCalendar; NULL-ended, or NULL */
	const char *weekend;	/* "fri sat"; NULL: the country's */
};
int calendar_define(const struct calendar_spec *spec, struct err *err);
/* A country, or one that was defined. */
bool calendar_is_known(const char *name);

/* Use file instead of the embedded data for its country; one in iCalendar is
 * named by it (calendar_ics.h). */
int calendar_load(const char *path, struct err *err);

/* "CN", or its own name; "": nobody's. */
const char *calendar_name(const struct calendar *c);
bool calendar_covers(const struct calendar *c, int32_t day);
int32_t calendar_last_covered(const struct calendar *c);	/* DATE_NONE */
bool calendar_is_workday(const struct calendar *c, int32_t day);
#define CALENDAR_WARN_DAYS 60	/* with no more days covered people are told */
int32_t calendar_add_workdays(const struct calendar *c, int32_t day, int n);

#endif
