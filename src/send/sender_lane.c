/* One company and its transport: a session of it, and when the next one. */
#include "send/sender.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "send/maildir.h"
#include "store/companies.h"

#define WAIT_FIRST_MS 2000
#define WAIT_MOST_MS 300000
#define PER_SESSION 100

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
    const struct config_sms *route, struct lane **ret_lane, struct err *err)
{
	struct company_row row;
	struct lane *l;

	if (companies_get(s->db, company->code, &row, err) < 0)
		return -1;
	l = mem_new(s, struct lane);
	l->sender = s;
	l->company = company;
	l->company_id = row.id;
	l->route = route;
	if (route == NULL && company->transport.maildir)
		l->maildir = mem_str(l, company->transport.path);
	talloc_set_destructor(l, lane_free);
	l->asked = true;	/* by an earlier sender, as far as we know */
	*ret_lane = l;
	return 0;
}

const char *
lane_route(const struct lane *l)
{
	return l->route != NULL ? l->route->name : "";
}

int
lane_message_seconds(const struct lane *l)
{
	return l->route != NULL ? sms_message_seconds(l->route) :
	    smtp_message_seconds(&l->company->transport);
}

static bool
is_loopback(const struct lane *l)
{
	return l->route != NULL ? sms_is_loopback(l->route) :
	    smtp_is_loopback(&l->company->transport);
}

/* With a test clock nothing may leave the machine (DESIGN §5.8). */
static bool
may_open(struct lane *l)
{
	if (l->maildir != NULL || l->sender->config->test ||
	    !clock_is_test() || is_loopback(l))
		return true;
	if (!l->refused)
		log_warn("company=%s: the clock is a test clock: only Maildir "
		    "and loopback transports are opened, or mark the "
		    "workspace \"test\"", l->company->code);
	l->refused = true;
	return false;
}

static int
open_sms(struct lane *l, struct err *err)
{
	return l->sms != NULL ? 0 : sms_open(l, l->sender->config, l->company,
	    l->route, &l->sms, err);
}

static int
run_channel(struct lane *l, struct err *err)
{
	struct channel_feed feed = sender_feed;

	feed.arg = l;
	if (l->route != NULL)
		return open_sms(l, err) < 0 || lane_poll(l, err) < 0 ? -1 :
		    sms_run(l->sms, &feed, err);
	if (l->maildir != NULL)
		return maildir_run(l->maildir, &feed, err);
	if (l->smtp == NULL && smtp_open(l, &l->company->transport, &l->smtp,
	    err) < 0)
		return -1;
	return smtp_run(l->smtp, &feed, err);
}

/* A server that cannot be used is left alone for a while.  How long a pause
 * is, is told by the database. */
static void
back_off(struct lane *l, const struct err *err, bool pause)
{
	int64_t wait = WAIT_FIRST_MS;
	int i;

	for (i = 0; i < l->failures && wait < WAIT_MOST_MS; i++)
		wait *= 2;
	if (wait > WAIT_MOST_MS)
		wait = WAIT_MOST_MS;
	l->failures++;
	l->wait_ms = pause ? 0 : clock_mono_ms() + wait;
	log_error("company=%s%s%s: %s (looking again in %lld s)",
	    l->company->code, l->route != NULL ? " route=" : "",
	    lane_route(l), err->text, pause ? (long long)SENDER_PAUSE :
	    (long long)wait / 1000);
}

/* Observing, stopped or held, it writes to its own people only (holds.def). */
static int
look_company(struct lane *l, struct err *err)
{
	struct company_row row;

	if (companies_get(l->sender->db, l->company->code, &row, err) < 0)
		return -1;
	l->staff = !row.armed || row.stopped || clock_mono_ms() < l->held_ms;
	return 0;
}

/* How many messages the session may have; 0: none now. */
static int
prepare(struct lane *l, int *ret_left, struct err *err)
{
	*ret_left = 0;
	if (clock_mono_ms() < l->wait_ms || !may_open(l))
		return 0;
	if (look_company(l, err) < 0)
		return -1;
	*ret_left = l->company->transport.per_session > 0 ?
	    l->company->transport.per_session : PER_SESSION;
	return pause_look(l, clock_now(), ret_left, err);
}

/* Why it ended: wait, ask a person, pause. */
static int
ended_badly(struct lane *l, const struct err *why, struct err *err)
{
	bool pause = why->kind == ERR_CONFIG &&
	    (l->failed || l->denied_why != NULL || l->route != NULL);

	back_off(l, why, pause);
	if (why->kind != ERR_CONFIG)
		return 0;
	return pause_ask(l, why->text, pause, err);
}

/* Claimed and given back is no work: it would go on without end.  What waits
 * for our own people comes next, without those to customers. */
static int
held_back(struct lane *l)
{
	int64_t until = clock_mono_ms() + WAIT_FIRST_MS;

	if (!l->staff) {
		l->held_ms = until;
		return 1;
	}
	l->wait_ms = until;
	return l->accepted || l->failed ? 1 : 0;
}

int
lane_session(struct lane *l, struct err *err)
{
	struct err own = { ERR_NONE, "" };
	int r;

	l->worked = l->paced = l->failed = l->accepted = l->held = false;
	TALLOC_FREE(l->denied_why);
	l->anew = 0;
	if (prepare(l, &l->left, err) < 0)
		return -1;
	if (l->left == 0)
		return 0;
	r = run_channel(l, &own);
	if (lane_flush(l, err) < 0 || lane_give_back(l, err) < 0)
		return -1;
	if (l->accepted && l->asked && pause_over(l, err) < 0)
		return -1;
	if (r == 0 && !l->worked && lane_ask(l, err) < 0)
		return -1;
	if (r < 0 && ended_badly(l, &own, err) < 0)
		return -1;
	if (r == 0 && l->worked)
		l->failures = 0;
	if (l->held)
		return held_back(l);
	return l->worked ? 1 : 0;
}
