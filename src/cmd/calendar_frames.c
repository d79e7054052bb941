/* calendar_frames.c - the child of the role "calendar" (followup/dav_child.h):
 * {"ask": "object", "zone": ZONE} and the bytes of an object give {"seen": what
 * followup/ical.h says of it}; {"ask": "merge", "own": bytes of ours, "base":
 * bytes of what we said before} and these and theirs give {"text": ...};
 * {"ask": "list", "first": BOOL, "last": BOOL} and a piece of a list give
 * {"responses": [followup/dav_xml.h], "token": ...}.  {"broken": why}: it is
 * none. */
#include "cmd/calendar_frames.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cmd/frames.h"
#include "core/date.h"
#include "followup/dav_xml.h"
#include "followup/ical.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct desk {
	struct dav_xml *xml;	/* the list in hand; NULL: none */
	json_t *responses;
};

static int
on_response(const struct dav_response *r, void *arg, struct err *err)
{
	struct desk *d = arg;

	return json_array_append_new(d->responses, json_pack("{s:s, s:i, "
	    "s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:b, s:b, s:b, s:b}", "href",
	    r->href, "status", r->status, "etag", r->etag, "ctag", r->ctag,
	    "token", r->token, "name", r->name, "principal", r->principal,
	    "home", r->home, "calendar", r->is_calendar, "collection",
	    r->is_collection, "events", r->events, "todos", r->todos)) == 0 ?
	    0 : err_set(err, ERR_PERM, "a list with what is no text");
}

static json_t *
read_list(struct desk *d, const json_t *head, const char *raw, size_t n,
    struct err *err)
{
	bool last = json_is_true(json_object_get(head, "last"));
	json_t *j;

	if (json_is_true(json_object_get(head, "first"))) {
		talloc_free(d->xml);
		d->xml = dav_xml_new(NULL, on_response, d);
	}
	if (d->xml == NULL) {
		err_set(err, ERR_PERM, "a list without its beginning");
		return NULL;
	}
	d->responses = json_array();
	if (dav_xml_feed(d->xml, raw, n, err) < 0 || (last &&
	    dav_xml_end(d->xml, err) < 0)) {
		json_decref(d->responses);
		return NULL;
	}
	j = json_pack("{s:o, s:s*}", "responses", d->responses, "token", last ?
	    dav_xml_token(d->xml) : NULL);
	if (last)
		TALLOC_FREE(d->xml);
	return j;
}

static json_t *
read_object(void *owner, const json_t *head, const char *raw, size_t n,
    struct err *err)
{
	const char *name = frames_member(head, "zone");
	const struct zone *zone;
	struct ical_seen *s;
	json_t *j;

	if (zone_open(name == NULL ? "UTC" : name, &zone, err) < 0 ||
	    ical_read(owner, raw, n, zone, &s, err) < 0)
		return NULL;
	j = json_pack("{s:s, s:s*, s:i, s:i, s:b}", "uid", s->uid, "rev",
	    s->rev, "form", (int)s->form, "status", (int)s->status,
	    "recurs", s->recurs);
	if (j != NULL && s->day != DATE_NONE)
		json_object_set_new(j, "day", json_integer(s->day));
	if (j != NULL && s->due != CLOCK_NONE)
		json_object_set_new(j, "due", json_integer(s->due));
	return json_pack("{s:o}", "seen", j);
}

static json_t *
merge(void *owner, const json_t *head, const char *raw, size_t n,
    struct err *err)
{
	const json_t *base = json_object_get(head, "base");
	size_t own = (size_t)json_integer_value(json_object_get(head, "own"));
	size_t old = (size_t)json_integer_value(base);
	char *text;

	if (own > n || old > n - own) {
		err_set(err, ERR_PERM, "merge: cut short");
		return NULL;
	}
	if (ical_merge(owner, mem_strn(owner, raw, own), base == NULL ? NULL :
	    mem_strn(owner, raw + own, old), raw + own + old, n - own - old,
	    &text, err) < 0)
		return NULL;
	return json_pack("{s:s}", "text", text);
}

static void
answer(void *arg, void *owner, const json_t *head, const char *raw, size_t n,
    struct text *out)
{
	const char *what = frames_member(head, "ask");
	struct err err = { ERR_PERM, "it holds what is no text" };
	json_t *j;
	char *line;

	if (what != NULL && strcmp(what, "list") == 0)
		j = read_list(arg, head, raw, n, &err);
	else if (what != NULL && strcmp(what, "merge") == 0)
		j = merge(owner, head, raw, n, &err);
	else
		j = read_object(owner, head, raw, n, &err);
	if (j == NULL)
		j = json_pack("{s:s}", "broken", err.text);
	line = j == NULL ? NULL : json_dumps(j, JSON_COMPACT);
	if (line == NULL)
		text_add(out, "{\"broken\":\"it holds what is no text\"");
	else
		text_addn(out, line, strlen(line) - 1);
	free(line);
	json_decref(j);
}

/* What the libraries load at their first use is loaded while files may still
 * be opened. */
static void
warm_up(struct desk *d, void *owner)
{
	static const char todo[] = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
	    "PRODID:x\r\nBEGIN:VTODO\r\nUID:x\r\nDUE;TZID=Europe/Berlin:"
	    "20260101T090000\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
	static const char list[] = "<multistatus xmlns=\"DAV:\"/>";
	json_t *head = json_pack("{s:b, s:b, s:i}", "first", 1, "last", 1,
	    "own", (int)sizeof(todo) - 1);
	char *two = mem_fmt(owner, "%s%s", todo, todo);

	json_decref(read_list(d, head, list, sizeof(list) - 1, NULL));
	json_decref(read_object(owner, head, todo, sizeof(todo) - 1, NULL));
	json_decref(merge(owner, head, two, strlen(two), NULL));
	json_decref(head);
}

int
calendar_frames(void *owner, struct err *err)
{
	struct desk desk = { 0 };

	warm_up(&desk, owner);
	return frames_serve(owner, answer, &desk, err);
}
