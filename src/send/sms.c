#include "send/sms.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/id.h"
#include "base/mem.h"
#include "base/text.h"
#include "send/http.h"
#include "sms/compose.h"

#include <string.h>

struct sms_channel {
	const struct config_sms *route;
	struct gateway *gateway;
	struct gateway_use use;
	struct http *http;
	struct http_header *headers;	/* of the request in hand */
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
sms_open(void *owner, const struct config *config,
    const struct config_company *company, const struct config_sms *route,
    struct sms_channel **ret_sms, struct err *err)
{
	struct sms_channel *s = mem_new(owner, struct sms_channel);
	char *secret = NULL, *hook = NULL;

	s->route = route;
	if (gateway_load(s, config->dir, route->gateway, &s->gateway, NULL,
	    err) < 0 || (route->secret_file != NULL && file_secret(s,
	    route->secret_file, &secret, err) < 0) ||
	    (route->hook_file != NULL && file_secret(s, route->hook_file,
	    &hook, err) < 0)) {
		err_add(err, "sms.%s", route->name);
		talloc_free(s);
		return -1;
	}
	if (company->agency && gateway_refuses_agency(s->gateway)) {
		talloc_free(s);
		return err_set(err, ERR_CONFIG, "sms.%s: gateway %s does not "
		    "take messages of those who collect for others",
		    route->name, route->gateway);
	}
	s->use.route = route;
	s->use.secret = secret;
	s->use.report_url = hook_url(s, config, company, route, "report",
	    hook);
	s->use.message_url = hook_url(s, config, company, route, "message",
	    hook);
	s->http = http_new(s, route->timeout, route->tls_ca);
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
	const char *url = route->url, *host;

	if (url == NULL || (host = strstr(url, "://")) == NULL)
		return false;
	host += 3;
	return text_starts(host, "127.") || text_starts(host, "[::1]") ||
	    (text_starts(host, "localhost") && strchr("/:", host[9]) != NULL);
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
		return err_set(err, ERR_CONFIG, "sms.%s: the gateway says: "
		    "%s", s->route->name, a->words);
	case GATEWAY_LATER:
	case GATEWAY_UNCERTAIN:
		return err_set(err, ERR_TEMP, "sms.%s: the gateway says: %s",
		    s->route->name, a->words);
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

static int
hand_over(struct sms_channel *s, void *tmp, const struct gateway_request *q,
    const struct channel_feed *feed, const struct channel_message *m,
    struct err *err)
{
	struct channel_outcome o = { .outcome = OUTCOME_NOT_SENT };
	struct http_request r = to_http(tmp, q);
	struct gateway_answer a;
	struct http_answer got;
	struct err own;

	r.idle = feed->idle;
	r.arg = feed->arg;
	if (http_send(s->http, &r, GATEWAY_ANSWER_MAX, &got, &own) < 0) {
		if (own.kind == ERR_UNCERTAIN)
			o.outcome = OUTCOME_UNCERTAIN;
		o.reply = own.text;
		feed->outcome(feed->arg, m, &o);
		return err_set(err, ERR_TEMP, "sms.%s: %s", s->route->name,
		    own.text);
	}
	gateway_answer(tmp, s->gateway, got.status, got.body, got.len, &a);
	o.outcome = meanings[a.result].outcome;
	o.recipient = meanings[a.result].number;
	o.enhanced = o.recipient ? "5.1.1" : NULL;
	o.opted_out = meanings[a.result].opted_out;
	o.code = got.status;
	o.reply = a.words;
	o.remote_id = a.id;
	feed->outcome(feed->arg, m, &o);
	return after(s, &a, err);
}

int
sms_ask(void *owner, struct sms_channel *s, const struct sms_question *a,
    const char **ret_body, size_t *ret_n, struct err *err)
{
	struct gateway_message m;
	struct gateway_request *q;
	struct http_request r;
	struct http_answer got;
	char nonce[ID_TOKEN_MAX];

	id_token(nonce);
	s->use.nonce = nonce;
	s->use.now = clock_now();
	if (sms_message(owner, a->bytes, a->len, &m, err) < 0)
		return -1;
	m.id = a->id;
	m.sent_at = a->at;
	if (gateway_query(owner, s->gateway, &s->use, &m, &q, err) < 0)
		return -1;
	r = to_http(owner, q);
	if (http_send(s->http, &r, GATEWAY_HOOK_MAX, &got, err) < 0)
		return -1;
	if (got.status != 200)
		return err_set(err, ERR_TEMP, "HTTP %d", got.status);
	*ret_body = got.body;
	*ret_n = got.len;
	return 0;
}

/* 1: go on, 0: that was all, -1. */
static int
one(struct sms_channel *s, const struct channel_feed *feed, struct err *err)
{
	void *tmp MEM_AUTO = mem_check(talloc_new(NULL));
	struct gateway_message m;
	struct channel_message c;
	struct gateway_request *q;
	char nonce[ID_TOKEN_MAX];
	int r;

	memset(&c, 0, sizeof(c));
	r = feed->next(feed->arg, &c, err);
	if (r <= 0)
		return r;
	id_token(nonce);
	s->use.nonce = nonce;
	s->use.now = clock_now();
	if (sms_message(tmp, c.bytes, c.len, &m, err) < 0 ||
	    gateway_request(tmp, s->gateway, &s->use, &m, &q, err) < 0)
		return -1;
	r = feed->begin(feed->arg, &c, err);
	if (r <= 0)
		return r < 0 ? -1 : 1;
	return hand_over(s, tmp, q, feed, &c, err) < 0 ? -1 : 1;
}

int
sms_run(struct sms_channel *s, const struct channel_feed *feed,
    struct err *err)
{
	int r;

	do {
		r = one(s, feed, err);
	} while (r > 0);
	return r;
}
