#include "store/early.h"

#define LONG_AGO (72 * 3600)	/* RULES, C: nothing comes after that */

/* clang-format off */
/* All three states, for the sake of the index outbox_busy, less one. */
DB_STMT(early_busy,
    "SELECT count(*) FROM outbox WHERE company_id = $1 AND route = $2"
    " AND (state = 'claimed' OR state = 'sending' OR state = 'uncertain')"
    " AND state <> 'claimed'");
DB_STMT(early_add,
    "INSERT INTO sms_early (company_id, route, remote_id, inbox_id, at)"
    " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING");
DB_STMT(early_forget,
    "DELETE FROM sms_early WHERE company_id = $1 AND at < $2");
DB_STMT(early_read_again,
    "UPDATE inbox SET state = 'new', tries = 0 WHERE state = 'read'"
    " AND id IN (SELECT inbox_id FROM sms_early WHERE company_id = $1"
    " AND route = $2 AND remote_id = $3)");
DB_STMT(early_drop,
    "DELETE FROM sms_early WHERE company_id = $1 AND route = $2"
    " AND remote_id = $3");
/* clang-format on */

int
early_keep(struct db *db, int64_t company_id, const char *route,
    const char *remote_id, int64_t inbox_id, int64_t now, struct err *err)
{
	int64_t busy;

	db_want_tx(db, "early_keep");
	if (db_run(db, &early_forget, err, "ii", company_id,
	    now - LONG_AGO) < 0 || db_get_int(db, &early_busy, &busy, err,
	    "it", company_id, route) < 0)
		return -1;
	return busy == 0 ? 0 : db_run(db, &early_add, err, "ittii",
	    company_id, route, remote_id, inbox_id, now);
}

int
early_known(struct db *db, int64_t company_id, const char *route,
    const char *remote_id, struct err *err)
{
	db_want_tx(db, "early_known");
	if (db_run(db, &early_read_again, err, "itt", company_id, route,
	    remote_id) < 0)
		return -1;
	return db_changes(db) == 0 ? 0 : db_run(db, &early_drop, err, "itt",
	    company_id, route, remote_id);
}
