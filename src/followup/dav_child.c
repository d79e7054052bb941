#include "followup/dav_child.h"

#include "base/clock.h"
#include "base/confined.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define MOST 2000		/* questions to one process */
#define WAIT_MS 20000
#define PIECE (64 * 1024)	/* of a list, at once */

struct dav_child {
	struct confined *process;
	bool told;		/* that it is not confined */
};

struct dav_list {
	struct dav_child *child;
	int (*fn)(const struct dav_response *r, void *arg, struct err *err);
	void *arg;
	struct text *data;
	bool begun;
	char *token;
};

struct dav_child *
dav_child_new(void *owner, const char *program)
{
	static const char *const args[] = { "understand", "--frames",
		"--calendar", NULL };
	struct dav_child *c = mem_new(owner, struct dav_child);

	c->process = confined_new(c, program, args);
	return c;
}

static int
nonsense(struct dav_child *c, json_t *answer, struct err *err)
{
	json_decref(answer);
	confined_stop(c->process);
	return err_set(err, ERR_CORRUPT, "reading it gave nonsense");
}

/* head is stolen.  What it says of itself is looked at, the rest is for the
 * caller. */
static int
ask(struct dav_child *c, json_t *head, const char *raw, size_t n,
    json_t **ret_answer, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	const char *why;
	char *text, *line;
	struct err e;
	json_t *j;

	json_object_set_new(head, "size", json_integer((json_int_t)n));
	text = json_dumps(head, JSON_COMPACT);
	json_decref(head);
	line = mem_fmt(tmp, "%s\n", text == NULL ? "{}" : text);
	free(text);
	if (confined_ask(c->process, tmp, line, raw, n, WAIT_MS, &line,
	    &e) < 0)
		return err_set(err, e.kind == ERR_TEMP ? ERR_TEMP :
		    ERR_CORRUPT, "%s", e.text);
	j = json_loads(line, 0, NULL);
	why = json_string_value(json_object_get(j, "unconfined"));
	if (why != NULL && !c->told)
		log_warn("calendar: answers of servers are read without a "
		    "sandbox: %s", why);
	c->told |= why != NULL;
	why = json_string_value(json_object_get(j, "broken"));
	if (why != NULL) {
		err_set(err, ERR_PERM, "%s", why);
		json_decref(j);
		return -1;
	}
	*ret_answer = j;
	return 0;
}

/* An object that killed it gets a second chance with another one: it may have
 * been the system's doing. */
static int
ask_twice(struct dav_child *c, const json_t *head, const char *raw, size_t n,
    json_t **ret_answer, struct err *err)
{
	struct err e = { ERR_NONE, "" };
	int i, r = -1;

	confined_begin(c->process, MOST);
	for (i = 0; i < 2 && r < 0; i++) {
		r = ask(c, json_deep_copy(head), raw, n, ret_answer, &e);
		if (r < 0 && e.kind != ERR_CORRUPT)
			break;
	}
	if (r < 0 && err != NULL)
		*err = e;
	return r;
}

/* --- objects --- */

static int64_t
number(const json_t *j, const char *name, int64_t otherwise)
{
	const json_t *n = json_object_get(j, name);

	return json_is_integer(n) ? (int64_t)json_integer_value(n) :
	    otherwise;
}

static bool
in_range(int64_t n, int64_t least, int64_t most)
{
	return n >= least && n <= most;
}

/* The child may be anybody's by now: only what is sane is believed. */
static struct ical_seen *
to_seen(void *owner, const json_t *j)
{
	const char *uid = json_string_value(json_object_get(j, "uid"));
	int64_t form = number(j, "form", -1), status = number(j, "status",
	    -1), day = number(j, "day", DATE_NONE), due = number(j, "due",
	    CLOCK_NONE);
	struct ical_seen *s;

	if (uid == NULL || !in_range(form, ENTRY_DAY, ENTRY_TODO) ||
	    !in_range(status, ENTRY_CONFIRMED, ENTRY_CANCELLED) ||
	    (day != DATE_NONE && !in_range(day, 0, 90000)) ||
	    (due != CLOCK_NONE && !in_range(due, 0, INT64_C(90000) * 86400)))
		return NULL;
	s = mem_new(owner, struct ical_seen);
	s->uid = mem_str(s, uid);
	s->rev = mem_str(s, json_string_value(json_object_get(j, "rev")));
	s->form = (enum entry_form)form;
	s->status = (enum entry_status)status;
	s->day = (int32_t)day;
	s->due = due;
	s->recurs = json_is_true(json_object_get(j, "recurs"));
	return s;
}

int
dav_child_read(struct dav_child *c, void *owner, const char *bytes, size_t n,
    const struct zone *home, struct ical_seen **ret_seen, struct err *err)
{
	json_t *head = json_pack("{s:s, s:s}", "ask", "object", "zone",
	    zone_name(home)), *j;
	struct ical_seen *seen;
	int r;

	r = ask_twice(c, head, bytes, n, &j, err);
	json_decref(head);
	if (r < 0)
		return -1;
	seen = to_seen(owner, json_object_get(j, "seen"));
	if (seen == NULL)
		return nonsense(c, j, err);
	json_decref(j);
	*ret_seen = seen;
	return 0;
}

int
dav_child_merge(struct dav_child *c, void *owner, const char *own,
    const char *base, const char *theirs, char **ret_text, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	json_t *head = json_pack("{s:s, s:I}", "ask", "merge", "own",
	    (json_int_t)strlen(own)), *j;
	const char *text;
	char *raw;
	int r;

	if (base != NULL)
		json_object_set_new(head, "base", json_integer(
		    (json_int_t)strlen(base)));
	raw = mem_fmt(tmp, "%s%s%s", own, base == NULL ? "" : base, theirs);
	r = ask_twice(c, head, raw, strlen(raw), &j, err);
	json_decref(head);
	if (r < 0)
		return -1;
	text = json_string_value(json_object_get(j, "text"));
	if (text == NULL)
		return nonsense(c, j, err);
	*ret_text = mem_str(owner, text);
	json_decref(j);
	return 0;
}

/* --- lists --- */

struct dav_list *
dav_list_new(void *owner, struct dav_child *c, int (*fn)(
    const struct dav_response *r, void *arg, struct err *err), void *arg)
{
	struct dav_list *l = mem_new(owner, struct dav_list);

	l->child = c;
	l->fn = fn;
	l->arg = arg;
	l->data = text_new(l);
	return l;
}

static const char *
word(const json_t *j, const char *name)
{
	return json_string_value(json_object_get(j, name));
}

static bool
yes(const json_t *j, const char *name)
{
	return json_is_true(json_object_get(j, name));
}

static int
one(struct dav_list *l, const json_t *j, struct err *err)
{
	struct dav_response r = { .href = word(j, "href"),
	    .status = (int)number(j, "status", 0), .etag = word(j, "etag"),
	    .ctag = word(j, "ctag"), .token = word(j, "token"),
	    .name = word(j, "name"), .principal = word(j, "principal"),
	    .home = word(j, "home"), .is_calendar = yes(j, "calendar"),
	    .is_collection = yes(j, "collection"), .events = yes(j, "events"),
	    .todos = yes(j, "todos") };

	return r.href == NULL ? 1 : l->fn(&r, l->arg, err);
}

static int
flush(struct dav_list *l, bool last, struct err *err)
{
	json_t *j, *all;
	size_t i;
	int r = 0;

	if (!l->begun)
		confined_begin(l->child->process, MOST);
	j = json_pack("{s:s, s:b, s:b}", "ask", "list", "first", !l->begun,
	    "last", last);
	l->begun = true;
	if (ask(l->child, j, text_str(l->data), text_len(l->data), &j,
	    err) < 0)
		return -1;
	text_clear(l->data);
	all = json_object_get(j, "responses");
	if (!json_is_array(all))
		return nonsense(l->child, j, err);
	for (i = 0; i < json_array_size(all) && r == 0; i++)
		r = one(l, json_array_get(all, i), err);
	if (r > 0)
		return nonsense(l->child, j, err);
	l->token = mem_str(l, word(j, "token"));
	json_decref(j);
	return r;
}

int
dav_list_feed(struct dav_list *l, const char *data, size_t n,
    struct err *err)
{
	text_addn(l->data, data, n);
	return text_len(l->data) < PIECE ? 0 : flush(l, false, err);
}

int
dav_list_end(struct dav_list *l, struct err *err)
{
	return flush(l, true, err);
}

const char *
dav_list_token(const struct dav_list *l)
{
	return l->token;
}
