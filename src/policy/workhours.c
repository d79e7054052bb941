#include "policy/workhours.h"

#define HOUR 3600
#define MORNING (9 * HOUR)
#define NOON (12 * HOUR)
#define AFTER_NOON (13 * HOUR)
#define EVENING (18 * HOUR)
#define DAYS_MAX 400		/* without a working day: nobody ever works */

int64_t
workhours_next(const struct calendar *c, const struct zone *z, int64_t at)
{
	int32_t second, day = zone_day(z, at, &second), i;

	if (calendar_is_workday(c, day) && second >= MORNING &&
	    second < EVENING)
		return at;
	if (second >= EVENING)
		day++;
	for (i = 0; i < DAYS_MAX && !calendar_is_workday(c, day); i++)
		day++;
	return zone_instant(z, day, MORNING);
}

int64_t
workhours_add(const struct calendar *c, const struct zone *z, int64_t at,
    int hours)
{
	int64_t left = (int64_t)hours * HOUR, rest;
	int32_t second, day, end;

	for (at = workhours_next(c, z, at); left > 0; left -= rest) {
		day = zone_day(z, at, &second);
		if (second >= NOON && second < AFTER_NOON)
			at = zone_instant(z, day, second = AFTER_NOON);
		end = second < NOON ? NOON : EVENING;
		rest = zone_instant(z, day, end) - at;
		if (left <= rest)
			return at + left;
		at = end == NOON ? zone_instant(z, day, AFTER_NOON) :
		    workhours_next(c, z, zone_instant(z, day, EVENING));
	}
	return at;
}
