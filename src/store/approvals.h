/* approvals.h - messages that named users must approve before they may go.
 *
 * The planner writes such a message as a draft.  Users approve its content
 * (render_content_hash) as it speaks on the day of its slot; when enough of
 * them have, it is queued.  The sender hands over that content or nothing:
 * what changed since, and a row that is planned anew, need approval anew. */
#ifndef DUNLIN_STORE_APPROVALS_H
#define DUNLIN_STORE_APPROVALS_H

#include "core/kinds.h"
#include "store/db.h"

struct approval {
	int64_t id, company_id, account_id, contact_id, address_id;
	const char *account, *name;	/* customer number, party's name */
	const char *template, *language, *step;
	enum class class;
	enum stage stage;
	enum channel channel;
	const char *route;		/* of an SMS */
	int64_t due_at;
	int needed;			/* named users in all */
	const char *by;			/* logins so far; NULL: none */
	const char *hash;		/* that they approved; NULL: none */
	const char *letter;		/* SHA-256 of its PDF, for the event;
					 * set by who approves; NULL: none */
};

/* Drafts of a company that wait for approval, by slot.  The struct is valid
 * during the call only; fn returns 0 to go on. */
int approvals_each(struct db *db, int64_t company_id,
    int (*fn)(const struct approval *a, void *arg), void *arg,
    struct err *err);

/* One of them; ERR_PERM when that message does not wait for approval. */
int approvals_get(void *owner, struct db *db, int64_t company_id, int64_t id,
    struct approval **ret_a, struct err *err);

/* login approves content hash; *ret_left is how many are still wanted.  A
 * content other than the one approved before starts the count anew.  Inside
 * store_tx. */
int approvals_add(struct db *db, const struct approval *a, const char *login,
    const char *hash, int64_t now, const char *actor, int *ret_left,
    struct err *err);

#endif
