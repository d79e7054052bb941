#include "escalate/step.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "core/zone.h"
#include "escalate/assign.h"
#include "escalate/digest.h"
#include "escalate/mail.h"
#include "escalate/robot.h"
#include "policy/workhours.h"
#include "store/digest.h"
#include "store/staff.h"
#include "store/tasks.h"

#include <string.h>

#define ACTOR "planner"
#define BATCH 50
#define NEVER INT64_C(7258118400)	/* 2200 */
#define MAILS_PER_HOUR 20		/* to one person; the digest has all */

struct round {
	const struct config *config;
	const struct config_company *company;
	int64_t company_id, now;
	void *pool;
	int64_t *open;		/* tasks of each user */
};

static int
count_open(struct round *r, struct db *db, struct err *err)
{
	size_t i;

	r->open = mem_array(r->pool, int64_t, r->config->n_users + 1);
	for (i = 0; i < r->config->n_users; i++)
		if (tasks_load(db, r->company_id, r->config->users[i].login,
		    &r->open[i], err) < 0)
			return -1;
	return 0;
}

static const struct config_user *
find_user(struct round *r, const struct task_case *c,
    const struct reason *reason, int level)
{
	struct assign_case a = { .company = r->company, .reason = reason,
	    .owner = c->account_owner, .had = c->owner, .tier = c->tier,
	    .language = c->language, .level = level, .now = r->now };
	const struct config_user *u;
	size_t i;

	for (i = 0; i < c->n_open; i++)
		a.large |= policy_is_large(r->company->policy,
		    c->open[i].cur, c->open[i].minor);
	u = assign_user(r->config, &a, r->open);
	if (u != NULL)
		r->open[u - r->config->users]++;
	return u;
}

static int64_t
due_for(const struct round *r, const struct config_user *u, int64_t from,
    int hours)
{
	return workhours_add(assign_calendar(u, r->company),
	    assign_zone(u, r->company), from, hours);
}

static bool
can_have_it(const struct round *r, const struct config_user *u)
{
	int32_t second;

	return u != NULL && config_user_sees(u, r->company->code) &&
	    !config_user_is_away(u, zone_day(assign_zone(u, r->company),
	    r->now, &second));
}

/* A new one, or news of one. */
static const struct config_user *
settle(struct round *r, const struct task_case *c,
    const struct reason *reason, struct task_given *g)
{
	const struct config_user *u = config_user(r->config, c->owner);
	bool own = strcmp(c->reason, TASK_OWN) == 0;

	if (own && c->owner == NULL)
		u = config_user(r->config, c->account_owner);
	else if (!own && !can_have_it(r, u))
		u = find_user(r, c, reason, c->level);
	g->owner = u != NULL ? u->login : c->owner;
	/* Nobody has named a day: working hours of who has it. */
	if (!own && c->due_at == due_for(r, NULL, c->opened_at,
	    reason->hours))
		g->due_at = due_for(r, u, c->opened_at, reason->hours);
	g->look_at = own ? NEVER : g->due_at;
	return u;
}

static const struct config_user *
raise_it(struct round *r, const struct task_case *c,
    const struct reason *reason, struct task_given *g)
{
	const struct config_user *u = NULL;

	while (u == NULL && g->level < 2)
		u = find_user(r, c, reason, ++g->level);
	if (u == NULL) {		/* nobody is above them */
		g->level = c->level;
		g->look_at = NEVER;
		return NULL;
	}
	g->raised = true;
	g->owner = u->login;
	g->due_at = due_for(r, u, r->now, reason->hours);
	g->look_at = g->due_at;
	return u;
}

/* 1: it is due before the next digest could tell of it. */
static int
is_too_soon(struct round *r, struct db *db, const struct config_user *u,
    int64_t due, struct err *err)
{
	const struct zone *z = assign_zone(u, r->company);
	const struct calendar *c = assign_calendar(u, r->company);
	int32_t second, day = zone_day(z, r->now, &second);
	int past = !calendar_is_workday(c, day) || second >= DIGEST_UNTIL;

	if (!past && second >= DIGEST_FROM)
		past = digest_taken_on(db, r->company_id, u->login,
		    digest_kind_name(DIGEST_DAILY), day, err);
	if (past < 0)
		return -1;
	return due < (past > 0 ? digest_after(r->company, u, day) :
	    zone_instant(z, day, DIGEST_FROM));
}

static int
tell(struct round *r, struct db *db, const struct task_case *c,
    const struct task_given *g, const struct config_user *u, struct err *err)
{
	int64_t n;
	int now = c->severity >= SEVERITY_AT_ONCE;

	if (u == NULL || u->mail == NULL)
		return 0;
	if (!now && strcmp(c->reason, TASK_OWN) != 0)
		now = is_too_soon(r, db, u, g->due_at, err);
	if (now <= 0)
		return now;
	if (staff_count(db, r->company_id, u->login, "task/", r->now - 3600,
	    &n, err) < 0)
		return -1;
	if (n >= MAILS_PER_HOUR)
		return 0;
	return mail_task(db, r->config, r->company, c, g, u, r->now, err);
}

static int
one(struct round *r, struct db *db, int64_t id, struct err *err)
{
	const struct config_user *u;
	const struct reason *reason;
	struct task_given g;
	struct task_case *c;
	int got = tasks_case(r->pool, db, id, &c, err);

	if (got <= 0)
		return got;
	g = (struct task_given){ .owner = c->owner, .level = c->level,
	    .due_at = c->due_at, .look_at = NEVER };
	reason = reason_find(c->reason);
	if (reason == NULL)		/* of an older program */
		return tasks_give(db, c, &g, r->now, ACTOR, err);
	if (c->look_at == 0) {
		u = settle(r, c, reason, &g);
	} else if (strcmp(c->state, task_state_name(TASK_ACKED)) == 0 &&
	    c->look_at <= c->due_at) {
		u = NULL;
		g.look_at = due_for(r, config_user(r->config, c->owner),
		    r->now, reason->hours);
	} else {
		u = raise_it(r, c, reason, &g);
	}
	if (tasks_give(db, c, &g, r->now, ACTOR, err) < 0 ||
	    tell(r, db, c, &g, u, err) < 0)
		return -1;
	return u == NULL ? 0 : robot_task(db, r->config, r->company, c, &g,
	    r->now, err);
}

/* Whoever is away from today on has no tasks that wait: others get them. */
static int
free_tasks(struct round *r, struct db *db, struct err *err)
{
	const struct config_user *u;
	int32_t second;
	size_t i;

	for (i = 0; i < r->config->n_users; i++) {
		u = &r->config->users[i];
		if (config_user_is_away(u, zone_day(assign_zone(u,
		    r->company), r->now, &second)) && tasks_anew(db,
		    r->company_id, u->login, r->now, err) < 0)
			return -1;
	}
	return 0;
}

struct tx {
	struct round *r;
	size_t n;
};

static int
away_tx(struct db *db, void *arg, struct err *err)
{
	struct tx *t = arg;

	return free_tasks(t->r, db, err);
}

int
escalate_daily(struct db *db, const struct config *config,
    const struct config_company *company, int64_t company_id, int64_t now,
    struct err *err)
{
	struct round r = { .config = config, .company = company,
	    .company_id = company_id, .now = now };
	struct tx t = { .r = &r };

	return store_tx(db, away_tx, &t, err);
}

static int
step_tx(struct db *db, void *arg, struct err *err)
{
	struct tx *t = arg;
	int64_t ids[BATCH];
	size_t i;

	talloc_free_children(t->r->pool);
	if (tasks_look(db, t->r->company_id, t->r->now, ids, BATCH, &t->n,
	    err) < 0 || (t->n > 0 && count_open(t->r, db, err) < 0))
		return -1;
	for (i = 0; i < t->n; i++)
		if (one(t->r, db, ids[i], err) < 0)
			return -1;
	return 0;
}

int
escalate_step(struct db *db, const struct config *config,
    const struct config_company *company, int64_t company_id, int64_t now,
    struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct round r = { .config = config, .company = company,
	    .company_id = company_id, .now = now, .pool = pool };
	struct tx t = { .r = &r };

	return store_tx(db, step_tx, &t, err) < 0 ? -1 : t.n > 0;
}
