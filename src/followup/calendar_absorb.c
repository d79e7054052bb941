/* calendar_absorb.c - what people do to our entries in their calendars. */
#include "followup/calendar_int.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "core/date.h"
#include "store/tasks.h"

#include <stdlib.h>
#include <string.h>

#define WAIT 300		/* seconds before ours goes over a broken one */
#define REASONS "calendar-"	/* of the tasks that ask begin so */

struct absorb {
	struct shelf *l;
	const struct copy_work *w;
	const char *etag, *body;
	struct ical_seen *seen;
	struct ical_seen *base;	/* what we said there; NULL: not known */
	const char *base_text;
	int64_t now;
	bool restore;		/* ours has to be put there again */
	bool changed;		/* facts were */
};

/* --- asking --- */

static int
ask(struct absorb *a, const char *reason, const char *detail, struct err *err)
{
	const struct entry_facts *f = &a->w->entry;
	struct task_new t = { .company_id = f->company_id,
	    .account_id = f->account_id, .reason = reason,
	    .owner = f->owner, .detail = detail };

	a->changed = true;
	return tasks_open(a->l->db, &t, a->now, a->l->actor, NULL, NULL, err);
}

static char *
what(void *owner, const struct entry_facts *f)
{
	char day[DATE_TEXT_MAX];

	if (f->kind == ENTRY_OF_TASK)
		return mem_fmt(owner, "task %lld", (long long)f->ref);
	if (f->kind == ENTRY_OF_LIMITATION)
		return mem_fmt(owner, "the limitation date %s",
		    date_format(f->day, day));
	return mem_fmt(owner, "%s %lld of %s", f->kind == ENTRY_OF_DISPUTE ?
	    "the deadline of dispute" : "the day of promise",
	    (long long)f->ref, date_format(f->day, day));
}

/* --- one change --- */

static int
completed(struct absorb *a, void *tmp, struct err *err)
{
	const struct entry_facts *f = &a->w->entry;
	enum tick tick;

	if (f->kind != ENTRY_OF_TASK)
		return 0;
	if (tasks_tick(a->l->db, f->ref, a->now, a->l->actor,
	    "done in the calendar", &tick, err) < 0)
		return -1;
	a->changed |= tick == TICK_DONE;
	if (tick != TICK_DECIDE)
		return 0;
	a->restore = true;
	return ask(a, "calendar-ticked", what(tmp, f), err);
}

static int
cancelled(struct absorb *a, void *tmp, struct err *err)
{
	return ask(a, "calendar-gone", what(tmp, &a->w->entry), err);
}

static int
task_status(struct absorb *a, void *tmp, struct err *err)
{
	const struct entry_facts *f = &a->w->entry;
	enum entry_status was = a->base == NULL ? ENTRY_NEEDS_ACTION :
	    a->base->status, is = a->seen->status;

	if (is == was || (f->ended != CLOCK_NONE && is == ENTRY_COMPLETED))
		return 0;
	if (is == ENTRY_COMPLETED)
		return completed(a, tmp, err);
	if (a->base == NULL)
		return 0;
	if (is == ENTRY_CANCELLED)
		return f->ended != CLOCK_NONE ? 0 : cancelled(a, tmp, err);
	if (was == ENTRY_COMPLETED)
		return ask(a, "calendar-reopened", what(tmp, f), err);
	if (is == ENTRY_IN_PROCESS && f->ended == CLOCK_NONE &&
	    strcmp(f->state, task_state_name(TASK_OPEN)) == 0) {
		a->changed = true;
		return tasks_ack(a->l->db, f->ref, a->now, a->l->actor, err);
	}
	return 0;
}

/* Where a person moved the to-do to; CLOCK_NONE: nowhere. */
static int64_t
moved_to(const struct absorb *a)
{
	const struct zone *z = a->l->company->zone;
	int32_t second, day;

	if (a->base == NULL || a->base->due == CLOCK_NONE)
		return CLOCK_NONE;
	if (a->seen->due != CLOCK_NONE)
		return a->seen->due == a->base->due ? CLOCK_NONE :
		    a->seen->due;
	if (a->seen->day == DATE_NONE)
		return CLOCK_NONE;
	day = zone_day(z, a->base->due, &second);
	return day == a->seen->day ? CLOCK_NONE : zone_instant(z,
	    a->seen->day, second);
}

static int
task_moved(struct absorb *a, struct err *err)
{
	const struct entry_facts *f = &a->w->entry;
	int64_t to = moved_to(a);

	if (f->ended != CLOCK_NONE)
		return 0;
	if (to == CLOCK_NONE) {
		a->restore |= a->seen->due == CLOCK_NONE &&
		    a->seen->day == DATE_NONE;
		return 0;
	}
	a->changed = true;
	return tasks_move(a->l->db, f->ref, to, a->now, a->l->actor, err);
}

static int
day_moved(struct absorb *a, void *tmp, struct err *err)
{
	const struct entry_facts *f = &a->w->entry;
	char to[DATE_TEXT_MAX] = "no day";
	int32_t second, day = a->seen->day;

	if (day == DATE_NONE && a->seen->due != CLOCK_NONE)
		day = zone_day(a->l->company->zone, a->seen->due, &second);
	if (a->base == NULL || day == a->base->day || f->ended != CLOCK_NONE)
		return 0;
	a->restore = true;
	if (day != DATE_NONE)
		date_format(day, to);
	return ask(a, "calendar-moved", mem_fmt(tmp, "%s, to %s", what(tmp, f), to),
	    err);
}

static int
effects(struct absorb *a, void *tmp, struct err *err)
{
	const struct entry_facts *f = &a->w->entry;
	char *reason;
	int r;

	a->restore |= a->seen->recurs;
	if (f->kind != ENTRY_OF_TASK) {
		if (a->base != NULL && a->seen->status == ENTRY_CANCELLED &&
		    f->ended == CLOCK_NONE)
			return cancelled(a, tmp, err);
		return day_moved(a, tmp, err);
	}
	r = tasks_is_open(tmp, a->l->db, f->ref, &reason, err);
	if (r < 0)
		return -1;
	if (r == 0 && f->ended == CLOCK_NONE)
		return 0;	/* closed here since; soon said there */
	if (r > 0 && a->seen->status != ENTRY_COMPLETED &&
	    task_moved(a, err) < 0)
		return -1;
	return task_status(a, tmp, err);
}

/* --- taking it in --- */

/* NULL where there is none. */
static int
read_own(void *tmp, const struct shelf *l, const char *text,
    struct ical_seen **ret_seen, struct err *err)
{
	struct err why;

	*ret_seen = NULL;
	if (text == NULL || dav_child_read(l->child, tmp, text, strlen(text),
	    l->company->zone, ret_seen, &why) == 0 || why.kind == ERR_PERM)
		return 0;
	*err = why;
	return -1;
}

/* Which of ours theirs was made from: what was being tried, or before it. */
static int
find_base(struct absorb *a, void *tmp, struct err *err)
{
	const struct entry_copy *c = &a->w->copy;
	struct ical_seen *tried;

	a->base_text = c->said;
	if (read_own(tmp, a->l, c->tried, &tried, err) < 0 ||
	    read_own(tmp, a->l, c->said, &a->base, err) < 0)
		return -1;
	if (tried == NULL || tried->rev == NULL || a->seen->rev == NULL ||
	    strcmp(tried->rev, a->seen->rev) != 0)
		return 0;
	a->base = tried;
	a->base_text = c->tried;
	return 0;
}

static int
absorb_tx(struct db *db, void *arg, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct absorb *a = arg;
	const char *rev = a->seen == NULL ? NULL : a->seen->rev, *slash;
	struct copy_done d = { .id = a->w->copy.id, .etag = a->etag,
	    .sequence = -1, .form = "", .theirs = a->body };

	a->restore = a->changed = false;
	if (a->seen != NULL && effects(a, tmp, err) < 0)
		return -1;
	slash = rev == NULL ? NULL : strchr(rev, '/');
	if (slash != NULL && !a->restore) {
		d.sequence = atoi(rev);
		d.form = slash + 1;
	}
	d.said = a->base_text;
	if (copies_done(db, &d, err) < 0)
		return -1;
	return a->seen != NULL ? 0 : copies_as_was(db, d.id, a->now + WAIT,
	    "what is there cannot be read", err);
}

static int
hold_tx(struct db *db, void *arg, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct absorb *a = arg;

	if (copies_held(db, a->w->copy.id, a->etag, a->body, err) < 0)
		return -1;
	return ask(a, "calendar-unreadable", mem_fmt(tmp, "%s: %s/%s: %s",
	    what(tmp, &a->w->entry), a->l->where, a->w->copy.href, a->body),
	    err);
}

int
shelf_hold(struct shelf *l, const struct copy_work *w, const char *etag,
    const char *why, struct err *err)
{
	struct absorb a = { .l = l, .w = w, .etag = etag, .body = why,
	    .now = clock_now() };

	log_warn("calendar: %s/%s: %s: left as it is", l->where,
	    w->copy.href, why);
	if (shelf_flush(l, err) < 0 || store_tx(l->db, hold_tx, &a, err) < 0)
		return -1;
	l->dirty = true;
	return 0;
}

int
shelf_absorb(struct shelf *l, const struct copy_work *w, const char *etag,
    const char *body, size_t len, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct absorb a = { .l = l, .w = w, .etag = etag, .body = body,
	    .now = clock_now() };
	struct err why = { ERR_NONE, "" };

	dav_child_read(l->child, tmp, body, len, l->company->zone, &a.seen,
	    &why);
	if (why.kind == ERR_CORRUPT)
		return shelf_hold(l, w, etag, why.text, err);
	if (why.kind == ERR_TEMP)
		return err_set(err, ERR_TEMP, "%s", why.text);
	if (a.seen == NULL || strcmp(a.seen->uid, w->entry.uid) != 0) {
		/* Not ours any more, or broken: ours goes there again. */
		log_warn("calendar: %s/%s: %s: written anew", l->where,
		    w->copy.href, a.seen == NULL ? why.text : "another UID");
		a.seen = NULL;
		a.body = NULL;
	}
	if (a.seen != NULL && find_base(&a, tmp, err) < 0)
		return -1;
	if (shelf_flush(l, err) < 0 || store_tx(l->db, absorb_tx, &a, err) < 0)
		return -1;
	l->dirty |= a.changed;
	if (a.changed)
		log_info("calendar: %s: a person changed entry=%lld",
		    l->where, (long long)w->entry.id);
	return 0;
}

/* --- gone --- */

static int
gone_tx(struct db *db, void *arg, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct absorb *a = arg;
	const struct entry_facts *f = &a->w->entry;
	char *reason = NULL;
	int r = 0;

	a->changed = false;
	if (f->ended != CLOCK_NONE)
		return copies_gone(db, a->w->copy.id, -1, err);
	if (copies_gone(db, a->w->copy.id, f->sequence, err) < 0)
		return -1;
	if (f->kind == ENTRY_OF_TASK)
		r = tasks_is_open(tmp, db, f->ref, &reason, err);
	if (r < 0 || (r == 0 && f->kind == ENTRY_OF_TASK))
		return r;
	if (reason != NULL && strncmp(reason, REASONS,
	    strlen(REASONS)) == 0 && strcmp(reason, "calendar-down") != 0) {
		a->changed = true;
		return tasks_close(db, f->ref, a->now, a->l->actor,
		    "deleted in the calendar", err);
	}
	return ask(a, "calendar-gone", what(tmp, f), err);
}

int
shelf_gone(struct shelf *l, const struct copy_work *w, struct err *err)
{
	struct absorb a = { .l = l, .w = w, .now = clock_now() };

	if (shelf_flush(l, err) < 0 || store_tx(l->db, gone_tx, &a, err) < 0)
		return -1;
	l->dirty |= a.changed;
	log_info("calendar: %s: a person deleted entry=%lld", l->where,
	    (long long)w->entry.id);
	return 0;
}

struct vanished {
	struct shelf *l;
	const int64_t *ids;
	size_t n;
};

static int
vanished_tx(struct db *db, void *arg, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	const struct vanished *v = arg;
	int64_t now = clock_now();
	struct task_new t = { .company_id = v->l->of.of.company_id,
	    .reason = "calendar-vanished" };
	size_t i;

	for (i = 0; i < v->n; i++)
		if (copies_gone(db, v->ids[i], -1, err) < 0)
			return -1;
	t.detail = mem_fmt(tmp, "%s: %zu", v->l->where, v->n);
	return tasks_open(db, &t, now, v->l->actor, NULL, NULL, err);
}

int
shelf_vanished(struct shelf *l, const int64_t *ids, size_t n, struct err *err)
{
	struct vanished v = { l, ids, n };

	l->dirty = true;
	return shelf_flush(l, err) < 0 ? -1 :
	    store_tx(l->db, vanished_tx, &v, err);
}

int
shelf_look(struct shelf *l, struct dav *dav, const struct copy_work *w,
    struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct dav_ask get = { .method = "GET", .url = shelf_url(tmp, l,
	    w->copy.href) };
	struct dav_reply r;

	if (dav_request(dav, tmp, &get, &r, err) < 0)
		return -1;
	if (r.status == 404 || r.status == 410)
		return 1;
	if (caldav_status(get.url, &r, err) < 0)
		return -1;
	if (r.status != 200 || r.etag == NULL)
		return err_set(err, ERR_TEMP, "%s answers %d, ETag %s",
		    get.url, r.status, r.etag == NULL ? "none" : r.etag);
	if (w->copy.etag != NULL && strcmp(r.etag, w->copy.etag) == 0)
		return 2;
	return shelf_absorb(l, w, r.etag, r.body, r.len, err);
}
