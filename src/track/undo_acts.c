/* undo_acts.c - one act taken back, by the kind of the event that tells of
 * it. */
#include "track/undo_int.h"

#include "base/mem.h"
#include "store/accounts.h"
#include "store/bills.h"
#include "store/claims.h"
#include "store/contacts.h"
#include "store/delivery.h"
#include "store/disputes.h"
#include "store/holds.h"
#include "store/outbox.h"
#include "store/promises.h"
#include "store/tasks.h"
#include "track/follow.h"

#include <string.h>

#define DAY 86400
#define CLAIM_DAYS 7		/* a claim is looked for once more */
#define INSTALMENTS_MAX 60

static const char *
text(const struct undo *u, const char *name)
{
	const char *s = json_string_value(json_object_get(u->payload, name));

	return s != NULL ? s : "";
}

static int
promise(struct undo *u, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct promise *p;

	if (promises_get(pool, u->db, undo_number(u, "promise"), &p, err) < 0)
		return -1;
	u->inbox_id = p->inbox_id;
	if (p->plan_id != 0)
		return follow_end_plan(u->db, p->plan_id,
		    PAYPLAN_EV_WITHDRAW, u->now, u->actor, err);
	return promises_move(u->db, p, PROMISE_EV_WITHDRAW, u->now, u->actor,
	    "undone", err);
}

/* --- how promises and plans ended --- */

/* What was never taken by anybody has never held anything. */
static bool
was_taken(const struct promise *p)
{
	size_t i;

	for (i = 0; i < p->n_items; i++)
		if (p->items[i].hold_id != 0)
			return true;
	return false;
}

static int
reopen_promise(struct undo *u, struct promise *p, struct err *err)
{
	enum promise_event ev = PROMISE_EV_DOUBT;

	p->look_at = u->now;
	if (p->state == PROMISE_IS_RENEGOTIATED ||
	    p->state == PROMISE_IS_WITHDRAWN)
		ev = was_taken(p) ? PROMISE_EV_REOPEN : PROMISE_EV_PROPOSE;
	else
		p->tell = PROMISE_DOUBTED;
	return promises_move(u->db, p, ev, u->now, u->actor, "undone", err);
}

/* In their order: each covers what those before it leave. */
static int
reopen_plan(struct undo *u, int64_t plan_id, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	int64_t ids[INSTALMENTS_MAX];
	struct promise *list[INSTALMENTS_MAX];
	struct payplan *plan;
	bool taken = false;
	size_t n, i;

	if (payplans_get(pool, u->db, plan_id, &plan, err) < 0 ||
	    payplans_ended(u->db, plan_id, INSTALMENTS_MAX, ids, &n,
	    err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		if (promises_get(pool, u->db, ids[i], &list[i], err) < 0)
			return -1;
		taken = taken || was_taken(list[i]);
	}
	if (payplans_move(u->db, plan, taken ? PAYPLAN_EV_REOPEN :
	    PAYPLAN_EV_PROPOSE, u->now, u->actor, err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (reopen_promise(u, list[i], err) < 0)
			return -1;
	return 0;
}

static int
promise_ended(struct undo *u, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct promise *p;

	if (promises_get(pool, u->db, undo_number(u, "promise"), &p, err) < 0)
		return -1;
	if (strcmp(text(u, "state"), promise_state_name(p->state)) != 0 ||
	    !machine_is_final(&promise_machine, (int)p->state))
		return err_set(err, ERR_PERM, "promise %lld is %s: nothing "
		    "to take back", (long long)p->id,
		    promise_state_name(p->state));
	if (p->plan_id != 0)
		return reopen_plan(u, p->plan_id, err);
	return reopen_promise(u, p, err);
}

static int
plan_changed(struct undo *u, struct err *err)
{
	const char *state = text(u, "state");

	if (strcmp(state, payplan_state_name(PAYPLAN_IS_RUNNING)) != 0 &&
	    strcmp(state, payplan_state_name(PAYPLAN_IS_PROPOSED)) != 0)
		return reopen_plan(u, undo_number(u, "plan"), err);
	return follow_end_plan(u->db, undo_number(u, "plan"), PAYPLAN_EV_WITHDRAW,
	    u->now, u->actor, err);
}

/* --- disputes, claims, bills --- */

static int
move_dispute(struct undo *u, enum dispute_event ev, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct dispute *d;

	if (disputes_get(pool, u->db, undo_number(u, "dispute"), &d, err) < 0)
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

	if (claims_get(pool, u->db, undo_number(u, "claim"), &c, err) < 0)
		return -1;
	u->inbox_id = c->inbox_id;
	return claims_move(u->db, c, CLAIM_EV_WITHDRAW, u->now, u->actor,
	    err);
}

/* What was told about it and has not gone out stays here. */
static int
unsay(struct undo *u, struct err *err)
{
	int64_t n;

	return outbox_cancel_planned(u->db, u->e->account_id, CLASS_OUTCOME,
	    u->now, "undone", &n, err);
}

/* Found: not by that receipt.  Ended: looked for once more, and only what is
 * paid from now on counts. */
static int
claim_changed(struct undo *u, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	enum claim_event ev = CLAIM_EV_REOPEN;
	struct claim *c;
	int64_t open = 1;

	if (claims_get(pool, u->db, undo_number(u, "claim"), &c, err) < 0)
		return -1;
	if (strcmp(text(u, "state"), claim_state_name(c->state)) != 0)
		return err_set(err, ERR_PERM, "claim %lld is %s by now",
		    (long long)c->id, claim_state_name(c->state));
	if (c->state == CLAIM_IS_FOUND)
		ev = CLAIM_EV_LOSE;
	if (c->state == CLAIM_IS_MATCHED &&
	    claims_rebase(u->db, c, &open, err) < 0)
		return -1;
	if (open <= 0)
		return err_set(err, ERR_PERM, "claim %lld: nothing that it "
		    "names is open any more", (long long)c->id);
	c->sure = false;
	c->until = (int32_t)(u->now / DAY) + CLAIM_DAYS;
	c->look_at = u->now + (CLAIM_DAYS + 1) * DAY;
	if (claims_move(u->db, c, ev, u->now, u->actor, err) < 0)
		return -1;
	return unsay(u, err);
}

static int
bill(struct undo *u, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct bill *b;

	if (bills_get(pool, u->db, undo_number(u, "bill"), &b, err) < 0)
		return -1;
	return bills_move(u->db, b, BILL_EV_RETURN, u->now, u->actor,
	    "undone", err);
}

static int
bill_changed(struct undo *u, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct bill *b;

	if (bills_get(pool, u->db, undo_number(u, "bill"), &b, err) < 0)
		return -1;
	if (strcmp(text(u, "state"), bill_state_name(b->state)) != 0)
		return err_set(err, ERR_PERM, "bill %lld is %s by now",
		    (long long)b->id, bill_state_name(b->state));
	return bills_move(u->db, b, BILL_EV_REOPEN, u->now, u->actor,
	    "undone", err);
}

/* --- holds, contacts, addresses, tasks --- */

static int
hold(struct undo *u, struct err *err)
{
	return holds_release(u->db, undo_number(u, "hold"), u->now, u->actor,
	    "undone", err);
}

static int
released(struct undo *u, struct err *err)
{
	return holds_again(u->db, undo_number(u, "hold"), u->now, u->actor, err);
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
primary(struct undo *u, struct err *err)
{
	json_t *was = json_object_get(u->payload, "was");

	if (!json_is_integer(was))
		return err_set(err, ERR_PERM, "event %lld does not tell who "
		    "was first: name them with \"dunlin contact primary\"",
		    (long long)u->event_id);
	return contacts_back(u->db, u->e->account_id,
	    json_string_value(json_object_get(u->payload, "address")),
	    json_integer_value(was), err);
}

static int
address(struct undo *u, struct err *err)
{
	int r = delivery_address(u->db, undo_number(u, "address"),
	    ADDRESS_EV_RESTORE, "undone", u->now, u->actor, err);

	return r <= 0 ? r : err_set(err, ERR_PERM, "the address works "
	    "already");
}

static int
task(struct undo *u, struct err *err)
{
	return tasks_close(u->db, undo_number(u, "task"), u->now, u->actor,
	    "undone", err);
}

static int
task_closed(struct undo *u, struct err *err)
{
	return tasks_reopen(u->db, undo_number(u, "task"), u->now, u->actor, err);
}

/* What was before; of a tier, whoever had chosen it. */
static int
override(struct undo *u, struct err *err)
{
	const char *what = text(u, "what"), *was = json_string_value(
	    json_object_get(u->payload, "was"));
	int64_t company = u->e->company_id, account = u->e->account_id;
	enum tier tier;

	if (strcmp(what, "tier") == 0 && was != NULL &&
	    tier_parse(was, &tier))
		return accounts_restore_tier(u->db, account, tier,
		    json_is_true(json_object_get(u->payload, "fixed")), err);
	if (strcmp(what, "attitude") == 0)
		return accounts_set_attitude(u->db, company, account, was,
		    u->now, u->actor, err);
	if (strcmp(what, "owner") == 0)
		return accounts_set_owner(u->db, company, account, was,
		    u->now, u->actor, err);
	if (strcmp(what, "workdays") == 0)
		return accounts_set_workdays(u->db, company, account, was,
		    u->now, u->actor, err);
	return err_set(err, ERR_PERM, "event %lld: override it again instead",
	    (long long)u->event_id);
}

/* Whoever takes a tier of Dunlin's back has chosen the one before: it
 * stays. */
static int
tier_changed(struct undo *u, struct err *err)
{
	enum tier was;

	if (!tier_parse(text(u, "was"), &was))
		return err_set(err, ERR_PERM, "event %lld tells of no tier",
		    (long long)u->event_id);
	return accounts_restore_tier(u->db, u->e->account_id, was, true, err);
}

static const struct row {
	const char *kind;
	undo_fn *fn;
} table[] = {
	{ "promise-made", promise },
	{ "promise-changed", promise_ended },
	{ "plan-changed", plan_changed },
	{ "dispute-opened", dispute },
	{ "dispute-changed", reopen },
	{ "claim-made", claim },
	{ "claim-changed", claim_changed },
	{ "bill-received", bill },
	{ "bill-changed", bill_changed },
	{ "hold-placed", hold },
	{ "hold-released", released },
	{ "contact-added", added },
	{ "contact-closed", closed },
	{ "contact-primary", primary },
	{ "address-state", address },
	{ "task-opened", task },
	{ "task-closed", task_closed },
	{ "reply-read", undo_reply },
	{ "task-command", undo_command },
	{ "override", override },
	{ "tier-changed", tier_changed },
};

undo_fn *
undo_act(const char *kind)
{
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].kind, kind) == 0)
			return table[i].fn;
	return NULL;
}
