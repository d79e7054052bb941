/* A transport that only a person can mend: credentials, certificates, our
 * sender, relaying.  Where each try would cost a message it is also paused,
 * by a hold on the company's channel that every sender and every --once run
 * heeds.  It ends by dunlin release, when the transport's settings change, or
 * when one message, tried after an hour, is taken. */
#include "send/sender.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/holds.h"
#include "store/tasks.h"

#include <string.h>

#define DAY 86400
#define REASON "transport-refused"
#define REASON_SMS "sms-route-refused"
#define REASON_ROBOT "robot-refused"
/* Refusals in a row that mean everybody: of recipients of one domain, or of
 * several. */
#define DENIED_ONE 3
#define DENIED_SEVERAL 2

static const char *
reason_of(const struct lane *l)
{
	return l->route == NULL ? REASON : l->route->robot ? REASON_ROBOT :
	    REASON_SMS;
}

static enum channel
channel_of(const struct lane *l)
{
	return l->route == NULL ? CHANNEL_MAIL : l->route->robot ?
	    CHANNEL_ROBOT : CHANNEL_SMS;
}

/* How the note of a route's pause begins: each route has its own. */
static char *
start_of(void *owner, const struct lane *l)
{
	return l->route != NULL ? mem_fmt(owner, "route %s, ",
	    l->route->name) : mem_str(owner, "");
}

/* The settings that the pause is about: other ones are a new transport. */
static char *
settings_of(void *owner, const struct lane *l)
{
	const struct config_transport *t = &l->company->transport;
	const struct config_sms *r = l->route;

	if (r != NULL && r->robot)
		return mem_fmt(owner, "%s%s #%s: ", start_of(owner, l),
		    r->gateway, sms_fingerprint(owner, r));
	if (r != NULL)
		return mem_fmt(owner, "%s%s%s%s: ", start_of(owner, l),
		    r->url != NULL ? r->url : r->gateway, r->user == NULL ?
		    "" : " as ", r->user == NULL ? "" : r->user);
	return mem_fmt(owner, "%s%s%s: ", t->url, t->user == NULL ? "" :
	    " as ", t->user == NULL ? "" : t->user);
}

static struct hold_new
hold_on(const struct lane *l)
{
	struct hold_new h = {
		.company_id = l->company_id,
		.kind = HOLD_TRANSPORT,
		.scope = SCOPE_CHANNEL,
		.channel = channel_name(channel_of(l)),
		.review_at = CLOCK_NONE,
		.ends_at = CLOCK_NONE,
	};

	return h;
}

struct job {
	const struct lane *lane;
	const char *why;
	bool pause;
	int64_t now;
};

/* start NULL: of this transport; "": of any of the channel. */
static int
find(void *owner, struct db *db, const struct lane *l, const char *start,
    struct hold_found *ret, struct err *err)
{
	return holds_channel(owner, db, l->company_id, HOLD_TRANSPORT,
	    channel_of(l), start != NULL ? start : start_of(owner, l), ret,
	    err);
}

static int
release(struct db *db, const struct lane *l, const char *why, int64_t now,
    struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct hold_found found;
	int r;

	while ((r = find(pool, db, l, NULL, &found, err)) > 0)
		if (holds_release(db, found.id, now, "sender", why, err) < 0)
			return -1;
	return r;
}

static int
release_tx(struct db *db, void *arg, struct err *err)
{
	const struct job *j = arg;

	return release(db, j->lane, j->why, j->now, err);
}

static void
tell(struct lane *l, const struct hold_found *found)
{
	char at[CLOCK_TEXT_MAX], *quoted;

	if (l->paused)
		return;
	quoted = log_quote(NULL, found->note);
	log_warn("company=%s: nothing is sent until %s, or dunlin release "
	    "%lld: %s", l->company->code, clock_format(found->ends_at, at),
	    (long long)found->id, quoted);
	talloc_free(quoted);
	l->paused = true;
}

int
pause_look(struct lane *l, int64_t now, int *ret_left, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct job j = { l, "the transport's settings changed", false, now };
	struct hold_found found;
	int r;

	l->probing = false;
	r = find(pool, l->sender->db, l, NULL, &found, err);
	if (r < 0)
		return -1;
	if (r == 0) {
		l->paused = false;
		return 0;
	}
	l->asked = true;
	if (found.note == NULL ||
	    !text_starts(found.note, settings_of(pool, l)))
		return store_tx(l->sender->db, release_tx, &j, err) < 0 ?
		    -1 : 0;
	if (found.ends_at != CLOCK_NONE && now >= found.ends_at) {
		*ret_left = 1;
		l->probing = true;
		return 0;
	}
	tell(l, &found);
	*ret_left = 0;
	return 0;
}

static int
ask_tx(struct db *db, void *arg, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	const struct job *j = arg;
	struct hold_new h = hold_on(j->lane);
	struct task_new t = {
		.company_id = j->lane->company_id,
		.reason = reason_of(j->lane),
		.detail = j->why,
	};

	if (tasks_open(db, &t, j->now, "sender", NULL, NULL, err) < 0)
		return -1;
	if (!j->pause)
		return 0;
	h.note = mem_fmt(pool, "%s%s", settings_of(pool, j->lane), j->why);
	h.ends_at = j->now + SENDER_PAUSE;
	if (release(db, j->lane, "refused again", j->now, err) < 0)
		return -1;
	return holds_place(db, &h, j->now, "sender", NULL, err);
}

int
pause_ask(struct lane *l, const char *why, bool pause, struct err *err)
{
	struct job j = { l, why, pause, clock_now() };

	if (store_tx(l->sender->db, ask_tx, &j, err) < 0)
		return -1;
	l->asked = true;
	return 0;
}

/* The task stays while another route is paused. */
static int
over_tx(struct db *db, void *arg, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	const struct job *j = arg;
	struct hold_found other;
	int r;

	if (release(db, j->lane, j->why, j->now, err) < 0)
		return -1;
	r = find(pool, db, j->lane, "", &other, err);
	if (r != 0)
		return r < 0 ? -1 : 0;
	return tasks_close_reason(db, j->lane->company_id, 0,
	    reason_of(j->lane), j->now,
	    "sender", j->why, err);
}

int
pause_over(struct lane *l, struct err *err)
{
	struct job j = { l, "the server took a message", false, clock_now() };

	if (store_tx(l->sender->db, over_tx, &j, err) < 0)
		return -1;
	l->asked = l->paused = false;
	return 0;
}

/* --- who is refused --- */

/* Another domain than the last one's; remembers it. */
static bool
is_other_domain(struct lane *l, const char *to)
{
	const char *at = strrchr(to, '@');
	bool other;

	at = at == NULL ? to : at + 1;
	other = l->denied_domain != NULL && strcmp(l->denied_domain, at) != 0;
	talloc_free(l->denied_domain);
	l->denied_domain = mem_str(l, at);
	return other;
}

static bool
is_relaying(const struct channel_outcome *o)
{
	return o->reply != NULL && text_find_nocase(o->reply, "relay") !=
	    NULL;
}

/* A refusal that speaks of us may still be about one recipient: it counts as
 * everybody's where it says that we may not relay, where several in a row
 * meet it, or where it comes back after a pause with the next recipient.
 * What was put off before does not put off everybody again: it may be the
 * only one. */
static bool
is_for_all(struct lane *l, const struct outbox_row *row, const char *to,
    const struct channel_outcome *o)
{
	bool other;

	if (l->accepted)
		return false;
	if (is_relaying(o))
		return row->tries == 0;
	if (l->probing)
		return row->tries == 0;
	other = is_other_domain(l, to);
	return ++l->denied >= (other ? DENIED_SEVERAL : DENIED_ONE);
}

void
pause_weigh(struct lane *l, const struct outbox_row *row, const char *to,
    struct channel_outcome *o)
{
	if (!o->about_us) {
		if (o->outcome == OUTCOME_ACCEPTED || o->recipient)
			l->denied = 0;
		return;
	}
	if (!is_for_all(l, row, to, o)) {
		if (!l->accepted && is_relaying(o))
			o->outcome = OUTCOME_DEFERRED;
		return;
	}
	o->outcome = OUTCOME_DEFERRED;
	l->denied = 0;
	l->denied_why = mem_fmt(l, "the server refuses whom we write to: %s",
	    o->reply == NULL ? "" : o->reply);
}
