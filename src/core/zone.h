/* zone.h - IANA time zones (ICU), as tables that answer fast.
 *
 * Zones are opened once and live until the process ends; zone_open of the
 * same name gives the same pointer. */
#ifndef DUNLIN_CORE_ZONE_H
#define DUNLIN_CORE_ZONE_H

#include "base/err.h"

#include <stdint.h>

struct zone;

/* ERR_CONFIG when name is not an IANA zone ("Asia/Shanghai"). */
int zone_open(const char *name, const struct zone **ret_zone,
    struct err *err);
const char *zone_name(const struct zone *z);

/* Seconds east of UTC at instant t.  Exact for 1970..2100. */
int32_t zone_offset(const struct zone *z, int64_t t);

/* Civil day and second of the day (0..86399) at instant t. */
int32_t zone_day(const struct zone *z, int64_t t, int32_t *ret_second);

/* The instant of a wall clock time: a time that a spring change skips means
 * the moment after the gap, one that an autumn change repeats means the
 * first. */
int64_t zone_instant(const struct zone *z, int32_t day, int32_t second);

#endif
