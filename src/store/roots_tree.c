/* The tree of a root: one hash a level is kept, as a counter keeps bits. */
#include "store/roots.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct node {
	char hash[HASH_HEX_MAX];
	int height;
	bool marked;		/* the marked leaf is below it */
};

struct root_tree {
	struct node stack[ROOT_PATH_MAX];
	size_t n;
	struct root_path path;
};

struct root_tree *
roots_tree_new(void *owner)
{
	return mem_new(owner, struct root_tree);
}

static void
beside(struct root_tree *t, const struct node *other, bool left)
{
	if (t->path.n == ROOT_PATH_MAX)
		abort();
	t->path.step[t->path.n].left = left;
	memcpy(t->path.step[t->path.n++].hash, other->hash, HASH_HEX_MAX);
}

/* The last two become one. */
static void
merge(struct root_tree *t)
{
	struct node *l = &t->stack[t->n - 2], *r = &t->stack[t->n - 1];
	struct hash *h = hash_new(t);
	unsigned char raw[HASH_LEN];

	if (l->marked)
		beside(t, r, false);
	else if (r->marked)
		beside(t, l, true);
	hash_text(h, "dunlin-node-1");
	hash_text(h, l->hash);
	hash_text(h, r->hash);
	hash_done(h, raw);
	hash_hex(raw, l->hash);
	l->marked |= r->marked;
	l->height++;
	t->n--;
}

void
roots_tree_add(struct root_tree *t, const char *company,
    const char *account, int64_t seq, const char *head, bool mark)
{
	struct node *leaf = &t->stack[t->n];
	struct hash *h = hash_new(t);
	unsigned char raw[HASH_LEN];

	if (t->n == ROOT_PATH_MAX)
		abort();
	hash_text(h, "dunlin-leaf-1");
	hash_text(h, company);
	hash_text(h, account == NULL ? "" : account);
	hash_int(h, seq);
	hash_text(h, head);
	hash_done(h, raw);
	hash_hex(raw, leaf->hash);
	leaf->height = 0;
	leaf->marked = mark;
	t->n++;
	while (t->n > 1 && t->stack[t->n - 2].height ==
	    t->stack[t->n - 1].height)
		merge(t);
}

void
roots_tree_done(struct root_tree *t, const struct root *r,
    char ret_hex[HASH_HEX_MAX])
{
	struct hash *h = hash_new(t);
	unsigned char raw[HASH_LEN];

	while (t->n > 1)
		merge(t);
	hash_text(h, "dunlin-root-1");
	hash_text(h, r->database);
	hash_int(h, r->day);
	hash_int(h, r->at);
	hash_int(h, r->streams);
	hash_int(h, r->events);
	hash_int(h, r->last_event);
	hash_text(h, t->n == 0 ? "" : t->stack[0].hash);
	hash_done(h, raw);
	hash_hex(raw, ret_hex);
}

void
roots_tree_path(const struct root_tree *t, struct root_path *ret_path)
{
	*ret_path = t->path;
}
