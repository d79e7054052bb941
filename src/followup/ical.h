/* ical.h - entries to and from iCalendar (RFC 5545, 5546, 7986).  ical*.c are
 * the only files that know libical.
 *
 * Written: CRLF, folded at 75 octets inside no UTF-8 sequence; days as
 * all-day, transparent VEVENTs; to-dos as VTODOs due in their zone, with a
 * VTIMEZONE that covers it.  Nobody is ever named as an attendee.
 *
 * Read: one resource of a server.  It is bytes of strangers: at most
 * ICAL_BYTES_MAX of them; no rule of recurrence is ever expanded. */
#ifndef DUNLIN_FOLLOWUP_ICAL_H
#define DUNLIN_FOLLOWUP_ICAL_H

#include "base/err.h"
#include "followup/entry.h"

#define ICAL_BYTES_MAX (256 * 1024)
#define ICAL_COMPONENTS_MAX 200
#define ICAL_LINES_MAX 4000

/* A stream of entries.  method: "PUBLISH", or NULL for what is stored on a
 * server (RULES D8); name and minutes (between two looks): of a feed, else
 * NULL and 0.  now: DTSTAMP; 0: when each was changed last. */
struct ical_stream {
	const char *method, *name;
	int refresh;
	int64_t now;
};
char *ical_write(void *owner, const struct ical_stream *s,
    const struct entry *entries, size_t n);

/* What a resource holds, as far as it matters here. */
struct ical_seen {
	enum entry_form form;
	enum entry_status status;
	const char *uid, *summary, *description;	/* NULL: none */
	const char *rev;	/* which of ours it was made from; NULL */
	int sequence;
	int percent;
	int32_t day;		/* DATE_NONE: none, or it has a time */
	int64_t due;		/* CLOCK_NONE: none, or it is a day */
	bool recurs;		/* it has a rule, or changed instances */
};

/* home: for times that name no zone that is known.  ERR_PERM: no iCalendar,
 * or none with one VEVENT or VTODO. */
int ical_read(void *owner, const char *bytes, size_t n,
    const struct zone *home, struct ical_seen **ret_seen, struct err *err);

/* Their object with our content: what is ours is put as own, which ical_write
 * has made, says it; what people added (alarms, notes under our description,
 * other properties) stays.  base: what we put there last; NULL: not known. */
int ical_merge(void *owner, const char *own, const char *base,
    const char *theirs, size_t n_theirs, char **ret_text, struct err *err);

#endif
