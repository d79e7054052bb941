/* digest.h - what a person of ours has to know in the morning, and a manager
 * at the end of a week.  Reading only; best in one snapshot.
 *
 * Lists are of the accounts of one owner.  Each is cut at a maximum, with the
 * number of all beside it.  Strings and lists belong to owner. */
#ifndef DUNLIN_STORE_DIGEST_H
#define DUNLIN_STORE_DIGEST_H

#include "core/kinds.h"
#include "core/money.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whose accounts: of users.id, or of nobody. */
#define DIGEST_NOBODY 0
struct digest_scope {
	int64_t company_id;
	int64_t owner_id;
	const char *login;	/* whose tasks; NULL: those of nobody */
};

/* users.id of a login; DIGEST_NOBODY when there is none. */
int digest_owner(struct db *db, const char *login, int64_t *ret_id,
    struct err *err);

struct digest_task {
	int64_t id, came_at, due_at, account_id, inbox_id;	/* 0: none */
	int severity, level;
	const char *reason, *title, *account, *name;
	const char *language;	/* of the customer; NULL */
};
/* Open ones, gravest and earliest first. */
int digest_tasks(void *owner, struct db *db, const struct digest_scope *s,
    size_t max, struct digest_task **ret_list, size_t *ret_n,
    int64_t *ret_all, struct err *err);

/* Open ones that become due from (included) until, earliest first. */
int digest_tasks_soon(void *owner, struct db *db,
    const struct digest_scope *s, int64_t from, int64_t until, size_t max,
    struct digest_task **ret_list, size_t *ret_n, struct err *err);

/* Open ones of customers for one reason, whosever they are; earliest first. */
int digest_tasks_of(void *owner, struct db *db, int64_t company_id,
    const char *reason, size_t max, struct digest_task **ret_list,
    size_t *ret_n, struct err *err);

/* What an account owes that is past due, per currency, and the first day on
 * which some of it was due (DATE_NONE: nothing); credits are not counted
 * against it (ageing_sql.h). */
int digest_overdue(void *owner, struct db *db, int64_t account_id,
    int32_t today, struct money **ret_list, size_t *ret_n,
    int32_t *ret_oldest, struct err *err);

/* The last mail or SMS from an account since: its inbox row; 0: none. */
int digest_last_inbox(struct db *db, int64_t account_id, int64_t since,
    int64_t *ret_inbox_id, struct err *err);

/* Something with a day or an instant: a promise (minor 0: all that it
 * covers), a dispute, a message that may or may not have left, one that
 * will. */
struct digest_line {
	int64_t id, at;		/* at: messages */
	int32_t day;		/* promises, disputes */
	struct money amount;
	const char *account, *name;
	const char *what;	/* document, template */
	int class, stage;	/* messages; -1: none */
};
int digest_promises(void *owner, struct db *db, const struct digest_scope *s,
    int32_t until, size_t max, struct digest_line **ret_list, size_t *ret_n,
    int64_t *ret_all, struct err *err);
int digest_disputes(void *owner, struct db *db, const struct digest_scope *s,
    int32_t until, size_t max, struct digest_line **ret_list, size_t *ret_n,
    int64_t *ret_all, struct err *err);
int digest_uncertain(void *owner, struct db *db,
    const struct digest_scope *s, size_t max, struct digest_line **ret_list,
    size_t *ret_n, int64_t *ret_all, struct err *err);
int digest_outgoing(void *owner, struct db *db, const struct digest_scope *s,
    int64_t until, size_t max, struct digest_line **ret_list, size_t *ret_n,
    int64_t *ret_all, struct err *err);

/* What has changed from since (included) until: for the accounts of one owner
 * a row each, by what it is and the newest first; with all for those of the
 * company, a row of each sort and currency. */
enum digest_what {
	DIGEST_PAID,		/* receipts: number and sum */
	DIGEST_REPLIED,
	DIGEST_PROMISED,	/* number and sum of what names an amount */
	DIGEST_KEPT,
	DIGEST_BROKEN,
	DIGEST_DISPUTED,
	DIGEST_SETTLED,		/* disputes that ended */
	DIGEST_SENT,		/* messages */
	DIGEST_WHATS
};
struct digest_change {
	enum digest_what what;
	int64_t n;
	struct money sum;	/* cur "": no money in it */
	const char *account, *name;	/* NULL: of several */
};
int digest_changes(void *owner, struct db *db, const struct digest_scope *s,
    bool all, int64_t since, int64_t until, struct digest_change **ret_list,
    size_t *ret_n, struct err *err);

/* Open amounts by days past due: not due, 1-30, 31-60, 61-90, more, and
 * credits (ageing_sql.h). */
#define DIGEST_AGES 6
#define DIGEST_CREDITS 5
struct digest_ageing {
	char cur[MONEY_CUR_MAX];
	int64_t minor[DIGEST_AGES];
};
int digest_ageing(void *owner, struct db *db, const struct digest_scope *s,
    bool all, int32_t today, struct digest_ageing **ret_list, size_t *ret_n,
    struct err *err);

/* What open promises bring, by day (of the company's promises). */
struct digest_cash {
	int32_t day;
	struct money amount;
};
int digest_forecast(void *owner, struct db *db, int64_t company_id,
    int32_t from, int32_t until, struct digest_cash **ret_list,
    size_t *ret_n, struct err *err);

/* Numbers of a company as it stands. */
struct digest_state {
	int64_t tasks, tasks_late, end_of_schedule, disputes, uncertain;
	int64_t limitation;	/* items of which people were told */
};
int digest_state(struct db *db, int64_t company_id, int64_t now,
    struct digest_state *ret, struct err *err);

/* A digest that was looked at for a person and a day ("daily", "weekly"),
 * sent or not: 1 when this is the first time.  Inside store_tx. */
int digest_take(struct db *db, int64_t company_id, const char *login,
    const char *kind, int32_t day, int64_t now, struct err *err);
/* 1: it was looked at already, 0. */
int digest_taken_on(struct db *db, int64_t company_id, const char *login,
    const char *kind, int32_t day, struct err *err);
/* When the one before it was; CLOCK_NONE: never. */
int digest_last(struct db *db, int64_t company_id, const char *login,
    const char *kind, int64_t *ret_at, struct err *err);

#endif
