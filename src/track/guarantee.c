#include "track/guarantee.h"

#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"
#include "store/meta.h"
#include "store/tasks.h"
#include "track/limit.h"

#include <stdlib.h>
#include <string.h>

#define ACTOR "planner"

enum guarantee_state
guarantee_judge(const struct limitation_pack *p, const struct guaranteed *g,
    int32_t today, int32_t *ret_last)
{
	int32_t last = limitation_guarantee(p, g->due, g->by.until);

	*ret_last = last;
	if (last == DATE_NONE)
		return GUARANTEE_NO_END;
	/* What was not due yet could not be asked for. */
	if (g->by.asked_on != DATE_NONE && g->by.asked_on > g->due &&
	    g->by.asked_on <= last)
		return GUARANTEE_ASKED;
	return last < today ? GUARANTEE_FREE : GUARANTEE_WAITS;
}

/* 90, 30, -1 when it is over; 0: it is far. */
static int
stage(int32_t left)
{
	return left < 0 ? -1 : left <= 30 ? 30 : left <= 90 ? 90 : 0;
}

struct look {
	const struct config_company *company;
	int64_t company_id, now;
	int32_t today, before;	/* the day of the last look; DATE_NONE */
	int64_t looked;		/* when that was */
	struct limitation_pack pack;
	const char *key;
};

/* Was it known, and as near, at the last look? */
static bool
is_news(const struct look *l, const struct guaranteed *g, int32_t last)
{
	int64_t since = g->by.made_at > g->item_since ? g->by.made_at :
	    g->item_since;

	return l->before == DATE_NONE || since >= l->looked ||
	    stage(last - l->before) != stage(last - l->today);
}

static int
tell(struct db *db, const struct look *l, const struct guaranteed *g,
    int32_t last, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	bool joint = g->by.kind == GUARANTEE_JOINT;
	int left = last - l->today;
	struct task_new t = { .company_id = l->company_id,
	    .account_id = g->by.account_id, .reason = "guarantee",
	    .owner = g->owner, .severity = left <= 30 ? 3 : 2 };
	char day[DATE_TEXT_MAX];

	date_format(last, day);
	t.detail = left < 0 ? mem_fmt(tmp, "%s: %s is free since the end of "
	    "%s", g->document, g->by.name, day) : mem_fmt(tmp, "%s: %s (%s) "
	    "is free after %s, in %d days: %s before, and note it with dunlin "
	    "guarantor asked %lld", g->document, g->by.name,
	    guarantee_kind_name(g->by.kind), day, left, joint ?
	    "ask them, so that it can be proven," :
	    "sue the customer or go to arbitration", (long long)g->by.id);
	return tasks_open(db, &t, l->now, ACTOR, NULL, NULL, err);
}

/* Lines of one document are one debt. */
static bool
told_already(const struct guaranteed *list, size_t i)
{
	size_t k;

	for (k = 0; k < i; k++)
		if (list[k].by.id == list[i].by.id &&
		    list[k].due == list[i].due &&
		    strcmp(list[k].document, list[i].document) == 0)
			return true;
	return false;
}

static int
look_tx(struct db *db, void *arg, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct look *l = arg;
	struct guaranteed *list;
	enum guarantee_state s;
	int32_t last;
	size_t n, i;

	if (guarantors_of_items(tmp, db, l->company_id, 0, &list, &n, err) <
	    0)
		return -1;
	for (i = 0; i < n; i++) {
		s = guarantee_judge(&l->pack, &list[i], l->today, &last);
		if ((s != GUARANTEE_WAITS && s != GUARANTEE_FREE) ||
		    stage(last - l->today) == 0 ||
		    !is_news(l, &list[i], last) || told_already(list, i))
			continue;
		if (tell(db, l, &list[i], last, err) < 0)
			return -1;
	}
	return meta_set(db, l->key, mem_fmt(tmp, "%lld", (long long)l->now),
	    err);
}

int
guarantee_step(struct db *db, const struct config_company *company,
    int64_t company_id, int64_t now, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct look l = { .company = company, .company_id = company_id,
	    .now = now, .before = DATE_NONE };
	char *was = NULL;
	int32_t second;

	l.today = zone_day(company->zone, now, &second);
	l.key = mem_fmt(tmp, "guarantee:%s", company->code);
	limit_pack(company, &l.pack);
	if (meta_get(tmp, db, l.key, &was, err) < 0)
		return -1;
	if (was != NULL) {
		l.looked = strtoll(was, NULL, 10);
		l.before = zone_day(company->zone, l.looked, &second);
	}
	if (l.before == l.today)
		return 0;
	return store_tx(db, look_tx, &l, err);
}
