#include "send/sms.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/mem.h"
#include "base/text.h"
#include "send/http.h"
#include "sms/compose.h"
#include "sms/robot.h"

#include <string.h>

#define POOL 12288		/* bytes of the request of one message */

struct sms_channel {
	const struct config_sms *route;
	struct gateway *gateway;
	struct gateway_use use;
	struct http *http;
};

static char *
hook_url(void *owner, const struct config *c,
    const struct config_company *co, const struct config_sms *route,
    const char *kind, const char *secret)
{
	if (c->web.public_url == NULL)
		return NULL;
	return mem_fmt(owner, "%s/hook/%s/%s/%s%s%s", c->web.public_url,
	    co->code, route->name, kind, secret != NULL ? "/" : "",
	    secret != NULL ? secret : "");
}

int
sms_secret_url(void *owner, const struct config_sms *route, char **ret_url,
    struct err *err)
{
	char *url;

	if (!route->robot)
		return 0;
	if (file_secret(owner, route->url_file, &url, err) < 0)
		return -1;
	if (robot_url(url, err) < 0) {
		err_add(err, "%s", route->url_file);
		return -1;
	}
	*ret_url = url;
	return 0;
}

char *
sms_fingerprint(void *owner, const struct config_sms *route)
{
	struct hash *h = hash_new(owner);
	unsigned char sum[HASH_LEN];
	char hex[HASH_HEX_MAX], *url = NULL, *secret = NULL;

	if (sms_secret_url(owner, route, &url, NULL) < 0)
		url = NULL;
	if (route->secret_file == NULL || file_secret(owner,
	    route->secret_file, &secret, NULL) < 0)
		secret = NULL;
	hash_text(h, url);
	hash_text(h, secret);
	hash_done(h, sum);
	return mem_strn(owner, hash_hex(sum, hex), 8);
}

int
sms_open(void *owner, const struct config *config,
    const struct config_company *company, const struct config_sms *route,
    struct sms_channel **ret_sms, struct err *err)
{
	struct sms_channel *s = mem_new(owner, struct sms_channel);
	char *secret = NULL, *hook = NULL, *url = NULL;

	s->route = route;
	if (sms_secret_url(s, route, &url, err) < 0 || gateway_load(s, config->dir, route->gateway, &s->gateway, NULL,
	    err) < 0 || (route->secret_file != NULL && file_secret(s,
	    route->secret_file, &secret, err) < 0) ||
	    (route->hook_file != NULL && file_secret(s, route->hook_file,
	    &hook, err) < 0)) {
		err_add(err, "%s", route->label);
		talloc_free(s);
		return -1;
	}
	if (company->agency && gateway_refuses_agency(s->gateway)) {
		talloc_free(s);
		return err_set(err, ERR_CONFIG, "%s: gateway %s does not "
		    "take messages of those who collect for others",
		    route->label, route->gateway);
	}
	s->use.route = route;
	s->use.url = url;
	s->use.secret = secret;
	s->use.report_url = hook_url(s, config, company, route, "report",
	    hook);
	s->use.message_url = hook_url(s, config, company, route, "message",
	    hook);
	s->http = http_new(s, route->timeout, route->tls_ca,
	    (size_t)route->connections);
	*ret_sms = s;
	return 0;
}

const struct gateway *
sms_gateway(const struct sms_channel *s)
{
	return s->gateway;
}

int
sms_message_seconds(const struct config_sms *route)
{
	return 3 * route->timeout;
}

bool
sms_is_loopback(const struct config_sms *route)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	char *url;

	if (!route->robot)
		return route->url != NULL && robot_url_is_local(route->url);
	return sms_secret_url(tmp, route, &url, NULL) == 0 &&
	    robot_url_is_local(url);
}

/* What a result means for the row. */
static const struct {
	enum outcome outcome;
	bool number, opted_out;
} meanings[GATEWAY_RESULT_COUNT] = {
	[GATEWAY_ACCEPTED] = { OUTCOME_ACCEPTED, false, false },
	[GATEWAY_LATER] = { OUTCOME_DEFERRED, false, false },
	[GATEWAY_REFUSED] = { OUTCOME_FAILED, false, false },
	[GATEWAY_NUMBER] = { OUTCOME_FAILED, true, false },
	[GATEWAY_OPTED_OUT] = { OUTCOME_FAILED, false, true },
	[GATEWAY_NOT_PERMITTED] = { OUTCOME_FAILED, false, false },
	[GATEWAY_CREDENTIALS] = { OUTCOME_NOT_SENT, false, false },
	[GATEWAY_UNCERTAIN] = { OUTCOME_UNCERTAIN, false, false },
};

/* The session ends where the next message would fare no better. */
static int
after(const struct sms_channel *s, const struct gateway_answer *a,
    struct err *err)
{
	switch (a->result) {
	case GATEWAY_CREDENTIALS:
	case GATEWAY_NOT_PERMITTED:
		return err_set(err, ERR_CONFIG, "%s: the gateway says: "
		    "%s", s->route->label, a->words);
	case GATEWAY_LATER:
	case GATEWAY_UNCERTAIN:
		return err_set(err, ERR_TEMP, "%s: the gateway says: %s",
		    s->route->label, a->words);
	default:
		return 0;
	}
}

static struct http_request
to_http(void *tmp, const struct gateway_request *q)
{
	struct http_request r = { .method = q->method, .url = q->url,
	    .body = q->body, .len = q->len, .n_headers = q->n_headers };
	struct http_header *headers = mem_array(tmp, struct http_header,
	    q->n_headers + 1);
	size_t i;

	for (i = 0; i < q->n_headers; i++) {
		headers[i].name = q->headers[i].name;
		headers[i].value = q->headers[i].value;
	}
	r.headers = headers;
	return r;
}

/* Messages that go at once, and what came of them. */
struct wave {
	struct sms_channel *sms;
	const struct channel_feed *feed;
	void *tmp;
	struct channel_message m[CHANNEL_WAVE];
	struct gateway_request *q[CHANNEL_WAVE];
	size_t n;
	size_t sent[CHANNEL_WAVE];	/* the i-th request is of m[sent[i]] */
	struct err err;			/* that ends the session; what a person
					 * must mend before others */
};

static void
end(struct wave *w, const struct err *err)
{
	if (w->err.kind == ERR_NONE || err->kind == ERR_CONFIG)
		w->err = *err;
}

static void
on_done(void *arg, size_t i, const struct http_answer *got,
    const struct err *why)
{
	struct channel_outcome o = { .outcome = OUTCOME_NOT_SENT };
	struct wave *w = arg;
	struct sms_channel *s = w->sms;
	struct channel_message *m = &w->m[w->sent[i]];
	struct gateway_answer a;
	struct err own;

	if (got == NULL) {
		if (why->kind == ERR_UNCERTAIN)
			o.outcome = OUTCOME_UNCERTAIN;
		o.reply = why->text;
		w->feed->outcome(w->feed->arg, m, &o);
		err_set(&own, ERR_TEMP, "%s: %s", s->route->label,
		    why->text);
		end(w, &own);
		return;
	}
	gateway_answer(w->tmp, s->gateway, got->status, got->body, got->len,
	    &a);
	if (s->use.url != NULL && robot_hide(a.words, s->use.url,
	    s->use.secret) == NULL)
		a.words = mem_fmt(w->tmp, "HTTP %d", got->status);
	o.outcome = meanings[a.result].outcome;
	o.recipient = meanings[a.result].number;
	o.enhanced = o.recipient ? "5.1.1" : NULL;
	o.opted_out = meanings[a.result].opted_out;
	o.code = got->status;
	o.reply = a.words;
	o.remote_id = a.id;
	w->feed->outcome(w->feed->arg, m, &o);
	if (after(s, &a, &own) < 0)
		end(w, &own);
}

static void
hand_over(struct wave *w)
{
	struct http_request r[CHANNEL_WAVE];
	struct http_ear ear = { .done = on_done, .done_arg = w,
	    .idle = w->feed->idle, .idle_arg = w->feed->arg };
	size_t i, n = 0;

	for (i = 0; i < w->n; i++)
		if (w->m[i].go) {
			r[n] = to_http(w->tmp, w->q[i]);
			w->sent[n++] = i;
		}
	http_send_all(w->sms->http, r, n, GATEWAY_ANSWER_MAX, &ear);
}

static void
fresh_use(struct sms_channel *s, char nonce[ID_TOKEN_MAX])
{
	id_token(nonce);
	s->use.nonce = nonce;
	s->use.now = clock_now();
}

static int
answer_to(void *owner, struct sms_channel *s,
    const struct gateway_request *q, const char **ret_body, size_t *ret_n,
    struct err *err)
{
	struct http_request r = to_http(owner, q);
	struct http_answer got;

	if (http_send(s->http, &r, GATEWAY_HOOK_MAX, &got, err) < 0)
		return -1;
	if (got.status != 200)
		return err_set(err, ERR_TEMP, "HTTP %d", got.status);
	*ret_body = got.body;
	*ret_n = got.len;
	return 0;
}

int
sms_ask(void *owner, struct sms_channel *s, const struct sms_question *a,
    const char **ret_body, size_t *ret_n, struct err *err)
{
	struct gateway_message m;
	struct gateway_request *q;
	char nonce[ID_TOKEN_MAX];

	fresh_use(s, nonce);
	if (sms_message(owner, a->bytes, a->len, &m, err) < 0)
		return -1;
	m.id = a->id;
	m.sent_at = a->at;
	if (gateway_query(owner, s->gateway, &s->use, &m, &q, err) < 0)
		return -1;
	return answer_to(owner, s, q, ret_body, ret_n, err);
}

int
sms_poll(void *owner, struct sms_channel *s, const char **ret_body,
    size_t *ret_n, struct err *err)
{
	struct gateway_request *q;
	char nonce[ID_TOKEN_MAX];

	fresh_use(s, nonce);
	if (gateway_poll(owner, s->gateway, &s->use, &q, err) < 0)
		return -1;
	return answer_to(owner, s, q, ret_body, ret_n, err);
}

static int
request_for(struct wave *w, size_t i, struct err *err)
{
	struct sms_channel *s = w->sms;
	const struct gateway_message *m = w->m[i].sms;
	struct gateway_message read;
	char nonce[ID_TOKEN_MAX];

	fresh_use(s, nonce);
	if (m == NULL) {		/* a robot's */
		if (sms_message(w->tmp, w->m[i].bytes, w->m[i].len, &read,
		    err) < 0)
			return -1;
		m = &read;
	}
	return gateway_request(w->tmp, s->gateway, &s->use, m, &w->q[i],
	    err);
}

/* 1: go on, 0: that was all, -1. */
static int
run_wave(struct sms_channel *s, const struct channel_feed *feed,
    struct err *err)
{
	size_t most = (size_t)s->route->connections;
	void *tmp MEM_AUTO = mem_pool(NULL, most * POOL);
	struct wave w;
	int r;

	memset(&w, 0, sizeof(w));
	w.sms = s;
	w.feed = feed;
	w.tmp = tmp;
	r = feed->next(feed->arg, &w.m[0], err);
	while (r > 0) {
		if (request_for(&w, w.n++, err) < 0)
			return -1;
		if (w.n == most)
			break;
		r = feed->more(feed->arg, &w.m[w.n], err);
	}
	if (r < 0 || w.n == 0)
		return r;
	r = feed->begin(feed->arg, w.m, w.n, err);
	if (r <= 0)
		return r < 0 ? -1 : 1;
	hand_over(&w);
	if (w.err.kind == ERR_NONE)
		return 1;
	if (err != NULL)
		*err = w.err;
	return -1;
}

int
sms_run(struct sms_channel *s, const struct channel_feed *feed,
    struct err *err)
{
	int r;

	do {
		r = run_wave(s, feed, err);
	} while (r > 0);
	return r;
}
