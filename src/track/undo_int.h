/* undo_int.h - what the files of track/undo*.c share. */
#ifndef DUNLIN_TRACK_UNDO_INT_H
#define DUNLIN_TRACK_UNDO_INT_H

#include "store/events.h"
#include "track/undo.h"

#include <jansson.h>

struct undo {
	struct db *db;
	int64_t event_id, now;
	const char *actor;
	struct event_found *e;
	json_t *payload;
	int64_t inbox_id;	/* of the reply that it came from; 0: none */
};

static inline int64_t
undo_number(const struct undo *u, const char *name)
{
	return json_integer_value(json_object_get(u->payload, name));
}

/* Takes back what u->e tells of.  ERR_PERM: it does not stand any more, or
 * time did it. */
typedef int undo_fn(struct undo *u, struct err *err);

/* A whole reply, a command about a task (undo.c), and single acts by the kind of their event; NULL:
 * none is known. */
undo_fn undo_reply, undo_command;
undo_fn *undo_act(const char *kind);

#endif
