#include "store/attempts.h"

#include "base/mem.h"

/* clang-format off */
DB_STMT(select_references,
    "SELECT t.id, t.message_id"
    " FROM outbox o JOIN attempt t ON t.outbox_id = o.id"
    " WHERE o.account_id = $1 AND o.address_id = $2"
    " AND (o.state = 'accepted' OR o.state = 'uncertain')"
    " AND (t.outcome = 'accepted' OR t.outcome = 'uncertain')");
/* From the address to its few attempts; a contact of two roles gives each
 * twice. */
DB_STMT(attempts_count,
    "SELECT t.id FROM contact k CROSS JOIN outbox o CROSS JOIN attempt t"
    " WHERE k.address_id = $1 AND o.account_id = k.account_id"
    " AND o.address_id = $1 AND t.outbox_id = o.id AND t.started_at > $2"
    " AND (t.outcome IS NULL OR t.outcome = 'accepted'"
    " OR t.outcome = 'uncertain')");
/* clang-format on */

struct reference {
	int64_t id;
	char *message_id;
};

/* In their order; SQLite would make a table in memory to sort a few rows. */
static void
insert(struct reference *list, size_t n, int64_t id, const char *text)
{
	for (; n > 0 && list[n - 1].id > id; n--)
		list[n] = list[n - 1];
	list[n].id = id;
	list[n].message_id = mem_str(list, text);
}

int
attempts_references(void *owner, struct db *db, int64_t account_id,
    int64_t address_id, int max, char ***ret_ids, struct err *err)
{
	struct reference *list = mem_array(owner, struct reference, 1);
	struct db_query *q;
	size_t n = 0, i, from;
	char **ids;
	int r;

	q = db_query(db, &select_references);
	db_bind_int(q, 1, account_id);
	db_bind_int(q, 2, address_id);
	while ((r = db_step(q, err)) > 0) {
		list = mem_grow(owner, list, struct reference, n + 1);
		insert(list, n++, db_int(q, 0), db_text(q, 1));
	}
	if (r < 0) {
		talloc_free(list);
		return -1;
	}
	from = n > (size_t)max ? n - (size_t)max : 0;
	ids = mem_array(owner, char *, n - from + 1);
	for (i = from; i < n; i++)
		ids[i - from] = talloc_steal(ids, list[i].message_id);
	talloc_free(list);
	*ret_ids = ids;
	return 0;
}

int
attempts_since(struct db *db, int64_t address_id, int64_t t, int64_t *ret_n,
    struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct db_query *q = db_query(db, &attempts_count);
	int64_t *ids = NULL, id;
	size_t n = 0, i;
	int r;

	db_bind_int(q, 1, address_id);
	db_bind_int(q, 2, t);
	while ((r = db_step(q, err)) > 0) {
		id = db_int(q, 0);
		for (i = 0; i < n && ids[i] != id; i++)
			continue;
		if (i < n)
			continue;
		ids = mem_grow(pool, ids, int64_t, n + 1);
		ids[n++] = id;
	}
	if (r < 0)
		return -1;
	*ret_n = (int64_t)n;
	return 0;
}
