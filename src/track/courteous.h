/* courteous.h - what is said when the ledger catches up: thanks when all that
 * the reminders of an episode named is paid, an apology for a reminder that
 * was wrong.  Each once, by the policy. */
#ifndef DUNLIN_TRACK_COURTEOUS_H
#define DUNLIN_TRACK_COURTEOUS_H

#include "config/config.h"
#include "core/facts.h"
#include "store/db.h"

#define APOLOGY_TASK "apologised"

/* Inside store_tx, before the account is planned. */
int courteous_step(struct db *db, const struct config_company *company,
    const struct fact_company *facts, int64_t account_id, int64_t now,
    struct err *err);

#endif
