/* digest.h - what each of us has to know in the morning of a working day, and
 * those who lead at the beginning of a week, as mail (class staff).
 *
 * Daily: for everybody, about the accounts they own and their tasks; what
 * nobody owns is the lead's.  Of many tasks it names those that weigh most and
 * all that are due before the next one.  Weekly: for managers, about the
 * company.  Both in the reader's language, zone and working days; nobody who
 * is away; nothing to do: no mail. */
#ifndef DUNLIN_ESCALATE_DIGEST_H
#define DUNLIN_ESCALATE_DIGEST_H

#include "config/config.h"
#include "render/staff.h"
#include "store/db.h"

#include <stdbool.h>

#define DIGEST_FROM (8 * 3600)	/* of the reader's working day */
#define DIGEST_UNTIL (12 * 3600)	/* later it is no morning any more */

enum digest_kind { DIGEST_DAILY, DIGEST_WEEKLY, DIGEST_KINDS };

/* "daily", "weekly". */
const char *digest_kind_name(enum digest_kind k);

struct digest_ask {
	const struct config *config;
	const struct config_company *company;
	int64_t company_id;
	const struct config_user *user;
	enum digest_kind kind;
	int64_t now;
	int64_t since;		/* of what has changed */
};

/* 1 with the text; 0: nothing to say.  Best in one snapshot. */
int digest_make(void *owner, struct db *db, const struct digest_ask *ask,
    struct staff_text *ret_text, struct err *err);

/* Whether a user gets such digests of that company. */
bool digest_is_for(const struct config *config,
    const struct config_company *company, const struct config_user *u,
    enum digest_kind kind);

/* Is this the morning for it, where its user works?  *ret_day is today. */
bool digest_is_due(const struct digest_ask *ask, int32_t *ret_day);

/* When the first morning after that day begins, where its reader works: what
 * is due before then has to be told before. */
int64_t digest_after(const struct config_company *company,
    const struct config_user *u, int32_t day);

/* The planner's part: one that is due now and was not looked at.  1: worked,
 * 0: none is due. */
int digest_step(struct db *db, const struct config *config,
    const struct config_company *company, int64_t company_id, int64_t now,
    struct err *err);

#endif
