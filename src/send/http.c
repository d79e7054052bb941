#include "send/http.h"

#include "base/mem.h"
#include "base/text.h"

#include <curl/curl.h>
#include <string.h>

#define POLL_MS 1000

struct http {
	CURL *curl;
	CURLM *multi;
	struct text *body;
	size_t most;
	int begun;		/* connections that this request was given to */
	bool too_long;
};

static size_t
take(char *data, size_t size, size_t n, void *arg)
{
	struct http *h = arg;

	if (text_len(h->body) + n > h->most) {
		h->too_long = true;
		return 0;
	}
	text_addn(h->body, data, n);
	return n;
}

/* The connection stands and the request is about to be written. */
static int
about_to_write(void *arg, char *primary_ip, char *local_ip,
    int primary_port, int local_port)
{
	struct http *h = arg;

	return h->begun++ == 0 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

static int
http_free(struct http *h)
{
	curl_easy_cleanup(h->curl);
	curl_multi_cleanup(h->multi);
	return 0;
}

struct http *
http_new(void *owner, int timeout, const char *ca)
{
	struct http *h = mem_new(owner, struct http);

	h->curl = mem_check(curl_easy_init());
	h->multi = mem_check(curl_multi_init());
	talloc_set_destructor(h, http_free);
	h->body = text_new(h);
	curl_easy_setopt(h->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(h->curl, CURLOPT_CONNECTTIMEOUT, (long)timeout);
	curl_easy_setopt(h->curl, CURLOPT_TIMEOUT, 2L * timeout);
	curl_easy_setopt(h->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(h->curl, CURLOPT_LOW_SPEED_TIME, (long)timeout);
	curl_easy_setopt(h->curl, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(h->curl, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(h->curl, CURLOPT_USERAGENT, "dunlin");
	curl_easy_setopt(h->curl, CURLOPT_HTTP_VERSION,
	    (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(h->curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(h->curl, CURLOPT_WRITEDATA, h);
	curl_easy_setopt(h->curl, CURLOPT_PREREQFUNCTION, about_to_write);
	curl_easy_setopt(h->curl, CURLOPT_PREREQDATA, h);
	if (ca != NULL)
		curl_easy_setopt(h->curl, CURLOPT_CAINFO, ca);
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

static void
prepare(struct http *h, const struct http_request *r)
{
	bool post = strcmp(r->method, "POST") == 0;

	curl_easy_setopt(h->curl, CURLOPT_URL, r->url);
	if (!post) {
		curl_easy_setopt(h->curl, CURLOPT_HTTPGET, 1L);
		return;
	}
	curl_easy_setopt(h->curl, CURLOPT_POST, 1L);
	curl_easy_setopt(h->curl, CURLOPT_POSTFIELDSIZE, (long)r->len);
	curl_easy_setopt(h->curl, CURLOPT_POSTFIELDS, r->body != NULL ?
	    r->body : "");
}

/* Until it has ended. */
static CURLcode
perform(struct http *h, const struct http_request *r)
{
	CURLMcode m = curl_multi_add_handle(h->multi, h->curl);
	CURLcode code = CURLE_FAILED_INIT;
	bool idle = r->idle != NULL;
	const CURLMsg *said;
	int running = 1, left;

	while (m == CURLM_OK && running > 0) {
		m = curl_multi_perform(h->multi, &running);
		if (running > 0 && idle && h->begun > 0) {
			idle = false;
			r->idle(r->arg);
		} else if (m == CURLM_OK && running > 0) {
			m = curl_multi_poll(h->multi, NULL, 0, POLL_MS, NULL);
		}
	}
	while ((said = curl_multi_info_read(h->multi, &left)) != NULL)
		if (said->msg == CURLMSG_DONE)
			code = said->data.result;
	curl_multi_remove_handle(h->multi, h->curl);
	return code;
}

int
http_send(struct http *h, const struct http_request *r, size_t most,
    struct http_answer *ret_answer, struct err *err)
{
	void *tmp MEM_AUTO = mem_check(talloc_new(NULL));
	struct curl_slist *headers = headers_of(tmp, r);
	char why[CURL_ERROR_SIZE] = "";
	CURLcode code;
	long status = 0;

	text_clear(h->body);
	h->most = most;
	h->begun = 0;
	h->too_long = false;
	prepare(h, r);
	curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(h->curl, CURLOPT_ERRORBUFFER, why);
	code = perform(h, r);
	curl_easy_setopt(h->curl, CURLOPT_ERRORBUFFER, NULL);
	curl_slist_free_all(headers);
	if (code != CURLE_OK)
		return err_set(err, h->begun > 0 ? ERR_UNCERTAIN : ERR_TEMP,
		    "%s", h->begun > 1 ? "the connection broke before its "
		    "answer" : h->too_long ? "an answer without end" :
		    why[0] != '\0' ? why : curl_easy_strerror(code));
	curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
	ret_answer->status = (int)status;
	ret_answer->body = text_str(h->body);
	ret_answer->len = text_len(h->body);
	return 0;
}
