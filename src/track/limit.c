#include "track/limit.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"
#include "store/holds.h"
#include "store/meta.h"
#include "store/tasks.h"
#include "track/guarantee.h"

#include <stdio.h>
#include <string.h>

#define ACTOR "planner"
#define BATCH 50
#define AHEAD 366		/* days before its end that a clock is shown */

/* Days before the end on which people are told. */
static const int warnings[] = { 90, 30 };

bool
limit_pack(const struct config_company *company,
    struct limitation_pack *ret_pack)
{
	const struct config_limitation *c = &company->limitation;
	const struct limitation_pack *p = c->pack != NULL ?
	    limitation_pack(c->pack) : limitation_pack_of(company->country);
	static const struct limitation_pack own = { "own", NULL,
		"dunlin.yaml", 0, 0, 0, false, 0, LIMITATION_ACCEPTED };

	if (c->pack != NULL && strcmp(c->pack, "none") == 0)
		return false;
	if (p == NULL && c->years == 0)
		return false;
	*ret_pack = p != NULL ? *p : own;
	if (c->years > 0)
		ret_pack->years = c->years;
	if (c->interrupts != NULL)
		limitation_bits(c->interrupts, &ret_pack->interrupts);
	if (c->proof != NULL)
		limitation_proof_parse(c->proof, &ret_pack->proof);
	return true;
}

int
limit_look(void *owner, struct db *db, const struct config_company *company,
    const struct limitation_pack *p, const struct limitation_item *item,
    struct limitation *ret, struct limitation_fact **ret_facts,
    size_t *ret_n, struct err *err)
{
	if (limitations_facts(owner, db, item, company->zone, ret_facts,
	    ret_n, err) < 0)
		return -1;
	limitation_compute(p, item->base, *ret_facts, *ret_n, calendar_for(
	    company->workdays != NULL ? company->workdays :
	    company->country), ret);
	return 0;
}

struct sweep {
	const struct config_company *company;
	int64_t company_id, now;
	int32_t today;
	struct limitation_pack pack;
	const char *key;
	int64_t after;		/* items up to it are done today */
	bool done;
};

static int
tell(struct db *db, const struct sweep *s, const struct limitation_item *it,
    const struct limitation *l, int left, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct task_new t = { .company_id = s->company_id,
	    .account_id = it->account_id, .reason = "limitation",
	    .owner = it->owner, .severity = left <= 30 ? 3 : 2 };
	char day[DATE_TEXT_MAX];

	date_format(l->ends, day);
	t.detail = left < 0 ? mem_fmt(tmp, "%s: the limitation period ended "
	    "on %s; nothing more is sent about it", it->document, day) :
	    mem_fmt(tmp, "%s: the limitation period ends on %s, in %d days",
	    it->document, day, left);
	return tasks_open(db, &t, s->now, ACTOR, NULL, NULL, err);
}

/* Warned is the last stage told: 90, 30, -1 when it has passed; 0: none. */
static int
stage(int left)
{
	return left < 0 ? -1 : left <= warnings[1] ? warnings[1] :
	    left <= warnings[0] ? warnings[0] : 0;
}

static int
hold(struct db *db, const struct sweep *s, const struct limitation_item *it,
    bool passed, struct err *err)
{
	struct hold_new h = { .company_id = s->company_id,
	    .kind = HOLD_LIMITATION, .scope = SCOPE_ITEM,
	    .account_id = it->account_id, .item_id = it->item_id,
	    .owner = it->owner, .review_at = CLOCK_NONE,
	    .ends_at = CLOCK_NONE, .note = "the limitation period has "
	    "passed" };
	int64_t id;

	if (passed && it->hold_id == 0)
		return holds_place(db, &h, s->now, ACTOR, &id, err);
	if (!passed && it->hold_id != 0)
		return holds_end(db, it->hold_id, s->now, ACTOR,
		    "the limitation period runs again", err) < 0 ? -1 : 0;
	return 0;
}

static int
one(struct db *db, const struct sweep *s, struct limitation_item *it,
    struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct limitation_fact *facts;
	struct limitation l;
	size_t n;
	int left, now;

	if (it->open.minor <= 0)
		return 0;
	if (limit_look(tmp, db, s->company, &s->pack, it, &l, &facts, &n,
	    err) < 0)
		return -1;
	left = l.ends - s->today;
	now = stage(left);
	/* A person may have released the hold, knowing better. */
	if ((now == -1) != (it->warned == -1) &&
	    hold(db, s, it, now == -1, err) < 0)
		return -1;
	if (now != it->warned && now != 0 && tell(db, s, it, &l, left,
	    err) < 0)
		return -1;
	if (it->ends == l.ends && it->warned == now)
		return 0;
	it->warned = now;
	return limitations_put(db, s->company_id, it, &l, now == -1, err);
}

static int
batch_tx(struct db *db, void *arg, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct sweep *s = arg;
	struct limitation_item *list;
	size_t n, i;

	if (limitations_items(tmp, db, s->company_id, 0, date_add_months(
	    s->today + AHEAD, -12 * s->pack.years), s->after, BATCH, &list,
	    &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (one(db, s, &list[i], err) < 0)
			return -1;
	s->done = n < BATCH;
	return meta_set(db, s->key, mem_fmt(tmp, "%d %lld", (int)s->today,
	    s->done ? -1LL : (long long)list[n - 1].item_id), err);
}

int
limit_step(struct db *db, const struct config_company *company,
    int64_t company_id, int64_t now, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct sweep s = { .company = company, .company_id = company_id,
	    .now = now };
	long long after = 0;
	char *was = NULL;
	int32_t second;
	int day = 0;

	s.today = zone_day(company->zone, now, &second);
	s.key = mem_fmt(tmp, "limitation:%s", company->code);
	if (guarantee_step(db, company, company_id, now, err) < 0)
		return -1;
	if (!limit_pack(company, &s.pack))
		return 0;
	if (meta_get(tmp, db, s.key, &was, err) < 0)
		return -1;
	if (was != NULL && sscanf(was, "%d %lld", &day, &after) == 2 &&
	    day == s.today) {
		if (after < 0)
			return 0;
		s.after = after;
	}
	return store_tx(db, batch_tx, &s, err) < 0 ? -1 : 1;
}
