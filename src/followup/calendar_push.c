/* calendar_push.c - entries into a calendar, one request a change. */
#include "followup/calendar_int.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#include <string.h>

#define AT_ONCE 3		/* tries in a row */
#define RETRY_FIRST 300		/* seconds; doubled up to a day */

char *
shelf_text(void *owner, const struct shelf *l, const struct entry_facts *f,
    struct entry *ret_entry)
{
	static const struct ical_stream stored = { NULL, NULL, 0, 0 };

	entry_make(owner, f, l->cal->language != NULL ? l->cal->language :
	    l->company->languages[0], l->cal->details, l->company->zone,
	    ret_entry);
	ret_entry->rev = mem_fmt(owner, "%d/%s", f->sequence, l->of.form);
	return ical_write(owner, &stored, ret_entry, 1);
}

const char *
shelf_url(void *owner, const struct shelf *l, const char *file)
{
	return mem_fmt(owner, "%s%s", l->row.url, file);
}

int
shelf_flush_tx(struct shelf *l, struct err *err)
{
	return l->has_done ? copies_done(l->db, &l->done, err) : 0;
}

static int
flush_tx(struct db *db, void *arg, struct err *err)
{
	(void)db;
	return shelf_flush_tx(arg, err);
}

int
shelf_flush(struct shelf *l, struct err *err)
{
	if (l->has_done && store_tx(l->db, flush_tx, l, err) < 0)
		return -1;
	l->has_done = false;
	return 0;
}

/* One put or delete, with what it says. */
struct push {
	struct shelf *l;
	struct copy_work *w;
	const char *own;	/* our part; NULL: delete */
	const char *body;
	int64_t next_at;
	const char *why;
};

static int
try_tx(struct db *db, void *arg, struct err *err)
{
	struct push *p = arg;

	if (shelf_flush_tx(p->l, err) < 0)
		return -1;
	return copies_try(db, &p->l->of, p->w, p->own, err);
}

static int
gone_tx(struct db *db, void *arg, struct err *err)
{
	struct push *p = arg;

	return copies_gone(db, p->w->copy.id, -1, err);
}

static int
as_was_tx(struct db *db, void *arg, struct err *err)
{
	struct push *p = arg;

	return copies_as_was(db, p->w->copy.id, p->next_at, p->why, err);
}

/* Refused for what it is: tried again ever more seldom. */
static int
refused(struct push *p, int status, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	int n = p->w->copy.tries < 8 ? p->w->copy.tries : 8;

	p->why = mem_fmt(tmp, "the server answers %d", status);
	p->next_at = clock_now() + (RETRY_FIRST << n);
	log_warn("calendar: %s/%s: %s", p->l->where, p->w->copy.href, p->why);
	return store_tx(p->l->db, as_was_tx, p, err);
}

/* Nothing came of it, as far as looking tells: at once, and ever more seldom
 * where that goes on. */
static int
again(struct push *p, struct err *err)
{
	int n = p->w->copy.tries - AT_ONCE;

	p->next_at = n < 0 ? 0 : clock_now() + (RETRY_FIRST << (n < 8 ? n :
	    8));
	p->why = n < 0 ? NULL : "the server contradicts itself";
	return store_tx(p->l->db, as_was_tx, p, err);
}

/* The server's state decides what became of a try. */
static int
look(struct push *p, struct err *err)
{
	int r = shelf_look(p->l, p->l->dav, p->w, err);

	if (r < 0)
		return -1;
	if (r == 2)			/* as it was before */
		return again(p, err);
	if (r == 1 && p->w->verb == COPY_DELETE)
		return store_tx(p->l->db, gone_tx, p, err);
	if (r == 1 && p->w->copy.etag == NULL)
		return again(p, err);
	return r == 1 ? shelf_gone(p->l, p->w, err) : 0;
}

static int
set_href_tx(struct db *db, void *arg, struct err *err)
{
	struct push *p = arg;

	return copies_set_href(db, p->w->copy.id, p->w->copy.href, err);
}

/* The server has an object of this UID under another name: that one it is. */
static int
adopt(struct push *p, int status, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	char *file;

	if (caldav_file_of(p->l->dav, tmp, p->l->row.url, p->w->entry.uid,
	    &file, err) < 0)
		return -1;
	if (file == NULL || strcmp(file, p->w->copy.href) == 0)
		return refused(p, status, err);
	p->w->copy.href = file;
	if (store_tx(p->l->db, set_href_tx, p, err) < 0)
		return -1;
	return look(p, err);
}

static int
put_outcome(struct push *p, const struct dav_reply *r, struct err *err)
{
	struct shelf *l = p->l;

	if (r->status == 412 || r->status == 404 || r->status == 410 ||
	    (r->status < 300 && r->etag == NULL))
		return look(p, err);
	if (r->status >= 300)
		return p->w->copy.etag == NULL && (r->status == 409 ||
		    r->status == 403) ? adopt(p, r->status, err) :
		    refused(p, r->status, err);
	talloc_free_children(l->done_memory);
	l->done = (struct copy_done){ .id = p->w->copy.id,
	    .etag = mem_str(l->done_memory, r->etag),
	    .sequence = p->w->entry.sequence, .form = l->of.form,
	    .said = mem_str(l->done_memory, p->own) };
	if (strcmp(p->body, p->own) != 0)
		l->done.theirs = mem_str(l->done_memory, p->body);
	l->has_done = true;
	return 0;
}

static int
delete_outcome(struct push *p, const struct dav_reply *r, struct err *err)
{
	if (r->status == 412)
		return look(p, err);
	if (r->status < 300 || r->status == 404 || r->status == 410)
		return store_tx(p->l->db, gone_tx, p, err);
	return refused(p, r->status, err);
}

/* What is written: our part in what people made of it.  1: what they made of
 * it is no longer to be touched. */
static int
compose(struct push *p, void *tmp, struct err *err)
{
	const struct entry_copy *c = &p->w->copy;
	struct err why;
	struct entry e;
	char *merged;

	p->body = p->own = shelf_text(tmp, p->l, &p->w->entry, &e);
	if (c->theirs == NULL || c->etag == NULL)
		return 0;
	if (dav_child_merge(p->l->child, tmp, p->own, c->said, c->theirs,
	    &merged, &why) == 0)
		p->body = merged;
	else if (why.kind == ERR_CORRUPT)
		return shelf_hold(p->l, p->w, c->etag, why.text, err) < 0 ?
		    -1 : 1;
	else if (why.kind != ERR_PERM)
		return err_set(err, why.kind, "%s", why.text);
	return 0;
}

static int
push_one(struct shelf *l, struct copy_work *w, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct push p = { .l = l, .w = w };
	struct dav_ask ask = { .url = shelf_url(tmp, l, w->copy.href),
	    .if_match = w->copy.etag, .if_none = w->copy.etag == NULL };
	struct dav_reply r;
	int held;

	ask.method = w->verb == COPY_DELETE ? "DELETE" : "PUT";
	if (w->verb == COPY_PUT) {
		held = compose(&p, tmp, err);
		if (held != 0)
			return held < 0 ? -1 : 0;
		ask.body = p.body;
		ask.type = "text/calendar";
	}
	if (store_tx(l->db, try_tx, &p, err) < 0)
		return -1;
	l->has_done = false;
	w->copy.tried = p.own;
	if (dav_request(l->dav, tmp, &ask, &r, err) < 0 ||
	    caldav_status(ask.url, &r, err) < 0)
		return -1;
	return w->verb == COPY_DELETE ? delete_outcome(&p, &r, err) :
	    put_outcome(&p, &r, err);
}

int
shelf_push(struct shelf *l, size_t *ret_n, struct err *err)
{
	static const enum copy_verb verbs[] = { COPY_DELETE, COPY_PUT };
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct copy_work *list;
	size_t v, i, n;

	for (v = 0; v < 2; v++) {
		if (copies_work(tmp, l->db, &l->of, verbs[v], clock_now(),
		    SHELF_MOST, &list, &n, err) < 0)
			return -1;
		for (i = 0; i < n && !(l->stop != NULL && *l->stop); i++) {
			if (push_one(l, &list[i], err) < 0)
				return -1;
			++*ret_n;
		}
		if (shelf_flush(l, err) < 0)
			return -1;
	}
	return 0;
}

int
shelf_settle(struct shelf *l, size_t *ret_n, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct copy_work *list;
	struct push p = { .l = l };
	size_t i, n;

	if (copies_work(tmp, l->db, &l->of, COPY_SETTLE, clock_now(),
	    SHELF_MOST, &list, &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		p.w = &list[i];
		p.w->verb = p.w->copy.trying;
		if (look(&p, err) < 0)
			return -1;
		++*ret_n;
	}
	return 0;
}
