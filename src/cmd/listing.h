/* listing.h - what a command that lists prints: an array with --json, else a
 * table, else a line that says that there is nothing. */
#ifndef DUNLIN_CMD_LISTING_H
#define DUNLIN_CMD_LISTING_H

#include "cmd/cmd.h"
#include "cmd/table.h"
#include "core/zone.h"

#include <jansson.h>
#include <stddef.h>

struct listing {
	void *owner;
	const char *language;
	const struct zone *zone;
	struct table *table;
	json_t *array;		/* --json */
	size_t n;
};

/* r: of the query that has filled it.  The exit code, or -1 where r < 0;
 * gives the array back. */
int listing_end(const struct cmd *c, struct listing *l, int r,
    const char *none);

#endif
