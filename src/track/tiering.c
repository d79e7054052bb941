#include "track/tiering.h"

#include "base/mem.h"
#include "core/zone.h"
#include "store/behaviours.h"
#include "store/planning.h"
#include "store/tasks.h"

#define ACTOR "planner"
#define DAY 86400
#define TELL_AGAIN 90		/* days */

int
tiering_look(struct db *db, const struct config_company *company,
    int64_t account_id, int64_t now, struct tiering *ret, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct behaviour b;
	int32_t second, today = zone_day(company->zone, now, &second);

	if (behaviours_load(pool, db, company->policy, account_id, today, &b,
	    err) < 0)
		return -1;
	ret->party_id = b.party_id;
	ret->tier = b.tier;
	behave_judge(&company->policy->behaviour, &b.seen, today, b.tier,
	    &ret->is);
	if (b.fixed) {
		ret->is.tier = b.tier;
		ret->is.reason = BEHAVE_PERSON;
	}
	return 0;
}

static int
change(struct db *db, const struct config_company *company,
    int64_t company_id, int64_t account_id, const struct tiering *t,
    int64_t now, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	const struct policy_behaviour *p = &company->policy->behaviour;
	struct behaviour_change c = { .company_id = company_id,
	    .account_id = account_id, .party_id = t->party_id,
	    .was = t->tier, .is = t->is.tier,
	    .reason = behave_reason_word(t->is.reason) };

	c.why = behave_words(pool, p, &t->is, "en");
	c.zh = behave_words(pool, p, &t->is, "zh-CN");
	return behaviours_change(db, &c, now, ACTOR, err);
}

/* Early, before the debt is old: the collector, with what might be agreed. */
static int
warn(struct db *db, const struct config_company *company,
    int64_t company_id, int64_t account_id, const struct behave *b,
    int64_t now, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	const char *language = company->languages[0];
	struct task_new t = { .company_id = company_id,
	    .account_id = account_id, .reason = WORSENING_TASK };
	const char *terms;
	bool has;

	if (planning_has_task(db, account_id, WORSENING_TASK, now -
	    (int64_t)TELL_AGAIN * DAY, false, &has, err) < 0)
		return -1;
	if (has)
		return 0;
	terms = terms_words(pool, behave_terms(b, false), language);
	t.detail = mem_fmt(pool, "%s %s", behave_trend_words(pool,
	    &company->policy->behaviour, b, language), terms != NULL ? terms :
	    "");
	return tasks_open(db, &t, now, ACTOR, NULL, NULL, err);
}

int
tiering_step(struct db *db, const struct config_company *company,
    int64_t company_id, int64_t account_id, int64_t now, struct err *err)
{
	const struct policy_behaviour *p = &company->policy->behaviour;
	struct tiering t;

	if (!p->tiers && p->worse_days == 0)
		return 0;
	if (tiering_look(db, company, account_id, now, &t, err) < 0)
		return -1;
	if (t.is.tier != t.tier && change(db, company, company_id, account_id,
	    &t, now, err) < 0)
		return -1;
	return t.is.worse ? warn(db, company, company_id, account_id, &t.is,
	    now, err) : 0;
}
