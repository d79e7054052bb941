#include "send/http.h"

#include "base/mem.h"
#include "base/text.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#define POLL_MS 1000

/* One request at a time, and its connection. */
struct slot {
	CURL *curl;
	struct curl_slist *headers;
	struct text *body;
	size_t most;
	int begun;		/* connections that this request was given to */
	bool too_long;
	char why[CURL_ERROR_SIZE];
};

struct http {
	CURLM *multi;
	bool proxied;		/* plain HTTP may go through a proxy */
	struct slot *slots;
	size_t n_slots;
};

static size_t
take(char *data, size_t size, size_t n, void *arg)
{
	struct slot *s = arg;

	if (text_len(s->body) + n > s->most) {
		s->too_long = true;
		return 0;
	}
	text_addn(s->body, data, n);
	return n;
}

/* The connection stands and the request is about to be written. */
static int
about_to_write(void *arg, char *primary_ip, char *local_ip,
    int primary_port, int local_port)
{
	struct slot *s = arg;

	return s->begun++ == 0 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

static int
http_free(struct http *h)
{
	size_t i;

	for (i = 0; i < h->n_slots; i++) {
		curl_easy_cleanup(h->slots[i].curl);
		curl_slist_free_all(h->slots[i].headers);
	}
	curl_multi_cleanup(h->multi);
	return 0;
}

static void
open_slot(struct http *h, struct slot *s, int timeout, const char *ca)
{
	s->curl = mem_check(curl_easy_init());
	s->body = text_new(h);
	curl_easy_setopt(s->curl, CURLOPT_PRIVATE, s);
	curl_easy_setopt(s->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(s->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(s->curl, CURLOPT_CONNECTTIMEOUT, (long)timeout);
	curl_easy_setopt(s->curl, CURLOPT_TIMEOUT, 2L * timeout);
	curl_easy_setopt(s->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(s->curl, CURLOPT_LOW_SPEED_TIME, (long)timeout);
	curl_easy_setopt(s->curl, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(s->curl, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(s->curl, CURLOPT_USERAGENT, "dunlin");
	curl_easy_setopt(s->curl, CURLOPT_HTTP_VERSION,
	    (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(s->curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(s->curl, CURLOPT_WRITEDATA, s);
	curl_easy_setopt(s->curl, CURLOPT_PREREQFUNCTION, about_to_write);
	curl_easy_setopt(s->curl, CURLOPT_PREREQDATA, s);
	curl_easy_setopt(s->curl, CURLOPT_ERRORBUFFER, s->why);
	if (ca != NULL)
		curl_easy_setopt(s->curl, CURLOPT_CAINFO, ca);
}

struct http *
http_new(void *owner, int timeout, const char *ca, size_t connections)
{
	struct http *h = mem_new(owner, struct http);
	size_t i;

	h->multi = mem_check(curl_multi_init());
	h->proxied = getenv("http_proxy") != NULL ||
	    getenv("all_proxy") != NULL || getenv("ALL_PROXY") != NULL;
	curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)connections);
	h->slots = mem_array(h, struct slot, connections);
	h->n_slots = connections;
	for (i = 0; i < connections; i++)
		open_slot(h, &h->slots[i], timeout, ca);
	talloc_set_destructor(h, http_free);
	return h;
}

static struct curl_slist *
headers_of(void *tmp, const struct http_request *r)
{
	struct curl_slist *list = NULL;
	size_t i;

	list = curl_slist_append(list, "Expect:");
	for (i = 0; i < r->n_headers; i++)
		list = curl_slist_append(list, mem_fmt(tmp, "%s: %s",
		    r->headers[i].name, r->headers[i].value));
	return list;
}

/* Where the path of url begins, if libcurl would ask for it as it stands;
 * NULL: it is to be looked at by libcurl. */
static const char *
target_of(const char *url)
{
	const char *target = strstr(url, "://"), *p;

	if (target == NULL)
		return NULL;
	target += 3;
	target += strcspn(target, "/?#");
	if (target[0] != '/' || strstr(target, "/.") != NULL)
		return NULL;
	for (p = target; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~' || *p == '#')
			return NULL;
	return target;
}

/* libcurl takes a URL apart and puts it together again, letter by letter; an
 * SMS that is all in its query costs more there than in all the rest. */
static void
set_url(void *tmp, const struct http *h, struct slot *s, const char *url)
{
	const char *target = h->proxied ? NULL : target_of(url);

	curl_easy_setopt(s->curl, CURLOPT_URL, target == NULL ? url :
	    mem_strn(tmp, url, (size_t)(target - url)));
	curl_easy_setopt(s->curl, CURLOPT_REQUEST_TARGET, target);
}

static void
prepare(void *tmp, const struct http *h, struct slot *s,
    const struct http_request *r, size_t most)
{
	bool post = strcmp(r->method, "POST") == 0;

	text_clear(s->body);
	s->most = most;
	s->begun = 0;
	s->too_long = false;
	s->why[0] = '\0';
	curl_slist_free_all(s->headers);
	s->headers = headers_of(tmp, r);
	curl_easy_setopt(s->curl, CURLOPT_HTTPHEADER, s->headers);
	set_url(tmp, h, s, r->url);
	if (!post) {
		curl_easy_setopt(s->curl, CURLOPT_HTTPGET, 1L);
		return;
	}
	curl_easy_setopt(s->curl, CURLOPT_POST, 1L);
	curl_easy_setopt(s->curl, CURLOPT_POSTFIELDSIZE, (long)r->len);
	curl_easy_setopt(s->curl, CURLOPT_POSTFIELDS, r->body != NULL ?
	    r->body : "");
}

static void
tell(const struct http *h, struct slot *s, CURLcode code,
    const struct http_ear *ear)
{
	size_t i = (size_t)(s - h->slots);
	struct http_answer a;
	struct err err;
	long status = 0;

	if (code != CURLE_OK) {
		err_set(&err, s->begun > 0 ? ERR_UNCERTAIN : ERR_TEMP, "%s",
		    s->begun > 1 ? "the connection broke before its answer" :
		    s->too_long ? "an answer without end" :
		    s->why[0] != '\0' ? s->why : curl_easy_strerror(code));
		ear->done(ear->done_arg, i, NULL, &err);
		return;
	}
	curl_easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &status);
	a.status = (int)status;
	a.body = text_str(s->body);
	a.len = text_len(s->body);
	ear->done(ear->done_arg, i, &a, NULL);
}

/* Those that have ended. */
static void
collect(struct http *h, bool *waiting, const struct http_ear *ear)
{
	const CURLMsg *said;
	struct slot *s;
	CURLcode code;
	CURL *curl;
	char *is;
	int left;

	while ((said = curl_multi_info_read(h->multi, &left)) != NULL) {
		if (said->msg != CURLMSG_DONE)
			continue;
		curl = said->easy_handle;
		code = said->data.result;
		curl_easy_getinfo(curl, CURLINFO_PRIVATE, &is);
		s = (struct slot *)(void *)is;
		waiting[s - h->slots] = false;
		curl_multi_remove_handle(h->multi, curl);
		tell(h, s, code, ear);
	}
}

/* All are being written, as far as they can be. */
static bool
all_begun(const struct http *h, const bool *waiting, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (waiting[i] && h->slots[i].begun == 0)
			return false;
	return true;
}

void
http_send_all(struct http *h, const struct http_request *r, size_t n,
    size_t most, const struct http_ear *ear)
{
	void *tmp MEM_AUTO = mem_check(talloc_new(NULL));
	bool *waiting = mem_array(tmp, bool, n), idle = ear->idle != NULL;
	CURLMcode m = CURLM_OK;
	int running = 1;
	size_t i;

	for (i = 0; i < n; i++) {
		prepare(tmp, h, &h->slots[i], &r[i], most);
		waiting[i] = curl_multi_add_handle(h->multi,
		    h->slots[i].curl) == CURLM_OK;
		if (!waiting[i])
			tell(h, &h->slots[i], CURLE_FAILED_INIT, ear);
	}
	while (m == CURLM_OK && running > 0) {
		m = curl_multi_perform(h->multi, &running);
		collect(h, waiting, ear);
		if (m != CURLM_OK || running == 0)
			break;
		if (idle && all_begun(h, waiting, n))
			idle = ear->idle(ear->idle_arg);
		else
			m = curl_multi_poll(h->multi, NULL, 0, POLL_MS, NULL);
	}
	for (i = 0; i < n; i++)
		if (waiting[i]) {
			curl_multi_remove_handle(h->multi, h->slots[i].curl);
			tell(h, &h->slots[i], CURLE_FAILED_INIT, ear);
		}
}

struct one {
	struct http_answer *answer;
	struct err *err;
	int r;
};

static void
one_done(void *arg, size_t i, const struct http_answer *answer,
    const struct err *err)
{
	struct one *o = arg;

	o->r = answer != NULL ? 0 : -1;
	if (answer != NULL)
		*o->answer = *answer;
	else if (o->err != NULL)
		*o->err = *err;
}

int
http_send(struct http *h, const struct http_request *r, size_t most,
    struct http_answer *ret_answer, struct err *err)
{
	struct one o = { ret_answer, err, -1 };
	struct http_ear ear = { .done = one_done, .done_arg = &o };

	http_send_all(h, r, 1, most, &ear);
	return o.r;
}
