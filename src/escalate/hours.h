/* hours.h - working hours of people: 09:00 to 12:00 and 13:00 to 18:00 of
 * working days, where they are.  Pure. */
#ifndef DUNLIN_ESCALATE_HOURS_H
#define DUNLIN_ESCALATE_HOURS_H

#include "core/zone.h"
#include "policy/calendar.h"

#include <stdint.h>

/* The instant at which so many working hours (0 to 1000) have passed since
 * from. */
int64_t hours_after(const struct calendar *c, const struct zone *z,
    int64_t from, int hours);

#endif
