#include "escalate/assign.h"

#include "core/zone.h"
#include "policy/calendar.h"

#include <string.h>

const char *
assign_language(const struct config_user *u,
    const struct config_company *company)
{
	return u != NULL && u->languages != NULL ? u->languages[0] :
	    company->languages[0];
}

const struct zone *
assign_zone(const struct config_user *u, const struct config_company *company)
{
	return u != NULL && u->zone != NULL ? u->zone : company->zone;
}

const struct calendar *
assign_calendar(const struct config_user *u,
    const struct config_company *company)
{
	return calendar_for(u != NULL && u->workdays != NULL ? u->workdays :
	    company->workdays != NULL ? company->workdays :
	    company->country);
}

static bool
is_here(const struct config_user *u, const struct assign_case *c)
{
	int32_t second;

	return !config_user_is_away(u, zone_day(assign_zone(u, c->company),
	    c->now, &second));
}

static bool
reads(const struct config_user *u, const struct assign_case *c)
{
	const char *const *l = u->languages;

	if (c->language == NULL)
		return false;
	if (l == NULL)
		return strcmp(c->company->languages[0], c->language) == 0;
	for (; *l != NULL; l++)
		if (strcmp(*l, c->language) == 0)
			return true;
	return false;
}

/* The best of a role; away_too: also who is away. */
static const struct config_user *
best(const struct config *config, const struct assign_case *c,
    const int64_t *open, enum user_role role, bool away_too)
{
	const struct config_user *u, *found = NULL;
	int64_t least = 0;
	bool fits = false;
	size_t i;

	for (i = 0; i < config->n_users; i++) {
		u = &config->users[i];
		if (!config_user_is(u, role) ||
		    !config_user_sees(u, c->company->code) ||
		    (!away_too && !is_here(u, c)) || (c->level > 0 &&
		    c->had != NULL && strcmp(u->login, c->had) == 0))
			continue;
		if (found != NULL && (fits > reads(u, c) ||
		    (fits == reads(u, c) && open[i] >= least)))
			continue;
		found = u;
		least = open[i];
		fits = reads(u, c);
	}
	return found;
}

const struct config_user *
assign_user(const struct config *config, const struct assign_case *c,
    const int64_t *open)
{
	enum user_role role = c->level >= 2 ? USER_MANAGER : c->level == 1 ?
	    USER_LEAD : c->reason->role;
	const struct config_user *u = NULL;

	if (role == USER_COLLECTOR && c->owner != NULL) {
		u = config_user(config, c->owner);
		if (u != NULL && (!config_user_sees(u, c->company->code) ||
		    !is_here(u, c)))
			u = NULL;
	}
	if (u == NULL && role == USER_COLLECTOR &&
	    (c->large || c->tier == TIER_PRIME))
		u = best(config, c, open, USER_LEAD, false);
	if (u == NULL)
		u = best(config, c, open, role, false);
	if (u == NULL)
		u = best(config, c, open, USER_LEAD, false);
	if (u == NULL)
		u = best(config, c, open, USER_MANAGER, false);
	if (u == NULL && role == USER_COLLECTOR && c->owner != NULL)
		u = config_user(config, c->owner);
	if (u == NULL)
		u = best(config, c, open, role, true);
	return u != NULL ? u : best(config, c, open, USER_LEAD, true);
}
