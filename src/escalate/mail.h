/* mail.h - mail to people of ours about tasks, into the outbox (class staff):
 * in their language, with what can be answered.  Inside store_tx. */
#ifndef DUNLIN_ESCALATE_MAIL_H
#define DUNLIN_ESCALATE_MAIL_H

#include "config/config.h"
#include "escalate/verb.h"
#include "core/zone.h"
#include "render/locale.h"
#include "render/mustache.h"
#include "store/db.h"
#include "store/tasks.h"

/* What staff templates have in common, for u: language, reader, company,
 * commands (those that are of use where a task is told of, or all). */
struct mst_value *mail_view(void *owner, const struct config_company *company,
    const struct config_user *u, bool all_commands);

/* At most max lines of a text, each not too long; NULL gives a null. */
struct mst_value *mail_lines(void *owner, const char *text, size_t max);
/* A day and an hour where they work. */
char *mail_instant(void *owner, const struct locale *l,
    const struct zone *z, int64_t t);

/* A grave task, at once: once for each level, each time that it
 * came, and each owner. */
int mail_task(struct db *db, const struct config *config,
    const struct config_company *company, const struct task_case *c,
    const struct task_given *g, const struct config_user *u, int64_t now,
    struct err *err);

/* Somebody is asked to look at a template that cannot be used; it stops its
 * own text at most.  why NULL: nothing is wrong. */
int mail_bad_template(struct db *db, int64_t company_id, const char *why,
    int64_t now, struct err *err);

/* What was done about the commands of a mail. */
struct mail_done {
	const char *line;	/* the command as it was written */
	const char *what;	/* what was done, or why not */
	int64_t undo;		/* event; 0: nothing to undo */
	bool refused;
};
int mail_confirm(struct db *db, const struct config *config,
    const struct config_company *company, int64_t company_id,
    const struct config_user *u, const struct mail_done *list, size_t n,
    int64_t inbox_id, const char *message_id, int64_t now, struct err *err);

#endif
