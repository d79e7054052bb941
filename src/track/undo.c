#include "track/undo_int.h"

#include "base/mem.h"
#include "store/inbox.h"
#include "store/outbox.h"
#include "store/tasks.h"

#include <string.h>

bool
undo_can(const char *kind)
{
	return undo_act(kind) != NULL;
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
	r = undo_act(one.e->kind)(&one, err);
	json_decref(one.payload);
	*ret_done = r == 0;
	return r < 0 && err->kind != ERR_PERM ? -1 : 0;
}

int
undo_reply(struct undo *u, struct err *err)
{
	struct acts a = { .from = u->event_id, .actor = "reader" };
	size_t i, k, n_done = 0;
	int64_t n;
	bool done;

	u->inbox_id = json_integer_value(json_object_get(u->payload,
	    "inbox"));
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
int
undo_command(struct undo *u, struct err *err)
{
	struct acts a = { .from = u->event_id, .actor = u->e->actor };
	const char *owner = json_string_value(json_object_get(u->payload,
	    "owner")), *word = json_string_value(json_object_get(u->payload,
	    "command"));
	int64_t task = undo_number(u, "task");
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
	    undo_number(u, "due"), u->now, u->actor, err);
}

/* --- a mail that was taken for that of several accounts --- */

#define ACCOUNTS_MAX 16

struct reading {
	int64_t inbox_id, event_id;	/* the last one; 0: none */
};

static int
is_reading(const struct event *e, void *arg)
{
	struct reading *r = arg;
	json_t *p;

	if (strcmp(e->kind, "reply-read") != 0 || e->payload == NULL)
		return 0;
	p = json_loads(e->payload, 0, NULL);
	if (json_integer_value(json_object_get(p, "inbox")) == r->inbox_id)
		r->event_id = e->id;
	json_decref(p);
	return 0;
}

static int
undo_one(struct undo *u, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	int r;

	if (open_event(u, pool, err) < 0)
		return -1;
	r = undo_reply(u, err);
	json_decref(u->payload);
	if (r < 0)
		return err->kind == ERR_PERM ? 0 : -1;
	return events_append(u->db, u->e->company_id, u->e->account_id,
	    u->now, "undone", u->actor, json_pack("{s:I, s:s}", "event",
	    (json_int_t)u->event_id, "kind", u->e->kind), NULL, err);
}

int
undo_elsewhere(struct db *db, int64_t inbox_id, int64_t account_id,
    int64_t now, const char *actor, struct err *err)
{
	int64_t ids[ACCOUNTS_MAX];
	size_t n, i;

	if (inbox_led_to(db, inbox_id, account_id, ids, ACCOUNTS_MAX, &n,
	    err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		struct reading r = { .inbox_id = inbox_id };
		struct undo u = { .db = db, .now = now, .actor = actor };

		if (events_each(db, 0, ids[i], is_reading, &r, err) < 0)
			return -1;
		u.event_id = r.event_id;
		if (r.event_id != 0 && undo_one(&u, err) < 0)
			return -1;
	}
	return 0;
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
	undo_fn *fn = undo_act(u->e->kind);

	if (fn == NULL || u->payload == NULL)
		return err_set(err, ERR_PERM, "event %lld (%s) cannot be "
		    "undone: correct what it did by the command for it",
		    (long long)u->event_id, u->e->kind);
	if (fn(u, err) < 0 || events_append(u->db, u->e->company_id,
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
