/* companies.h - the rows of companies and users that the configuration
 * names, kept in step with it. */
#ifndef DUNLIN_STORE_COMPANIES_H
#define DUNLIN_STORE_COMPANIES_H

#include "config/config.h"
#include "store/db.h"

#include <stdbool.h>

/* Adds rows for new companies (observing) and users; never deletes. Its own
 * transaction; writes nothing when nothing changed. */
int companies_sync(struct db *db, const struct config *c, int64_t now,
    struct err *err);

struct company_row {
	int64_t id;
	bool armed, stopped;
	int64_t armed_at, intake_at;
};
int companies_get(struct db *db, const char *code, struct company_row *ret,
    struct err *err);

/* Inside store_tx; write an event.  No account is touched: the planner wakes
 * those that were held, a slice at a time, and begins anew where it was
 * killed in between. */
int companies_arm(struct db *db, int64_t company_id, int64_t now,
    const char *actor, struct err *err);
int companies_stop(struct db *db, int64_t company_id, bool stopped,
    int64_t now, const char *actor, struct err *err);

#endif
