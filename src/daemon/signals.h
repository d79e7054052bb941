/* signals.h - the signals of serve and of roles as flags, and as a pipe that
 * poll(2) can wait for.
 *
 *   SIGTERM, SIGINT  finish the step in hand, then exit 0
 *   SIGHUP           read the configuration again; keep the old one if bad
 *   SIGUSR1          look for work now
 *   SIGPIPE          ignored */
#ifndef DUNLIN_DAEMON_SIGNALS_H
#define DUNLIN_DAEMON_SIGNALS_H

#include "base/err.h"

#include <signal.h>

struct signals {
	volatile sig_atomic_t stop, reload, wake, child;
};

extern struct signals signals;

int signals_init(struct err *err);	/* once, at the start */
int signals_fd(void);			/* readable after a signal */
void signals_drain(void);		/* empties the pipe, not the flags */
void signals_default(void);		/* in a child, before exec */

#endif
