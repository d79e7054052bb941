#include "send/retry.h"

#define FIRST 300
#define LONGEST 21600
#define DAY 86400

int64_t
retry_at(int n, int64_t now, uint32_t jitter)
{
	int64_t wait;
	int i;

	wait = FIRST;
	for (i = 1; i < n && wait < LONGEST; i++)
		wait *= 2;
	if (wait > LONGEST)
		wait = LONGEST;
	/* wait * (0.75 .. 1.25) */
	return now + wait * 3 / 4 + wait / 2 * (int64_t)jitter / UINT32_MAX;
}

bool
retry_is_over(int64_t first, int64_t now, int days)
{
	return now - first >= (int64_t)days * DAY;
}
