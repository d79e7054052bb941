/* ical_zone.c - a VTIMEZONE (RULES D5) for the years around what uses it: one
 * observance per change of the clock, no rules, so that every reader comes to
 * the same instant. */
#include "followup/ical_parts.h"

#include "base/mem.h"

#define YEAR (366 * 86400LL)

static void
offset_name(int32_t offset, char buf[16])
{
	int32_t a = offset < 0 ? -offset : offset;

	if (a % 60 != 0)
		snprintf(buf, 16, "%c%02d%02d%02d", offset < 0 ? '-' : '+',
		    a / 3600, a / 60 % 60, a % 60);
	else
		snprintf(buf, 16, "%c%02d%02d", offset < 0 ? '-' : '+',
		    a / 3600, a / 60 % 60);
}

/* From local time at - from on, to holds. */
static void
observance(icalcomponent *vtz, int64_t at, int32_t from, int32_t to)
{
	icalcomponent *c = icalcomponent_new(to > from ?
	    ICAL_XDAYLIGHT_COMPONENT : ICAL_XSTANDARD_COMPONENT);
	struct icaltimetype t = icaltime_from_timet_with_zone(
	    (time_t)(at + from), 0, NULL);
	char name[16];

	icalcomponent_add_property(c, icalproperty_new_dtstart(t));
	icalcomponent_add_property(c, icalproperty_new_tzoffsetfrom(from));
	icalcomponent_add_property(c, icalproperty_new_tzoffsetto(to));
	offset_name(to, name);
	icalcomponent_add_property(c, icalproperty_new_tzname(name));
	icalcomponent_add_component(vtz, c);
}

/* The first instant after t with another offset, at most to. */
static int64_t
next_change(const struct zone *z, int64_t t, int64_t to)
{
	int32_t offset = zone_offset(z, t);
	int64_t lo, hi, mid;

	for (hi = t; zone_offset(z, hi) == offset; hi += 86400)
		if (hi >= to)
			return to;
	for (lo = hi - 86400; hi - lo > 1; ) {
		mid = lo + (hi - lo) / 2;
		if (zone_offset(z, mid) == offset)
			lo = mid;
		else
			hi = mid;
	}
	return hi;
}

icalcomponent *
ical_zone(const struct zone *z, int64_t from, int64_t to)
{
	icalcomponent *vtz = icalcomponent_new(ICAL_VTIMEZONE_COMPONENT);
	int64_t t = from - YEAR, end = to + YEAR;
	int32_t offset = zone_offset(z, t);

	icalcomponent_add_property(vtz, icalproperty_new_tzid(zone_name(z)));
	observance(vtz, t, offset, offset);
	while ((t = next_change(z, t, end)) < end) {
		observance(vtz, t, offset, zone_offset(z, t));
		offset = zone_offset(z, t);
	}
	return vtz;
}
