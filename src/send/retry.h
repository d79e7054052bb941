/* retry.h - when a deferred message is tried again.  Pure. */
#ifndef DUNLIN_SEND_RETRY_H
#define DUNLIN_SEND_RETRY_H

#include <stdbool.h>
#include <stdint.h>

/* The n-th failure (from 1) at now: 5 minutes, doubling up to 6 hours, plus
 * or minus a quarter by jitter (any 32 random bits). */
int64_t retry_at(int n, int64_t now, uint32_t jitter);

/* Deferred since first, now over the limit of days. */
bool retry_is_over(int64_t first, int64_t now, int days);

#endif
