/* publish.h - all entries of a person or team as one stream: the file of
 * dunlin calendar, and the feed.  A meeting place of followup and store. */
#ifndef DUNLIN_FOLLOWUP_PUBLISH_H
#define DUNLIN_FOLLOWUP_PUBLISH_H

#include "core/zone.h"
#include "store/entries.h"

#include <stdbool.h>
#include <stddef.h>

#define PUBLISH_MAX 20000	/* entries, the earliest first */

struct publish {
	struct entries_of of;
	int64_t account_id;	/* not 0: all of that account, instead */
	const char *language;
	bool details;
	const struct zone *zone;
	const char *name;	/* of the calendar, shown to people */
	int refresh;		/* minutes between two looks; 0: a file */
};

/* METHOD:PUBLISH.  The same entries give the same bytes. */
int publish(void *owner, struct db *db, const struct publish *p,
    char **ret_text, size_t *ret_n, struct err *err);

#endif
