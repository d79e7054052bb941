/* outbox_state.h - the state machine of outbox.def.  Pure. */
#ifndef DUNLIN_TRACK_OUTBOX_STATE_H
#define DUNLIN_TRACK_OUTBOX_STATE_H

#include "core/kinds.h"

#include <stdbool.h>

enum outbox_event {
#define OUTBOX_EVENT(NAME, word, text) OUTBOX_EV_##NAME,
#include "track/outbox.def"
#undef OUTBOX_EVENT
	OUTBOX_EV_COUNT
};

const char *outbox_event_name(enum outbox_event ev);
const char *outbox_event_text(enum outbox_event ev);

/* The state that ev leads to from state; false where it is not allowed. */
bool outbox_next(enum outbox_state state, enum outbox_event ev,
    enum outbox_state *ret_next);

/* The event that an outcome of an attempt is. */
enum outbox_event outbox_event_of(enum outcome o);

/* Nothing more happens by itself: accepted, failed, cancelled.  A delivery
 * report may still tell that what was accepted did not arrive. */
bool outbox_is_final(enum outbox_state state);

/* The machine in the language of Graphviz; belongs to owner. */
char *outbox_dot(void *owner);

#endif
