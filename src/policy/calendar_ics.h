/* calendar_ics.h - holidays of other sources: an iCalendar file of all-day
 * events, of the country that names it (FR.ics), or of none.  A summary with
 * 班, "workday" or "working day" in it is a make-up workday, every other a day
 * off.  The years of its first and last day are what it covers; rules of
 * recurrence are refused, as nobody could say how far they are meant.  At most
 * 60000 lines, 5000 days and 60 days of one event. */
#ifndef DUNLIN_POLICY_CALENDAR_ICS_H
#define DUNLIN_POLICY_CALENDAR_ICS_H

#include "base/err.h"

/* The same in the form of calendar_parse.  Mistakes as "NAME:LINE: ...". */
int calendar_from_ics(void *owner, const char *name, const char *text,
    char **ret_csv, struct err *err);

#endif
