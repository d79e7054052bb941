#include "plan/planner_step.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "core/zone.h"
#include "escalate/digest.h"
#include "escalate/robot.h"
#include "escalate/step.h"
#include "plan/planner_write.h"
#include "store/meta.h"
#include "store/planning.h"
#include "store/promises.h"
#include "store/privacy.h"
#include "store/roots.h"
#include "store/tasks.h"
#include "track/courteous.h"
#include "track/follow.h"
#include "track/limit.h"
#include "track/tiering.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BATCH 128
#define SLICE 20000		/* ids of a sweep */
#define TX_MS 50		/* of the 100 that a transaction may take */
#define LEASE_SECONDS 120
#define ACTOR "planner"

/* What is remembered of one company between steps. */
struct company {
	const struct config_company *config;
	struct ramp *ramp;
	int32_t ramp_day;
	int32_t limit_day;	/* limitation was looked at on it */
	int32_t away_day;	/* who is away was looked at on it */
	char *state;		/* policy and own hold, as of the last step */
	int64_t review_at;	/* of the own hold; CLOCK_NONE: none, told */
	int64_t wake_at;	/* next id to wake; INT64_MAX: none */
	bool wake_all;
};

struct planner {
	struct db *db;
	const struct config *config;
	const volatile sig_atomic_t *stop;
	char who[128];
	bool leased, told_clock;
	int64_t root_day;	/* UTC day of the last root written */
	struct company *companies;
};

/* --- the lease: advice, so that two planners do not do work twice --- */

struct lease {
	struct planner *p;
	int64_t now;
	bool give_back, mine;
};

static bool
is_alive(const char *who)
{
	char host[64], me[64] = "";
	long pid;

	if (sscanf(who, "%63s %ld", host, &pid) != 2)
		return false;
	gethostname(me, sizeof(me) - 1);
	if (strcmp(host, me) != 0)
		return true;
	return kill((pid_t)pid, 0) == 0 || errno == EPERM;
}

static int
lease_tx(struct db *db, void *arg, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct lease *l = arg;
	size_t n = strlen(l->p->who);
	char *value = NULL;
	int r;

	if ((r = meta_get(pool, db, "planner", &value, err)) < 0)
		return -1;
	l->mine = r == 0 || strcmp(value, "") == 0 ||
	    (strncmp(value, l->p->who, n) == 0 && value[n] == ' ');
	if (!l->mine)
		l->mine = strtoll(strrchr(value, ' ') != NULL ?
		    strrchr(value, ' ') : "0", NULL, 10) <= l->now ||
		    !is_alive(value);
	if (!l->mine)
		return 0;
	return meta_set(db, "planner", l->give_back ? "" :
	    mem_fmt(pool, "%s %lld", l->p->who, (long long)(l->now +
	    LEASE_SECONDS)), err);
}

static int
lease(struct planner *p, int64_t now, bool give_back, bool *ret_mine,
    struct err *err)
{
	struct lease l = { p, now, give_back, false };

	if (store_tx(p->db, lease_tx, &l, err) < 0)
		return -1;
	p->leased = l.mine && !give_back;
	*ret_mine = l.mine;
	return 0;
}

/* Before the first write of a round: 1 it is ours. */
static int
take_lease(struct planner *p, int64_t now, struct err *err)
{
	bool mine = true;

	if (!p->leased && lease(p, now, false, &mine, err) < 0)
		return -1;
	return mine;
}

static int
free_planner(struct planner *p)
{
	struct err ignore;
	bool mine;

	if (p->leased)
		lease(p, clock_now(), true, &mine, &ignore);
	return 0;
}

int
planner_new(void *owner, struct db *db, const struct config *config,
    const volatile sig_atomic_t *stop, struct planner **ret_planner,
    struct err *err)
{
	struct planner *p = mem_new(owner, struct planner);
	char host[64] = "localhost";
	size_t i;

	p->db = db;
	p->config = config;
	p->stop = stop;
	gethostname(host, sizeof(host) - 1);
	snprintf(p->who, sizeof(p->who), "%s %ld", host, (long)getpid());
	p->companies = mem_array(p, struct company, config->n_companies + 1);
	for (i = 0; i < config->n_companies; i++) {
		p->companies[i].config = &config->companies[i];
		p->companies[i].wake_at = INT64_MAX;
	}
	if (meta_clock_told(db, &p->told_clock, err) < 0) {
		talloc_free(p);
		return -1;
	}
	talloc_set_destructor(p, free_planner);
	*ret_planner = p;
	return 0;
}

/* --- one company --- */

struct work {
	struct planner *p;
	struct company *c;
	int64_t now;
	struct fact_company *facts;
	int64_t ids[BATCH];
	size_t n, done;
};

static void
add_first(int64_t slot, int n, void *arg)
{
	ramp_add(arg, slot, n);
}

/* Counts of first contacts: read once a day, then kept up. */
static int
ready_ramp(struct planner *p, struct company *c, struct fact_company *f,
    int64_t now, struct err *err)
{
	int32_t second, today = zone_day(f->zone, now, &second);
	int most = c->config->policy->max_new_per_day;

	if (c->ramp != NULL && c->ramp_day == today)
		return 0;
	talloc_free(c->ramp);
	c->ramp = ramp_new(p, f->zone, today, most);
	c->ramp_day = today;
	if (most <= 0)
		return 0;
	ramp_add(c->ramp, now, most - f->first_left);
	return planning_first_contacts(p->db, f->id, add_first, c->ramp, err);
}

static int
plan_one(struct work *w, int64_t id, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct planner_account a;
	struct facts_stream *s;
	struct plan plan;
	int r;

	if (follow_account(w->p->db, w->c->config, w->facts, id, w->now,
	    err) < 0 || tiering_step(w->p->db, w->c->config, w->facts->id, id,
	    w->now, err) < 0 || courteous_step(w->p->db, w->c->config,
	    w->facts, id, w->now, err) < 0 || facts_stream_open(pool, w->p->db, w->facts, id, id,
	    w->now, &s, err) < 0)
		return -1;
	if ((r = facts_stream_next(s, &a.f, err)) <= 0)
		return r;
	facts_stream_close(s);
	a.policy = w->c->config->policy;
	a.now = w->now;
	a.written = facts_stream_written(s);
	a.plan = &plan;
	ramp_plan(w->c->ramp, a.f, w->facts, a.policy, w->now, NULL, &plan);
	return planner_write(w->p->db, &a, err);
}

static int
plan_tx(struct db *db, void *arg, struct err *err)
{
	struct work *w = arg;
	int64_t until = clock_mono_ms() + TX_MS;

	/* Run again after a busy database, this counts from the start. */
	for (w->done = 0; w->done < w->n; w->done++) {
		if (w->done > 0 && clock_mono_ms() >= until)
			break;
		if (plan_one(w, w->ids[w->done], err) < 0)
			return -1;
	}
	return 0;
}

/* All of w->ids, in as many transactions as it takes. */
static int
plan_ids(struct work *w, const int64_t *ids, size_t n, struct err *err)
{
	size_t at = 0;

	while (at < n) {
		w->n = n - at < BATCH ? n - at : BATCH;
		memcpy(w->ids, ids + at, w->n * sizeof(*ids));
		if (store_tx(w->p->db, plan_tx, w, err) < 0) {
			/* What it has counted may not have been written. */
			talloc_free(w->c->ramp);
			w->c->ramp = NULL;
			return -1;
		}
		at += w->done;
	}
	return 0;
}

/* --- the company's own holds and policy --- */

struct wake {
	struct company *c;
	int64_t company_id;
	const char *key, *state;	/* written at the end */
	const char *since_key;
	const char *was;		/* the hold that was; NULL: none */
	int64_t now;
};

static int
end_wake(struct db *db, const struct wake *k, struct err *err)
{
	char since[32];

	snprintf(since, sizeof(since), "%lld", (long long)k->now);
	if (meta_set(db, k->key, k->state, err) < 0 ||
	    meta_set(db, k->since_key, since, err) < 0)
		return -1;
	if (k->was == NULL)
		return 0;
	return tasks_close_reason(db, k->company_id, 0, k->was, k->now, ACTOR,
	    "no longer so", err);
}

static int
wake_tx(struct db *db, void *arg, struct err *err)
{
	struct wake *k = arg;
	int64_t at = k->c->wake_at;

	if (at != INT64_MAX &&
	    planning_wake(db, k->company_id, &at, err) < 0)
		return -1;
	if (at == INT64_MAX && end_wake(db, k, err) < 0)
		return -1;
	k->c->wake_at = at;
	return 0;
}

/* A new policy: look at every account, write those that it changes. */
static int
sweep_slice(struct work *w, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct company *c = w->c;
	struct planner_sweep k = { w->p->db, c->config->policy, w->facts,
	    NULL, w->now };
	int64_t *ids, first, last;
	size_t n, seen;

	if (ready_ramp(w->p, c, w->facts, w->now, err) < 0 ||
	    planning_range(w->p->db, w->facts->id, &first, &last, err) < 0)
		return -1;
	/* Counts of its own: what is only looked at takes nobody's place. */
	k.ramp = ramp_new(pool, w->facts->zone, c->ramp_day, 0);
	if (planner_sweep(pool, &k, c->wake_at, c->wake_at + SLICE - 1, &ids,
	    &n, &seen, err) < 0 || plan_ids(w, ids, n, err) < 0)
		return -1;
	c->wake_at += SLICE;
	if (c->wake_at > last)
		c->wake_at = INT64_MAX;
	return 0;
}

static bool
same_policy(const char *a, const char *b)
{
	const char *end = strrchr(a, ' ');
	size_t n = end != NULL ? (size_t)(end - a) : strlen(a);

	return strncmp(a, b, n) == 0 && b[n] == ' ';
}

struct tell {
	int64_t company_id, now;
	enum hold_kind kind;
};

static int
tell_tx(struct db *db, void *arg, struct err *err)
{
	const struct tell *t = arg;
	struct task_new n = { .company_id = t->company_id,
	    .reason = hold_name(t->kind) };
	int64_t id;
	bool fresh;

	return tasks_open(db, &n, t->now, ACTOR, &id, &fresh, err);
}

/* A hold of the company that goes on too long: a person has to know.  1: told
 * now. */
static int
tell_of_hold(struct work *w, enum hold_kind kind, struct err *err)
{
	struct tell t = { w->facts->id, w->now, kind };
	struct company *c = w->c;
	int r;

	if (c->review_at == CLOCK_NONE || w->now < c->review_at)
		return 0;
	if ((r = take_lease(w->p, w->now, err)) <= 0)
		return r;
	if (store_tx(w->p->db, tell_tx, &t, err) < 0)
		return -1;
	c->review_at = CLOCK_NONE;
	return 1;
}

static int
remember_state(struct work *w, const struct wake *k, bool held,
    enum hold_kind kind, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct company *c = w->c;
	char *since = NULL;
	int r;

	if ((r = meta_get(pool, w->p->db, k->since_key, &since, err)) < 0)
		return -1;
	talloc_free(c->state);
	c->state = mem_str(w->p, k->state);
	c->wake_at = INT64_MAX;
	c->review_at = CLOCK_NONE;
	if (held && r > 0)
		c->review_at = strtoll(since, NULL, 10) +
		    (int64_t)hold_review_days(kind) * 86400;
	return 0;
}

/* A hold of the company that has gone wakes the accounts that it held, a new
 * policy has all looked at.  1: worked. */
static int
look_at_company(struct work *w, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct company *c = w->c;
	const struct policy *policy = c->config->policy;
	struct wake k = { .c = c, .company_id = w->facts->id,
	    .now = w->now };
	enum hold_kind kind = HOLD_COUNT;
	bool held;
	char *was = NULL;
	int r;

	held = plan_company_held(w->facts, policy, w->now, CLASS_REMINDER,
	    &kind);
	k.key = mem_fmt(pool, "planned:%s", w->facts->code);
	k.since_key = mem_fmt(pool, "planned-since:%s", w->facts->code);
	k.state = mem_fmt(pool, "%s %s", policy->hash != NULL ?
	    policy->hash : policy->name, held ? hold_name(kind) : "free");
	if (c->state != NULL && strcmp(c->state, k.state) == 0 &&
	    c->wake_at == INT64_MAX)
		return held ? tell_of_hold(w, kind, err) : 0;
	if ((r = meta_get(pool, w->p->db, k.key, &was, err)) < 0)
		return -1;
	if (r > 0 && strcmp(was, k.state) == 0) {
		if (remember_state(w, &k, held, kind, err) < 0)
			return -1;
		return held ? tell_of_hold(w, kind, err) : 0;
	}
	if (r > 0 && strrchr(was, ' ') != NULL)
		k.was = strrchr(was, ' ') + 1;
	if (c->wake_at == INT64_MAX) {
		c->wake_at = 0;
		c->wake_all = r > 0 && !same_policy(was, k.state);
	}
	if ((r = take_lease(w->p, w->now, err)) <= 0)
		return r;
	if (c->wake_all && sweep_slice(w, err) < 0)
		return -1;
	if (c->wake_all && c->wake_at != INT64_MAX)
		return 1;
	return store_tx(w->p->db, wake_tx, &k, err) < 0 ? -1 : 1;
}

/* Tasks without an owner, and those past their hour. */
static int
escalate(struct work *w, struct err *err)
{
	int32_t second, day = zone_day(w->c->config->zone, w->now, &second);
	int64_t at;
	int r;

	if (w->c->away_day != day) {
		if ((r = take_lease(w->p, w->now, err)) <= 0)
			return r;
		if (escalate_daily(w->p->db, w->p->config, w->c->config,
		    w->facts->id, w->now, err) < 0)
			return -1;
		w->c->away_day = day;
	}
	if (tasks_next_look(w->p->db, w->facts->id, &at, err) < 0)
		return -1;
	if (at == CLOCK_NONE || at > w->now)
		return 0;
	if ((r = take_lease(w->p, w->now, err)) <= 0)
		return r;
	return escalate_step(w->p->db, w->p->config, w->c->config,
	    w->facts->id, w->now, err);
}

/* Once a day, before anything is planned for it. */
static int
step_limitation(struct work *w, struct err *err)
{
	int32_t second, day = zone_day(w->c->config->zone, w->now, &second);
	int r;

	if (w->c->limit_day == day)
		return 0;
	if ((r = take_lease(w->p, w->now, err)) <= 0)
		return r;
	r = limit_step(w->p->db, w->c->config, w->facts->id, w->now, err);
	if (r == 0)
		w->c->limit_day = day;
	return r;
}

static int
step_company(struct planner *p, struct company *c, int64_t now,
    struct err *err)
{
	MEM_AUTO struct work *w = mem_new(NULL, struct work);
	int64_t ids[BATCH];
	size_t n;
	int r;

	w->p = p;
	w->c = c;
	w->now = now;
	if (facts_company(w, p->db, c->config, now, &w->facts, err) < 0)
		return -1;
	if ((r = escalate(w, err)) != 0 ||
	    (r = look_at_company(w, err)) != 0 ||
	    (r = step_limitation(w, err)) != 0)
		return r;
	if (planning_due(p->db, w->facts->id, now, BATCH, ids, &n, err) < 0 ||
	    (n == 0 && promises_due(p->db, w->facts->id, now,
	    w->facts->ledger_as_of, BATCH, ids, &n, err) < 0))
		return -1;
	/* When all is planned: digests tell what goes out next. */
	if (n == 0 && (r = digest_step(p->db, p->config, c->config,
	    w->facts->id, now, err)) != 0)
		return r;
	if (n == 0)
		return robot_step(p->db, p->config, c->config, w->facts->id,
		    now, err);
	if ((r = take_lease(p, now, err)) <= 0)
		return r;
	if (ready_ramp(p, c, w->facts, now, err) < 0 ||
	    plan_ids(w, ids, n, err) < 0)
		return -1;
	return 1;
}

/* --- holds to be reviewed --- */

struct review {
	struct planning_review r;
	int64_t now;
};

static int
review_tx(struct db *db, void *arg, struct err *err)
{
	struct review *v = arg;
	struct task_new t = { .company_id = v->r.company_id,
	    .account_id = v->r.account_id, .reason = "hold-review",
	    .hold_id = v->r.hold_id };
	int64_t id;
	bool fresh;

	t.detail = hold_text(v->r.kind, "en");
	t.owner = v->r.owner[0] != '\0' ? v->r.owner : NULL;
	return tasks_open(db, &t, v->now, ACTOR, &id, &fresh, err);
}

static int
step_review(struct planner *p, int64_t now, struct err *err)
{
	struct review v = { .now = now };
	int r = planning_review(p->db, now, &v.r, err);

	if (r <= 0 || (r = take_lease(p, now, err)) <= 0)
		return r;
	return store_tx(p->db, review_tx, &v, err) < 0 ? -1 : 1;
}

/* --- */

struct clock_said {
	bool wrong;
	const char *why;
};

static int
clock_tx(struct db *db, void *arg, struct err *err)
{
	const struct clock_said *c = arg;

	return meta_clock_tell(db, c->wrong, c->why, ACTOR, err);
}

/* 1: it is right, or nobody has to wait for it.  Told once when it goes wrong,
 * and when it has come right again. */
static int
clock_is_right(struct planner *p, int64_t now, struct err *err)
{
	struct clock_said c = { .why = "it is right again" };
	char why[META_WHY_MAX];
	bool ok;

	if (meta_clock_check(p->db, now, &ok, why, err) < 0)
		return -1;
	if (ok != p->told_clock)
		return ok;
	c.wrong = !ok;
	if (!ok) {
		c.why = why;
		log_warn("nothing is planned: %s", why);
	}
	if (store_tx(p->db, clock_tx, &c, err) < 0)
		return -1;
	p->told_clock = !ok;
	return ok;
}

/* Once a day: what was asked to be erased and has no ground to be kept any
 * more, and then the root of the ledger of events, which leaves the database.
 * Planning does not depend on them. */
static void
daily(struct planner *p, int64_t now)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct err err;
	int64_t n;

	if (p->root_day == now / 86400)
		return;
	p->root_day = now / 86400;
	if (privacy_erase_due(p->db, now, "planner", &n, &err) < 0)
		log_warn("what is to be erased stays for now: %s", err.text);
	else if (n > 0)
		log_info("erased what was asked for: parties=%lld",
		    (long long)n);
	if (roots_daily(p->db, mem_fmt(pool, "%s/roots", p->config->dir), now,
	    &err) < 0)
		log_warn("no root of today's events: %s", err.text);
}

int
planner_step(struct planner *p, struct err *err)
{
	int64_t now = clock_now();
	bool mine;
	size_t i;
	int r;

	if ((r = clock_is_right(p, now, err)) <= 0)
		return r;
	if ((r = step_review(p, now, err)) != 0)
		return r;
	for (i = 0; i < p->config->n_companies; i++) {
		if (p->stop != NULL && *p->stop)
			break;
		r = step_company(p, &p->companies[i], now, err);
		if (r != 0)
			return r;
	}
	if (p->leased && lease(p, now, true, &mine, err) < 0)
		return -1;
	daily(p, now);
	return 0;
}
