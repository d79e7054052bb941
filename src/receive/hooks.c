#define _GNU_SOURCE
#include "receive/hooks.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/phone.h"
#include "sms/compose.h"
#include "sms/gateway.h"
#include "sms/text.h"
#include "store/asking.h"
#include "store/delivery.h"
#include "store/early.h"
#include "store/events.h"
#include "store/matching.h"
#include "store/tasks.h"
#include "track/machine.h"

#include <string.h>

#define ACTOR "reader"

struct job {
	const struct config_company *company;
	const struct config_sms *route;
	const struct inbox_row *row;
	struct gateway_event *events;
	size_t n;
	enum gateway_hook hook;
	int64_t now;
	char *what;			/* for people */
	void *tmp;
};

bool
hooks_is_call(const struct inbox_row *row)
{
	return row->channel == CHANNEL_SMS && row->intake != NULL &&
	    text_starts(row->intake, "hook/");
}

static int
route_of(struct job *j, const struct inbox_row *row, struct err *err)
{
	char *name = mem_str(j->tmp, row->intake + 5);
	char *slash = strrchr(name, '/');

	if (slash == NULL || !gateway_hook_parse(slash + 1, &j->hook))
		return err_set(err, ERR_PERM, "no call that is known");
	*slash = '\0';
	j->route = config_sms_named(j->company, name);
	if (j->route == NULL)
		return err_set(err, ERR_PERM, "its route \"%s\" is no more "
		    "in dunlin.yaml", name);
	return 0;
}

/* Numbers come with +, without it, or as in their country. */
static bool
number_of(const struct job *j, const char *text, struct phone *ret)
{
	const char **c = j->route->countries;

	for (; text[0] != '+' && c != NULL && *c != NULL; c++)
		if (phone_mobile(text, *c, ret, NULL) == 0 &&
		    strcmp(ret->country, *c) == 0)
			return true;
	return phone_parse(text[0] == '+' ? text : mem_fmt(j->tmp, "+%s",
	    text), NULL, ret, NULL) == 0;
}

/* --- receipts --- */

static int
find_sent(struct db *db, const struct job *j, const struct gateway_event *e,
    struct matching_sent *sent, struct err *err)
{
	int r = 0;

	if (e->token != NULL)
		r = matching_token(db, j->row->company_id, e->token, sent,
		    err);
	if (r == 0 && e->id != NULL)
		r = matching_remote(db, j->row->company_id, j->route->name,
		    e->id, sent, err);
	return r;
}

/* What a final state says about the number. */
static int
final(struct db *db, const struct job *j, const struct matching_sent *s,
    enum delivery state, const char *why, struct err *err)
{
	enum address_state was;
	bool dead;

	switch (state) {
	case DELIVERY_DELIVERED:
		return delivery_works(db, s->address_id, "delivered", j->now,
		    ACTOR, err) < 0 ? -1 : 0;
	case DELIVERY_OPTED_OUT:
		if (delivery_address(db, s->address_id, ADDRESS_EV_STOP,
		    why, j->now, ACTOR, err) < 0)
			return -1;
		return delivery_bounced(db, s->outbox_id, true, why, j->now,
		    ACTOR, err);
	case DELIVERY_FAILED:
		/* A second time in a row: the number is no good. */
		if (delivery_address_state(db, s->address_id, &was, err) < 0)
			return -1;
		dead = was != ADDRESS_IS_WORKING;
		if (delivery_address(db, s->address_id, dead ?
		    ADDRESS_EV_FAIL : ADDRESS_EV_DELAY, why, j->now, ACTOR,
		    err) < 0)
			return -1;
		return delivery_bounced(db, s->outbox_id, dead, why, j->now,
		    ACTOR, err);
	case DELIVERY_REJECTED:
		return delivery_bounced(db, s->outbox_id, false, why, j->now,
		    ACTOR, err);
	default:
		return 0;
	}
}

static int
receipt(struct db *db, struct job *j, const struct gateway_event *e,
    struct err *err)
{
	struct matching_sent sent;
	enum delivery was;
	const char *why;
	int r, next;

	r = find_sent(db, j, e, &sent, err);
	if (r <= 0) {
		j->what = mem_str(j->tmp, "a receipt that names no message "
		    "of ours");
		return r < 0 || e->id == NULL ? r : early_keep(db,
		    j->row->company_id, j->route->name, e->id, j->row->id,
		    j->now, err);
	}
	r = delivery_get(db, sent.attempt_id, &was, err);
	if (r < 0)
		return -1;
	next = (int)e->state;
	j->what = mem_fmt(j->tmp, "receipt: %s", delivery_name(e->state));
	if (r > 0 && e->state != was && !machine_next(&receipt_machine,
	    (int)was, (int)e->state, &next))
		return 0;
	if (r > 0 && e->state == was)
		return 0;
	why = mem_fmt(j->tmp, "receipt: %s%s%.60s", delivery_name(e->state),
	    e->error != NULL ? " " : "", e->error != NULL ? e->error : "");
	if (delivery_set(db, sent.attempt_id, (enum delivery)next, j->now,
	    err) < 0 ||
	    events_append(db, j->row->company_id, sent.account_id, j->now,
	    "sms-receipt", ACTOR, json_pack("{s:I, s:s, s:s*}", "outbox",
	    (json_int_t)sent.outbox_id, "state", delivery_name(e->state),
	    "error", e->error), NULL, err) < 0)
		return -1;
	/* The address first: it tells what settling a lost one means. */
	if (final(db, j, &sent, (enum delivery)next, why, err) < 0)
		return -1;
	return delivery_settle(db, sent.outbox_id, why, j->now, ACTOR,
	    err) < 0 ? -1 : 0;
}

/* --- what a gateway said when it was asked --- */

/* The head of such a row is our own: "...?attempt=TOKEN". */
static char *
asked_about(void *tmp, const struct inbox_row *row)
{
	static const char mark[] = "attempt=";
	const char *p = memmem(row->raw, row->len, mark, sizeof(mark) - 1);

	return p == NULL ? NULL : mem_strn(tmp, p + sizeof(mark) - 1,
	    strcspn(p + sizeof(mark) - 1, "\n"));
}

static bool
same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Is it the message that was asked about?  By either reference; where the
 * gateway knows none of ours, and we none of theirs, by number and text, if
 * it is not one of our others.  1, 0, -1. */
static int
is_it(struct db *db, const struct job *j, const struct asking *a,
    const struct gateway_event *e, struct err *err)
{
	struct gateway_message m;
	struct matching_sent other;
	int r;

	if (e->token != NULL || a->remote_id != NULL)
		return same(e->token, a->token) || same(e->id, a->remote_id);
	if (sms_message(j->tmp, a->bytes, a->len, &m, err) < 0)
		return -1;
	if (!same(e->text, m.text) || !same(e->number, m.to) || e->id == NULL)
		return 0;
	r = matching_remote(db, j->row->company_id, j->route->name, e->id,
	    &other, err);
	return r < 0 ? -1 : r == 0;
}

static int
answered(struct db *db, struct job *j, struct err *err)
{
	const struct gateway_event *found = NULL;
	char *token = asked_about(j->tmp, j->row);
	struct gateway_event e;
	struct matching_sent sent;
	struct asking a;
	size_t i, n = 0;
	int r;

	j->what = mem_str(j->tmp, "the gateway knows nothing of it");
	if (token == NULL)
		return 0;
	r = matching_token(db, j->row->company_id, token, &sent, err);
	if (r <= 0)
		return r;
	if (asking_get(j->tmp, db, sent.attempt_id, &a, err) < 0)
		return -1;
	for (i = 0; i < j->n; i++) {
		if ((r = is_it(db, j, &a, &j->events[i], err)) < 0)
			return -1;
		if (r > 0 && n++ == 0)
			found = &j->events[i];
	}
	if (n == 0)
		return 0;
	if (n > 1) {
		j->what = mem_str(j->tmp, "several messages may be it");
		return 0;
	}
	if (found->id != NULL && (asking_identify(db, a.attempt_id, found->id,
	    err) < 0 || early_known(db, j->row->company_id, j->route->name,
	    found->id, err) < 0))
		return -1;
	e = *found;
	e.token = token;
	return receipt(db, j, &e, err);
}

/* --- messages --- */

/* Nobody is left to be written to. */
static int
tell_if_last(struct db *db, const struct job *j, int64_t account_id,
    struct err *err)
{
	struct task_new t = { .company_id = j->row->company_id,
	    .account_id = account_id, .reason = "no-contact",
	    .inbox_id = j->row->id };
	int64_t left;

	if (delivery_contacts_left(db, account_id, &left, err) < 0)
		return -1;
	return left > 0 ? 0 : tasks_open(db, &t, j->now, ACTOR, NULL, NULL,
	    err);
}

static int
stop_or_start(struct db *db, struct job *j, const struct phone *p,
    enum sms_word word, struct err *err)
{
	struct matching_sender sender;
	size_t i;
	int r;

	j->what = mem_str(j->tmp, word == SMS_WORD_STOP ? "stop" : "start");
	r = matching_phone(db, j->row->company_id, p->e164, p->code_len,
	    &sender, err);
	if (r <= 0)
		return r;
	if (word == SMS_WORD_START)
		return delivery_reopen(db, sender.address_id,
		    "START by SMS", j->now, ACTOR, err);
	if (delivery_address(db, sender.address_id, ADDRESS_EV_STOP,
	    "STOP by SMS", j->now, ACTOR, err) < 0)
		return -1;
	for (i = 0; i < sender.n; i++)
		if (tell_if_last(db, j, sender.accounts[i], err) < 0)
			return -1;
	return 0;
}

/* As a mail, so that it takes the road of mail. */
static int
as_mail(struct db *db, const struct job *j, const struct phone *p,
    const struct gateway_event *e, size_t nth, const char *held,
    struct err *err)
{
	struct inbox_new m = { .company_id = j->row->company_id,
	    .channel = CHANNEL_SMS, .held = held };
	unsigned char hash[HASH_LEN];
	char hex[HASH_HEX_MAX], *raw;
	int64_t id;
	bool fresh;

	raw = mem_fmt(j->tmp, "From: <%s@sms.invalid>\r\n"
	    "To: <us@sms.invalid>\r\n"
	    "Message-ID: <%lld.%zu@sms.invalid>\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: 8bit\r\n\r\n%s\r\n", p->e164,
	    (long long)j->row->id, nth, e->text);
	m.intake = mem_fmt(j->tmp, "sms/%s", j->route->name);
	m.raw = raw;
	m.len = strlen(raw);
	hash_bytes(raw, m.len, hash);
	m.hash = hash_hex(hash, hex);
	return inbox_add(db, &m, j->row->received_at, &id, &fresh, err);
}

/* By the gateway's own reference: a webhook that comes again, or a list that
 * has what a webhook brought.  What has no reference is known by its bytes
 * alone.  1: it was. */
static int
heard_before(struct db *db, const struct job *j, const struct gateway_event *e,
    const struct phone *p, struct err *err)
{
	unsigned char sum[HASH_LEN];
	char hex[HASH_HEX_MAX];
	struct hash *h;

	if (e->id == NULL)
		return 0;
	h = hash_new(j->tmp);
	hash_text(h, j->route->name);
	hash_text(h, e->id);
	hash_text(h, p->e164);
	hash_text(h, e->text);
	hash_done(h, sum);
	return inbox_heard(db, j->row->company_id, hash_hex(sum, hex), j->now,
	    err);
}

static int
message(struct db *db, struct job *j, const struct gateway_event *e,
    size_t nth, struct err *err)
{
	struct phone p;
	enum sms_word word;
	struct matching_sender sender;
	int r;

	if (!number_of(j, e->number, &p)) {
		j->what = mem_str(j->tmp, "a message of an impossible number");
		return 0;
	}
	if ((r = heard_before(db, j, e, &p, err)) != 0) {
		j->what = mem_str(j->tmp, "messages that were read before");
		return r < 0 ? -1 : 0;
	}
	j->what = mem_str(j->tmp, "message");
	word = sms_word(e->text, j->route->letters);
	if (word == SMS_WORD_STOP || word == SMS_WORD_START)
		return stop_or_start(db, j, &p, word, err);
	r = matching_phone(db, j->row->company_id, p.e164, p.code_len,
	    &sender, err);
	if (r < 0 || (r > 0 && delivery_consent(db, sender.address_id,
	    "they wrote to us", j->now, err) < 0))
		return -1;
	return as_mail(db, j, &p, e, nth, word == SMS_WORD_LETTER ?
	    "a single letter, which this route tells nobody to answer with" :
	    NULL, err);
}

static int
read_tx(struct db *db, void *arg, struct err *err)
{
	struct job *j = arg;
	size_t i;
	int r;

	r = inbox_done(db, j->row->id, NULL, err);
	if (r != 0)
		return r < 0 ? -1 : 0;
	if (j->hook == GATEWAY_QUERY && answered(db, j, err) < 0)
		return -1;
	for (i = 0; j->hook != GATEWAY_QUERY && i < j->n; i++) {
		r = j->hook == GATEWAY_REPORT ? receipt(db, j, &j->events[i],
		    err) : message(db, j, &j->events[i], i, err);
		if (r < 0)
			return -1;
	}
	return inbox_note(db, j->row->id, 0, 0, j->n > 1 &&
	    j->hook != GATEWAY_QUERY ? mem_fmt(j->tmp,
	    "%zu, the last: %s", j->n, j->what) : j->what, err);
}

int
hooks_ask(struct child *child, const struct config *config,
    const struct config_company *company, const struct inbox_row *row,
    json_t **ret_answer, struct err *err)
{
	void *tmp MEM_AUTO = mem_check(talloc_new(NULL));
	struct job j = { .company = company, .row = row, .tmp = tmp };
	struct child_call call = { .raw = row->raw, .len = row->len };
	size_t n;

	if (route_of(&j, row, err) < 0 || gateway_text(tmp, config->dir,
	    j.route->gateway, &call.file, &call.gateway, &n, err) < 0)
		return -1;
	call.hook = strrchr(row->intake, '/') + 1;
	return child_ask_call(child, &call, CHILD_WAIT_MS, ret_answer, err);
}

static const char *
said(const json_t *e, const char *name)
{
	return json_string_value(json_object_get(e, name));
}

/* What the child says is data too: a state that is none is not believed. */
static int
take_events(struct job *j, const json_t *answer, struct err *err)
{
	const json_t *list = json_object_get(answer, "events"), *e;
	json_int_t state;
	size_t i;

	if (!json_is_array(list))
		return err_set(err, json_is_true(json_object_get(answer,
		    "config")) ? ERR_CONFIG : ERR_PERM, "%.400s",
		    said(answer, "broken"));
	j->n = json_array_size(list);
	j->events = mem_array(j->tmp, struct gateway_event, j->n + 1);
	for (i = 0; i < j->n; i++) {
		e = json_array_get(list, i);
		state = json_integer_value(json_object_get(e, "state"));
		if (state < 0 || state >= DELIVERY_COUNT ||
		    (gateway_hook_hears(j->hook) && (said(e, "text") == NULL ||
		    said(e, "number") == NULL)))
			return err_set(err, ERR_PERM, "reading it gave "
			    "nonsense");
		j->events[i] = (struct gateway_event){ said(e, "token"),
		    said(e, "id"), (enum delivery)state, said(e, "error"),
		    said(e, "text"), said(e, "number"), said(e, "to") };
	}
	return 0;
}

int
hooks_apply(struct db *db, const struct config_company *company,
    const struct inbox_row *row, const json_t *answer, struct err *err)
{
	void *tmp MEM_AUTO = mem_check(talloc_new(NULL));
	struct job j = { .company = company, .row = row, .now = clock_now(),
	    .tmp = tmp };

	j.what = mem_str(tmp, "says nothing that is known");
	if (route_of(&j, row, err) < 0 || take_events(&j, answer, err) < 0)
		return -1;
	return store_tx(db, read_tx, &j, err);
}
