#include "escalate/digest_int.h"

#include "core/date.h"
#include "core/zone.h"
#include "escalate/assign.h"
#include "escalate/coverage.h"
#include "store/roots.h"

#include <string.h>

char *
digest_sums(struct teller *t, const struct money *list, size_t n)
{
	const char **parts = mem_array(t->pool, const char *, n + 1);
	size_t i;

	for (i = 0; i < n; i++)
		parts[i] = locale_money(t->pool, t->l, list[i]);
	return n == 0 ? NULL : locale_join(t->pool, t->l, parts, n);
}

static struct teller
start(void *owner, struct db *db, const struct digest_ask *a,
    struct staff_text *text)
{
	struct teller t = { .pool = owner, .db = db, .a = a, .text = text };
	int32_t second;

	t.l = locale_for(assign_language(a->user, a->company));
	t.zone = assign_zone(a->user, a->company);
	t.today = zone_day(t.zone, a->now, &second);
	t.v = mail_view(owner, a->company, a->user, false);
	mst_put_text(t.v, "day", locale_date(t.v, t.l, t.today));
	return t;
}

int
digest_view_daily(void *owner, struct db *db, const struct digest_ask *a,
    const struct digest_scope *scopes, size_t n,
    struct staff_text *text, struct mst_value **ret_view, bool *ret_worth,
    struct err *err)
{
	struct teller t = start(owner, db, a, text);

	if (digest_put_tasks(&t, scopes, n, err) < 0 ||
	    digest_put_changes(&t, scopes, n, false, err) < 0 ||
	    digest_put_ageing(&t, scopes, n, false, err) < 0 ||
	    digest_put_lists(&t, scopes, n, err) < 0)
		return -1;
	*ret_view = t.v;
	*ret_worth = t.worth;
	return 0;
}

/* --- weekly --- */

/* Cash from promises: what comes within so many days. */
static const int32_t ahead[] = { 7, 14, 28 };

static int
put_forecast(struct teller *t, const struct digest_scope *s, struct err *err)
{
	struct mst_value *list = mst_list(t->v), *row;
	struct digest_cash *cash;
	struct tally sum;
	size_t i, k, n;

	if (digest_forecast(t->pool, t->db, s->company_id, t->today,
	    t->today + 28, &cash, &n, err) < 0)
		return -1;
	for (i = 0; i < sizeof(ahead) / sizeof(ahead[0]); i++) {
		memset(&sum, 0, sizeof(sum));
		for (k = 0; k < n; k++)
			if (cash[k].day <= t->today + ahead[i])
				tally_add(&sum, &(struct digest_change){
				    .n = 1, .sum = cash[k].amount });
		if (sum.n_sums == 0)
			continue;
		row = mst_map(list);
		mst_put_text(row, "until", locale_date(row, t->l, t->today +
		    ahead[i]));
		mst_put_text(row, "amount", digest_sums(t, sum.sums, sum.n_sums));
		mst_push(list, row);
	}
	mst_put(t->v, "forecast", list);
	mst_put_bool(t->v, "has_forecast", n > 0);
	return 0;
}

/* Of all that are in use: the company's, those of its people and of its
 * customers. */
static int
put_coverage(struct teller *t, struct err *err)
{
	struct mst_value *list = mst_list(t->v), *row;
	struct coverage *c;
	size_t i, n;

	if (coverage_ending(t->pool, t->a->config, t->a->company, t->db,
	    t->a->now, &c, &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		row = mst_map(list);
		mst_put_text(row, "calendar", c[i].calendar);
		mst_put_text(row, "until", c[i].last == DATE_NONE ?
		    say(t, "never", "无数据") : locale_date(row, t->l,
		    c[i].last));
		mst_push(list, row);
	}
	mst_put(t->v, "coverage", list);
	return 0;
}

static int
put_state(struct teller *t, const struct digest_scope *s, struct err *err)
{
	struct digest_state state;
	struct root root;
	int r;

	if (digest_state(t->db, s->company_id, t->a->now, &state, err) < 0 ||
	    (r = roots_last(t->db, &root, err)) < 0 ||
	    put_coverage(t, err) < 0 || digest_put_ends(t, s->company_id,
	    state.end_of_schedule, err) < 0)
		return -1;
	put_number(t->v, "tasks_open", state.tasks);
	put_number(t->v, "tasks_late", state.tasks_late);
	put_number(t->v, "disputes_open", state.disputes);
	put_number(t->v, "unsure", state.uncertain);
	put_number(t->v, "limitation", state.limitation);
	mst_put_text(t->v, "root", r > 0 ? root.hash : NULL);
	mst_put_text(t->v, "root_day", r > 0 ? locale_date(t->v, t->l,
	    root.day) : NULL);
	return 0;
}

int
digest_view_weekly(void *owner, struct db *db, const struct digest_ask *a,
    const struct digest_scope *s,
    struct staff_text *text, struct mst_value **ret_view, struct err *err)
{
	struct teller t = start(owner, db, a, text);

	if (digest_put_changes(&t, s, 1, true, err) < 0 ||
	    digest_put_ageing(&t, s, 1, true, err) < 0 ||
	    put_forecast(&t, s, err) < 0 || put_state(&t, s, err) < 0)
		return -1;
	*ret_view = t.v;
	return 0;
}
