/* follow_claim.c - "we have paid that": looked for until it is found. */
#include "track/follow_int.h"

#include "base/mem.h"
#include "core/date.h"
#include "store/tasks.h"
#include "track/answer.h"
#include "track/found.h"

#include <string.h>

/* What it names is paid, or as much less as was claimed. */
static bool
is_booked(const struct follow *w, const struct claim *c)
{
	int64_t open = 0, was = 0;
	size_t i;

	for (i = 0; i < c->n_items; i++) {
		open += follow_open(w, c->items[i].item_id);
		was += c->items[i].open;
	}
	return open <= 0 || (c->amount > 0 && was - open >= c->amount);
}

/* How it ended; what was found and then booked is told once. */
static int
tell(struct follow *w, const struct claim *c, struct err *err)
{
	const struct policy_reply *rule =
	    &w->company->policy->replies[POLICY_REPLY_PAID];
	struct answer a = { .class = CLASS_OUTCOME,
	    .template = "outcome-claim", .contact_id = c->contact_id,
	    .from = DATE_NONE };
	MEM_AUTO void *pool = talloc_new(NULL);
	int64_t id;

	if (rule->silent || rule->person)
		return 0;
	a.cause = mem_fmt(pool, "claim/%lld/%s", (long long)c->id,
	    claim_state_name(c->state));
	return answer_write(w->db, w->company, w->f, &a, w->now, &id, err);
}

static int
close_tasks(struct follow *w, const struct claim *c, const char *why,
    struct err *err)
{
	return claims_close_tasks(w->db, c, w->now, FOLLOW_ACTOR, why, err);
}

static int
open_task(struct follow *w, const struct claim *c, const char *reason,
    const char *detail, struct err *err)
{
	struct task_new t = { .company_id = c->company_id,
	    .account_id = c->account_id, .reason = reason,
	    .owner = w->f->owner, .detail = detail, .inbox_id = c->inbox_id };
	int64_t id;
	bool fresh;

	return tasks_open(w->db, &t, w->now, FOLLOW_ACTOR, &id, &fresh, err);
}

static int
booked(struct follow *w, struct claim *c, struct err *err)
{
	bool told = c->state == CLAIM_IS_FOUND && c->sure;

	if (claims_move(w->db, c, CLAIM_EV_MATCH, w->now, FOLLOW_ACTOR,
	    err) < 0 || close_tasks(w, c, "it is in the books", err) < 0)
		return -1;
	return told ? 0 : tell(w, c, err);
}

/* --- by a receipt --- */

static const char *
currency(const struct follow *w, const struct claim *c)
{
	size_t i;

	if (c->cur[0] != '\0')
		return c->cur;
	for (i = 0; i < w->f->n_items; i++)
		if (c->n_items > 0 &&
		    w->f->items[i].id == c->items[0].item_id)
			return w->f->items[i].cur;
	return "";
}

static enum found
look_for(struct follow *w, const struct claim *c,
    const struct claim_receipt *list, size_t n, size_t *ret_i)
{
	struct found_claim said = { .reference = c->reference,
	    .amount = c->amount, .cur = currency(w, c),
	    .said = c->amount > 0, .paid_on = c->paid_on };
	struct found_receipt r;
	enum found best = FOUND_NONE, one;
	int32_t second;
	size_t i;

	said.made_on = zone_day(w->zone, c->made_at, &second);
	for (i = 0; i < c->n_items && c->amount == 0; i++)
		said.amount += c->items[i].open;
	for (i = 0; i < n; i++) {
		/* A person has said that it is not this one. */
		if (c->found != NULL && c->state != CLAIM_IS_FOUND &&
		    strcmp(c->found, list[i].reference) == 0)
			continue;
		memset(&r, 0, sizeof(r));
		r.reference = list[i].reference;
		r.amount = list[i].amount;
		memcpy(r.cur, list[i].cur, strnlen(list[i].cur,
		    MONEY_CUR_MAX - 1));
		r.value_date = list[i].value_date;
		r.own = list[i].own;
		r.taken = list[i].taken;
		one = found_one(&said, &r);
		if (one > best) {
			best = one;
			*ret_i = i;
		}
	}
	return best;
}

static int
found(struct follow *w, struct claim *c, const struct claim_receipt *r,
    enum found how, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	char sum[MONEY_TEXT_MAX], day[DATE_TEXT_MAX];
	struct money m = money_zero(r->cur);
	const char *detail;

	m.minor = r->amount;
	detail = mem_fmt(pool, "receipt %s, %s %s, value date %s%s; if it is "
	    "another's: dunlin claims refuse %lld", r->reference, r->cur,
	    money_format(m, sum), date_format(r->value_date, day), r->own ?
	    "" : ", of nobody known", (long long)c->id);
	c->found = r->reference;
	c->found_on = r->value_date;
	c->found_amount = r->amount;
	c->sure = how == FOUND_SURE;
	c->look_at = FOLLOW_NEVER;
	if (claims_move(w->db, c, CLAIM_EV_FIND, w->now, FOLLOW_ACTOR,
	    err) < 0 || close_tasks(w, c, "a receipt was found", err) < 0 || open_task(w, c, c->sure ?
	    "paid-found" : "paid-perhaps", detail, err) < 0)
		return -1;
	return c->sure ? tell(w, c, err) : 0;
}

static int
lost(struct follow *w, struct claim *c, struct err *err)
{
	c->found = NULL;
	c->found_on = DATE_NONE;
	c->found_amount = 0;
	c->sure = false;
	c->until = judge_workdays(&w->rules, w->today,
	    w->company->policy->claim_days);
	c->look_at = zone_instant(w->zone, c->until + 1, 0);
	if (claims_move(w->db, c, CLAIM_EV_LOSE, w->now, FOLLOW_ACTOR,
	    err) < 0)
		return -1;
	return close_tasks(w, c, "the receipt is gone", err);
}

/* 1: there is one, or was. */
static int
by_receipt(struct follow *w, struct claim *c, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct claim_receipt *list;
	enum found how;
	size_t n, i;

	if (claims_receipts(pool, w->db, c, &list, &n, err) < 0)
		return -1;
	if (c->state == CLAIM_IS_FOUND) {
		for (i = 0; i < n; i++)
			if (strcmp(list[i].reference, c->found) == 0)
				return 1;
		return lost(w, c, err) < 0 ? -1 : 1;
	}
	how = look_for(w, c, list, n, &i);
	if (how == FOUND_NONE)
		return 0;
	return found(w, c, &list[i], how, err) < 0 ? -1 : 1;
}

int
follow_claim(struct follow *w, struct claim *c, struct err *err)
{
	int r;

	if (is_booked(w, c))
		return booked(w, c, err);
	if ((r = by_receipt(w, c, err)) != 0)
		return r < 0 ? -1 : 0;
	if (c->state == CLAIM_IS_NOT_FOUND || w->now < c->look_at)
		return 0;
	/* The ledger has to have had its chance. */
	if (w->f->company->ledger_as_of <= c->until && w->today <=
	    c->until + 7)
		return claims_look(w->db, c, zone_instant(w->zone,
		    w->today + 1, 0), err);
	c->look_at = FOLLOW_NEVER;
	if (claims_move(w->db, c, CLAIM_EV_GIVE_UP, w->now, FOLLOW_ACTOR,
	    err) < 0)
		return -1;
	return open_task(w, c, "paid-not-found", NULL, err);
}
