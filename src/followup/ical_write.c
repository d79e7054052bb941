#include "followup/ical_parts.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"

#include <stdlib.h>
#include <string.h>

#define FOLD 75	/* octets */
#define PRODID "-//Dunlin//Dunlin//EN"

void
ical_begin(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	icalerror_set_errors_are_fatal(0);
	icaltimezone_set_builtin_tzdata(1);
}

static struct icaltimetype
utc(int64_t t)
{
	return icaltime_from_timet_with_zone((time_t)t, 0,
	    icaltimezone_get_utc_timezone());
}

static struct icaltimetype
all_day(int32_t day)
{
	struct icaltimetype t = icaltime_null_date();

	date_split(day, &t.year, &t.month, &t.day);
	t.is_date = 1;
	return t;
}

/* Wall clock of an instant, without libical's idea of the zone. */
static struct icaltimetype
wall(const struct zone *z, int64_t at)
{
	struct icaltimetype t = icaltime_null_time();
	int32_t second, day = zone_day(z, at, &second);

	date_split(day, &t.year, &t.month, &t.day);
	t.hour = second / 3600;
	t.minute = second / 60 % 60;
	t.second = second % 60;
	return t;
}

/* A wall time that an autumn change repeats is ambiguous; the second of the
 * two is written in UTC. */
static icalproperty *
due(const struct entry *e)
{
	int32_t second, day = zone_day(e->zone, e->due, &second);
	icalproperty *p;

	if (zone_instant(e->zone, day, second) != e->due)
		return icalproperty_new_due(utc(e->due));
	p = icalproperty_new_due(wall(e->zone, e->due));
	icalproperty_add_parameter(p, icalparameter_new_tzid(
	    zone_name(e->zone)));
	return p;
}

const icalproperty_kind ical_ours[] = {
	ICAL_UID_PROPERTY, ICAL_SEQUENCE_PROPERTY, ICAL_DTSTAMP_PROPERTY,
	ICAL_CREATED_PROPERTY, ICAL_LASTMODIFIED_PROPERTY,
	ICAL_SUMMARY_PROPERTY, ICAL_DESCRIPTION_PROPERTY,
	ICAL_CLASS_PROPERTY, ICAL_STATUS_PROPERTY, ICAL_DTSTART_PROPERTY,
	ICAL_DTEND_PROPERTY, ICAL_DURATION_PROPERTY, ICAL_DUE_PROPERTY,
	ICAL_TRANSP_PROPERTY, ICAL_PRIORITY_PROPERTY,
	ICAL_PERCENTCOMPLETE_PROPERTY, ICAL_COMPLETED_PROPERTY,
	ICAL_CATEGORIES_PROPERTY, ICAL_RRULE_PROPERTY, ICAL_RDATE_PROPERTY,
	ICAL_EXDATE_PROPERTY, ICAL_ATTENDEE_PROPERTY,
	ICAL_ORGANIZER_PROPERTY, ICAL_NO_PROPERTY
};

static const icalproperty_status statuses[] = {
	[ENTRY_CONFIRMED] = ICAL_STATUS_CONFIRMED,
	[ENTRY_NEEDS_ACTION] = ICAL_STATUS_NEEDSACTION,
	[ENTRY_IN_PROCESS] = ICAL_STATUS_INPROCESS,
	[ENTRY_COMPLETED] = ICAL_STATUS_COMPLETED,
	[ENTRY_CANCELLED] = ICAL_STATUS_CANCELLED,
};

#define add(c, p) icalcomponent_add_property(c, p)

char *
ical_clean(void *tmp, const char *s, bool one_line)
{
	char *copy = mem_str(tmp, s), *out = copy;
	unsigned char ch;

	for (; (ch = (unsigned char)*s) != '\0'; s++)
		if (ch == '\n' || ch == '\t')
			*out++ = one_line ? ' ' : (char)ch;
		else if (ch >= 0x20 && ch != 0x7f)
			*out++ = (char)ch;
	*out = '\0';
	return copy;
}

static void
put_categories(icalcomponent *c, const struct entry *e)
{
	if (e->category == NULL)
		return;
	add(c, icalproperty_new_categories("Dunlin"));
	add(c, icalproperty_new_categories(e->category));
}

static void
put_when(icalcomponent *c, const struct entry *e)
{
	if (e->form == ENTRY_DAY) {
		add(c, icalproperty_new_dtstart(all_day(e->day)));
		add(c, icalproperty_new_dtend(all_day(e->day + 1)));
		add(c, icalproperty_new_transp(ICAL_TRANSP_TRANSPARENT));
		return;
	}
	add(c, due(e));
	if (e->priority != 0)
		add(c, icalproperty_new_priority(e->priority));
	add(c, icalproperty_new_percentcomplete(
	    e->status == ENTRY_COMPLETED ? 100 : 0));
	if (e->completed != CLOCK_NONE)
		add(c, icalproperty_new_completed(utc(e->completed)));
}

icalproperty *
ical_rev(icalcomponent *c)
{
	icalproperty *p;

	for (p = icalcomponent_get_first_property(c, ICAL_X_PROPERTY);
	    p != NULL; p = icalcomponent_get_next_property(c,
	    ICAL_X_PROPERTY))
		if (strcmp(icalproperty_get_x_name(p), ICAL_REV) == 0)
			return p;
	return NULL;
}

static void
put_rev(icalcomponent *c, const char *rev)
{
	icalproperty *p = icalproperty_new_x(rev);

	icalproperty_set_x_name(p, ICAL_REV);
	add(c, p);
}

/* Every property that is ours; dtstamp: instant. */
static void
put(icalcomponent *c, const struct entry *e, int64_t dtstamp)
{
	MEM_AUTO void *tmp = talloc_new(NULL);

	add(c, icalproperty_new_uid(e->uid));
	add(c, icalproperty_new_sequence(e->sequence));
	add(c, icalproperty_new_dtstamp(utc(dtstamp)));
	add(c, icalproperty_new_created(utc(e->created)));
	add(c, icalproperty_new_lastmodified(utc(e->modified)));
	add(c, icalproperty_new_summary(ical_clean(tmp, e->summary, true)));
	if (e->description != NULL && *e->description != '\0')
		add(c, icalproperty_new_description(ical_clean(tmp,
		    e->description, false)));
	if (e->confidential)
		add(c, icalproperty_new_class(ICAL_CLASS_CONFIDENTIAL));
	add(c, icalproperty_new_status(statuses[e->status]));
	put_when(c, e);
	put_categories(c, e);
	if (e->rev != NULL)
		put_rev(c, e->rev);
}

/* Before the start of a day, before the end of a to-do's time. */
static void
put_alarms(icalcomponent *c, const struct entry *e)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct icaltriggertype trigger = { 0 };
	icalcomponent *alarm;
	icalproperty *p;
	size_t i;

	for (i = 0; i < e->n_alarms; i++) {
		alarm = icalcomponent_new(ICAL_VALARM_COMPONENT);
		trigger.time = icaltime_null_time();
		trigger.duration = icaldurationtype_from_int(
		    -e->alarms[i] * 60);
		add(alarm, icalproperty_new_action(ICAL_ACTION_DISPLAY));
		add(alarm, icalproperty_new_description(ical_clean(tmp,
		    e->summary, true)));
		p = icalproperty_new_trigger(trigger);
		if (e->form == ENTRY_TODO)
			icalproperty_add_parameter(p,
			    icalparameter_new_related(ICAL_RELATED_END));
		add(alarm, p);
		icalcomponent_add_component(c, alarm);
	}
}

static icalcomponent *
component(const struct entry *e, int64_t dtstamp)
{
	icalcomponent *c = icalcomponent_new(e->form == ENTRY_DAY ?
	    ICAL_VEVENT_COMPONENT : ICAL_VTODO_COMPONENT);

	put(c, e, dtstamp);
	put_alarms(c, e);
	return c;
}

/* One line, folded at 75 octets between characters. */
static void
fold(struct text *t, const char *line, size_t n)
{
	size_t take, room = FOLD;

	while (n > room) {
		take = room;
		while (take > 1 && ((unsigned char)line[take] & 0xc0) == 0x80)
			take--;
		text_addn(t, line, take);
		text_add(t, "\r\n ");
		line += take;
		n -= take;
		room = FOLD - 1;
	}
	text_addn(t, line, n);
	text_add(t, "\r\n");
}

/* libical folds a line that is just full between its CR and LF, so all is
 * unfolded and folded anew. */
char *
ical_text(void *owner, icalcomponent *c)
{
	struct text *flat = text_new(owner), *t = text_new(owner);
	char *raw = icalcomponent_as_ical_string_r(c), *s;
	const char *p, *eol;

	for (p = raw; *p != '\0'; p++)
		if (strncmp(p, "\r\n ", 3) == 0)
			p += 2;
		else
			text_addc(flat, *p);
	free(raw);
	for (p = text_str(flat); *p != '\0'; p = eol + 2) {
		eol = strstr(p, "\r\n");
		if (eol == NULL)
			eol = p + strlen(p);
		fold(t, p, (size_t)(eol - p));
		if (*eol == '\0')
			break;
	}
	s = mem_strn(owner, text_str(t), text_len(t));
	talloc_free(flat);
	talloc_free(t);
	return s;
}

/* One VTIMEZONE for each zone that is named. */
static void
put_zones(icalcomponent *cal, const struct entry *entries, size_t n)
{
	size_t i, k;
	int64_t from, to;

	for (i = 0; i < n; i++) {
		if (entries[i].form != ENTRY_TODO)
			continue;
		for (k = 0; k < i; k++)
			if (entries[k].form == ENTRY_TODO &&
			    entries[k].zone == entries[i].zone)
				break;
		if (k < i)
			continue;
		from = to = entries[i].due;
		for (k = i + 1; k < n; k++) {
			if (entries[k].form != ENTRY_TODO ||
			    entries[k].zone != entries[i].zone)
				continue;
			from = entries[k].due < from ? entries[k].due : from;
			to = entries[k].due > to ? entries[k].due : to;
		}
		icalcomponent_add_component(cal, ical_zone(entries[i].zone,
		    from, to));
	}
}

static void
put_feed(icalcomponent *cal, const struct ical_stream *s)
{
	icalproperty *p;
	char wait[16];

	if (s->method != NULL)
		add(cal, icalproperty_new_method(
		    icalproperty_string_to_method(s->method)));
	if (s->name != NULL) {
		add(cal, icalproperty_new_name(s->name));
		p = icalproperty_new_x(s->name);
		icalproperty_set_x_name(p, "X-WR-CALNAME");
		add(cal, p);
	}
	if (s->refresh == 0)
		return;
	snprintf(wait, sizeof(wait), "PT%dM", s->refresh);
	p = icalproperty_new_refreshinterval(
	    icaldurationtype_from_int(s->refresh * 60));
	icalproperty_set_parameter_from_string(p, "VALUE", "DURATION");
	add(cal, p);
	p = icalproperty_new_x(wait);
	icalproperty_set_x_name(p, "X-PUBLISHED-TTL");
	add(cal, p);
}

char *
ical_write(void *owner, const struct ical_stream *s,
    const struct entry *entries, size_t n)
{
	icalcomponent *cal;
	char *text;
	size_t i;

	ical_begin();
	cal = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);
	add(cal, icalproperty_new_version("2.0"));
	add(cal, icalproperty_new_prodid(PRODID));
	put_feed(cal, s);
	put_zones(cal, entries, n);
	for (i = 0; i < n; i++)
		icalcomponent_add_component(cal, component(&entries[i],
		    s->now != 0 ? s->now : entries[i].modified));
	text = ical_text(owner, cal);
	icalcomponent_free(cal);
	return text;
}
