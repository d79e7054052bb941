#include "store/contacted.h"

#include "store/accounts.h"
#include "store/events.h"

#include <stdio.h>

/* No step, stage or level: a call says nothing about what was written. */
DB_STMT(contacted_put, "INSERT INTO communication (company_id, account_id, "
    "class, cause, channel, policy, stage, level, created_at, at, result) "
    "VALUES ($1, $2, 'reminder', $3, $4, 'person', -1, -1, $5, $6, $7)");

int
contacted_add(struct db *db, const struct contacted *c, int64_t now,
    const char *actor, struct err *err)
{
	char cause[48];
	int64_t event;

	db_want_tx(db, "contacted_add");
	if (events_append(db, c->company_id, c->account_id, now, "contacted",
	    actor, json_pack("{s:s, s:s, s:I, s:s*}", "by",
	    channel_name(c->by), "result", c->result, "at",
	    (json_int_t)c->at, "note", c->note), &event, err) < 0)
		return -1;
	/* One occurrence each. */
	snprintf(cause, sizeof(cause), "contacted/%lld", (long long)event);
	if (db_run(db, &contacted_put, err, "iittiit", c->company_id,
	    c->account_id, cause, channel_name(c->by), now, c->at,
	    c->result) < 0)
		return -1;
	return accounts_touch(db, c->account_id, err);
}
