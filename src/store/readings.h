/* readings.h - replies whose reading people have corrected. */
#ifndef DUNLIN_STORE_READINGS_H
#define DUNLIN_STORE_READINGS_H

#include "store/db.h"

#include <stddef.h>
#include <stdint.h>

#define READINGS_NAMES 32

struct reading_corrected {
	int64_t inbox_id, received_at;
	const char *meaning;		/* JSON, as it was read; NULL: erased */
	const char *as;			/* what it really said; NULL: not
					 * told, only that it was wrong */
	const char *language, *zone;	/* of the party; NULL: not known */
	/* Of the party and its contacts: what may tell who wrote. */
	const char *names[READINGS_NAMES];
	size_t n_names;
};

/* The last correction of each reply, in the order in which they came in; the
 * struct is valid during the call only.  fn returns 0 to go on. */
int readings_each(struct db *db, int64_t company_id,
    int (*fn)(const struct reading_corrected *r, void *arg), void *arg,
    struct err *err);

#endif
