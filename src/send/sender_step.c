#include "send/sender_step.h"

#include "send/sender.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "send/maildir.h"
#include "store/companies.h"
#include "store/meta.h"
#include "store/tasks.h"

#include <string.h>

#define REAP_MS 10000
#define PACE_MS 1000
#define WAIT_FIRST_MS 2000
#define WAIT_MOST_MS 300000
#define WAIT_REFUSED_MS 3600000
#define DAY 86400
#define REASON "transport-refused"

bool
sender_stopping(const struct sender *s)
{
	return s->stop != NULL && *s->stop;
}

static int
lane_free(struct lane *l)
{
	struct err err;

	if (lane_flush(l, &err) < 0 || lane_give_back(l, &err) < 0)
		log_error("%s", err.text);
	return 0;
}

static int
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

int
sender_new(void *owner, struct db *db, const struct config *config,
    const struct templates *templates, const volatile sig_atomic_t *stop,
    struct sender **ret_sender, struct err *err)
{
	struct sender *s;
	size_t i;

	s = mem_new(owner, struct sender);
	s->db = db;
	s->config = config;
	s->templates = templates;
	s->stop = stop;
	s->name = sender_name(s);
	s->reap_ms = INT64_MIN;
	s->lanes = mem_array(s, struct lane *, config->n_companies);
	if (highwater_open(s, config->state_file, &s->highwater, err) < 0 ||
	    highwater_start(s->highwater, db, err) < 0) {
		talloc_free(s);
		return -1;
	}
	for (i = 0; i < config->n_companies; i++) {
		if (lane_new(s, &config->companies[i], &s->lanes[i],
		    err) < 0) {
			talloc_free(s);
			return -1;
		}
		s->n_lanes++;
	}
	*ret_sender = s;
	return 0;
}

/* May anything be sent at all?  0 no, said why. */
static int
may_send(struct sender *s, int64_t now, struct err *err)
{
	enum highwater_state state;
	char why[META_WHY_MAX];
	bool ok;

	if (meta_clock_check(s->db, now, &ok, why, err) < 0)
		return -1;
	if (!ok)
		return err_set(err, ERR_CONFIG, "nothing is sent: %s", why);
	if (highwater_check(s->highwater, s->db, &state, why, err) < 0)
		return -1;
	if (state != HIGHWATER_OK)
		return err_set(err, ERR_CONFIG, "nothing is sent: %s", why);
	return 1;
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

/* 1 worked, 0 nothing to do, -1 the database failed. */
static int
session(struct lane *l, struct err *err)
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
	TALLOC_FREE(l->ids);
	l->n_ids = l->next_id = 0;
	if (r < 0)
		back_off(l, &own);
	else if (l->worked)
		l->failures = 0;
	if ((r < 0 && own.kind == ERR_CONFIG && ask(l, own.text, err) < 0) ||
	    (l->accepted && l->asked && ask(l, NULL, err) < 0))
		return -1;
	return l->worked ? 1 : 0;
}

/* The pace of a company is a reason to wait, not to be done. */
static int
pause_for_pace(struct sender *s)
{
	size_t i;

	for (i = 0; i < s->n_lanes; i++) {
		if (!s->lanes[i]->paced || sender_stopping(s))
			continue;
		clock_sleep_ms(PACE_MS);
		return 1;
	}
	return 0;
}

int
sender_step(struct sender *s, struct err *err)
{
	int64_t now = clock_now();
	struct lane *l;
	size_t i;
	int r;

	if (s->reap_ms == INT64_MIN ||
	    clock_mono_ms() - s->reap_ms >= REAP_MS) {
		if (sender_reap(s, now, err) < 0)
			return -1;
		s->reap_ms = clock_mono_ms();
	}
	if ((r = may_send(s, now, err)) <= 0)
		return r;
	for (i = 0; i < s->n_lanes && !sender_stopping(s); i++) {
		l = s->lanes[s->turn++ % s->n_lanes];
		if ((r = session(l, err)) != 0)
			return r;
	}
	return pause_for_pace(s);
}
