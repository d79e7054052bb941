#include "followup/dav.h"

#include "base/mem.h"
#include "base/text.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CONNECT_SECONDS 15L

struct dav {
	CURL *curl;
	struct dav_child *child;
	const char *url;
	int count;
};

/* One answer on its way. */
struct answer {
	void *owner;
	const struct dav_ask *ask;
	struct dav_reply *reply;
	struct dav_list *list;	/* NULL: no list is wanted */
	struct text *body;
	size_t all;
	bool large;
	struct err err;		/* of the list */
	bool bad;
	CURL *curl;
};

static int
destroy(struct dav *d)
{
	curl_easy_cleanup(d->curl);
	return 0;
}

int
dav_new(void *owner, const struct dav_login *l, struct dav **ret_dav,
    struct err *err)
{
	struct dav *d = mem_new(owner, struct dav);
	CURL *c = d->curl = curl_easy_init();

	if (c == NULL) {
		talloc_free(d);
		return err_set(err, ERR_TEMP, "libcurl does not start");
	}
	talloc_set_destructor(d, destroy);
	d->child = l->child;
	d->url = mem_str(d, l->url);
	curl_easy_setopt(c, CURLOPT_USERNAME, l->user);
	curl_easy_setopt(c, CURLOPT_PASSWORD, l->password);
	curl_easy_setopt(c, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, l->tls_verify ? 1L : 0L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, l->tls_verify ? 2L : 0L);
	if (l->tls_ca != NULL)
		curl_easy_setopt(c, CURLOPT_CAINFO, l->tls_ca);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)l->timeout);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "Dunlin");
	curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "");
	*ret_dav = d;
	return 0;
}

int
dav_count(const struct dav *d)
{
	return d->count;
}

static size_t
take(char *data, size_t size, size_t n, void *arg)
{
	struct answer *a = arg;
	bool list;
	long status = 0;

	(void)size;
	curl_easy_getinfo(a->curl, CURLINFO_RESPONSE_CODE, &status);
	list = a->list != NULL && status == 207;
	a->all += n;
	if (a->all > (list ? (size_t)DAV_LIST_MAX : (size_t)DAV_BODY_MAX)) {
		a->large = true;
		return 0;
	}
	if (!list) {
		text_addn(a->body, data, n);
		return n;
	}
	if (dav_list_feed(a->list, data, n, &a->err) < 0) {
		a->bad = true;
		return 0;
	}
	return n;
}

static const char *
value_of(void *owner, const char *line, size_t n, const char *name)
{
	size_t len = strlen(name);

	if (n <= len || strncasecmp(line, name, len) != 0 ||
	    line[len] != ':')
		return NULL;
	return text_trim(owner, mem_strn(owner, line + len + 1,
	    n - len - 1));
}

static size_t
header(char *data, size_t size, size_t n, void *arg)
{
	struct answer *a = arg;
	const char *v;

	(void)size;
	if (n > 5 && strncmp(data, "HTTP/", 5) == 0) {
		a->reply->etag = a->reply->location = NULL;
		a->reply->retry_after = 0;
	} else if ((v = value_of(a->owner, data, n, "ETag")) != NULL) {
		/* A weak one is no good for If-Match. */
		a->reply->etag = text_starts(v, "W/") || strlen(v) > 500 ||
		    *v == '\0' ? NULL : v;
	} else if ((v = value_of(a->owner, data, n, "Location")) != NULL) {
		a->reply->location = dav_resolve(a->owner, a->ask->url, v);
	} else if ((v = value_of(a->owner, data, n, "Retry-After")) !=
	    NULL) {
		a->reply->retry_after = atoi(v);
	}
	return n;
}

static struct curl_slist *
headers(void *tmp, const struct dav_ask *ask)
{
	struct curl_slist *list = NULL;

	list = curl_slist_append(list, "Expect:");
	list = curl_slist_append(list, "Accept: text/calendar, "
	    "application/xml, */*");
	if (ask->if_match != NULL)
		list = curl_slist_append(list, mem_fmt(tmp, "If-Match: %s",
		    ask->if_match));
	if (ask->if_none)
		list = curl_slist_append(list, "If-None-Match: *");
	if (ask->depth != NULL)
		list = curl_slist_append(list, mem_fmt(tmp, "Depth: %s",
		    ask->depth));
	list = curl_slist_append(list, ask->body == NULL ? "Content-Type:" :
	    mem_fmt(tmp, "Content-Type: %s; charset=utf-8", ask->type));
	return list;
}

static int
judge(struct dav *d, const struct answer *a, CURLcode code, const char *why,
    struct err *err)
{
	const char *text = why[0] != '\0' ? why : curl_easy_strerror(code);
	long sent = 0;

	if (a->large)
		return err_set(err, ERR_PERM, "%s: the answer to %s is too "
		    "large", a->ask->url, a->ask->method);
	if (a->bad) {
		*err = a->err;
		return err_add(err, "%s", a->ask->url);
	}
	if (code == CURLE_OK)
		return 0;
	curl_easy_getinfo(d->curl, CURLINFO_REQUEST_SIZE, &sent);
	if (sent == 0)
		return err_set(err, ERR_TEMP, "%s: %s", d->url, text);
	return err_set(err, ERR_UNCERTAIN, "%s: %s", d->url, text);
}

int
dav_request(struct dav *d, void *owner, const struct dav_ask *ask,
    struct dav_reply *ret, struct err *err)
{
	struct dav_reply reply = { 0 };
	struct answer a = { .owner = owner, .ask = ask, .reply = &reply,
	    .list = ask->each == NULL ? NULL : dav_list_new(owner, d->child,
	    ask->each, ask->arg), .body = text_new(owner), .curl = d->curl };
	struct curl_slist *list = headers(owner, ask);
	char why[CURL_ERROR_SIZE] = "";
	struct err ignored;
	CURLcode code;
	long status = 0;

	d->count++;
	curl_easy_setopt(d->curl, CURLOPT_URL, ask->url);
	curl_easy_setopt(d->curl, CURLOPT_POSTFIELDS, ask->body);
	curl_easy_setopt(d->curl, CURLOPT_POSTFIELDSIZE, ask->body == NULL ?
	    0L : (long)strlen(ask->body));
	if (ask->body == NULL)
		curl_easy_setopt(d->curl, CURLOPT_HTTPGET, 1L);
	curl_easy_setopt(d->curl, CURLOPT_CUSTOMREQUEST, ask->method);
	curl_easy_setopt(d->curl, CURLOPT_HTTPHEADER, list);
	curl_easy_setopt(d->curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(d->curl, CURLOPT_WRITEDATA, &a);
	curl_easy_setopt(d->curl, CURLOPT_HEADERFUNCTION, header);
	curl_easy_setopt(d->curl, CURLOPT_HEADERDATA, &a);
	curl_easy_setopt(d->curl, CURLOPT_ERRORBUFFER, why);
	code = curl_easy_perform(d->curl);
	curl_easy_setopt(d->curl, CURLOPT_ERRORBUFFER, NULL);
	curl_easy_setopt(d->curl, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(list);
	if (judge(d, &a, code, why, err != NULL ? err : &ignored) < 0)
		return -1;
	curl_easy_getinfo(d->curl, CURLINFO_RESPONSE_CODE, &status);
	reply.status = (int)status;
	if (a.list != NULL && status == 207) {
		if (dav_list_end(a.list, err) < 0)
			return err_add(err, "%s", ask->url);
		reply.token = dav_list_token(a.list);
	}
	reply.body = text_str(a.body);
	reply.len = text_len(a.body);
	*ret = reply;
	return 0;
}

static bool
same_part(CURLU *a, CURLU *b, CURLUPart part, unsigned flags)
{
	char *x = NULL, *y = NULL;
	bool same = curl_url_get(a, part, &x, flags) == CURLUE_OK &&
	    curl_url_get(b, part, &y, flags) == CURLUE_OK &&
	    strcasecmp(x, y) == 0;

	curl_free(x);
	curl_free(y);
	return same;
}

char *
dav_resolve(void *owner, const char *base, const char *href)
{
	CURLU *u = curl_url(), *from = curl_url();
	char *whole = NULL, *s = NULL;

	if (u != NULL && from != NULL && strlen(href) < 2000 &&
	    !text_has_control(href) &&
	    curl_url_set(from, CURLUPART_URL, base, 0) == CURLUE_OK &&
	    curl_url_set(u, CURLUPART_URL, base, 0) == CURLUE_OK &&
	    curl_url_set(u, CURLUPART_URL, href, 0) == CURLUE_OK &&
	    same_part(u, from, CURLUPART_SCHEME, 0) &&
	    same_part(u, from, CURLUPART_HOST, 0) &&
	    same_part(u, from, CURLUPART_PORT, CURLU_DEFAULT_PORT) &&
	    curl_url_get(u, CURLUPART_URL, &whole, 0) == CURLUE_OK)
		s = mem_str(owner, whole);
	curl_free(whole);
	curl_url_cleanup(u);
	curl_url_cleanup(from);
	return s;
}

const char *
dav_file(const char *href)
{
	const char *slash = strrchr(href, '/');

	return slash == NULL ? href : slash + 1;
}

char *
dav_escape(void *owner, const char *s)
{
	struct text *t = text_new(owner);

	text_add_html(t, s);
	return mem_str(owner, text_str(t));
}
