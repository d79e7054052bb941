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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A receipt that is not allocated: of the account, or of nobody known. */
struct claim_receipt {
	const char *reference;
	int64_t amount;		/* positive */
	const char *cur;
	int32_t value_date;
	bool own;
	bool taken;		/* the claim of another account has it */
	bool shared;		/* another claim of the account has it */
	bool item;		/* of the ledger, else of a report */
};

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
	/* The receipts that it was found by; while it is checked again, those
	 * that it is not. */
	const char *found;	/* their references, to be read; NULL: none */
	const char **receipts;	/* each of them */
	size_t n_receipts;
	const char **refused;	/* each that a person has said it is not */
	size_t n_refused;
	bool several_refused;	/* and several at once */
	int32_t found_on;	/* the newest */
	int64_t found_amount;
	bool sure;		/* else a person has to see */
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
/* Receipts that it may be found by, by value date. */
int claims_receipts(void *owner, struct db *db, const struct claim *c,
    struct claim_receipt **ret_list, size_t *ret_n, struct err *err);
/* The tasks that ask for its payment (paid-found, paid-perhaps,
 * paid-not-found). */
int claims_close_tasks(struct db *db, const struct claim *c, int64_t now,
    const char *actor, const char *why, struct err *err);
/* Only what falls from now on counts: what is open of its items becomes what
 * was.  *ret_open: of all. */
int claims_rebase(struct db *db, struct claim *c, int64_t *ret_open,
    struct err *err);
int claims_look(struct db *db, const struct claim *c, int64_t look_at,
    struct err *err);

struct claim_line {
	int64_t id, made_at, amount, found_amount, n_items;
	int32_t until, paid_on, found_on;	/* DATE_NONE: not said */
	const char *account, *name, *cur, *reference, *made_by, *found;
	const char *document;	/* the first of the items */
	const char *item_cur;	/* of it */
	bool sure;
	enum claim_state state;
};
/* account_id 0: all of the company; by the day on which it must be found.
 * ended: those as well.  fn returns 0 to go on. */
int claims_each(struct db *db, int64_t company_id, int64_t account_id,
    bool ended, int (*fn)(const struct claim_line *l, void *arg), void *arg,
    struct err *err);

#endif
