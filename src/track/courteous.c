#include "track/courteous.h"

#include "base/mem.h"
#include "core/date.h"
#include "plan/plan.h"
#include "store/facts_load.h"
#include "store/tasks.h"
#include "store/thanks.h"
#include "store/wrong.h"
#include "track/answer.h"

#include <stdio.h>

#define ACTOR "planner"
#define DAY 86400
#define THANKS_DAYS 14		/* later, nobody knows what for */
#define APOLOGY_DAYS 30

struct step {
	struct db *db;
	const struct config_company *company;
	const struct fact_company *facts;
	int64_t account_id, now;
};

static int
write_to(struct step *s, struct answer *a, bool free, int64_t *ret_id,
    struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct facts *f;

	*ret_id = 0;
	if (facts_load(pool, s->db, s->facts, s->account_id, s->now, &f,
	    err) < 0)
		return -1;
	if (f->restricted || (free && plan_has_hold(f, s->now)))
		return 0;
	return answer_write(s->db, s->company, f, a, s->now, ret_id, err);
}

/* --- thanks --- */

static int
thank(struct step *s, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct answer a = { .class = CLASS_THANKS, .template = "thanks",
	    .from = DATE_NONE };
	struct thanks t;
	int64_t id;
	size_t n;
	char *ignore;

	if (thanks_look(s->db, s->account_id, &t, err) < 0)
		return -1;
	if (!t.due || t.closed_at < s->now - (int64_t)THANKS_DAYS * DAY)
		return 0;
	if (wrongs_recipients(pool, s->db, t.last_id,
	    (int64_t **)&a.contacts, &n, &ignore, err) < 0)
		return -1;
	/* Whoever was reminded, no copies. */
	a.n_contacts = n > 0 ? 1 : 0;
	a.cause = mem_fmt(pool, "thanks/%lld", (long long)t.first_id);
	return n == 0 ? 0 : write_to(s, &a, true, &id, err);
}

/* --- apologies --- */

static int
tell(struct step *s, bool written, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct task_new t = { .company_id = s->facts->id,
	    .account_id = s->account_id,
	    .reason = written ? APOLOGY_TASK : WRONG_TASK };
	char *detail = NULL;

	if (tasks_detail(pool, s->db, t.company_id, s->account_id,
	    written ? WRONG_TASK : APOLOGY_TASK, &detail, err) < 0)
		return -1;
	t.detail = detail;
	if (tasks_close_reason(s->db, t.company_id, s->account_id,
	    written ? WRONG_TASK : APOLOGY_TASK, s->now, ACTOR, written ?
	    "an apology goes out" : "the apology did not go out", err) < 0)
		return -1;
	return tasks_open(s->db, &t, s->now, ACTOR, NULL, NULL, err);
}

/* One for all that is known now, about the newest of the reminders. */
static int
apologise(struct step *s, const struct wrong_open *w, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct answer a = { .class = CLASS_THANKS, .template = "apology",
	    .from = DATE_NONE };
	char *message_id;
	int64_t id = 0;

	if (!s->company->policy->apologies ||
	    w->at < s->now - (int64_t)APOLOGY_DAYS * DAY)
		return wrongs_end(s->db, s->account_id, err);
	if (wrongs_recipients(pool, s->db, w->communication_id,
	    (int64_t **)&a.contacts, &a.n_contacts, &message_id, err) < 0)
		return -1;
	a.cause = mem_fmt(pool, "apology/%lld",
	    (long long)w->communication_id);
	a.in_reply_to = message_id;
	if (a.n_contacts > 0 && write_to(s, &a, false, &id, err) < 0)
		return -1;
	if (id == 0)	/* a person has the task that asks for it */
		return wrongs_end(s->db, s->account_id, err);
	return wrongs_answer(s->db, s->account_id, id, err) < 0 ? -1 :
	    tell(s, true, err);
}

static int
apologies(struct step *s, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct wrong_open *list;
	size_t n, i;

	if (wrongs_open(pool, s->db, s->account_id, &list, &n, err) < 0)
		return -1;
	if (n == 0)
		return 0;
	for (i = 0; i < n; i++)
		if (list[i].apology_id == 0)
			return apologise(s, &list[i], err);
	if (list[0].cancelled)
		return wrongs_end(s->db, s->account_id, err) < 0 ? -1 :
		    tell(s, false, err);
	return list[0].sent ? wrongs_end(s->db, s->account_id, err) : 0;
}

int
courteous_step(struct db *db, const struct config_company *company,
    const struct fact_company *facts, int64_t account_id, int64_t now,
    struct err *err)
{
	struct step s = { db, company, facts, account_id, now };

	if (apologies(&s, err) < 0)
		return -1;
	return company->policy->thanks ? thank(&s, err) : 0;
}
