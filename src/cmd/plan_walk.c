#include "cmd/plan_walk.h"

#include "base/clock.h"
#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"
#include "plan/ramp.h"
#include "render/locale.h"
#include "store/companies.h"
#include "store/facts_load.h"
#include "store/planning.h"

#include <stdio.h>
#include <string.h>

int
plan_walk_begin(struct cmd *c, int32_t on, struct plan_walk *ret,
    struct err *err)
{
	struct company_row row;
	int32_t second;

	memset(ret, 0, sizeof(*ret));
	ret->c = c;
	if (cmd_company(c, &ret->company, err) < 0 ||
	    companies_get(c->db, ret->company->code, &row, err) < 0)
		return -1;
	ret->company_id = row.id;
	ret->armed = row.armed;
	ret->stopped = row.stopped;
	ret->now = c->now;
	if (on != DATE_NONE && on != zone_day(ret->company->zone, c->now,
	    &second))
		ret->now = zone_instant(ret->company->zone, on, 0);
	return 0;
}

static void
add_first(int64_t slot, int n, void *arg)
{
	ramp_add(arg, slot, n);
}

static int
ready_ramp(void *owner, const struct plan_walk *w,
    const struct fact_company *fc, struct ramp **ret_ramp, struct err *err)
{
	int most = w->company->policy->max_new_per_day;
	int32_t second;

	*ret_ramp = ramp_new(owner, fc->zone, zone_day(fc->zone, w->now,
	    &second), most);
	if (most <= 0)
		return 0;
	ramp_add(*ret_ramp, w->now, most - fc->first_left);
	return planning_first_contacts(w->c->db, fc->id, add_first,
	    *ret_ramp, err);
}

static int
walk(const struct plan_walk *w, int64_t from, int64_t to,
    struct plan_trail *trail, plan_walk_fn *fn, void *arg, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct fact_company *fc;
	struct facts_stream *s;
	const struct facts *f;
	struct plan plan;
	struct ramp *ramp;
	int r;

	if (facts_company(pool, w->c->db, w->company, w->now, &fc, err) < 0)
		return -1;
	/* A look at another day is not held by the clock or today's ledger.
	 */
	if (w->now != w->c->now) {
		fc->clock_held = false;
		fc->ledger_as_of = zone_day(fc->zone, w->now, &r);
	}
	if (w->as_if_armed) {
		fc->armed = true;
		fc->stopped = false;
	}
	if (ready_ramp(pool, w, fc, &ramp, err) < 0 ||
	    facts_stream_open(pool, w->c->db, fc, from, to, w->now, &s,
	    err) < 0)
		return -1;
	while ((r = facts_stream_next(s, &f, err)) > 0) {
		ramp_plan(ramp, f, fc, w->company->policy, w->now, trail,
		    &plan);
		if (fn(w, f, &plan, arg) != 0)
			break;
	}
	facts_stream_close(s);
	return r < 0 ? -1 : 0;
}

int
plan_walk(const struct plan_walk *w, int64_t account_id,
    struct plan_trail *trail, plan_walk_fn *fn, void *arg, struct err *err)
{
	int64_t from = account_id, to = account_id;
	int r;

	if (db_snapshot_begin(w->c->db, err) < 0)
		return -1;
	r = account_id != 0 ? 0 : planning_range(w->c->db, w->company_id,
	    &from, &to, err);
	if (r == 0)
		r = walk(w, from, to, trail, fn, arg, err);
	db_snapshot_end(w->c->db);
	return r;
}

void
plan_sum_add(void *owner, struct plan_sum *s, const char *cur, int64_t minor)
{
	size_t i;

	for (i = 0; i < s->n && strcmp(s->of[i].cur, cur) != 0; i++)
		continue;
	if (i == s->n) {
		s->of = mem_grow(owner, s->of, struct money, s->n + 1);
		s->of[s->n++] = money_zero(cur);
	}
	s->of[i].minor += minor;
}

char *
plan_sum_text(void *owner, const struct plan_sum *s, const char *language)
{
	const struct locale *l = locale_for(language);
	char *text = mem_str(owner, "");
	size_t i;

	for (i = 0; i < s->n; i++)
		text = mem_fmt(owner, "%s%s%s", text, i > 0 ? ", " : "",
		    locale_money(owner, l, s->of[i]));
	return text;
}

void
plan_walk_sum(void *owner, const struct facts *f, int64_t now,
    struct plan_sum *s)
{
	struct plan_item *items = mem_array(owner, struct plan_item,
	    f->n_items + 1);
	size_t i, n = plan_items(f, now, items);

	for (i = 0; i < n; i++)
		plan_sum_add(owner, s, f->items[items[i].i].cur,
		    items[i].amount);
}

char *
plan_walk_amounts(void *owner, const struct facts *f, int64_t now,
    const char *language)
{
	struct plan_sum s = { NULL, 0 };

	plan_walk_sum(owner, f, now, &s);
	return plan_sum_text(owner, &s, language);
}

const char *
plan_walk_time(const struct facts *f, int64_t t, char buf[32])
{
	const struct zone *z = f->zone != NULL ? f->zone : f->company->zone;
	char day[DATE_TEXT_MAX];
	int32_t second, d;

	if (t == CLOCK_NONE)
		return NULL;
	d = zone_day(z, t, &second);
	snprintf(buf, 32, "%s %02d:%02d", date_format(d, day),
	    second / 3600, second / 60 % 60);
	return buf;
}
