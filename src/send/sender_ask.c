/* Gateways are asked, where they can be: what became of SMS of which nothing
 * was heard, and what people wrote to us, should a webhook not have come
 * through.  An answer goes to the inbox as it came, as a webhook's would; the
 * reader makes of it what it can, and takes nothing twice. */
#include "send/sender.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "sms/compose.h"
#include "store/asking.h"
#include "store/inbox.h"

#include <string.h>

#define EVERY_MS 60000

struct job {
	const struct lane *lane;
	const struct asking *about;	/* NULL: what we were written */
	const char *raw;		/* NULL: no answer */
	size_t len;
	int64_t now;
};

static int
keep_tx(struct db *db, void *arg, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	const struct job *j = arg;
	struct inbox_new m = { .company_id = j->lane->company_id,
	    .channel = CHANNEL_SMS, .raw = j->raw, .len = j->len };
	unsigned char hash[HASH_LEN];
	char hex[HASH_HEX_MAX];
	int64_t id;
	bool fresh;

	if (j->about != NULL && asking_done(db, j->about->attempt_id,
	    err) < 0)
		return -1;
	if (j->raw == NULL)
		return 0;
	hash_bytes(j->raw, j->len, hash);
	m.hash = hash_hex(hash, hex);
	m.intake = mem_fmt(pool, "hook/%s/%s", lane_route(j->lane),
	    j->about != NULL ? "query" : "poll");
	return inbox_add(db, &m, j->now, &id, &fresh, err);
}

/* A row of the inbox; the time is not of it: what says the same again is one
 * row. */
static void
put_raw(void *pool, struct job *j, const char *kind, const char *query,
    const char *body)
{
	const struct lane *l = j->lane;
	char *head = gateway_call_head(pool, "GET", mem_fmt(pool,
	    "/hook/%s/%s/%s", l->company->code, lane_route(l), kind), query,
	    "application/json");

	j->raw = mem_fmt(pool, "%s%s", head, body);
	j->len = strlen(j->raw);
}

static int
ask(struct lane *l, const struct asking *a, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct job j = { .lane = l, .about = a, .now = clock_now() };
	struct sms_question q = { a->bytes, a->len, a->remote_id,
	    a->started_at };
	const char *body;
	struct err own;
	size_t n;

	if (sms_ask(pool, l->sms, &q, &body, &n, &own) < 0) {
		log_warn("route=%s: asked in vain: %s", lane_route(l),
		    own.text);
	} else {
		put_raw(pool, &j, "query", mem_fmt(pool, "attempt=%s",
		    a->token), body);
	}
	return store_tx(l->sender->db, keep_tx, &j, err) < 0 ? -1 : 0;
}

int
lane_ask(struct lane *l, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	int64_t now_ms = clock_mono_ms();
	struct asking *list;
	size_t i, n;

	if (l->route == NULL || l->sms == NULL || now_ms < l->ask_ms ||
	    !gateway_can_ask(sms_gateway(l->sms)))
		return 0;
	l->ask_ms = now_ms + EVERY_MS;
	if (asking_due(pool, l->sender->db, l->company_id, lane_route(l),
	    clock_now(), &list, &n, err) < 0)
		return -1;
	for (i = 0; i < n && !sender_stopping(l->sender); i++)
		if (ask(l, &list[i], err) < 0)
			return -1;
	return 0;
}

int
lane_poll(struct lane *l, struct err *err)
{
	MEM_AUTO void *pool = talloc_new(NULL);
	struct job j = { .lane = l, .now = clock_now() };
	int64_t now_ms = clock_mono_ms();
	const char *body;
	struct err own;
	size_t n;

	if (l->sms == NULL || now_ms < l->poll_ms || !l->route->poll ||
	    !gateway_can_poll(sms_gateway(l->sms)))
		return 0;
	l->poll_ms = now_ms + EVERY_MS;
	if (sms_poll(pool, l->sms, &body, &n, &own) < 0) {
		log_warn("route=%s: asked for messages in vain: %s",
		    lane_route(l), own.text);
		return 0;
	}
	if (gateway_polled_nothing(sms_gateway(l->sms), body))
		return 0;
	put_raw(pool, &j, "poll", "", body);
	return store_tx(l->sender->db, keep_tx, &j, err) < 0 ? -1 : 0;
}
