/* guarantee.h - the clock of guarantors: a time of its own that nothing
 * interrupts (RULES A35).  People get a task 90 and 30 days before somebody is
 * free, and when it is over; nobody is written to. */
#ifndef DUNLIN_TRACK_GUARANTEE_H
#define DUNLIN_TRACK_GUARANTEE_H

#include "config/config.h"
#include "policy/limitation.h"
#include "store/db.h"
#include "store/guarantors.h"

enum guarantee_state {
	GUARANTEE_NO_END,	/* neither agreed nor by law */
	GUARANTEE_WAITS,	/* to be asked or sued by the last day */
	GUARANTEE_ASKED,	/* it was, in time */
	GUARANTEE_FREE
};
/* Of one item, on a day.  ret_last: the last day. */
enum guarantee_state guarantee_judge(const struct limitation_pack *p,
    const struct guaranteed *g, int32_t today, int32_t *ret_last);

/* Once a day, before limit_step's items: tells people of what comes near. */
int guarantee_step(struct db *db, const struct config_company *company,
    int64_t company_id, int64_t now, struct err *err);

#endif
