/* Is a row still what is wanted?  Asked when its message is made, and again
 * in the transaction that begins the attempt. */
#include "send/sender.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"
#include "store/facts_load.h"
#include "store/talks.h"

#include <string.h>

/* --- the company's facts --- */

void
lane_forget_company(struct lane *l)
{
	l->facts_at = CLOCK_NONE;
}

static bool
is_known(const struct lane *l, int64_t now, int64_t version)
{
	return l->facts != NULL && l->facts_at == now &&
	    l->facts_version == version;
}

/* Kept while the clock shows the same second and nobody else has committed.
 * What is read inside a transaction of ours is not kept: it may be undone. */
static int
company_facts(void *owner, struct lane *l, int64_t now,
    const struct fact_company **ret_company, struct err *err)
{
	struct db *db = l->sender->db;
	int64_t version = db_data_version(db);
	struct fact_company *c;

	if (is_known(l, now, version)) {
		*ret_company = l->facts;
		return 0;
	}
	if (db_in_tx(db)) {
		if (facts_company(owner, db, l->company, now, &c, err) < 0)
			return -1;
		*ret_company = c;
		return 0;
	}
	if (facts_company(l, db, l->company, now, &c, err) < 0)
		return -1;
	talloc_free(l->facts);
	l->facts = c;
	l->facts_n++;
	l->facts_at = now;
	l->facts_version = version;
	*ret_company = c;
	return 0;
}

/* --- the account's --- */

/* A row of several recipients must not be held by the communication that it
 * is part of: its first recipient's message is no reason against the next.
 * true: it counts already. */
static bool
leave_out_own(void *owner, struct facts *f, int64_t communication_id)
{
	struct fact_touch *touches;
	size_t i, n;

	for (i = 0; i < f->n_touches; i++)
		if (f->touches[i].id == communication_id)
			break;
	if (i == f->n_touches)
		return false;
	touches = mem_array(owner, struct fact_touch, f->n_touches);
	for (i = n = 0; i < f->n_touches; i++)
		if (f->touches[i].id != communication_id)
			touches[n++] = f->touches[i];
	f->touches = touches;
	f->n_touches = n;
	return true;
}

/* What another recipient of it has been offered is no reason against offering
 * this one the same. */
static void
leave_out_offer(void *owner, struct facts *f, const struct outbox_row *row)
{
	const struct fact_offer *o = f->offer;
	struct fact_hold *holds;
	size_t i, n;

	if (o == NULL || o->communication_id != row->communication_id)
		return;
	holds = mem_array(owner, struct fact_hold, f->n_holds + 1);
	for (i = n = 0; i < f->n_holds; i++)
		if (f->holds[i].kind != HOLD_OFFER)
			holds[n++] = f->holds[i];
	f->holds = holds;
	f->n_holds = n;
	f->offer = NULL;
}

/* The same to all recipients, or nothing more. */
static void
same_to_all(struct look *k, const struct fact_offer *said)
{
	struct offer_terms *o = &k->plan.offer, was;

	if (said == NULL)
		return;
	was = said->terms;
	k->unlike = !o->made || o->full != was.full ||
	    o->n_items != was.n_items || o->on > was.day;
	was.on = o->on;
	*o = was;
}

static void
plan_again(struct look *k, const struct lane *l, int64_t now)
{
	plan_account(&k->facts, l->company->policy, now, NULL, &k->plan);
	same_to_all(k, k->said);
}

int
look_load(void *owner, struct lane *l, const struct outbox_row *row,
    int64_t now, struct look **ret_look, struct err *err)
{
	struct db *db = l->sender->db;
	const struct fact_company *company;
	struct look *k = mem_new(owner, struct look);
	struct facts *facts;

	if (company_facts(k, l, now, &company, err) < 0 ||
	    facts_load(k, db, company, row->account_id, now, &facts,
	    err) < 0)
		return -1;
	k->at = now;
	k->version = db_data_version(db);
	k->company_n = l->facts_n;
	k->facts = *facts;
	k->counts = leave_out_own(k, &k->facts, row->communication_id);
	if (facts->offer != NULL && facts->offer->communication_id ==
	    row->communication_id)
		k->said = facts->offer;
	leave_out_offer(k, &k->facts, row);
	plan_again(k, l, now);
	k->contact = plan_contact(&k->facts, row->contact_id,
	    row->address_id);
	*ret_look = k;
	if (row->class != CLASS_COURTESY && row->class != CLASS_ANSWER &&
	    row->class != CLASS_OUTCOME && row->class != CLASS_THANKS)
		return 0;
	return talks_load(k, db, l->company->policy, row->cause, &k->talk,
	    err);
}

/* A row whose time has come stays wanted until not_after, though the plan
 * made now might like another slot better. */
static bool
same_route(const struct outbox_row *row, const struct look *k)
{
	const char *route = plan_route(&k->facts, k->contact, row->template);

	return plan_channel(&k->facts, k->contact) == row->channel &&
	    strcmp(route != NULL ? route : "", row->route) == 0;
}

enum verdict
look_judge(void *owner, const struct lane *l, const struct outbox_row *row,
    const struct look *k, int64_t now, char **ret_why)
{
	const struct plan *p = &k->plan;
	enum hold_kind hold;
	int64_t hold_id;

	if (plan_company_held(k->facts.company, l->company->policy, now,
	    row->class, &hold)) {
		*ret_why = mem_str(owner, hold_name(hold));
		return GUARD_LATER;
	}
	*ret_why = mem_str(owner, "the plan changed");
	if (now > row->not_after) {
		*ret_why = mem_str(owner, "too late for its slot");
		return GUARD_STALE;
	}
	if (p->verdict == PLAN_HELD)
		*ret_why = mem_fmt(owner, "held: %s", hold_name(p->hold));
	if (row->class == CLASS_REMINDER && (p->verdict != PLAN_SEND ||
	    strcmp(p->cause, row->cause) != 0 ||
	    strcmp(p->template, row->template) != 0))
		return GUARD_STALE;
	if (k->unlike) {
		*ret_why = mem_str(owner, "what others were offered is no "
		    "longer so");
		return GUARD_STALE;
	}
	/* Counted by what went out today, whatever was planned. */
	if (row->first_contact && !k->counts &&
	    k->facts.company->first_left <= 0) {
		*ret_why = mem_fmt(owner, "held: %s", hold_name(HOLD_RAMP));
		return GUARD_STALE;
	}
	if (k->talk != NULL && (!k->talk->current || (k->talk->free &&
	    plan_has_hold(&k->facts, now)))) {
		*ret_why = mem_str(owner, "no longer so");
		return GUARD_STALE;
	}
	if (k->contact < 0) {
		*ret_why = mem_str(owner, "no longer a contact");
		return GUARD_STALE;
	}
	if (!same_route(row, k)) {
		*ret_why = mem_str(owner, "it goes another way now");
		return GUARD_STALE;
	}
	if (!plan_allows(&k->facts, l->company->policy, now, row->class,
	    k->contact, &hold, &hold_id)) {
		*ret_why = mem_fmt(owner, "held: %s", hold_name(hold));
		/* An answer waits for the morning: nobody plans it anew. */
		if (k->talk != NULL && (hold == HOLD_OUTSIDE_HOURS ||
		    hold == HOLD_CAP))
			return GUARD_DELAY;
		return GUARD_STALE;
	}
	return GUARD_GO;
}

bool
sender_next_time(struct lane *l, const struct outbox_row *row, int64_t now,
    int64_t *ret_at)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct err ignore;
	struct look *k;
	int32_t today;
	int64_t end;

	if (row->class == CLASS_STAFF || look_load(pool, l, row, now, &k,
	    &ignore) < 0)
		return false;
	today = plan_first_day(&k->facts, l->company->policy, now,
	    row->class);
	return plan_first_time(&k->facts, l->company->policy, now, today,
	    today + 14, ret_at, &end) && *ret_at > now;
}

int
staff_judge(void *owner, struct lane *l, const struct outbox_row *row,
    int64_t now, enum verdict *ret_verdict, char **ret_why, struct err *err)
{
	const struct fact_company *company;
	enum hold_kind hold;

	if (company_facts(owner, l, now, &company, err) < 0)
		return -1;
	*ret_verdict = GUARD_GO;
	if (plan_company_held(company, l->company->policy, now, CLASS_STAFF,
	    &hold)) {
		*ret_why = mem_str(owner, hold_name(hold));
		*ret_verdict = GUARD_LATER;
	} else if (now > row->not_after) {
		*ret_why = mem_str(owner, "too late");
		*ret_verdict = GUARD_STALE;
	}
	return 0;
}

/* --- once more, in the transaction --- */

/* Can the facts of a look have changed?  Others: not without a commit.  We:
 * not between the look and this transaction, and in it only by the outcomes
 * of the last messages: those of one wave touch each other not at all. */
static bool
still_holds(const struct lane *l, const struct ready *r, int64_t now)
{
	const struct look *k = r->look;
	const struct done *d;
	size_t i;

	if (now < k->at || now > k->at + SENDER_KEEP ||
	    db_data_version(l->sender->db) != k->version)
		return false;
	for (i = 0; i < l->n_done; i++) {
		d = l->done[i];
		if (d->result.outcome != OUTCOME_ACCEPTED ||
		    d->row->account_id == r->row->account_id ||
		    d->row->address_id == r->row->address_id)
			return false;
	}
	return true;
}

/* Asked again in the same second, of the same facts: the answer was yes. */
static bool
is_judged(const struct lane *l, const struct ready *r, int64_t now)
{
	const struct look *k = r->look;

	return now == k->at && is_known(l, now, k->version) &&
	    l->facts_n == k->company_n;
}

/* What it counts for: its account, the others of its party, and whoever is
 * written to at the same address. */
bool
ready_touches(const struct ready *a, const struct ready *b)
{
	const struct facts *f;
	size_t i;

	if (a->look == NULL || b->look == NULL)
		return false;
	f = &b->look->facts;
	if (a->row->account_id == b->row->account_id ||
	    a->row->address_id == b->row->address_id ||
	    a->look->facts.party_id == f->party_id)
		return true;
	for (i = 0; i < f->n_contacts; i++)
		if (f->contacts[i].address_id == a->row->address_id)
			return true;
	return false;
}

/* Midnight has passed since it was made: its last day is another. */
static bool
says_other(const struct ready *r, const struct look *k)
{
	return r->offer.made && !offer_same(&r->offer, &k->plan.offer);
}

int
sender_guard(void *owner, struct lane *l, struct ready *r, int64_t now,
    enum verdict *ret_verdict, char **ret_why, struct err *err)
{
	struct look *k = r->look, *fresh;

	if (r->row->class == CLASS_STAFF)
		return staff_judge(owner, l, r->row, now, ret_verdict,
		    ret_why, err);
	if (still_holds(l, r, now)) {
		*ret_verdict = GUARD_GO;
		if (is_judged(l, r, now))
			return 0;
		if (company_facts(owner, l, now, &k->facts.company, err) < 0)
			return -1;
		plan_again(k, l, now);
		*ret_verdict = look_judge(owner, l, r->row, k, now, ret_why);
		if (*ret_verdict == GUARD_GO && says_other(r, k))
			*ret_verdict = GUARD_ANEW;
		return 0;
	}
	if (look_load(owner, l, r->row, now, &fresh, err) < 0)
		return -1;
	*ret_verdict = look_judge(owner, l, r->row, fresh, now, ret_why);
	if (*ret_verdict == GUARD_GO && (fresh->facts.rev != k->facts.rev ||
	    fresh->facts.contacts[fresh->contact].address_rev !=
	    k->facts.contacts[k->contact].address_rev ||
	    says_other(r, fresh)))
		*ret_verdict = GUARD_ANEW;
	return 0;
}
