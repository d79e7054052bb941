/* Rows of senders that are gone.  A claim goes back; a hand-over is never
 * repeated: it becomes uncertain, and only evidence settles it. */
#include "send/sender.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "send/maildir.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STAT_MAX 4096

/* Field 22 of /proc/PID/stat: a number that a later process with the same
 * pid does not have. */
static bool
start_of(void *owner, long pid, char **ret_start)
{
	char *path, *data, *p, *save;
	size_t len;
	int i;

	path = mem_fmt(owner, "/proc/%ld/stat", pid);
	if (file_read(owner, path, STAT_MAX, &data, &len, NULL) < 0 ||
	    (p = strrchr(data, ')')) == NULL)
		return false;
	p = strtok_r(p + 1, " ", &save);
	for (i = 3; p != NULL && i < 22; i++)
		p = strtok_r(NULL, " ", &save);
	if (p == NULL)
		return false;
	*ret_start = mem_str(owner, p);
	return true;
}

char *
sender_name(void *owner)
{
	char host[256] = "localhost", *start;
	char *name;
	void *pool;

	gethostname(host, sizeof(host) - 1);
	pool = talloc_new(NULL);
	if (!start_of(pool, (long)getpid(), &start))
		start = mem_str(pool, "0");
	name = mem_fmt(owner, "%s %ld %s", host, (long)getpid(), start);
	talloc_free(pool);
	return name;
}

int
sender_lives(const char *name)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	char host[256] = "localhost", start[32], *now;
	char owner[256];
	long pid;

	gethostname(host, sizeof(host) - 1);
	if (name == NULL || sscanf(name, "%255s %ld %31s", owner, &pid,
	    start) != 3 || strcmp(owner, host) != 0 || pid <= 0)
		return -1;
	if (kill((pid_t)pid, 0) < 0 && errno == ESRCH)
		return 0;
	if (strcmp(start, "0") == 0)
		return -1;
	return start_of(pool, pid, &now) && strcmp(now, start) == 0;
}

struct reap {
	const struct outbox_busy *b;
	struct outbox_result result;
	int64_t now;
	bool gone;
};

static int
reap_tx(struct db *db, void *arg, struct err *err)
{
	const struct reap *r = arg;

	if (r->b->state == OUTBOX_CLAIMED)
		return outbox_reap_claims(db, r->b->claimed_by == NULL ? "" :
		    r->b->claimed_by, r->gone, r->now, err);
	return outbox_finish(db, r->b->id, r->b->claim, &r->result, r->now,
	    err);
}

static const struct config_company *
company_of(const struct sender *s, int64_t id)
{
	size_t i;

	for (i = 0; i < s->n_lanes; i++)
		if (s->lanes[i]->company_id == id)
			return s->lanes[i]->company;
	return NULL;
}

/* Only when its owner is known to be gone: one that still lives could put
 * the message there after we looked. */
static int
settle_maildir(struct sender *s, struct outbox_busy *b, int64_t now,
    struct err *err)
{
	const struct config_company *company;
	struct reap r = { .b = b, .now = now };
	bool there;

	company = company_of(s, b->company_id);
	if (company == NULL || b->channel != CHANNEL_MAIL ||
	    !company->transport.maildir ||
	    b->attempt == NULL || sender_lives(b->claimed_by) != 0)
		return 0;
	if (maildir_look(company->transport.path, b->attempt, &there,
	    err) < 0)
		return -1;
	r.result.actor = "sender";
	r.result.outcome = there ? OUTCOME_ACCEPTED : OUTCOME_NOT_SENT;
	r.result.reply = there ? "found in the Maildir" :
	    "not in the Maildir";
	r.result.retry_at = now;
	log_info("settled outbox=%lld as=%s by=looking", (long long)b->id,
	    outcome_name(r.result.outcome));
	return store_tx(s->db, reap_tx, &r, err) < 0 ? -1 : 0;
}

static int
reap_one(struct sender *s, struct outbox_busy *b, int64_t now,
    struct err *err)
{
	struct reap r = { .b = b, .now = now };
	int lives;

	lives = sender_lives(b->claimed_by);
	if (b->state != OUTBOX_UNCERTAIN) {
		if (lives != 0 && (b->deadline == INT64_MIN ||
		    now <= b->deadline))
			return 0;
		r.gone = lives == 0;
		r.result.outcome = OUTCOME_UNCERTAIN;
		r.result.actor = "sender";
		r.result.reply = lives == 0 ?
		    "the sender ended during the hand-over" :
		    "the hand-over took longer than it may";
		log_warn("reaped outbox=%lld state=%s owner=%s",
		    (long long)b->id, outbox_state_name(b->state),
		    lives == 0 ? "gone" : "late");
		if (store_tx(s->db, reap_tx, &r, err) < 0)
			return -1;
		if (b->state == OUTBOX_CLAIMED)
			return 0;
	}
	return settle_maildir(s, b, now, err);
}

int
sender_reap(struct sender *s, int64_t now, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct outbox_busy *rows = NULL;
	size_t i, n = 0;

	if (outbox_busy(pool, s->db, &rows, &n, err) < 0)
		return -1;
	/* Claims first: what was being handed over tells which row was not
	 * yet in hand. */
	for (i = 0; i < n; i++)
		if (rows[i].state == OUTBOX_CLAIMED &&
		    reap_one(s, &rows[i], now, err) < 0)
			return -1;
	for (i = 0; i < n; i++)
		if (rows[i].state != OUTBOX_CLAIMED &&
		    reap_one(s, &rows[i], now, err) < 0)
			return -1;
	return 0;
}
