/* clock.h - the only place that reads the system's clock.
 *
 * An instant is int64_t seconds since 1970-01-01T00:00:00Z.  One step reads
 * clock_now() once and passes it down.  Tests set the clock:
 *   --now TIME, or DUNLIN_NOW=TIME          a clock that stands still
 *   DUNLIN_CLOCK_FILE=FILE                  first line of FILE, read anew at
 *                                           each call (several processes)
 * TIME is RFC 3339 ("2026-11-21T09:00:00Z" or with an offset). */
#ifndef DUNLIN_BASE_CLOCK_H
#define DUNLIN_BASE_CLOCK_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_TEXT_MAX 32
#define CLOCK_NONE INT64_MIN	/* no instant: NULL in the database */

int64_t clock_now(void);
bool clock_is_fixed(void);	/* --now: it stands still */
bool clock_is_test(void);	/* the clock was set by any of the above */
int clock_set(const char *text, struct err *err);	/* --now */

/* Monotonic milliseconds, for timeouts and progress only. */
int64_t clock_mono_ms(void);
void clock_sleep_ms(int64_t ms);	/* returns early on a signal */

int clock_parse(const char *text, int64_t *ret_t, struct err *err);
/* "2026-11-21T09:00:00Z" into buf[CLOCK_TEXT_MAX]; returns buf. */
char *clock_format(int64_t t, char *buf);

#endif
