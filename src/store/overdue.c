#include "store/overdue.h"

#include "base/mem.h"

#include <string.h>

DB_STMT(overdue_list, "SELECT i.id, i.document, i.currency, i.due, i.amount, "
    "i.balance - coalesce((SELECT sum(p.amount) FROM payment p "
    "WHERE p.item_id = i.id AND p.state = 'received' AND (p.provisional = 1 "
    "OR p.value_date > i.balance_as_of)), 0), CASE WHEN i.disputed = 1 "
    "OR EXISTS (SELECT 1 FROM dispute d WHERE d.item_id = i.id "
    "AND d.closed_at IS NULL) THEN 1 ELSE 0 END FROM item i "
    "WHERE i.account_id = $1 AND i.state = 'open' AND i.due < $2 "
    "AND i.amount > 0 AND i.balance > 0 ORDER BY i.due, i.id");
DB_STMT(overdue_parts, "SELECT value_date, amount FROM payment "
    "WHERE item_id = $1 AND state = 'received' ORDER BY value_date, id");

static int
read_parts(struct db *db, int64_t item, struct overdue_item *i,
    struct err *err)
{
	struct db_query *q = db_query(db, &overdue_parts);
	int r;

	db_bind_int(q, 1, item);
	while ((r = db_step(q, err)) > 0) {
		i->parts = mem_grow(i->parts == NULL ? (void *)i->document :
		    talloc_parent(i->parts), i->parts, struct interest_part,
		    i->n_parts + 1);
		i->parts[i->n_parts++] = (struct interest_part){
			(int32_t)db_int(q, 0), db_int(q, 1) };
	}
	return r;
}

int
overdue_items(void *owner, struct db *db, int64_t account_id, int32_t today,
    struct overdue_item **ret_items, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, &overdue_list);
	struct overdue_item *list = NULL, *i;
	size_t n = 0;
	int r;

	db_bind_int(q, 1, account_id);
	db_bind_int(q, 2, today);
	while ((r = db_step(q, err)) > 0) {
		list = mem_grow(owner, list, struct overdue_item, n + 1);
		i = &list[n++];
		memset(i, 0, sizeof(*i));
		i->document = mem_str(owner, db_text(q, 1));
		strncpy(i->cur, db_text(q, 2), sizeof(i->cur) - 1);
		i->due = (int32_t)db_int(q, 3);
		i->amount = db_int(q, 4);
		i->open = db_int(q, 5);
		i->disputed = db_int(q, 6) != 0;
		if (read_parts(db, db_int(q, 0), i, err) < 0) {
			db_done(q);
			return -1;
		}
	}
	*ret_items = list;
	*ret_n = n;
	return r;
}
