/* staff.h - answers to mails to people of ours: commands (escalate/verb.h).
 *
 * The token of a staff mail, the address of the user it was sent to, and
 * authentication where it is configured, all three; else nothing is done and
 * a task shows it.  All commands of a mail are done in the transaction of its
 * reading, or none; one confirmation says what, and how to undo it.  Machine
 * mail is never answered; nor is more than STAFF_DAY a day. */
#ifndef DUNLIN_RECEIVE_STAFF_H
#define DUNLIN_RECEIVE_STAFF_H

#include "config/config.h"
#include "store/db.h"
#include "store/inbox.h"
#include "understand/meaning.h"

#include <jansson.h>

#define STAFF_DAY 100		/* command mails of a person in a day */
#define STAFF_OLD 30		/* days after which a staff mail is stale */
#define STAFF_LINES 40		/* commands of a mail */

struct staff_reply {
	const struct config *config;
	const struct config_company *company;
	const struct inbox_row *row;
	const json_t *mail;	/* of the child's answer */
	const char *text;	/* the writer's own words */
	enum mean_kind kind;
	int64_t now;
};

/* Inside store_tx.  1: it belongs to a staff mail, and *ret_what says what
 * became of it; 0: it does not. */
int staff_reply(struct db *db, const struct staff_reply *r,
    const char **ret_what, struct err *err);

#endif
