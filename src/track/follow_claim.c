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

/* A person has said that it is not this one. */
static bool
refused(const struct claim *c, const struct claim_receipt *r)
{
	size_t i;

	for (i = 0; i < c->n_refused; i++)
		if (strcmp(c->refused[i], r->reference) == 0)
			return true;
	return false;
}

static struct found_receipt *
possible(void *pool, const struct claim *c, struct claim_receipt *list,
    size_t *n)
{
	struct found_receipt *r = mem_array(pool, struct found_receipt, *n + 1);
	size_t m = 0, i;

	for (i = 0; i < *n; i++) {
		if (refused(c, &list[i]))
			continue;
		r[m] = (struct found_receipt){ .reference = list[i].reference,
		    .amount = list[i].amount,
		    .value_date = list[i].value_date, .own = list[i].own,
		    .taken = list[i].taken, .shared = list[i].shared,
		    .item = list[i].item };
		memcpy(r[m].cur, list[i].cur, strnlen(list[i].cur,
		    MONEY_CUR_MAX - 1));
		list[m++] = list[i];
	}
	*n = m;
	return r;
}

/* One that fits alone is better than several; where a person has refused
 * several, no others are guessed.  Leaves in list what is not refused. */
static enum found
look_for(struct follow *w, const struct claim *c, struct claim_receipt *list,
    size_t n, size_t ret_pick[FOUND_SET_MAX], size_t *ret_n)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct found_claim said = { .reference = c->reference,
	    .amount = c->amount, .cur = currency(w, c),
	    .said = c->amount > 0, .paid_on = c->paid_on };
	struct found_receipt *r = possible(pool, c, list, &n);
	enum found best = FOUND_NONE, one;
	int32_t second;
	size_t i;

	said.made_on = zone_day(w->zone, c->made_at, &second);
	for (i = 0; i < c->n_items && c->amount == 0; i++)
		said.amount += c->items[i].open;
	for (i = 0; i < n; i++) {
		one = found_one(&said, &r[i]);
		if (one > best) {
			best = one;
			ret_pick[0] = i;
			*ret_n = 1;
		}
	}
	return best != FOUND_NONE || c->several_refused ? best :
	    found_set(&said, r, n, ret_pick, ret_n);
}

/* What it names from now on. */
static void
name(struct claim *c, const struct claim_receipt *list, const size_t *pick,
    size_t n)
{
	const struct claim_receipt *r;
	size_t i;

	c->receipts = mem_array(c, const char *, n);
	c->n_receipts = n;
	c->found_amount = 0;
	for (i = 0; i < n; i++) {
		r = &list[pick[i]];
		c->receipts[i] = r->reference;
		c->found = i == 0 ? r->reference :
		    mem_fmt(c, "%s + %s", c->found, r->reference);
		c->found_on = r->value_date;	/* they are by date */
		c->found_amount += r->amount;
	}
}

static int
found(struct follow *w, struct claim *c, const struct claim_receipt *list,
    const size_t *pick, size_t n, enum found how, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	const struct claim_receipt *r = &list[pick[0]];
	char sum[MONEY_TEXT_MAX], day[DATE_TEXT_MAX];
	struct money m = money_zero(r->cur);
	const char *detail;

	name(c, list, pick, n);
	m.minor = c->found_amount;
	detail = mem_fmt(pool, "receipt%s %s, %s %s, value date %s%s%s; if it "
	    "is another's: dunlin claims refuse %lld", n > 1 ? "s" : "",
	    c->found, r->cur, money_format(m, sum), date_format(c->found_on,
	    day), r->own ? "" : ", of nobody known", n > 1 && how !=
	    FOUND_SURE ? ", others may be meant" : "", (long long)c->id);
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
	c->n_receipts = 0;
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

static bool
all_there(const struct claim *c, const struct claim_receipt *list, size_t n)
{
	size_t i, k;

	for (k = 0; k < c->n_receipts; k++) {
		for (i = 0; i < n && strcmp(list[i].reference,
		    c->receipts[k]) != 0; i++)
			;
		if (i == n)
			return false;
	}
	return true;
}

/* 1: there is one, or was. */
static int
by_receipt(struct follow *w, struct claim *c, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct claim_receipt *list;
	size_t pick[FOUND_SET_MAX], n, n_picked = 0;
	enum found how;

	if (claims_receipts(pool, w->db, c, &list, &n, err) < 0)
		return -1;
	if (c->state == CLAIM_IS_FOUND) {
		if (all_there(c, list, n))
			return 1;
		return lost(w, c, err) < 0 ? -1 : 1;
	}
	how = look_for(w, c, list, n, pick, &n_picked);
	if (how == FOUND_NONE)
		return 0;
	return found(w, c, list, pick, n_picked, how, err) < 0 ? -1 : 1;
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
