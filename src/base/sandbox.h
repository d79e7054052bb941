/* sandbox.h - takes from this process, for good, all that a reader of hostile
 * bytes does not need.
 *
 * On Linux a seccomp filter leaves it memory, the pipes it holds, the clock
 * and its end; opening files, sockets, processes, and memory that is made
 * executable give EPERM from then on.  Load what comes from files before. */
#ifndef DUNLIN_BASE_SANDBOX_H
#define DUNLIN_BASE_SANDBOX_H

/* NULL: confined.  Else why not, in words for a log; the process goes on. */
const char *sandbox_enter(void);

#endif
