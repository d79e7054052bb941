/* accept.h - a person believes a mail: what it says is done as if a known
 * contact had written it in the thread.  Its tasks are closed and what it held
 * meanwhile is released; what it led to in other accounts is taken back. */
#ifndef DUNLIN_RECEIVE_ACCEPT_H
#define DUNLIN_RECEIVE_ACCEPT_H

#include "config/config.h"
#include "store/db.h"

struct accept {
	const struct config *config;
	const struct config_company *company;
	int64_t company_id, account_id, inbox_id;
	const char *meaning;		/* JSON, as it was read */
	int64_t received_at, now;
	const char *actor;
};

/* Inside store_tx.  ERR_PERM where the mail says nothing that can be done. */
int accept_reply(struct db *db, const struct accept *a, struct err *err);

#endif
