#include "send/sender.h"

#include "base/clock.h"
#include "base/mem.h"
#include "store/attempts.h"
#include "core/date.h"
#include "core/zone.h"
#include "store/facts_load.h"
#include "store/talks.h"

#include <string.h>

#define REFERENCES 10

/* What the company's and the account's facts say about a row. */
struct look {
	struct facts facts;	/* without the row's own communication */
	struct plan plan;
	int contact;		/* index, -1: no longer a contact */
	struct talk *talk;	/* no reminder: what it is about; NULL */
};

/* A row of several recipients must not be held by the communication that it
 * is part of: its first recipient's message is no reason against the next. */
static void
leave_out_own(void *owner, struct facts *f, int64_t communication_id)
{
	struct fact_touch *touches;
	size_t i, n;

	touches = mem_array(owner, struct fact_touch, f->n_touches + 1);
	for (i = n = 0; i < f->n_touches; i++)
		if (f->touches[i].id != communication_id)
			touches[n++] = f->touches[i];
	f->touches = touches;
	f->n_touches = n;
}

static int
find_contact(const struct facts *f, const struct outbox_row *row)
{
	size_t i;

	for (i = 0; i < f->n_contacts; i++)
		if (f->contacts[i].id == row->contact_id &&
		    f->contacts[i].address_id == row->address_id)
			return (int)i;
	return -1;
}

static int
look(void *owner, struct lane *l, const struct outbox_row *row, int64_t now,
    struct look *ret_look, struct err *err)
{
	struct db *db = l->sender->db;
	struct fact_company *company;
	struct facts *facts;

	if (facts_company(owner, db, l->company, now, &company, err) < 0 ||
	    facts_load(owner, db, company, row->account_id, now, &facts,
	    err) < 0)
		return -1;
	ret_look->facts = *facts;
	leave_out_own(owner, &ret_look->facts, row->communication_id);
	plan_account(&ret_look->facts, l->company->policy, now, NULL,
	    &ret_look->plan);
	ret_look->contact = find_contact(&ret_look->facts, row);
	ret_look->talk = NULL;
	if (row->class != CLASS_COURTESY && row->class != CLASS_ANSWER &&
	    row->class != CLASS_OUTCOME)
		return 0;
	return talks_load(owner, db, l->company->policy, row->cause,
	    &ret_look->talk, err);
}

/* A row whose time has come stays wanted until not_after, though the plan
 * made now might like another slot better. */
static enum verdict
judge(void *owner, const struct lane *l, const struct outbox_row *row,
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
	    strcmp(p->cause, row->cause) != 0))
		return GUARD_STALE;
	if (k->talk != NULL && !k->talk->current) {
		*ret_why = mem_str(owner, "no longer so");
		return GUARD_STALE;
	}
	if (k->contact < 0) {
		*ret_why = mem_str(owner, "no longer a contact");
		return GUARD_STALE;
	}
	if (!plan_allows(&k->facts, l->company->policy, now, row->class,
	    k->contact, &hold, &hold_id)) {
		*ret_why = mem_fmt(owner, "held: %s", hold_name(hold));
		/* An answer waits for the morning: nobody plans it anew. */
		if (k->talk != NULL && hold == HOLD_OUTSIDE_HOURS)
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
	const struct calendar *calendar;
	const struct zone *zone;
	struct err ignore;
	struct look k;
	int32_t today;
	int64_t end;

	if (look(pool, l, row, now, &k, &ignore) < 0)
		return false;
	today = plan_today(&k.facts, l->company->policy, now, &zone,
	    &calendar);
	return plan_first_time(&k.facts, l->company->policy, now, today,
	    today + 14, ret_at, &end) && *ret_at > now;
}

/* What it is about, where that is less than all that is open. */
static size_t
talk_items(const struct facts *f, const struct talk *t,
    struct plan_item *out)
{
	size_t i, k, n = 0;

	for (i = 0; i < f->n_items; i++)
		for (k = 0; k < t->n_items; k++)
			if (f->items[i].id == t->items[k] &&
			    f->items[i].open != 0) {
				out[n].i = i;
				out[n++].amount = f->items[i].open;
			}
	return n;
}

static const char *
user_name(const struct config *c, const char *login)
{
	size_t i;

	for (i = 0; login != NULL && i < c->n_users; i++)
		if (strcmp(c->users[i].login, login) == 0)
			return c->users[i].name;
	return NULL;
}

/* Our thread, and what is answered last. */
static const char *const *
with_reply(void *owner, char **references, const struct outbox_row *row)
{
	const char **all;
	size_t n = 0, i;

	while (references[n] != NULL)
		n++;
	all = mem_array(owner, const char *, n + 2);
	for (i = 0; i < n; i++)
		all[i] = references[i];
	all[n] = row->in_reply_to;
	return all;
}

static int
render(struct ready *r, struct lane *l, const struct look *k, int64_t now,
    struct err *err)
{
	const struct outbox_row *row = r->row;
	struct render_promise promise;
	struct render_input in;
	struct plan_item *items;
	char **references;

	if (attempts_references(r, l->sender->db, row->account_id,
	    row->address_id, REFERENCES, &references, err) < 0)
		return -1;
	items = mem_array(r, struct plan_item, k->facts.n_items + 1);
	memset(&in, 0, sizeof(in));
	in.company = l->company;
	in.facts = &k->facts;
	in.items = items;
	in.n_items = plan_items(&k->facts, now, items);
	in.template = row->template;
	in.language = row->language;
	in.class = row->class;
	in.stage = row->stage < 0 ? STAGE_M0 : (enum stage)row->stage;
	in.role = k->plan.step == NULL ? NULL : k->plan.step->role;
	in.contact = k->contact;
	in.now = now;
	in.as_of = row->approve > 0 ? row->approved_as_of : 0;
	in.token = r->token;
	in.message_id = r->message_id;
	in.references = (const char *const *)references;
	if (k->talk != NULL) {
		if (k->talk->n_items > 0)
			in.n_items = talk_items(&k->facts, k->talk, items);
		in.talk = k->talk;
		in.talk_owner = user_name(l->sender->config, k->talk->owner);
		in.role = NULL;
		if (k->talk->n_days > 0) {
			promise.day = k->talk->days[0].day;
			promise.amount = k->talk->days[0].amount;
			in.promise = &promise;
		}
		in.in_reply_to = row->in_reply_to;
		if (row->in_reply_to != NULL)
			in.references = with_reply(r, references, row);
	}
	return render_mail(r, l->sender->templates, &in, &r->mail, err);
}

/* What needs approval goes out as it was approved, or not at all. */
static bool
is_as_approved(const struct ready *r)
{
	char hash[HASH_HEX_MAX];

	if (r->row->approve == 0)
		return true;
	if (r->row->approved_hash == NULL)
		return false;
	render_content_hash(r->mail, hash);
	return strcmp(hash, r->row->approved_hash) == 0;
}

static void
name_attempt(struct ready *r, const struct config_company *company)
{
	char token[ID_TOKEN_MAX], left[ID_TOKEN_MAX];

	id_token(token);
	id_token(left);
	r->token = mem_str(r, token);
	r->message_id = mem_fmt(r, "<%s.dunlin@%s>", left,
	    company->message_domain);
}

int
sender_make(void *owner, struct lane *l, struct outbox_row *row,
    int64_t now, enum verdict *ret_verdict, struct ready **ret_ready,
    char **ret_why, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct ready *r;
	struct look k;

	if (db_snapshot_begin(l->sender->db, err) < 0)
		return -1;
	if (look(pool, l, row, now, &k, err) < 0) {
		db_snapshot_end(l->sender->db);
		return -1;
	}
	*ret_verdict = judge(owner, l, row, &k, now, ret_why);
	if (*ret_verdict != GUARD_GO) {
		db_snapshot_end(l->sender->db);
		return 0;
	}
	r = mem_new(owner, struct ready);
	r->row = row;
	r->rev = k.facts.rev;
	r->address_rev = k.facts.contacts[k.contact].address_rev;
	name_attempt(r, l->company);
	if (render(r, l, &k, now, err) < 0) {
		db_snapshot_end(l->sender->db);
		talloc_free(r);
		return -1;
	}
	db_snapshot_end(l->sender->db);
	if (!is_as_approved(r)) {
		talloc_free(r);
		*ret_verdict = GUARD_STALE;
		*ret_why = mem_str(owner, "changed since it was approved");
		return 0;
	}
	*ret_ready = r;
	return 0;
}

int
sender_guard(void *owner, struct lane *l, const struct ready *r,
    int64_t now, enum verdict *ret_verdict, char **ret_why,
    struct err *err)
{
	struct look k;

	if (look(owner, l, r->row, now, &k, err) < 0)
		return -1;
	*ret_verdict = judge(owner, l, r->row, &k, now, ret_why);
	if (*ret_verdict == GUARD_GO && (k.facts.rev != r->rev ||
	    k.facts.contacts[k.contact].address_rev != r->address_rev))
		*ret_verdict = GUARD_ANEW;
	return 0;
}
