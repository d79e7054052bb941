#include "track/answer.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "plan/plan.h"
#include "store/facts_load.h"
#include "store/outbox.h"
#include "store/tasks.h"

#define DAY 86400
#define WEEK (7 * DAY)
#define MINUTE 60
#define WAIT_DAYS 14
#define FIRST (INT64_C(1) << 60)	/* before all reminders */

int
answer_facts(void *owner, struct db *db,
    const struct config_company *company, int64_t account_id, int64_t now,
    struct facts **ret_facts, struct err *err)
{
	struct fact_company *c;

	if (facts_company(owner, db, company, now, &c, err) < 0)
		return -1;
	return facts_load(owner, db, c, account_id, now, ret_facts, err);
}

static int
contact_of(const struct facts *f, const struct policy *p,
    const struct answer *a, int64_t now)
{
	struct plan_to who = { .class = a->class, .role = CONTACT_PAYABLES,
	    .template = a->template };
	int to[PLAN_RECIPIENTS_MAX];
	size_t i;

	for (i = 0; i < f->n_contacts; i++)
		if (f->contacts[i].id == a->contact_id &&
		    (f->contacts[i].kind == ADDRESS_EMAIL ||
		    plan_route(f, (int)i, a->template) != NULL))
			return (int)i;
	return plan_recipients_by(f, p, now, &who, to) > 0 ? to[0] : -1;
}

static void
recipient(const struct facts *f, int c, const char *template,
    struct outbox_recipient *ret)
{
	ret->channel = plan_channel(f, c);
	ret->route = plan_route(f, c, template);
	ret->contact_id = f->contacts[c].id;
	ret->address_id = f->contacts[c].address_id;
	ret->language = plan_language(f, c);
}

/* Those contacts of a that are still contacts and may be written to. */
static size_t
recipients(const struct facts *f, const struct policy *p,
    const struct answer *a, int64_t now, struct outbox_recipient *ret)
{
	enum hold_kind kind;
	size_t i, c, n = 0;
	int64_t id;
	int one;

	if (a->contacts == NULL) {
		if ((one = contact_of(f, p, a, now)) >= 0)
			recipient(f, one, a->template, &ret[n++]);
		return n;
	}
	for (i = 0; i < a->n_contacts && n < PLAN_RECIPIENTS_MAX; i++)
		for (c = 0; c < f->n_contacts; c++) {
			if (f->contacts[c].id != a->contacts[i])
				continue;
			if (plan_allows(f, p, now, a->class, (int)c, &kind,
			    &id) || hold_effect(kind, a->class) == DELAY ||
			    plan_hold_is_company(kind))
				recipient(f, (int)c, a->template, &ret[n++]);
		}
	return n;
}

int
answer_write(struct db *db, const struct config_company *company,
    const struct facts *f, const struct answer *a, int64_t now,
    int64_t *ret_id, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	const struct policy *p = company->policy;
	struct outbox_recipient to[PLAN_RECIPIENTS_MAX];
	struct outbox_new o = { .stage = -1, .level = -1, .to = to,
	    .priority = FIRST };
	int32_t first = plan_first_day(f, p, now, a->class);
	bool at_once = a->from == DATE_NONE;

	*ret_id = 0;
	o.n_to = recipients(f, p, a, now, to);
	if (o.n_to == 0 || !plan_first_time(f, p, now, at_once ? first :
	    a->from, at_once ? first + WAIT_DAYS : a->to, &o.due_at,
	    &o.not_after))
		return 0;
	/* An answer may wait for its relay; a reminder of tomorrow may not. */
	if (at_once)
		o.not_after = o.due_at + WEEK;
	o.channel = to[0].channel;
	o.company_id = f->company->id;
	o.account_id = f->account_id;
	o.class = a->class;
	o.cause = a->cause;
	o.policy = mem_fmt(pool, "%s %.12s", p->name, p->hash != NULL ?
	    p->hash : "");
	o.template = a->template;
	o.topic = a->topic;
	o.in_reply_to = a->in_reply_to;
	o.references = a->references;
	return outbox_plan(db, &o, now, ret_id, err);
}

static int
owed(struct db *db, const struct act_reply *r, const char *why,
    struct err *err)
{
	struct task_new t = { .company_id = r->company_id,
	    .account_id = r->account_id, .reason = "answer-owed",
	    .inbox_id = r->inbox_id };
	int64_t id;
	bool fresh;

	t.detail = r->quote != NULL ? r->quote : why;
	return tasks_open(db, &t, r->now, r->actor, &id, &fresh, err);
}

int
answer_reply(struct db *db, const struct act_reply *r, const char *template,
    const char *cause, const char *topic, enum act_done *ret_done,
    struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct answer a = { .class = CLASS_ANSWER, .template = template,
	    .cause = cause, .topic = topic, .contact_id = r->contact_id,
	    .from = DATE_NONE, .in_reply_to = r->message_id,
	    .references = r->references };
	const struct policy *p = r->company->policy;
	int64_t all, same, last, id;
	struct facts *f;

	*ret_done = ACT_DONE;
	if (r->silent || (r->rule != NULL && r->rule->silent))
		return 0;
	if (outbox_answers(db, r->account_id, topic, r->now - WEEK, &all,
	    &same, &last, err) < 0)
		return -1;
	if (same > 0) {
		*ret_done = ACT_SAME;
		return 0;
	}
	*ret_done = ACT_TASK;
	if (all >= p->answers_per_week || (last != CLOCK_NONE &&
	    last > r->now - (int64_t)p->answer_gap * MINUTE))
		return owed(db, r, "as many answers as allowed", err);
	if (answer_facts(pool, db, r->company, r->account_id, r->now, &f,
	    err) < 0 || answer_write(db, r->company, f, &a, r->now, &id,
	    err) < 0)
		return -1;
	if (id == 0)
		return owed(db, r, "nobody can be written to", err);
	*ret_done = ACT_DONE;
	return 0;
}
