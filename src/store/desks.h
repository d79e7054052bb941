/* desks.h - where and on which days our own people work: the zone of the
 * company, the working-day calendar of the user or else of the company
 * (dunlin.yaml: workdays). */
#ifndef DUNLIN_STORE_DESKS_H
#define DUNLIN_STORE_DESKS_H

#include "core/zone.h"
#include "policy/calendar.h"
#include "store/db.h"

struct desk {
	const struct zone *zone;
	const struct calendar *calendar;
};

/* login NULL: nobody in particular. */
int desks_of(struct db *db, int64_t company_id, const char *login,
    struct desk *ret_desk, struct err *err);

#endif
