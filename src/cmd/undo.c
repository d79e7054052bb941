/* undo.c - take back an act by the event that tells of it, where it is clear
 * what that means. */
#include "cmd/cmd.h"

#include "base/mem.h"
#include "store/contacts.h"
#include "store/disputes.h"
#include "store/events.h"
#include "store/holds.h"
#include "store/promises.h"
#include "track/act.h"
#include "track/follow.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct undo {
	struct cmd *c;
	int64_t event_id;
	struct event_found *e;
	json_t *payload;
	int64_t plan, promise, dispute, hold;
};

typedef int undo_fn(struct db *db, struct undo *u, struct err *err);

static int64_t
number(const struct undo *u, const char *name)
{
	return json_integer_value(json_object_get(u->payload, name));
}

static int
promise(struct db *db, struct undo *u, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct promise *p;

	if (number(u, "plan") != 0)
		return follow_end_plan(db, number(u, "plan"),
		    PAYPLAN_EV_WITHDRAW, u->c->now, u->c->actor, err);
	if (promises_get(pool, db, number(u, "promise"), &p, err) < 0)
		return -1;
	return promises_move(db, p, PROMISE_EV_WITHDRAW, u->c->now,
	    u->c->actor, "undone", err);
}

static int
move_dispute(struct db *db, struct undo *u, enum dispute_event ev,
    struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct dispute *d;

	if (disputes_get(pool, db, number(u, "dispute"), &d, err) < 0)
		return -1;
	return disputes_move(db, d, ev, u->c->now, u->c->actor, "undone",
	    err);
}

static int
dispute(struct db *db, struct undo *u, struct err *err)
{
	return move_dispute(db, u, DISPUTE_EV_WITHDRAW, err);
}

static int
reopen(struct db *db, struct undo *u, struct err *err)
{
	return move_dispute(db, u, DISPUTE_EV_REOPEN, err);
}

static int
hold(struct db *db, struct undo *u, struct err *err)
{
	return holds_release(db, number(u, "hold"), u->c->now, u->c->actor,
	    "undone", err);
}

static int
contact(struct db *db, struct undo *u, struct err *err)
{
	return contacts_end(db, u->e->company_id, u->e->account_id,
	    json_string_value(json_object_get(u->payload, "address")),
	    u->c->now, u->c->actor, err);
}

static const struct {
	const char *kind;
	undo_fn *fn;
} table[] = {
	{ "promise-made", promise },
	{ "dispute-opened", dispute },
	{ "dispute-changed", reopen },
	{ "hold-placed", hold },
	{ "contact-added", contact },
};

static int
undo_tx(struct db *db, void *arg, struct err *err)
{
	struct undo *u = arg;
	json_t *j;
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].kind, u->e->kind) == 0)
			break;
	if (i == sizeof(table) / sizeof(table[0]) || u->payload == NULL)
		return err_set(err, ERR_PERM, "event %lld (%s) cannot be "
		    "undone: correct what it did by the command for it",
		    (long long)u->event_id, u->e->kind);
	if (table[i].fn(db, u, err) < 0)
		return -1;
	j = json_pack("{s:I, s:s}", "event", (json_int_t)u->event_id, "kind",
	    u->e->kind);
	return events_append(db, u->e->company_id, u->e->account_id,
	    u->c->now, "undone", u->c->actor, j, NULL, err);
}

int
cmd_undo(struct cmd *c, int argc, char **argv, struct err *err)
{
	static const struct cmd_option options[] = {
		{ NULL, OPTION_FLAG, NULL }
	};
	MEM_AUTO void *pool = talloc_new(NULL);
	struct undo u = { .c = c };
	char *end;
	int r;

	if (cmd_options(options, &argc, argv, 1, 1, err) < 0)
		return -1;
	u.event_id = strtoll(argv[1], &end, 10);
	if (*end != '\0' || u.event_id <= 0)
		return cmd_usage(err, "%s: an event's number as \"dunlin "
		    "account ACCOUNT --json\" shows it", argv[1]);
	if (events_get(pool, c->db, u.event_id, &u.e, err) < 0)
		return -1;
	if (u.e->payload != NULL)
		u.payload = json_loads(u.e->payload, 0, NULL);
	r = store_tx(c->db, undo_tx, &u, err);
	json_decref(u.payload);
	if (r < 0)
		return -1;
	if (c->json)
		printf("{\"undone\": %lld}\n", (long long)u.event_id);
	else
		puts(cmd_say(c, "Done.", "已完成。"));
	return EX_OK;
}
