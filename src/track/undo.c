#include "track/undo.h"

#include "base/mem.h"
#include "store/bills.h"
#include "store/claims.h"
#include "store/contacts.h"
#include "store/delivery.h"
#include "store/disputes.h"
#include "store/events.h"
#include "store/holds.h"
#include "store/inbox.h"
#include "store/outbox.h"
#include "store/promises.h"
#include "store/tasks.h"
#include "track/follow.h"

#include <jansson.h>
#include <string.h>

struct undo {
	struct db *db;
	int64_t event_id, now;
	const char *actor;
	struct event_found *e;
	json_t *payload;
	int64_t inbox_id;	/* of the reply that it came from; 0: none */
};

typedef int undo_fn(struct undo *u, struct err *err);

static int64_t
number(const struct undo *u, const char *name)
{
	return json_integer_value(json_object_get(u->payload, name));
}

static int
promise(struct undo *u, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct promise *p;

	if (promises_get(pool, u->db, number(u, "promise"), &p, err) < 0)
		return -1;
	u->inbox_id = p->inbox_id;
	if (p->plan_id != 0)
		return follow_end_plan(u->db, p->plan_id,
		    PAYPLAN_EV_WITHDRAW, u->now, u->actor, err);
	return promises_move(u->db, p, PROMISE_EV_WITHDRAW, u->now, u->actor,
	    "undone", err);
}

static int
move_dispute(struct undo *u, enum dispute_event ev, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct dispute *d;

	if (disputes_get(pool, u->db, number(u, "dispute"), &d, err) < 0)
		return -1;
	if (ev == DISPUTE_EV_WITHDRAW)
		u->inbox_id = d->inbox_id;
	return disputes_move(u->db, d, ev, u->now, u->actor, "undone", err);
}

static int
dispute(struct undo *u, struct err *err)
{
	return move_dispute(u, DISPUTE_EV_WITHDRAW, err);
}

static int
reopen(struct undo *u, struct err *err)
{
	return move_dispute(u, DISPUTE_EV_REOPEN, err);
}

static int
claim(struct undo *u, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct claim *c;

	if (claims_get(pool, u->db, number(u, "claim"), &c, err) < 0)
		return -1;
	u->inbox_id = c->inbox_id;
	return claims_move(u->db, c, CLAIM_EV_WITHDRAW, u->now, u->actor,
	    err);
}

static int
bill(struct undo *u, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct bill *b;

	if (bills_get(pool, u->db, number(u, "bill"), &b, err) < 0)
		return -1;
	return bills_move(u->db, b, BILL_EV_RETURN, u->now, u->actor,
	    "undone", err);
}

static int
hold(struct undo *u, struct err *err)
{
	return holds_release(u->db, number(u, "hold"), u->now, u->actor,
	    "undone", err);
}

static int
added(struct undo *u, struct err *err)
{
	return contacts_end(u->db, u->e->company_id, u->e->account_id,
	    json_string_value(json_object_get(u->payload, "address")),
	    u->now, u->actor, err);
}

static int
closed(struct undo *u, struct err *err)
{
	return contacts_reopen(u->db, u->e->company_id, u->e->account_id,
	    json_string_value(json_object_get(u->payload, "address")),
	    u->now, u->actor, err);
}

static int
address(struct undo *u, struct err *err)
{
	int r = delivery_address(u->db, number(u, "address"),
	    ADDRESS_EV_RESTORE, "undone", u->now, u->actor, err);

	return r <= 0 ? r : err_set(err, ERR_PERM, "the address works "
	    "already");
}

static int
task(struct undo *u, struct err *err)
{
	return tasks_close(u->db, number(u, "task"), u->now, u->actor,
	    "undone", err);
}

static int
reopen_task(struct undo *u, struct err *err)
{
	return tasks_reopen(u->db, number(u, "task"), u->now, u->actor, err);
}

static undo_fn reply, command;

static const struct row {
	const char *kind;
	undo_fn *fn;
} table[] = {
	{ "promise-made", promise },
	{ "dispute-opened", dispute },
	{ "dispute-changed", reopen },
	{ "claim-made", claim },
	{ "bill-received", bill },
	{ "hold-placed", hold },
	{ "contact-added", added },
	{ "contact-closed", closed },
	{ "address-state", address },
	{ "task-opened", task },
	{ "task-closed", reopen_task },
	{ "reply-read", reply },
	{ "task-command", command },
};

static const struct row *
row_of(const char *kind)
{
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].kind, kind) == 0)
			return &table[i];
	return NULL;
}

bool
undo_can(const char *kind)
{
	return row_of(kind) != NULL;
}

static int
open_event(struct undo *u, void *pool, struct err *err)
{
	if (events_get(pool, u->db, u->event_id, &u->e, err) < 0)
		return -1;
	if (u->e->payload != NULL)
		u->payload = json_loads(u->e->payload, 0, NULL);
	return 0;
}

/* --- a whole reply --- */

#define ACTS_MAX 200

/* What the reader did about one reply, or a person by one command about a
 * task: the events of that actor up to the next reply or command. */
struct acts {
	int64_t from;
	const char *actor;
	bool inside;
	int64_t ids[ACTS_MAX];
	size_t n;
};

static int
collect(const struct event *e, void *arg)
{
	struct acts *a = arg;

	if (e->id == a->from) {
		a->inside = true;
		return 0;
	}
	if (!a->inside)
		return 0;
	if (strcmp(e->kind, "reply-read") == 0 ||
	    strcmp(e->kind, "task-command") == 0 ||
	    strcmp(e->actor, a->actor) != 0)
		return 1;
	if (undo_can(e->kind) && a->n < ACTS_MAX)
		a->ids[a->n++] = e->id;
	return 0;
}

/* What has ended since, or went with another act, is no mistake. */
static int
quietly(struct undo *u, int64_t event_id, bool *ret_done, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct undo one = { .db = u->db, .event_id = event_id,
	    .now = u->now, .actor = u->actor };
	int r;

	if (open_event(&one, pool, err) < 0)
		return -1;
	r = row_of(one.e->kind)->fn(&one, err);
	json_decref(one.payload);
	*ret_done = r == 0;
	return r < 0 && err->kind != ERR_PERM ? -1 : 0;
}

static int
reply(struct undo *u, struct err *err)
{
	struct acts a = { .from = u->event_id, .actor = "reader" };
	size_t i, k, n_done = 0;
	int64_t n;
	bool done;

	u->inbox_id = number(u, "inbox");
	if (events_each(u->db, u->e->company_id, u->e->account_id, collect,
	    &a, err) < 0)
		return -1;
	/* Holds come before what they belong to: last first. */
	for (i = a.n; i-- > 0;) {
		if (quietly(u, a.ids[i], &done, err) < 0)
			return -1;
		n_done += done;
	}
	if (outbox_cancel_planned(u->db, u->e->account_id, CLASS_ANSWER,
	    u->now, "undone", &n, err) < 0)
		return -1;
	k = n_done + (size_t)n;
	return k > 0 ? 0 : err_set(err, ERR_PERM, "event %lld: nothing that "
	    "this reply led to still stands", (long long)u->event_id);
}

/* What it led to, and who had the task until when.  A note stays. */
static int
command(struct undo *u, struct err *err)
{
	struct acts a = { .from = u->event_id, .actor = u->e->actor };
	const char *owner = json_string_value(json_object_get(u->payload,
	    "owner")), *word = json_string_value(json_object_get(u->payload,
	    "command"));
	int64_t task = number(u, "task");
	bool done;
	size_t i;

	if (word == NULL || strcmp(word, "note") == 0 ||
	    strcmp(word, "ack") == 0)
		return err_set(err, ERR_PERM, "event %lld: a note and what "
		    "was seen stay", (long long)u->event_id);
	if (events_each(u->db, u->e->company_id, u->e->account_id, collect,
	    &a, err) < 0)
		return -1;
	for (i = a.n; i-- > 0;)
		if (quietly(u, a.ids[i], &done, err) < 0)
			return -1;
	if (strcmp(word, "assign") == 0 && owner != NULL)
		return tasks_assign(u->db, task, owner, u->now, u->actor,
		    err);
	return strcmp(word, "hold") != 0 ? 0 : tasks_move(u->db, task,
	    number(u, "due"), u->now, u->actor, err);
}

/* --- */

int
undo_reading(struct db *db, int64_t inbox_id, const char *as, int64_t now,
    const char *actor, struct err *err)
{
	int64_t company_id, account_id;

	if (inbox_owner(db, inbox_id, &company_id, &account_id, err) < 0)
		return -1;
	return events_append(db, company_id, account_id, now,
	    "reading-corrected", actor, json_pack("{s:I, s:s*}", "inbox",
	    (json_int_t)inbox_id, "as", as), NULL, err);
}

static int
run(struct undo *u, const char *as, struct err *err)
{
	const struct row *row = row_of(u->e->kind);

	if (row == NULL || u->payload == NULL)
		return err_set(err, ERR_PERM, "event %lld (%s) cannot be "
		    "undone: correct what it did by the command for it",
		    (long long)u->event_id, u->e->kind);
	if (row->fn(u, err) < 0 || events_append(u->db, u->e->company_id,
	    u->e->account_id, u->now, "undone", u->actor, json_pack(
	    "{s:I, s:s}", "event", (json_int_t)u->event_id, "kind",
	    u->e->kind), NULL, err) < 0)
		return -1;
	if (u->inbox_id == 0 || strcmp(u->e->actor, "reader") != 0)
		return as == NULL ? 0 : err_set(err, ERR_PERM, "event %lld "
		    "came from no reply: --as says nothing about it",
		    (long long)u->event_id);
	return undo_reading(u->db, u->inbox_id, as, u->now, u->actor, err);
}

int
undo_event(struct db *db, int64_t event_id, const char *as, int64_t now,
    const char *actor, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct undo u = { .db = db, .event_id = event_id, .now = now,
	    .actor = actor };
	int r;

	if (open_event(&u, pool, err) < 0)
		return -1;
	r = run(&u, as, err);
	json_decref(u.payload);
	return r;
}
