/* One company and its transport: a session of it, and when the next one. */
#include "send/sender.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "send/maildir.h"
#include "store/companies.h"
#include "store/tasks.h"

#define WAIT_FIRST_MS 2000
#define WAIT_MOST_MS 300000
#define WAIT_REFUSED_MS 3600000
#define DAY 86400
#define REASON "transport-refused"

static int
lane_free(struct lane *l)
{
	struct err err;

	if (lane_flush(l, &err) < 0 || lane_give_back(l, &err) < 0)
		log_error("%s", err.text);
	return 0;
}

int
lane_new(struct sender *s, const struct config_company *company,
    struct lane **ret_lane, struct err *err)
{
	struct company_row row;
	struct lane *l;

	if (companies_get(s->db, company->code, &row, err) < 0)
		return -1;
	l = mem_new(s, struct lane);
	l->sender = s;
	l->company = company;
	l->company_id = row.id;
	if (company->transport.maildir)
		l->maildir = mem_str(l, company->transport.path);
	talloc_set_destructor(l, lane_free);
	l->asked = true;	/* by an earlier sender, as far as we know */
	*ret_lane = l;
	return 0;
}

/* With a test clock nothing may leave the machine (DESIGN §5.8). */
static bool
may_open(struct lane *l)
{
	if (l->maildir != NULL || l->sender->config->test ||
	    !clock_is_test() || smtp_is_loopback(&l->company->transport))
		return true;
	if (!l->refused)
		log_warn("company=%s: the clock is a test clock: only Maildir "
		    "and loopback transports are opened, or mark the "
		    "workspace \"test\"", l->company->code);
	l->refused = true;
	return false;
}

static int
run_channel(struct lane *l, struct err *err)
{
	struct channel_feed feed = sender_feed;

	feed.arg = l;
	if (l->maildir != NULL)
		return maildir_run(l->maildir, &feed, err);
	if (l->smtp == NULL && smtp_open(l, &l->company->transport, &l->smtp,
	    err) < 0)
		return -1;
	return smtp_run(l->smtp, &feed, err);
}

struct ask {
	const struct lane *lane;
	const char *why;	/* NULL: it works again */
	int64_t now;
};

static int
ask_tx(struct db *db, void *arg, struct err *err)
{
	const struct ask *a = arg;
	struct task_new t = {
		.company_id = a->lane->company_id,
		.reason = REASON,
		.severity = 3,
		.title = "The mail server refuses us: check the transport",
		.detail = a->why,
		.due_at = a->now + DAY,
	};

	if (a->why == NULL)
		return tasks_close_reason(db, t.company_id, 0, REASON, a->now,
		    "sender", "the server took a message", err);
	return tasks_open(db, &t, a->now, "sender", NULL, NULL, err);
}

/* What only a person can change: credentials, certificates, the sender. */
static int
ask(struct lane *l, const char *why, struct err *err)
{
	struct ask a = { l, why, clock_now() };

	if (store_tx(l->sender->db, ask_tx, &a, err) < 0)
		return -1;
	l->asked = why != NULL;
	return 0;
}

/* A server that cannot be used is left alone for a while; for long where
 * each try costs a message, as where it refuses our sender for good. */
static void
back_off(struct lane *l, const struct err *err)
{
	int64_t wait = WAIT_FIRST_MS;
	int i;

	for (i = 0; i < l->failures && wait < WAIT_MOST_MS; i++)
		wait *= 2;
	if (wait > WAIT_MOST_MS)
		wait = WAIT_MOST_MS;
	if (err->kind == ERR_CONFIG && l->failed)
		wait = WAIT_REFUSED_MS;
	l->failures++;
	l->wait_ms = clock_mono_ms() + wait;
	log_error("company=%s: %s (looking again in %lld s)",
	    l->company->code, err->text, (long long)wait / 1000);
}

static bool
is_open(struct lane *l, struct err *err, int *ret_r)
{
	struct company_row row;

	*ret_r = companies_get(l->sender->db, l->company->code, &row, err);
	return *ret_r == 0 && row.armed && !row.stopped;
}

int
lane_session(struct lane *l, struct err *err)
{
	struct err own = { ERR_NONE, "" };
	int r = 0;

	l->worked = l->paced = l->failed = l->accepted = false;
	if (clock_mono_ms() < l->wait_ms || !is_open(l, err, &r) ||
	    !may_open(l))
		return r < 0 ? -1 : 0;
	l->left = l->company->transport.per_session > 0 ?
	    l->company->transport.per_session : 100;
	l->anew = 0;
	r = run_channel(l, &own);
	if (lane_flush(l, err) < 0 || lane_give_back(l, err) < 0)
		return -1;
	if (r < 0)
		back_off(l, &own);
	else if (l->worked)
		l->failures = 0;
	if ((r < 0 && own.kind == ERR_CONFIG && ask(l, own.text, err) < 0) ||
	    (l->accepted && l->asked && ask(l, NULL, err) < 0))
		return -1;
	return l->worked ? 1 : 0;
}
