#include "store/approvals.h"

#include "base/clock.h"
#include "base/mem.h"
#include "store/accounts.h"
#include "store/events.h"
#include "store/tasks.h"
#include "track/outbox_state.h"

#include <string.h>

DB_STMT(approval_list, "SELECT o.id, o.company_id, o.account_id, "
    "o.contact_id, o.address_id, a.code, p.name, o.template, o.language, "
    "c.step, c.class, c.stage, o.due_at, o.approve, "
    "o.approved_by, o.approved_hash, o.channel, o.route FROM outbox o "
    "JOIN communication c ON c.id = o.communication_id "
    "JOIN account a ON a.id = o.account_id "
    "JOIN party p ON p.id = a.party_id "
    "WHERE o.company_id = $1 AND ($2 = 0 OR o.id = $2) "
    "AND o.state = 'draft' AND o.approve > 0 ORDER BY o.due_at, o.id");
DB_STMT(approval_add, "UPDATE outbox SET approved_hash = $2, "
    "approved_by = $3, approved_as_of = due_at, state = $4, changed_at = $5 "
    "WHERE id = $1 AND state = 'draft' AND due_at = $6");

static void
read_row(struct db_query *q, struct approval *a)
{
	int64_t stage = db_int(q, 11);

	a->id = db_int(q, 0);
	a->company_id = db_int(q, 1);
	a->account_id = db_int(q, 2);
	a->contact_id = db_int(q, 3);
	a->address_id = db_int(q, 4);
	a->account = db_text(q, 5);
	a->name = db_text(q, 6);
	a->template = db_text(q, 7);
	a->language = db_text(q, 8);
	a->step = db_text(q, 9);
	if (!class_parse(db_text(q, 10), &a->class))
		a->class = CLASS_REMINDER;
	a->stage = stage == CLOCK_NONE ? STAGE_M0 : (enum stage)stage;
	a->due_at = db_int(q, 12);
	a->needed = (int)db_int(q, 13);
	a->by = db_text(q, 14);
	a->hash = db_text(q, 15);
	if (!channel_parse(db_text(q, 16), &a->channel))
		a->channel = CHANNEL_MAIL;
	a->route = db_text(q, 17);
	a->letter = NULL;
}

static int
each(struct db *db, int64_t company_id, int64_t id,
    int (*fn)(const struct approval *a, void *arg), void *arg,
    struct err *err)
{
	struct db_query *q = db_query(db, &approval_list);
	struct approval a;
	int r, stop = 0;

	db_bind_int(q, 1, company_id);
	db_bind_int(q, 2, id);
	while (stop == 0 && (r = db_step(q, err)) > 0) {
		read_row(q, &a);
		stop = fn(&a, arg);
	}
	if (stop != 0)
		db_done(q);
	return stop != 0 ? 0 : r;
}

int
approvals_each(struct db *db, int64_t company_id,
    int (*fn)(const struct approval *a, void *arg), void *arg,
    struct err *err)
{
	return each(db, company_id, 0, fn, arg, err);
}

struct copy {
	void *owner;
	struct approval *a;
};

static int
keep(const struct approval *a, void *arg)
{
	struct copy *c = arg;

	c->a = mem_new(c->owner, struct approval);
	*c->a = *a;
	c->a->account = mem_str(c->a, a->account);
	c->a->name = mem_str(c->a, a->name);
	c->a->template = mem_str(c->a, a->template);
	c->a->language = mem_str(c->a, a->language);
	c->a->step = mem_str(c->a, a->step);
	c->a->by = mem_str(c->a, a->by);
	c->a->hash = mem_str(c->a, a->hash);
	c->a->route = mem_str(c->a, a->route);
	return 1;
}

int
approvals_get(void *owner, struct db *db, int64_t company_id, int64_t id,
    struct approval **ret_a, struct err *err)
{
	struct copy c = { owner, NULL };

	if (each(db, company_id, id, keep, &c, err) < 0)
		return -1;
	if (c.a == NULL)
		return err_set(err, ERR_PERM, "message %lld does not wait for "
		    "approval; \"dunlin approve\" lists those that do",
		    (long long)id);
	*ret_a = c.a;
	return 0;
}

/* Logins are words: "li wang".  Returns how many, -1 when login is one. */
static int
count_others(const char *by, const char *login)
{
	const char *p = by == NULL ? "" : by;
	size_t n, len = strlen(login);
	int count = 0;

	for (; *p != '\0'; p += n + (p[n] == ' ')) {
		n = strcspn(p, " ");
		if (n == len && strncmp(p, login, n) == 0)
			return -1;
		count++;
	}
	return count;
}

int
approvals_add(struct db *db, const struct approval *a, const char *login,
    const char *hash, int64_t now, const char *actor, int *ret_left,
    struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	bool same = a->hash != NULL && strcmp(a->hash, hash) == 0;
	int others = same ? count_others(a->by, login) : 0;
	enum outbox_state next = OUTBOX_DRAFT;
	int left = a->needed - others - 1;

	db_want_tx(db, "approvals_add");
	if (others < 0)
		return err_set(err, ERR_PERM, "%s has approved this message "
		    "already: somebody else must, too", login);
	if (left <= 0 && !outbox_next(OUTBOX_DRAFT, OUTBOX_EV_APPROVE, &next))
		return err_set(err, ERR_PERM, "a draft cannot be approved");
	if (db_run(db, &approval_add, err, "itttii", a->id, hash,
	    others > 0 ? mem_fmt(ctx, "%s %s", a->by, login) : login,
	    outbox_state_name(next), now, a->due_at) < 0)
		return -1;
	if (db_changes(db) != 1)
		return err_set(err, ERR_TEMP, "message %lld was planned anew "
		    "meanwhile: look at it again", (long long)a->id);
	if (events_append(db, a->company_id, a->account_id, now, "approved",
	    actor, json_pack("{s:I, s:s, s:s, s:i, s:s*}", "message",
	    (json_int_t)a->id, "step", a->step == NULL ? a->template :
	    a->step, "content", hash, "left", left < 0 ? 0 : left,
	    "letter", a->letter), NULL,
	    err) < 0)
		return -1;
	*ret_left = left < 0 ? 0 : left;
	if (left > 0)
		return 0;
	return tasks_close_reason(db, a->company_id, a->account_id,
	    "approval", now, actor, "approved", err) < 0 ? -1 :
	    accounts_touch(db, a->account_id, err);
}
