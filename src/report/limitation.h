/* limitation.h - when claims are barred, and by what that was interrupted,
 * with the evidence for it.  A meeting place of report and store. */
#ifndef DUNLIN_REPORT_LIMITATION_H
#define DUNLIN_REPORT_LIMITATION_H

#include "config/config.h"
#include "report/grid.h"
#include "store/db.h"

#include <stdint.h>

struct limitation_ask {
	struct db *db;
	const struct config_company *company;
	int64_t company_id, account_id;	/* account 0: all */
	int32_t today;
};

/* Open items, those that end first before others.  facts NULL: not wanted;
 * else all that might have interrupted each, and whether it did.  Where no
 * rules are known for the company, both stay without rows; 0 says so. */
int limitation_fill(const struct limitation_ask *a, struct grid *items,
    struct grid *facts, struct err *err);

#endif
