/* history.h - the whole past of a company's accounts, one after the other:
 * items that are long cleared too, payments with their days, holds that were
 * released.  For rehearsals; run it inside a snapshot. */
#ifndef DUNLIN_STORE_HISTORY_H
#define DUNLIN_STORE_HISTORY_H

#include "core/facts.h"
#include "store/db.h"

struct history_item {
	int64_t id;
	const char *document;
	enum item_kind kind;
	enum item_state state;
	int32_t issued, due, paid;	/* DATE_NONE: not known */
	int64_t amount, balance;
	char cur[MONEY_CUR_MAX];
	int32_t as_of;
	bool disputed;
};

struct history_payment {
	int64_t item_id;		/* 0: not allocated */
	int64_t amount;
	char cur[MONEY_CUR_MAX];
	int32_t day;
	int32_t reversed;		/* INT32_MAX: not */
};

struct history_hold {
	struct fact_hold hold;		/* of the account or its items */
	int64_t released_at;
};

struct history {
	const struct facts *facts;	/* as of now: who, contacts, holds
					 * in force, touches; not the items */
	struct history_item *items;	/* by due date, then id */
	size_t n_items;
	struct history_payment *payments;
	size_t n_payments;
	struct history_hold *released;
	size_t n_released;
};

struct history_stream;
/* Accounts from..to of the company in the order of their ids; touches back
 * to 400 days before `since`.  One stream at a time on a connection. */
int history_open(void *owner, struct db *db,
    const struct fact_company *company, int64_t from, int64_t to,
    int64_t since, struct history_stream **ret_stream, struct err *err);
/* 1 with *ret_history valid until the next call, 0 at the end, -1. */
int history_next(struct history_stream *s,
    const struct history **ret_history, struct err *err);
void history_close(struct history_stream *s);

#endif
