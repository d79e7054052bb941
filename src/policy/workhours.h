/* workhours.h - when our own people work: on the working days of a calendar,
 * from 9 to 12 and from 13 to 18 in their zone.  What they are to do is due in
 * these hours.  Pure. */
#ifndef DUNLIN_POLICY_WORKHOURS_H
#define DUNLIN_POLICY_WORKHOURS_H

#include "core/zone.h"
#include "policy/calendar.h"

#include <stdint.h>

#define WORKHOURS_DAY 8		/* hours of a working day */

/* at itself from 9 to 18 on a working day, else the next morning of one. */
int64_t workhours_next(const struct calendar *c, const struct zone *z,
    int64_t at);
/* So many working hours after at. */
int64_t workhours_add(const struct calendar *c, const struct zone *z,
    int64_t at, int hours);

#endif
