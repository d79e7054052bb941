#include "escalate/coverage.h"

#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"
#include "policy/calendar.h"
#include "store/companies.h"
#include "store/parties.h"

#include <string.h>

struct gather {
	void *owner;
	int32_t today;
	struct coverage *list;
	size_t n;
};

static void
add(struct gather *g, const char *calendar, const char *user,
    int64_t customers)
{
	int32_t last = calendar_last_covered(calendar_for(calendar));
	struct coverage *c;
	size_t i;

	if (last != DATE_NONE && last - g->today > CALENDAR_WARN_DAYS)
		return;
	for (i = 0; i < g->n; i++)
		if (strcmp(g->list[i].calendar, calendar) == 0) {
			g->list[i].customers += customers;
			return;
		}
	g->list = mem_grow(g->owner, g->list, struct coverage, g->n + 1);
	c = &g->list[g->n++];
	c->calendar = calendar;
	c->user = user;
	c->customers = customers;
	c->last = last;
	c->left = last == DATE_NONE ? -1 : last - g->today;
}

static int
customers(struct gather *g, const struct config_company *company,
    struct db *db, struct err *err)
{
	struct party_count *rows;
	struct company_row row;
	struct err ignore;
	size_t i, n;

	if (companies_get(db, company->code, &row, &ignore) < 0)
		return 0;	/* new in dunlin.yaml: has no customers */
	if (parties_countries(g->owner, db, row.id, &rows, &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (rows[i].country != NULL &&
		    strcmp(rows[i].country, company->country) != 0)
			add(g, rows[i].country, NULL, rows[i].n);
	if (parties_workdays(g->owner, db, row.id, &rows, &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		add(g, rows[i].country, NULL, rows[i].n);
	return 0;
}

int
coverage_ending(void *owner, const struct config *config,
    const struct config_company *company, struct db *db, int64_t now,
    struct coverage **ret_list, size_t *ret_n, struct err *err)
{
	struct gather g = { .owner = owner };
	const struct config_user *u;
	int32_t second;

	g.today = zone_day(company->zone, now, &second);
	add(&g, company->workdays != NULL ? company->workdays :
	    company->country, NULL, 0);
	for (u = config->users; u < config->users + config->n_users; u++)
		if (u->workdays != NULL && config_user_sees(u, company->code))
			add(&g, u->workdays, u->login, 0);
	if (db != NULL && customers(&g, company, db, err) < 0)
		return -1;
	*ret_list = g.list;
	*ret_n = g.n;
	return 0;
}
