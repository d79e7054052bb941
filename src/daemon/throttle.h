/* throttle.h - how long to wait before a role is started again.
 *
 * A role that ends by itself in good order (its share of work done) starts
 * again at once; one that fails waits 2 s, doubling to 60 s until it has
 * lived for a minute. */
#ifndef DUNLIN_DAEMON_THROTTLE_H
#define DUNLIN_DAEMON_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

#define THROTTLE_FIRST_MS 2000
#define THROTTLE_MOST_MS 60000

struct throttle {
	int64_t delay_ms;	/* the last delay; 0: none yet */
};

/* lived_ms: from start to end; clean: exit code 0.  Ending in good order
 * within two seconds is taken for a failure: it would spin. */
int64_t throttle_next(struct throttle *t, int64_t lived_ms, bool clean);

#endif
