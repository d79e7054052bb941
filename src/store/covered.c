#include "store/covered.h"

#include "base/mem.h"
#include "store/holds.h"

int
covered_read(void *owner, struct db *db, struct db_stmt *stmt, int64_t id,
    struct covered **ret_items, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, stmt);
	struct covered *items = NULL;
	size_t n = 0;
	int r;

	db_bind_int(q, 1, id);
	while ((r = db_step(q, err)) > 0) {
		items = mem_grow(owner, items, struct covered, n + 1);
		items[n].item_id = db_int(q, 0);
		items[n].open = db_int(q, 1);
		items[n].part = 0;
		items[n++].hold_id = db_id(q, 2);
	}
	if (r < 0)
		return -1;
	*ret_items = items;
	*ret_n = n;
	return 0;
}

int
covered_release(struct db *db, const struct covered *items, size_t n,
    int64_t now, const char *actor, const char *why, struct err *err)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (items[i].hold_id != 0 && holds_end(db, items[i].hold_id,
		    now, actor, why, err) < 0)
			return -1;
	return 0;
}

int
covered_ids(void *owner, struct db *db, struct db_stmt *stmt,
    int64_t account_id, int64_t **ret_ids, size_t *ret_n, struct err *err)
{
	struct db_query *q = db_query(db, stmt);
	int64_t *ids = NULL;
	size_t n = 0;
	int r;

	db_bind_int(q, 1, account_id);
	while ((r = db_step(q, err)) > 0) {
		ids = mem_grow(owner, ids, int64_t, n + 1);
		ids[n++] = db_int(q, 0);
	}
	if (r < 0)
		return -1;
	*ret_ids = ids;
	*ret_n = n;
	return 0;
}

int
covered_each(struct db *db, struct db_stmt *stmt,
    const struct covered_list *l, struct err *err)
{
	struct db_query *q = db_query(db, stmt);
	int r;

	db_bind_int(q, 1, l->company_id);
	db_bind_int(q, 2, l->account_id);
	db_bind_int(q, 3, (int64_t)l->ended);
	while ((r = db_step(q, err)) > 0)
		if (l->fn(q, l->arg) != 0) {
			db_done(q);
			return 0;
		}
	return r;
}
