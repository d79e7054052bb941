/* intake.h - mail into the inbox, from wherever it comes. */
#ifndef DUNLIN_RECEIVE_INTAKE_H
#define DUNLIN_RECEIVE_INTAKE_H

#include "config/config.h"
#include "core/kinds.h"
#include "store/db.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#define INTAKE_READ_MAX (64 * 1024 * 1024)	/* read into memory */
#define INTAKE_KEEP (256 * 1024)	/* kept of mail that is too large */
#define INTAKE_MAX_MIB 25		/* unless the intake says otherwise */
#define INTAKE_LOOK_MAX 500		/* mails of one look */
#define INTAKE_SHARE 64		/* mails of one transaction */
#define INTAKE_SHARE_BYTES (4 * 1024 * 1024)

struct intake_mail {
	int64_t company_id;
	enum channel channel;		/* CHANNEL_MAIL is 0 */
	const char *intake, *position;	/* as in store/inbox.h */
	const char *data;
	size_t len;
	bool cut;			/* there was more than INTAKE_READ_MAX */
	size_t max;			/* larger: held for a person */
};

/* All in one transaction: durable when it returns 0.  ret_new: how many were
 * not known.  At most INTAKE_SHARE. */
int intake_store(struct db *db, const struct intake_mail *mails, size_t n,
    int64_t now, size_t *ret_new, struct err *err);

/* A reader of one mailbox: stores what is new, at most INTAKE_LOOK_MAX; as
 * many were seen when there may be more. */
struct intake_look {
	struct db *db;
	int64_t company_id;
	const struct config_intake *intake;
	const volatile sig_atomic_t *stop;
	size_t seen, stored;		/* out */
};

/* Files of new/ are stored and then moved to cur/ as seen: nothing is ever
 * deleted.  ERR_TEMP when the folder cannot be read. */
int intake_maildir(struct intake_look *look, struct err *err);

/* Every mail of the folder that was not read yet, by UIDVALIDITY and UID;
 * after a change of UIDVALIDITY all of them, which does no harm.  ERR_TEMP
 * when the server cannot be reached or refuses. */
int intake_imap(struct intake_look *look, struct err *err);

#endif
