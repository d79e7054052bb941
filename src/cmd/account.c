/* account.c - one account: what is owed, what holds, what comes next, and
 * what happened. */
#include "cmd/account.h"

#include "base/mem.h"
#include "store/companies.h"
#include "store/events.h"
#include "store/facts_load.h"

#include <sysexits.h>

#define EVENTS_SHOWN 20

struct gathering {
	void *ctx;
	struct account_view *v;
	size_t most;		/* 0: all */
};

/* Keeps the last g->most: a ring while gathering would save little. */
static int
keep(const struct event *e, void *arg)
{
	struct gathering *g = arg;
	struct account_view *v = g->v;
	struct account_event *to;

	if ((v->n_events & (v->n_events + 1)) == 0)
		v->events = mem_grow(g->ctx, v->events, struct account_event,
		    2 * (v->n_events + 1));
	to = &v->events[v->n_events++];
	to->id = e->id;
	to->seq = e->seq;
	to->at = e->at;
	to->kind = mem_str(g->ctx, e->kind);
	to->actor = mem_str(g->ctx, e->actor);
	to->payload = mem_str(g->ctx, e->payload);
	return 0;
}

static int
gather(struct gathering *g, struct err *err)
{
	struct account_view *v = g->v;
	struct fact_company *company;
	struct facts *facts;
	struct cmd *c = v->c;

	if (facts_company(g->ctx, c->db, v->a.company, c->now, &company,
	    err) < 0 ||
	    facts_load(g->ctx, c->db, company, v->a.account_id, c->now,
	    &facts, err) < 0 ||
	    tiering_look(c->db, v->a.company, v->a.account_id, c->now,
	    &v->tier, err) < 0 ||
	    events_each(c->db, v->a.company_id, v->a.account_id, keep, g,
	    err) < 0)
		return -1;
	v->facts = facts;
	v->terms = behave_terms(&v->tier.is, facts->credit_limit.minor > 0 &&
	    plan_exposure(facts, facts->credit_limit.cur) >
	    facts->credit_limit.minor);
	v->zone = facts->zone != NULL ? facts->zone : v->a.company->zone;
	plan_account(facts, v->a.company->policy, c->now, NULL, &v->plan);
	if (g->most > 0 && v->n_events > g->most) {
		v->n_left_out = v->n_events - g->most;
		v->events += v->n_left_out;
		v->n_events = g->most;
	}
	return 0;
}

int
cmd_account_show(struct cmd *c, int argc, char **argv, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct account_view v = { .c = c };
	struct gathering g = { .ctx = ctx, .v = &v };
	struct call_sheet *sheet = NULL;
	bool all = false, call = false;
	const struct cmd_option options[] = {
		{ "all", OPTION_FLAG, &all },
		{ "call-sheet", OPTION_FLAG, &call },
		{ NULL, OPTION_FLAG, NULL }
	};
	int result;

	if (cmd_options(options, &argc, argv, 1, 1, err) < 0)
		return -1;
	if (db_snapshot_begin(c->db, err) < 0)
		return -1;
	g.most = all || call || c->json ? 0 : EVENTS_SHOWN;
	result = cmd_account(c, argv[1], &v.a, err);
	if (result == 0)
		result = gather(&g, err);
	if (result == 0 && call)
		result = account_call_sheet(ctx, &v, &sheet, err);
	db_snapshot_end(c->db);
	if (result < 0)
		return -1;
	if (call)
		account_print_call_sheet(&v, sheet);
	else if (c->json)
		account_print_json(&v);
	else
		account_print(ctx, &v);
	return EX_OK;
}
