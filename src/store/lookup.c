#include "store/lookup.h"

#include <stdio.h>

DB_STMT(lookup_item_row, "SELECT id, balance, currency FROM item "
    "WHERE account_id = $1 AND document = $2 AND state = 'open' "
    "ORDER BY due, id LIMIT 1");
DB_STMT(lookup_address_row, "SELECT id FROM address WHERE company_id = $1 "
    "AND (value = $2 OR norm = lower($2)) ORDER BY id LIMIT 1");

int
lookup_item(struct db *db, int64_t account_id, const char *document,
    int64_t *ret_id, struct money *ret_balance, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &lookup_item_row, &q, err, "it", account_id,
	    document);

	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(err, ERR_PERM, "no open item '%.60s' on this "
		    "account", document);
	*ret_id = db_int(q, 0);
	ret_balance->minor = db_int(q, 1);
	snprintf(ret_balance->cur, sizeof(ret_balance->cur), "%s",
	    db_text(q, 2));
	db_done(q);
	return 0;
}

int
lookup_address(struct db *db, int64_t company_id, const char *text,
    int64_t *ret_id, struct err *err)
{
	struct db_query *q;
	int r = db_get_maybe(db, &lookup_address_row, &q, err, "it",
	    company_id, text);

	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(err, ERR_PERM, "no address '%.80s' in this "
		    "company", text);
	*ret_id = db_int(q, 0);
	db_done(q);
	return 0;
}
