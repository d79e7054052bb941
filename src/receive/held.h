/* held.h - whose mail it is that waits for a person because it is too large
 * or kills whoever reads it: its header alone tells, in the confined child
 * again.  The reminders of that account wait with it. */
#ifndef DUNLIN_RECEIVE_HELD_H
#define DUNLIN_RECEIVE_HELD_H

#include "receive/batch.h"

#define HELD_HEADER (64 * 1024)		/* bytes of a header that are read */

/* 1: looked at one; 0: there is none.  Each is tried once. */
int held_look(struct batch *b, struct err *err);

#endif
