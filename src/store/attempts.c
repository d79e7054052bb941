#include "store/attempts.h"

#include "base/mem.h"

/* clang-format off */
DB_STMT(select_references,
    "SELECT t.message_id FROM attempt t JOIN outbox o ON o.id = t.outbox_id"
    " WHERE o.account_id = $1 AND o.address_id = $2"
    " AND o.state IN ('accepted', 'uncertain')"
    " AND t.outcome IN ('accepted', 'uncertain')"
    " ORDER BY t.id DESC LIMIT $3");
/* clang-format on */

int
attempts_references(void *owner, struct db *db, int64_t account_id,
    int64_t address_id, int max, char ***ret_ids, struct err *err)
{
	char **ids, *swap;
	struct db_query *q;
	int i, n, r;

	ids = mem_array(owner, char *, max + 1);
	q = db_query(db, &select_references);
	db_bind_int(q, 1, account_id);
	db_bind_int(q, 2, address_id);
	db_bind_int(q, 3, max);
	for (n = 0; (r = db_step(q, err)) > 0; n++)
		ids[n] = mem_str(ids, db_text(q, 0));
	if (r < 0)
		return -1;
	for (i = 0; i < n / 2; i++) {
		swap = ids[i];
		ids[i] = ids[n - 1 - i];
		ids[n - 1 - i] = swap;
	}
	*ret_ids = ids;
	return 0;
}
