/* calendar_pull.c - what has changed in a calendar since the last look. */
#include "followup/calendar_int.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct pull {
	struct shelf *l;
	void *tmp;
	const struct caldav_changes *c;
	struct copy_there *list;	/* all, by href, once it is read */
	size_t n;
	bool read;
	int64_t *changed, *gone;	/* ids of copies */
	size_t n_changed, n_gone;
};

static int
by_href(const void *a, const void *b)
{
	return strcmp(((const struct copy_there *)a)->href,
	    ((const struct copy_there *)b)->href);
}

static void
note(struct pull *p, int64_t **list, size_t *n, int64_t id)
{
	if ((*n & (*n - 1)) == 0)
		*list = mem_grow(p->tmp, *list, int64_t, *n == 0 ? 1 : *n * 2);
	(*list)[(*n)++] = id;
}

static int
read_all(struct pull *p, struct err *err)
{
	if (p->read)
		return 0;
	p->read = true;
	if (copies_list(p->tmp, p->l->db, &p->l->of, &p->list, &p->n,
	    err) < 0)
		return -1;
	if (p->n > 1)
		qsort(p->list, p->n, sizeof(*p->list), by_href);
	return 0;
}

/* Ours of that name, not seen before; NULL: there is none.  Only where
 * everything is listed all of ours are read. */
static int
find(struct pull *p, const char *file, struct copy_there **ret_copy,
    struct err *err)
{
	struct copy_there key = { .href = file }, *c;

	*ret_copy = NULL;
	if (!p->c->ret_all)
		return copies_find(p->tmp, p->l->db, &p->l->of, file,
		    ret_copy, err);
	if (read_all(p, err) < 0)
		return -1;
	c = p->n == 0 ? NULL : bsearch(&key, p->list, p->n, sizeof(key),
	    by_href);
	if (c == NULL || c->seen)
		return 0;
	c->seen = true;
	*ret_copy = c;
	return 0;
}

/* Entries of others are not even looked at. */
static int
on_change(const char *file, const char *etag, void *arg, struct err *err)
{
	struct pull *p = arg;
	struct copy_there *c;

	if (find(p, file, &c, err) < 0)
		return -1;
	if (c == NULL)
		return 0;
	if (etag == NULL && c->etag != NULL)
		note(p, &p->gone, &p->n_gone, c->id);
	else if (etag != NULL && (c->etag == NULL ||
	    strcmp(etag, c->etag) != 0))
		note(p, &p->changed, &p->n_changed, c->id);
	return 0;
}

static int
fetch(struct pull *p, struct err *err)
{
	struct shelf *l = p->l;
	struct copy_work *w;
	size_t i;
	int r;

	for (i = 0; i < p->n_changed; i++) {
		r = copies_get(p->tmp, l->db, p->changed[i], &w, err);
		if (r <= 0)
			return r;
		r = shelf_look(l, l->read, w, err);
		if (r < 0)
			return -1;
		if (r == 1 && w->copy.etag != NULL)
			note(p, &p->gone, &p->n_gone, w->copy.id);
		talloc_free(w);
	}
	return 0;
}

static int
take_gone(struct pull *p, struct err *err)
{
	struct copy_work *w;
	size_t i;
	int r;

	if (p->n_gone > SHELF_GONE)
		return shelf_vanished(p->l, p->gone, p->n_gone, err);
	for (i = 0; i < p->n_gone; i++) {
		r = copies_get(p->tmp, p->l->db, p->gone[i], &w, err);
		if (r <= 0)
			return r;
		if (w->copy.etag != NULL && shelf_gone(p->l, w, err) < 0)
			return -1;
		talloc_free(w);
	}
	return 0;
}

int
shelf_pull(struct shelf *l, struct err *err)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	struct pull p = { .l = l, .tmp = tmp };
	struct caldav_changes c = { .fn = on_change, .arg = &p,
	    .token = l->row.token };
	size_t i;

	p.c = &c;
	if (caldav_changes(l->read, tmp, l->row.url, &c, err) < 0 ||
	    (c.ret_all && read_all(&p, err) < 0))
		return -1;
	for (i = 0; c.ret_all && i < p.n; i++)
		if (!p.list[i].seen && p.list[i].etag != NULL)
			note(&p, &p.gone, &p.n_gone, p.list[i].id);
	if (fetch(&p, err) < 0 || take_gone(&p, err) < 0)
		return -1;
	l->row.token = mem_str(l->row_memory, c.ret_token);
	return 0;
}
