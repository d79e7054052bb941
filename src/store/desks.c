#include "store/desks.h"

DB_STMT(desk_of, "SELECT c.zone, coalesce(u.workdays, c.workdays) "
    "FROM company c LEFT JOIN users u ON u.login = $2 AND u.active = 1 "
    "WHERE c.id = $1");

int
desks_of(struct db *db, int64_t company_id, const char *login,
    struct desk *ret_desk, struct err *err)
{
	struct db_query *q;
	struct desk d;

	if (db_get(db, &desk_of, &q, err, "it", company_id, login) < 0)
		return -1;
	if (zone_open(db_text(q, 0), &d.zone, err) < 0) {
		db_done(q);
		return -1;
	}
	d.calendar = calendar_for(db_text(q, 1));
	db_done(q);
	*ret_desk = d;
	return 0;
}
