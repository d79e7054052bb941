/* ical_parts.h - between the files that know libical. */
#ifndef DUNLIN_FOLLOWUP_ICAL_PARTS_H
#define DUNLIN_FOLLOWUP_ICAL_PARTS_H

#include "followup/ical.h"

#include <libical/ical.h>
#include <stdio.h>

/* Errors come back as values; nothing is printed, nothing aborts. */
void ical_begin(void);

icalcomponent *ical_zone(const struct zone *z, int64_t from, int64_t to);

/* The name of entry.rev. */
#define ICAL_REV "X-DUNLIN-REV"
icalproperty *ical_rev(icalcomponent *c);	/* NULL: none */

/* The kinds of properties that are ours; ended by ICAL_NO_PROPERTY. */
extern const icalproperty_kind ical_ours[];

/* Without the characters that iCalendar has no place for; one_line: without
 * line ends as well. */
char *ical_clean(void *tmp, const char *s, bool one_line);

/* Within the limits of ical.h; NULL with err. */
icalcomponent *ical_parse(void *tmp, const char *bytes, size_t n,
    struct err *err);
/* The event or to-do; *ret_more: there are others beside it. */
icalcomponent *ical_main(icalcomponent *cal, bool *ret_more,
    struct err *err);

/* A copy that belongs to owner; libical's is freed. */
char *ical_text(void *owner, icalcomponent *c);

#endif
