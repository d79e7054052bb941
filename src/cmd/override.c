/* override.c - what a person decides about an account, against or ahead of
 * what Dunlin would do by itself. */
#include "cmd/cmd.h"

#include "policy/calendar.h"
#include "store/accounts.h"
#include "store/planning.h"
#include "store/tasks.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

struct job {
	struct cmd *c;
	struct cmd_account a;
	const char *cap, *tier_word, *attitude, *owner, *workdays;
	int stage;		/* -1: no cap */
	enum tier tier;
	bool tier_free;		/* --tier auto */
};

/* The task that asked for it has its answer. */
static int
set_cap(struct db *db, const struct job *j, struct err *err)
{
	char outcome[32];

	snprintf(outcome, sizeof(outcome), "stage cap: %s", j->cap);
	return planning_cap(db, j->a.company_id, j->a.account_id, j->stage,
	    j->c->now, j->c->actor, err) < 0 ||
	    tasks_close_reason(db, j->a.company_id, j->a.account_id,
	    "stage-cap", j->c->now, j->c->actor, outcome, err) < 0 ? -1 : 0;
}

static int
apply(struct db *db, void *arg, struct err *err)
{
	const struct job *j = arg;

	if (j->cap != NULL && set_cap(db, j, err) < 0)
		return -1;
	if (j->tier_word != NULL && (j->tier_free ?
	    accounts_free_tier(db, j->a.company_id, j->a.account_id,
	    j->c->now, j->c->actor, err) : accounts_set_tier(db,
	    j->a.company_id, j->a.account_id, j->tier, j->c->now,
	    j->c->actor, err)) < 0)
		return -1;
	if (j->owner != NULL && accounts_set_owner(db, j->a.company_id,
	    j->a.account_id, strcmp(j->owner, "none") == 0 ? NULL : j->owner,
	    j->c->now, j->c->actor, err) < 0)
		return -1;
	if (j->attitude != NULL && accounts_set_attitude(db, j->a.company_id,
	    j->a.account_id, strcmp(j->attitude, "none") == 0 ? NULL :
	    j->attitude, j->c->now, j->c->actor, err) < 0)
		return -1;
	if (j->workdays != NULL && accounts_set_workdays(db, j->a.company_id,
	    j->a.account_id, strcmp(j->workdays, "none") == 0 ? NULL :
	    j->workdays, j->c->now, j->c->actor, err) < 0)
		return -1;
	return 0;
}

static int
check(struct job *j, struct err *err)
{
	enum stage stage;
	enum attitude attitude;

	if (j->cap == NULL && j->tier_word == NULL && j->owner == NULL &&
	    j->workdays == NULL && j->attitude == NULL)
		return cmd_usage(err, "say what to override: --stage-cap, "
		    "--tier, --attitude, --owner or --workdays");
	if (j->attitude != NULL && strcmp(j->attitude, "none") != 0 &&
	    !attitude_parse(j->attitude, &attitude))
		return cmd_usage(err, "--attitude %.20s: one of %s, none",
		    j->attitude, attitude_words());
	if (j->workdays != NULL && strcmp(j->workdays, "none") != 0 &&
	    !calendar_is_known(j->workdays))
		return cmd_usage(err, "--workdays %.40s: a country such as "
		    "CN, a calendar of workdays: in dunlin.yaml, or none",
		    j->workdays);
	if (j->cap != NULL && strcmp(j->cap, "none") != 0) {
		if (!stage_parse(j->cap, &stage))
			return cmd_usage(err, "--stage-cap %.20s: one of %s, "
			    "none", j->cap, stage_words());
		j->stage = (int)stage;
	}
	j->tier_free = j->tier_word != NULL &&
	    strcmp(j->tier_word, "auto") == 0;
	if (j->tier_word != NULL && !j->tier_free &&
	    !tier_parse(j->tier_word, &j->tier))
		return cmd_usage(err, "--tier %.20s: one of %s, auto",
		    j->tier_word, tier_words());
	if (j->owner != NULL && strcmp(j->owner, "none") != 0)
		return cmd_user(j->c, j->owner, err);
	return 0;
}

int
cmd_override(struct cmd *c, int argc, char **argv, struct err *err)
{
	struct job j = { .c = c, .stage = -1 };
	const struct cmd_option options[] = {
		{ "stage-cap", OPTION_TEXT, &j.cap },
		{ "tier", OPTION_TEXT, &j.tier_word },
		{ "attitude", OPTION_TEXT, &j.attitude },
		{ "owner", OPTION_TEXT, &j.owner },
		{ "workdays", OPTION_TEXT, &j.workdays },
		{ NULL, OPTION_FLAG, NULL }
	};

	if (cmd_options(options, &argc, argv, 1, 1, err) < 0 ||
	    check(&j, err) < 0 || cmd_account(c, argv[1], &j.a, err) < 0 ||
	    store_tx(c->db, apply, &j, err) < 0)
		return -1;
	if (!cmd_json_ok(c))
		printf(cmd_say(c, "Noted for %s; it is planned anew.\n",
		    "已记录于 %s，将重新安排。\n"), argv[1]);
	return EX_OK;
}
