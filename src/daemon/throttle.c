#include "daemon/throttle.h"

int64_t
throttle_next(struct throttle *t, int64_t lived_ms, bool clean)
{
	if (clean && lived_ms >= THROTTLE_FIRST_MS)
		t->delay_ms = 0;
	else if (t->delay_ms == 0 || lived_ms >= THROTTLE_MOST_MS)
		t->delay_ms = THROTTLE_FIRST_MS;
	else if (t->delay_ms > THROTTLE_MOST_MS / 2)
		t->delay_ms = THROTTLE_MOST_MS;
	else
		t->delay_ms *= 2;
	return t->delay_ms;
}
