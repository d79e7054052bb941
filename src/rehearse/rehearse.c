#include "rehearse/rehearse.h"

#include "base/mem.h"
#include "core/date.h"
#include "core/zone.h"
#include "rehearse/debtors.h"
#include "store/facts_load.h"
#include "store/planning.h"

#define PROGRESS_ACCOUNTS 256

/* The reporter looks first, then the debtor reads. */
struct both {
	struct re_watch report;
	struct debtors *debtors;
};

static void
on_planned(void *arg, const struct re_account *a, const struct facts *f,
    const struct plan *p, int64_t now)
{
	struct both *b = arg;

	b->report.planned(b->report.arg, a, f, p, now);
}

static void
on_sent(void *arg, struct re_account *a, const struct facts *f,
    const struct re_message *log, size_t n)
{
	struct both *b = arg;

	b->report.sent(b->report.arg, a, f, log, n);
	debtors_read(b->debtors, a, log, n);
}

static void
on_done(void *arg, const struct re_account *a, const struct re_message *log,
    size_t n)
{
	struct both *b = arg;

	b->report.done(b->report.arg, a, log, n);
}

static int
run(void *tmp, const struct rehearsal *x, const struct fact_company *company,
    struct re_engine *e, struct debtors *debtors, int64_t first,
    int64_t last, struct err *err)
{
	struct re_account *a;
	struct loader *l;
	int64_t done = 0;
	int r;

	if (loader_open(tmp, x->db, company, &x->load, first, last, &l,
	    err) < 0)
		return -1;
	while ((r = loader_next(l, &a, err)) > 0) {
		if (debtors != NULL)
			debtors_begin(debtors, a);
		re_engine_run(e, a);
		if (x->progress != NULL && ++done % PROGRESS_ACCOUNTS == 0)
			x->progress(done, last - first + 1, x->progress_arg);
	}
	loader_close(l);
	return r;
}

int
rehearse(void *owner, const struct rehearsal *x, const struct policy *policy,
    struct report **ret_report, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	int64_t first = x->account_id, last = x->account_id;
	struct re_setup setup = { .policy = policy, .from = x->from,
		.approve = x->load.approve,
	    .to = x->to, .planner = x->planner };
	struct fact_company *company;
	struct reporter *r = NULL;
	struct both both = { .debtors = NULL };
	int n;

	if (x->to < x->from || x->to - x->from >= RE_DAYS_MAX)
		return err_set(err, ERR_PERM, "a rehearsal is 1 to %d days "
		    "long", RE_DAYS_MAX);
	if (db_snapshot_begin(x->db, err) < 0)
		return -1;
	n = facts_company(owner, x->db, x->company, zone_instant(
	    x->company->zone, x->from, 0), &company, err);
	if (n == 0 && x->account_id == 0)
		n = planning_range(x->db, company->id, &first, &last, err);
	if (n == 0) {
		r = reporter_new(owner, policy, company, x->from, x->to);
		setup.company = company;
		setup.watch = both.report = reporter_watch(r);
		if (x->debtors) {
			both.debtors = debtors_new(tmp, x->seed);
			setup.watch = (struct re_watch){ &both, on_planned,
			    on_sent, on_done };
		}
		n = run(tmp, x, company, re_engine_new(tmp, &setup),
		    both.debtors, first, last, err);
	}
	db_snapshot_end(x->db);
	if (n < 0)
		return -1;
	*ret_report = reporter_report(r);
	if (both.debtors != NULL)
		(*ret_report)->replies = debtors_replies(both.debtors,
		    &(*ret_report)->understood);
	return 0;
}
