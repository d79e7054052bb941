#include "escalate/hours.h"

#include <stddef.h>

#define HOUR 3600
#define DAYS_MOST 400		/* a calendar without working days */

static const struct {
	int32_t from, to;
} spans[] = { { 9 * HOUR, 12 * HOUR }, { 13 * HOUR, 18 * HOUR } };

int64_t
hours_after(const struct calendar *c, const struct zone *z, int64_t from,
    int hours)
{
	int32_t second, day = zone_day(z, from, &second), start, last;
	int64_t left = (int64_t)hours * HOUR;
	size_t i;

	for (last = day + DAYS_MOST; day < last; day++, second = 0) {
		if (!calendar_is_workday(c, day))
			continue;
		for (i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
			start = second > spans[i].from ? second :
			    spans[i].from;
			if (start >= spans[i].to)
				continue;
			if (left <= spans[i].to - start)
				return zone_instant(z, day,
				    start + (int32_t)left);
			left -= spans[i].to - start;
		}
	}
	return from + (int64_t)hours * HOUR;
}
