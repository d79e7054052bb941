/* recover.h - after a backup was restored, a record was lost, or the clock
 * jumped: what may have happened meanwhile, and how it is settled.
 *
 * Messages that the record outside the database (highwater.h) knows and the
 * database does not become uncertain: they count as sent and are never sent
 * again.  Where the record cannot tell, every row that was due is taken for
 * uncertain. */
#ifndef DUNLIN_STORE_RECOVER_H
#define DUNLIN_STORE_RECOVER_H

#include "store/db.h"
#include "store/highwater.h"
#include "store/meta.h"

#include <stdbool.h>

struct recover_report {
	enum highwater_state record;
	char record_why[HIGHWATER_WHY_MAX];
	bool clock_ok;
	char clock_why[META_WHY_MAX];
	bool gap;		/* the record does not reach far enough back */
	int64_t lost;		/* messages that only the record knows */
	int64_t strangers;	/* of these: to accounts not in the database */
	int64_t in_flight;	/* rows in sending */
	int64_t due;		/* rows due, and nobody knows: no record, gap */
};

/* Nothing is changed. */
int recover_look(struct db *db, const char *state_file, int64_t now,
    struct recover_report *ret_report, struct err *err);

/* Settles it all; may be run again after an interruption.  nothing_lost: a
 * person says that the database is the newest there was.  The report tells
 * what was done. */
int recover_apply(struct db *db, const char *state_file, bool nothing_lost,
    int64_t now, const char *actor, struct recover_report *ret_report,
    struct err *err);

#endif
