/* tiering.h - the tier of a customer follows from what it does, and people
 * are told when that gets worse.  Looked at whenever the account is planned:
 * when something about it has changed. */
#ifndef DUNLIN_TRACK_TIERING_H
#define DUNLIN_TRACK_TIERING_H

#include "config/config.h"
#include "policy/behave.h"
#include "store/db.h"

#define WORSENING_TASK "worsening"

struct tiering {
	int64_t party_id;
	enum tier tier;		/* the one that it has */
	struct behave is;	/* as of today; is.tier: the one it gets */
};

/* Reads only. */
int tiering_look(struct db *db, const struct config_company *company,
    int64_t account_id, int64_t now, struct tiering *ret, struct err *err);

/* Inside store_tx, before the account is planned. */
int tiering_step(struct db *db, const struct config_company *company,
    int64_t company_id, int64_t account_id, int64_t now, struct err *err);

#endif
