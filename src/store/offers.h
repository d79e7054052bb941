/* offers.h - incentives for paying by a day, as messages that left made them.
 * States: track/offer.def.  Functions that write are for inside store_tx;
 * what people see writes an event and bumps the account's rev.
 *
 * While one is open each item that it covers has a hold `offer-open`; what is
 * left of them when it was kept has `credit-awaited`, which does not lapse:
 * the ledger shows the credit note, or a person releases it. */
#ifndef DUNLIN_STORE_OFFERS_H
#define DUNLIN_STORE_OFFERS_H

#include "core/kinds.h"
#include "core/offer.h"
#include "plan/plan.h"
#include "store/covered.h"
#include "store/db.h"
#include "track/machine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct offer {
	int64_t id, company_id, account_id, communication_id;
	enum offer_state state;
	int64_t made_at;
	struct offer_terms terms;
	const char *ground;	/* "consent", or what the lawyer said */
	int64_t look_at;	/* the planner looks then */
	int32_t tell;		/* a ledger as of a later day decides */
	int64_t paid, forgiven;
	struct covered *items;
	size_t n_items;
};

/* Its message is handed over now.  Nothing is written where another recipient
 * of it has got it: of one communication it is one offer. */
int offers_leave(struct db *db, const struct offer *o,
    const struct facts *f, const struct plan_item *items, struct err *err);

/* What became of the messages of its communication: it is open as soon as
 * one was taken, or may have been; unsent when none can have been. */
int offers_outcome(struct db *db, int64_t communication_id, int64_t now,
    const char *actor, struct err *err);

int offers_get(void *owner, struct db *db, int64_t id,
    struct offer **ret_offer, struct err *err);
/* Of an account: open, kept, or over while an item that it covers is open. */
int offers_active(void *owner, struct db *db, int64_t account_id,
    struct offer ***ret_list, size_t *ret_n, struct err *err);

/* When it ends, as the policy has it by now; no event. */
int offers_look(struct db *db, const struct offer *o, struct err *err);
/* ERR_PERM where track/offer.def does not allow it.  counts: of its items
 * those whose rest is awaited, and review_at of their holds (PAY); else NULL
 * and anything. */
int offers_move(struct db *db, struct offer *o, enum offer_event ev,
    const bool *counts, int64_t review_at, int64_t now, const char *actor,
    struct err *err);

/* What became of an item since, for track/redeem.h; open is the caller's. */
struct offer_paid {
	int64_t was, is;
	int64_t in_time, late;
	bool closed, gone, disputed;
	int32_t paid_on;	/* DATE_NONE: the ledger does not say */
};
int offers_paid(struct db *db, const struct offer *o, int64_t item_id,
    int32_t deadline, struct offer_paid *ret, struct err *err);
/* Receipts in its currency that came since and stand against no item. */
int offers_loose(void *owner, struct db *db, const struct offer *o,
    int32_t deadline, int64_t **ret_list, size_t *ret_n, struct err *err);

/* The numbers of its items, by due date, separated by sep; *ret_n: how
 * many. */
int offers_documents(void *owner, struct db *db, int64_t id,
    const char *sep, char **ret_text, size_t *ret_n, struct err *err);

#endif
