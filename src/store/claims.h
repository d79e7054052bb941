/* claims.h - "we have paid that already": what it names is held while it is
 * matched against what the ledger and people report.  States:
 * track/claim.def.  Functions that write are for inside store_tx; each writes
 * an event and bumps the account's rev. */
#ifndef DUNLIN_STORE_CLAIMS_H
#define DUNLIN_STORE_CLAIMS_H

#include "core/kinds.h"
#include "core/money.h"
#include "store/covered.h"
#include "store/db.h"
#include "track/machine.h"

#include <stddef.h>
#include <stdint.h>

struct claim {
	int64_t id, company_id, account_id;
	enum claim_state state;
	int64_t made_at, look_at;
	int32_t until;		/* found by the end of that day, or a person */
	int32_t paid_on;	/* DATE_NONE: not said */
	int64_t amount;		/* 0: not said */
	const char *cur;	/* of amount; "" */
	const char *reference;	/* NULL: not said */
	const char *made_by;
	int64_t inbox_id, contact_id;
	struct covered *items;
	size_t n_items;
};

int claims_add(struct db *db, struct claim *c, struct err *err);
int claims_get(void *owner, struct db *db, int64_t id,
    struct claim **ret_claim, struct err *err);
/* Those of an account that are not matched. */
int claims_active(void *owner, struct db *db, int64_t account_id,
    struct claim ***ret_list, size_t *ret_n, struct err *err);
/* What ends it releases its holds; what is not found stays held for a person. */
int claims_move(struct db *db, struct claim *c, enum claim_event ev,
    int64_t now, const char *actor, struct err *err);
int claims_look(struct db *db, const struct claim *c, int64_t look_at,
    struct err *err);

#endif
