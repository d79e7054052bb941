#include "followup/caldav.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOPS 4
#define CALENDARS_MAX 1000	/* in a home */
#define XMLNS "xmlns:d=\"DAV:\" " \
	"xmlns:c=\"urn:ietf:params:xml:ns:caldav\" " \
	"xmlns:s=\"http://calendarserver.org/ns/\""
#define PROBE "<d:propfind " XMLNS "><d:prop><d:resourcetype/>" \
	"<d:displayname/><d:current-user-principal/><c:calendar-home-set/>" \
	"<c:supported-calendar-component-set/></d:prop></d:propfind>"

int
caldav_status(const char *url, const struct dav_reply *r, struct err *err)
{
	if (r->status == 401)
		return err_set(err, ERR_CONFIG, "%s refuses the user or the "
		    "password (401)", url);
	if (r->status == 507)
		return err_set(err, ERR_CONFIG, "%s: the server has no room "
		    "left (507): make room there", url);
	if (r->status == 429 || r->status >= 500)
		return err_set(err, ERR_TEMP, "%s answers %d", url,
		    r->status);
	if (r->status < 200 || (r->status >= 300 && r->status < 400))
		return err_set(err, ERR_CONFIG, "%s answers %d: check the url",
		    url, r->status);
	return 0;
}

/* --- finding it --- */

struct found {
	void *owner;
	const char *base, *name;
	struct dav_response first;	/* of a probe; copies */
	bool any;
	char *calendar;			/* URL of the one named so */
	bool half;			/* it lacks events or to-dos */
	int n;
};

static int
on_probe(const struct dav_response *r, void *arg, struct err *err)
{
	struct found *f = arg;

	if (f->any)
		return 0;
	f->any = true;
	f->first = *r;
	f->first.principal = mem_str(f->owner, r->principal);
	f->first.home = mem_str(f->owner, r->home);
	return 0;
}

static int
on_home(const struct dav_response *r, void *arg, struct err *err)
{
	struct found *f = arg;

	if (++f->n > CALENDARS_MAX)
		return err_set(err, ERR_CONFIG, "more than %d calendars: "
		    "give the URL of the one that is meant", CALENDARS_MAX);
	if (!r->is_calendar || r->name == NULL || f->calendar != NULL ||
	    strcmp(r->name, f->name) != 0)
		return 0;
	if (!r->events || !r->todos) {
		f->half = true;
		return 0;
	}
	f->calendar = dav_resolve(f->owner, f->base, r->href);
	return 0;
}

static int
propfind(struct dav *d, void *owner, const char *url, const char *depth,
    int (*fn)(const struct dav_response *r, void *arg, struct err *err),
    struct found *f, struct dav_reply *ret, struct err *err)
{
	struct dav_ask ask = { .method = "PROPFIND", .url = url,
	    .depth = depth, .body = PROBE, .type = "application/xml" };

	f->owner = owner;
	f->base = url;
	ask.each = fn;
	ask.arg = f;
	return dav_request(d, owner, &ask, ret, err);
}

/* Follows the server within its origin. */
static int
probe(struct dav *d, void *owner, const char **url, struct found *f,
    struct dav_reply *r, struct err *err)
{
	int hop;

	for (hop = 0; hop < HOPS; hop++) {
		memset(f, 0, sizeof(*f));
		if (propfind(d, owner, *url, "0", on_probe, f, r, err) < 0)
			return -1;
		if (r->status < 300 || r->status >= 400)
			return 0;
		if (r->location == NULL)
			return err_set(err, ERR_CONFIG, "%s sends on to "
			    "another server: put the address of that one "
			    "into url", *url);
		*url = r->location;
	}
	return err_set(err, ERR_CONFIG, "%s sends in a circle", *url);
}

static char *
with_slash(void *owner, const char *url)
{
	size_t n = strlen(url);

	return mem_fmt(owner, n > 0 && url[n - 1] == '/' ? "%s" : "%s/", url);
}

/* A path for a new calendar, of letters that need no escape. */
static char *
slug(void *owner, const char *name)
{
	unsigned char digest[HASH_LEN];
	char hex[HASH_HEX_MAX], *s = text_lower(owner, name), *p;

	for (p = s; *p != '\0'; p++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-", *p) ==
		    NULL)
			break;
	if (*p == '\0' && *s != '\0' && strlen(s) <= 40)
		return s;
	hash_bytes(name, strlen(name), digest);
	return mem_fmt(owner, "dunlin-%.12s", hash_hex(digest, hex));
}

static int
make(struct dav *d, void *owner, const char *home, const char *name,
    char **ret_url, struct err *err)
{
	struct dav_ask ask = { .method = "MKCALENDAR",
	    .type = "application/xml" };
	struct dav_reply r;

	ask.url = mem_fmt(owner, "%s%s/", with_slash(owner, home),
	    slug(owner, name));
	ask.body = mem_fmt(owner, "<c:mkcalendar " XMLNS "><d:set><d:prop>"
	    "<d:displayname>%s</d:displayname>"
	    "<c:supported-calendar-component-set><c:comp name=\"VEVENT\"/>"
	    "<c:comp name=\"VTODO\"/></c:supported-calendar-component-set>"
	    "</d:prop></d:set></c:mkcalendar>", dav_escape(owner, name));
	if (dav_request(d, owner, &ask, &r, err) < 0 ||
	    caldav_status(ask.url, &r, err) < 0)
		return -1;
	if (r.status != 201 && r.status != 200 && r.status != 207)
		return err_set(err, ERR_CONFIG, "%s: there is no calendar "
		    "\"%s\", and the server does not let us make it (%d): "
		    "make it there, or name another with collection", home,
		    name, r.status);
	*ret_url = mem_str(owner, ask.url);
	return 0;
}

static int
in_home(struct dav *d, void *owner, const char *home, const char *name,
    char **ret_url, struct err *err)
{
	struct found f = { .name = name };
	struct dav_reply r;

	if (propfind(d, owner, home, "1", on_home, &f, &r, err) < 0 ||
	    caldav_status(home, &r, err) < 0)
		return -1;
	if (r.status != 207)
		return err_set(err, ERR_CONFIG, "%s answers %d: check the "
		    "url", home, r.status);
	if (f.calendar == NULL && f.half)
		return err_set(err, ERR_CONFIG, "%s: the calendar \"%s\" does "
		    "not take both events and to-dos: name another with "
		    "collection", home, name);
	if (f.calendar == NULL)
		return make(d, owner, home, name, ret_url, err);
	*ret_url = with_slash(owner, f.calendar);
	return 0;
}

static const char *
origin(void *owner, const char *url)
{
	const char *host = strstr(url, "://");
	size_t n;

	host = host == NULL ? url : host + 3;
	n = (size_t)(host - url) + strcspn(host, "/");
	return mem_strn(owner, url, n);
}

static int
refused(const char *url, int status, struct err *err)
{
	return err_set(err, ERR_CONFIG, "%s is no calendar, and none is "
	    "found from it (%d): check the url", url, status);
}

int
caldav_find(struct dav *d, void *owner, const char *url, const char *name,
    char **ret_url, struct err *err)
{
	const char *at = url, *next;
	struct dav_reply r;
	struct found f;
	int step;

	for (step = 0; step < HOPS; step++) {
		if (probe(d, owner, &at, &f, &r, err) < 0 ||
		    caldav_status(at, &r, err) < 0)
			return -1;
		if (f.any && f.first.is_calendar) {
			if (!f.first.events || !f.first.todos)
				return err_set(err, ERR_CONFIG, "%s does not "
				    "take both events and to-dos", at);
			*ret_url = with_slash(owner, at);
			return 0;
		}
		next = NULL;
		if (f.any && f.first.home != NULL) {
			next = dav_resolve(owner, at, f.first.home);
			return next == NULL ? refused(at, r.status, err) :
			    in_home(d, owner, next, name, ret_url, err);
		}
		if (f.any && f.first.principal != NULL)
			next = dav_resolve(owner, at, f.first.principal);
		if (next == NULL && strstr(at, "/.well-known/") == NULL)
			next = mem_fmt(owner, "%s/.well-known/caldav",
			    origin(owner, at));
		if (next == NULL || strcmp(next, at) == 0)
			break;
		at = next;
	}
	return refused(url, r.status, err);
}

/* --- what has changed --- */

struct listing {
	struct caldav_changes *c;
	const char *base, *own;		/* URL of the collection itself */
	void *owner;
	char *ctag;
	bool more;			/* 507: ask again */
};

static int
on_member(const struct dav_response *r, void *arg, struct err *err)
{
	struct listing *l = arg;
	const char *file = dav_file(r->href);

	if (r->ctag != NULL && l->ctag == NULL)
		l->ctag = mem_str(l->owner, r->ctag);
	if (r->status == 507) {
		l->more = true;
		return 0;
	}
	if (*file == '\0')
		return 0;		/* the collection */
	if (r->status == 404 || r->status == 410)
		return l->c->fn(file, NULL, l->c->arg, err);
	if (r->etag == NULL)
		return 0;
	return l->c->fn(file, r->etag, l->c->arg, err);
}

/* 1: the server does not do it, or the token is no longer good. */
static int
sync_collection(struct dav *d, void *owner, const char *url,
    struct listing *l, const char *token, struct err *err)
{
	struct dav_ask ask = { .method = "REPORT", .url = url,
	    .type = "application/xml", .each = on_member, .arg = l };
	struct dav_reply r = { 0 };
	int i;

	for (i = 0; i < 100; i++) {
		l->more = false;
		ask.body = mem_fmt(owner, "<d:sync-collection " XMLNS
		    "><d:sync-token>%s</d:sync-token><d:sync-level>1"
		    "</d:sync-level><d:prop><d:getetag/></d:prop>"
		    "</d:sync-collection>", dav_escape(owner, token));
		if (dav_request(d, owner, &ask, &r, err) < 0 ||
		    caldav_status(url, &r, err) < 0)
			return r.status == 501 ? 1 : -1;
		if (r.status == 404 || r.status == 410)
			return err_set(err, ERR_CONFIG, "%s is gone", url);
		if (r.status != 207 || r.token == NULL)
			return 1;
		token = r.token;
		if (l->more)
			continue;
		l->c->ret_token = mem_fmt(owner, "s:%s", token);
		return 0;
	}
	return err_set(err, ERR_TEMP, "%s never ends its list", url);
}

static int
list(struct dav *d, void *owner, const char *url, const char *depth,
    const char *props, struct listing *l, struct err *err)
{
	struct dav_ask ask = { .method = "PROPFIND", .url = url,
	    .depth = depth, .type = "application/xml", .each = on_member,
	    .arg = l };
	struct dav_reply r;

	ask.body = mem_fmt(owner, "<d:propfind " XMLNS "><d:prop>%s</d:prop>"
	    "</d:propfind>", props);
	if (dav_request(d, owner, &ask, &r, err) < 0 ||
	    caldav_status(url, &r, err) < 0)
		return -1;
	if (r.status != 207)
		return err_set(err, ERR_CONFIG, "%s is gone, or is no "
		    "calendar (%d)", url, r.status);
	return 0;
}

int
caldav_changes(struct dav *d, void *owner, const char *url,
    struct caldav_changes *c, struct err *err)
{
	struct listing l = { .c = c, .base = url, .owner = owner };
	const char *token = c->token;
	int r;

	c->ret_all = token == NULL;
	if (token == NULL || text_starts(token, "s:")) {
		r = sync_collection(d, owner, url, &l, token == NULL ? "" :
		    token + 2, err);
		if (r == 1 && token != NULL) {
			c->ret_all = true;
			r = sync_collection(d, owner, url, &l, "", err);
		}
		if (r <= 0)
			return r;
	}
	if (list(d, owner, url, "0", "<s:getctag/>", &l, err) < 0)
		return -1;
	if (l.ctag != NULL && token != NULL && text_starts(token, "c:") &&
	    strcmp(token + 2, l.ctag) == 0) {
		c->ret_token = mem_str(owner, token);
		return 0;
	}
	c->ret_all = true;
	if (list(d, owner, url, "1", "<d:getetag/>", &l, err) < 0)
		return -1;
	c->ret_token = mem_fmt(owner, "c:%s", l.ctag == NULL ? "" : l.ctag);
	return 0;
}

/* --- one object --- */

static int
on_query(const struct dav_response *r, void *arg, struct err *err)
{
	char **file = arg;
	const char *name = dav_file(r->href);

	if (*name != '\0' && r->etag != NULL && **file == '\0' &&
	    strlen(name) < 300 && strpbrk(name, "?# \"<>\\") == NULL &&
	    !text_has_control(name))
		*file = mem_str(talloc_parent(*file), name);
	return 0;
}

int
caldav_file_of(struct dav *d, void *owner, const char *url, const char *uid,
    char **ret_file, struct err *err)
{
	static const char *const kinds[] = { "VEVENT", "VTODO" };
	struct dav_ask ask = { .method = "REPORT", .url = url, .depth = "1",
	    .type = "application/xml", .each = on_query };
	char *file = mem_str(owner, "");
	struct dav_reply r;
	size_t i;

	ask.arg = &file;
	for (i = 0; i < 2 && *file == '\0'; i++) {
		ask.body = mem_fmt(owner, "<c:calendar-query " XMLNS
		    "><d:prop><d:getetag/></d:prop><c:filter>"
		    "<c:comp-filter name=\"VCALENDAR\"><c:comp-filter "
		    "name=\"%s\"><c:prop-filter name=\"UID\"><c:text-match>"
		    "%s</c:text-match></c:prop-filter></c:comp-filter>"
		    "</c:comp-filter></c:filter></c:calendar-query>",
		    kinds[i], dav_escape(owner, uid));
		if (dav_request(d, owner, &ask, &r, err) < 0 ||
		    caldav_status(url, &r, err) < 0)
			return -1;
	}
	*ret_file = *file == '\0' ? NULL : file;
	return 0;
}
