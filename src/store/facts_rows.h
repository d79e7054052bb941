/* facts_rows.h - the ordered queries that facts are merged from, and the
 * memory they fill.  Internal to facts_load.c and facts_rows.c. */
#ifndef DUNLIN_STORE_FACTS_ROWS_H
#define DUNLIN_STORE_FACTS_ROWS_H

#include "store/facts_load.h"

enum cursor_kind {
	CURSOR_ACCOUNT, CURSOR_ITEM, CURSOR_PAYMENT, CURSOR_HOLD,
	CURSOR_PARTY_HOLD, CURSOR_ADDRESS_HOLD, CURSOR_CONTACT, CURSOR_TOUCH,
	CURSOR_OTHER_TOUCH, CURSOR_SHARED_TOUCH, CURSOR_ROW, CURSOR_OFFER,
	CURSOR_COUNT
};

/* One query ordered by account, column 0; account INT64_MAX: at its end. */
struct cursor {
	struct db_query *q;	/* NULL: nothing to read */
	int64_t account;
};

struct keep_block;

struct payment {
	int64_t item_id;	/* 0: not allocated */
	int64_t amount;
	int32_t value_date;
	bool provisional;
	char cur[MONEY_CUR_MAX];
};

struct facts_stream {
	struct db *db;
	const struct fact_company *company;
	bool whole;		/* one account: everything of its items */
	struct cursor c[CURSOR_COUNT];
	struct facts f;
	struct facts_written written;
	int64_t since, other_since;	/* touches */
	size_t max[9];		/* room in the arrays below */
	struct fact_item *items;
	struct payment *payments;
	size_t n_payments;
	struct money *unallocated;
	struct fact_hold *holds;
	struct fact_hold *shared;	/* of the company: in every account */
	size_t n_shared;
	struct fact_contact *contacts;
	struct fact_touch *touches;
	struct fact_planned *planned;
	struct fact_offer offer;
	struct fact_offered *offered;	/* its items */
	int64_t *addresses;		/* of planned rows, flat */
	size_t n_addresses;
	int64_t *uncertain;		/* communication ids */
	size_t n_uncertain;
	struct keep_block *first, *last;	/* strings of one account */
};

/* A copy that lives until keep_reset; NULL stays NULL. */
const char *keep(struct facts_stream *s, const char *text);
void keep_reset(struct facts_stream *s);

/* Rows of the present account into s; -1 on an error of the database. */
int rows_account(struct facts_stream *s, struct err *err);
int rows_items(struct facts_stream *s, struct err *err);
int rows_payments(struct facts_stream *s, struct err *err);
int rows_holds(struct facts_stream *s, struct err *err);
int rows_contacts(struct facts_stream *s, struct err *err);
int rows_touches(struct facts_stream *s, struct err *err);
int rows_planned(struct facts_stream *s, struct err *err);
int rows_offer(struct facts_stream *s, struct err *err);

void rows_read_hold(struct facts_stream *s, struct db_query *q,
    struct fact_hold *h);
int cursor_step(struct cursor *c, struct err *err);
/* Skips what belongs to accounts before id; true when c stands on id. */
bool cursor_at(struct cursor *c, int64_t id, int *ret_r, struct err *err);

#endif
