#include "followup/ical_parts.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"

#include <string.h>

/* What the parser would spend much on is refused before it is parsed. */
static int
check_bytes(const char *bytes, size_t n, struct err *err)
{
	const char *p = bytes, *end = bytes + n, *eol;
	size_t lines = 0, components = 0;

	if (n > ICAL_BYTES_MAX)
		return err_set(err, ERR_PERM, "larger than %d KiB",
		    ICAL_BYTES_MAX / 1024);
	if (memchr(bytes, '\0', n) != NULL || !text_is_utf8(bytes, n))
		return err_set(err, ERR_PERM, "it is no UTF-8 text");
	for (; p < end; p = eol + 1) {
		eol = memchr(p, '\n', (size_t)(end - p));
		if (eol == NULL)
			eol = end;
		lines++;
		if (eol - p > 6 && text_starts(p, "BEGIN:"))
			components++;
		if (eol == end)
			break;
	}
	if (lines > ICAL_LINES_MAX || components > ICAL_COMPONENTS_MAX)
		return err_set(err, ERR_PERM, "more than %d lines or %d "
		    "components", ICAL_LINES_MAX, ICAL_COMPONENTS_MAX);
	return 0;
}

icalcomponent *
ical_parse(void *tmp, const char *bytes, size_t n, struct err *err)
{
	icalcomponent *c;

	ical_begin();
	if (check_bytes(bytes, n, err) < 0)
		return NULL;
	c = icalparser_parse_string(mem_strn(tmp, bytes, n));
	if (c == NULL || icalcomponent_isa(c) != ICAL_VCALENDAR_COMPONENT) {
		if (c != NULL)
			icalcomponent_free(c);
		err_set(err, ERR_PERM, "it is no iCalendar object");
		return NULL;
	}
	return c;
}

static bool
is_override(icalcomponent *c)
{
	return icalcomponent_get_first_property(c,
	    ICAL_RECURRENCEID_PROPERTY) != NULL;
}

icalcomponent *
ical_main(icalcomponent *cal, bool *ret_more, struct err *err)
{
	icalcomponent *c, *found = NULL;
	icalcomponent_kind kind;

	*ret_more = false;
	for (c = icalcomponent_get_first_component(cal, ICAL_ANY_COMPONENT);
	    c != NULL; c = icalcomponent_get_next_component(cal,
	    ICAL_ANY_COMPONENT)) {
		kind = icalcomponent_isa(c);
		if (kind != ICAL_VEVENT_COMPONENT &&
		    kind != ICAL_VTODO_COMPONENT)
			continue;
		if (is_override(c) || found != NULL)
			*ret_more = true;
		else
			found = c;
	}
	if (found == NULL || icalcomponent_get_uid(found) == NULL) {
		err_set(err, ERR_PERM, "there is no event or to-do with a "
		    "UID in it");
		return NULL;
	}
	return found;
}

static const char *
tzid(icalproperty *p)
{
	icalparameter *t = icalproperty_get_first_parameter(p,
	    ICAL_TZID_PARAMETER);

	return t == NULL ? NULL : icalparameter_get_tzid(t);
}

/* "/example.org/2026/Europe/Berlin" names Europe/Berlin as well. */
static const struct zone *
find_zone(const char *name, const struct zone *home)
{
	const struct zone *z;

	while (name != NULL && *name != '\0') {
		if (strlen(name) < 64 && zone_open(name, &z, NULL) == 0)
			return z;
		name = strchr(name, '/');
		if (name != NULL)
			name++;
	}
	return home;
}

static bool
sane(struct icaltimetype t)
{
	return t.year >= 1970 && t.year < 2200 && date_is_valid(t.year,
	    t.month, t.day) && t.hour >= 0 && t.hour < 25 && t.minute >= 0 &&
	    t.minute < 60 && t.second >= 0 && t.second < 61;
}

static void
when(icalproperty *p, struct icaltimetype t, const struct zone *home,
    int32_t *ret_day, int64_t *ret_at)
{
	int32_t day, second;

	if (icaltime_is_null_time(t) || !sane(t))
		return;
	day = date_make(t.year, t.month, t.day);
	if (t.is_date) {
		*ret_day = day;
		return;
	}
	second = t.hour * 3600 + t.minute * 60 + t.second;
	if (second > 86399)
		second = 86399;
	if (icaltime_is_utc(t))
		*ret_at = (int64_t)day * 86400 + second;
	else
		*ret_at = zone_instant(find_zone(tzid(p), home), day, second);
}

/* DUE, or DTSTART with DURATION. */
static void
due_of(icalcomponent *c, const struct zone *home, struct ical_seen *s)
{
	icalproperty *p = icalcomponent_get_first_property(c,
	    ICAL_DUE_PROPERTY), *d;
	int64_t plus;

	if (p != NULL) {
		when(p, icalproperty_get_due(p), home, &s->day, &s->due);
		return;
	}
	p = icalcomponent_get_first_property(c, ICAL_DTSTART_PROPERTY);
	d = icalcomponent_get_first_property(c, ICAL_DURATION_PROPERTY);
	if (p == NULL || d == NULL)
		return;
	plus = icaldurationtype_as_int(icalproperty_get_duration(d));
	when(p, icalproperty_get_dtstart(p), home, &s->day, &s->due);
	if (plus > 0 && plus < 400 * 86400LL && s->due != CLOCK_NONE)
		s->due += plus;
	else if (plus > 0 && plus < 400 * 86400LL && s->day != DATE_NONE)
		s->day += (int32_t)(plus / 86400);
}

static enum entry_status
status_of(icalcomponent *c, struct ical_seen *s)
{
	icalproperty *p = icalcomponent_get_first_property(c,
	    ICAL_PERCENTCOMPLETE_PROPERTY);
	bool done = icalcomponent_get_first_property(c,
	    ICAL_COMPLETED_PROPERTY) != NULL;
	bool todo = s->form == ENTRY_TODO;

	s->percent = p == NULL ? 0 : icalproperty_get_percentcomplete(p);
	p = icalcomponent_get_first_property(c, ICAL_STATUS_PROPERTY);
	switch (p == NULL ? ICAL_STATUS_NONE : icalproperty_get_status(p)) {
	case ICAL_STATUS_COMPLETED:
		return ENTRY_COMPLETED;
	case ICAL_STATUS_CANCELLED:
		return ENTRY_CANCELLED;
	case ICAL_STATUS_INPROCESS:
		return ENTRY_IN_PROCESS;
	case ICAL_STATUS_NEEDSACTION:
		return ENTRY_NEEDS_ACTION;
	default:
		if (todo && (done || s->percent == 100))
			return ENTRY_COMPLETED;
		return todo ? ENTRY_NEEDS_ACTION : ENTRY_CONFIRMED;
	}
}

static void
look(void *owner, icalcomponent *c, const struct zone *home,
    struct ical_seen *s)
{
	icalproperty *p;

	s->form = icalcomponent_isa(c) == ICAL_VTODO_COMPONENT ? ENTRY_TODO :
	    ENTRY_DAY;
	s->uid = mem_str(owner, icalcomponent_get_uid(c));
	p = icalcomponent_get_first_property(c, ICAL_SUMMARY_PROPERTY);
	s->summary = p == NULL ? NULL : mem_str(owner,
	    icalproperty_get_summary(p));
	p = icalcomponent_get_first_property(c, ICAL_DESCRIPTION_PROPERTY);
	s->description = p == NULL ? NULL : mem_str(owner,
	    icalproperty_get_description(p));
	p = icalcomponent_get_first_property(c, ICAL_SEQUENCE_PROPERTY);
	s->sequence = p == NULL ? 0 : icalproperty_get_sequence(p);
	p = ical_rev(c);
	s->rev = p == NULL ? NULL : mem_str(owner, icalproperty_get_x(p));
	s->status = status_of(c, s);
	s->day = DATE_NONE;
	s->due = CLOCK_NONE;
	p = icalcomponent_get_first_property(c, ICAL_DTSTART_PROPERTY);
	if (s->form == ENTRY_TODO)
		due_of(c, home, s);
	else if (p != NULL)
		when(p, icalproperty_get_dtstart(p), home, &s->day, &s->due);
	s->recurs |= icalcomponent_get_first_property(c,
	    ICAL_RRULE_PROPERTY) != NULL || icalcomponent_get_first_property(
	    c, ICAL_RDATE_PROPERTY) != NULL;
}

int
ical_read(void *owner, const char *bytes, size_t n, const struct zone *home,
    struct ical_seen **ret_seen, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	icalcomponent *cal = ical_parse(tmp, bytes, n, err), *c;
	struct ical_seen *s;
	bool more;

	if (cal == NULL)
		return -1;
	c = ical_main(cal, &more, err);
	if (c == NULL) {
		icalcomponent_free(cal);
		return -1;
	}
	s = mem_new(owner, struct ical_seen);
	s->recurs = more;
	look(s, c, home, s);
	icalcomponent_free(cal);
	*ret_seen = s;
	return 0;
}
