#include "store/history.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "plan/hold.h"
#include "store/facts_load.h"

#include <string.h>

/* clang-format off */
DB_STMT(history_items,
    "SELECT account_id, id, document, kind, state, issued, due, paid, amount,"
    " balance, currency, balance_as_of, disputed"
    " FROM item WHERE company_id = $1 AND account_id BETWEEN $2 AND $3"
    " AND state <> 'cancelled' ORDER BY account_id, due, id");
DB_STMT(history_payments,
    "SELECT account_id, item_id, amount, currency, value_date, reversed_on"
    " FROM payment WHERE company_id = $1 AND account_id BETWEEN $2 AND $3"
    " AND (state = 'received' OR (state = 'reversed'"
    " AND reversed_on > value_date)) ORDER BY account_id, value_date, id");
DB_STMT(history_released,
    "SELECT account_id, kind, scope, item_id, amount, placed_at, review_at,"
    " ends_at, released_at FROM hold WHERE company_id = $1"
    " AND account_id BETWEEN $2 AND $3 AND released_at IS NOT NULL"
    " AND scope IN ('account', 'item') ORDER BY account_id, id");
/* clang-format on */

enum { ITEMS, PAYMENTS, RELEASED, CURSORS };

static struct db_stmt *const statements[CURSORS] = { &history_items,
	&history_payments, &history_released };

struct history_stream {
	struct facts_stream *facts;
	struct db_query *q[CURSORS];	/* NULL: at its end */
	int64_t account[CURSORS];
	struct history h;
	size_t max[CURSORS];
	void *texts;			/* of the account in hand */
};

static int
step(struct history_stream *s, int k, struct err *err)
{
	int r;

	s->account[k] = INT64_MAX;
	if (s->q[k] == NULL)
		return 0;
	r = db_step(s->q[k], err);
	if (r > 0)
		s->account[k] = db_int(s->q[k], 0);
	else
		s->q[k] = NULL;
	return r < 0 ? -1 : 0;
}

int
history_open(void *owner, struct db *db, const struct fact_company *company,
    int64_t from, int64_t to, int64_t since,
    struct history_stream **ret_stream, struct err *err)
{
	struct history_stream *s = mem_new(owner, struct history_stream);
	int k;

	if (facts_stream_open(s, db, company, from, to, since, &s->facts,
	    err) < 0)
		return -1;
	for (k = 0; k < CURSORS; k++) {
		s->q[k] = db_query(db, statements[k]);
		db_bind_int(s->q[k], 1, company->id);
		db_bind_int(s->q[k], 2, from);
		db_bind_int(s->q[k], 3, to);
		if (step(s, k, err) < 0) {
			history_close(s);
			return -1;
		}
	}
	*ret_stream = s;
	return 0;
}

void
history_close(struct history_stream *s)
{
	int k;

	for (k = 0; k < CURSORS; k++)
		if (s->q[k] != NULL) {
			db_done(s->q[k]);
			s->q[k] = NULL;
		}
	facts_stream_close(s->facts);
}

static int32_t
day_col(struct db_query *q, int col)
{
	return db_is_null(q, col) ? DATE_NONE : (int32_t)db_int(q, col);
}

static void
cur_col(struct db_query *q, int col, char cur[MONEY_CUR_MAX])
{
	const char *text = db_text(q, col);

	memset(cur, 0, MONEY_CUR_MAX);
	if (text != NULL)
		memcpy(cur, text, strnlen(text, MONEY_CUR_MAX - 1));
}

#define ROOM(s, k, array, type, n)					\
	do {								\
		if ((n) == (s)->max[k]) {				\
			(s)->max[k] = (s)->max[k] * 2 + 16;		\
			(array) = mem_grow(s, array, type, (s)->max[k]);\
		}							\
	} while (0)

static void
read_item(struct history_stream *s, struct db_query *q)
{
	struct history_item *it;

	ROOM(s, ITEMS, s->h.items, struct history_item, s->h.n_items);
	it = &s->h.items[s->h.n_items++];
	it->id = db_int(q, 1);
	it->document = mem_str(s->texts, db_text(q, 2));
	if (!item_kind_parse(db_text(q, 3), &it->kind))
		it->kind = ITEM_INVOICE;
	if (!item_state_parse(db_text(q, 4), &it->state))
		it->state = ITEM_IS_OPEN;
	it->issued = day_col(q, 5);
	it->due = (int32_t)db_int(q, 6);
	it->paid = day_col(q, 7);
	it->amount = db_int(q, 8);
	it->balance = db_int(q, 9);
	cur_col(q, 10, it->cur);
	it->as_of = (int32_t)db_int(q, 11);
	it->disputed = db_int(q, 12) != 0;
}

static void
read_payment(struct history_stream *s, struct db_query *q)
{
	struct history_payment *p;

	ROOM(s, PAYMENTS, s->h.payments, struct history_payment,
	    s->h.n_payments);
	p = &s->h.payments[s->h.n_payments++];
	p->item_id = db_id(q, 1);
	p->amount = db_int(q, 2);
	cur_col(q, 3, p->cur);
	p->day = (int32_t)db_int(q, 4);
	p->reversed = db_is_null(q, 5) ? INT32_MAX : (int32_t)db_int(q, 5);
}

static void
read_released(struct history_stream *s, struct db_query *q)
{
	struct history_hold *h;
	enum hold_kind kind = HOLD_COUNT;

	ROOM(s, RELEASED, s->h.released, struct history_hold,
	    s->h.n_released);
	h = &s->h.released[s->h.n_released];
	memset(h, 0, sizeof(*h));
	if (!hold_parse(db_text(q, 1), &kind) ||
	    !hold_scope_parse(db_text(q, 2), &h->hold.scope))
		return;
	s->h.n_released++;
	h->hold.kind = (int)kind;
	h->hold.item_id = db_id(q, 3);
	h->hold.amount = db_id(q, 4);
	h->hold.placed_at = db_int(q, 5);
	h->hold.review_at = db_int(q, 6);
	h->hold.ends_at = db_int(q, 7);
	h->released_at = db_int(q, 8);
}

static void (*const readers[CURSORS])(struct history_stream *s,
    struct db_query *q) = { read_item, read_payment, read_released };

int
history_next(struct history_stream *s, const struct history **ret_history,
    struct err *err)
{
	int r = facts_stream_next(s->facts, &s->h.facts, err), k;

	if (r <= 0) {
		history_close(s);
		return r;
	}
	talloc_free(s->texts);
	s->texts = talloc_new(s);
	s->h.n_items = s->h.n_payments = s->h.n_released = 0;
	for (k = 0; k < CURSORS; k++) {
		while (s->account[k] < s->h.facts->account_id)
			if (step(s, k, err) < 0)
				return -1;
		while (s->account[k] == s->h.facts->account_id) {
			readers[k](s, s->q[k]);
			if (step(s, k, err) < 0)
				return -1;
		}
	}
	*ret_history = &s->h;
	return 1;
}
