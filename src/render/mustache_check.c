#include "base/mem.h"
#include "render/mustache_int.h"

#include <string.h>

#define SCOPE_MAX (MST_DEPTH_MAX * 4)

/* Where a tag stands: prefixes of the lists and maps it is inside of, and
 * the declarations whose sections make sure that they have a value. */
struct checker {
	const struct mst_check *c;
	const char *prefix[SCOPE_MAX];		/* "" or "items."; NULL: has
						 * no names of its own */
	const struct mst_decl *sure[SCOPE_MAX];	/* NULL: nothing */
	size_t depth;
	const struct mst *parts[MST_PARTIAL_MAX];
	size_t n_parts;
	void *tmp;
};

static void check_nodes(struct checker *k, const struct mst *t,
    const struct mst_node *n);

static void
problem(struct checker *k, const struct mst *t, const struct mst_node *n,
    const char *what)
{
	char *line = mem_fmt(k->tmp, "%s:%d: '%s' %s", t->file, n->line,
	    n->name, what);

	k->c->problem(k->c->problem_arg, line);
}

static const struct mst_decl *
decl_find(const struct checker *k, const char *prefix, const char *name,
    size_t n)
{
	size_t np = strlen(prefix), i;
	char first = np > 0 ? prefix[0] : name[0];

	for (i = 0; i < k->c->n_decls; i++) {
		const struct mst_decl *d = &k->c->decls[i];

		if (d->path[0] == first && strncmp(d->path, prefix, np) == 0 &&
		    strncmp(d->path + np, name, n) == 0 &&
		    d->path[np + n] == '\0')
			return d;
	}
	return NULL;
}

static bool
is_sure(const struct checker *k, const struct mst_decl *d)
{
	size_t i;

	if (!d->optional)
		return true;
	for (i = 0; i < k->depth; i++)
		if (k->sure[i] == d)
			return true;
	return false;
}

/* Text of an optional name printed without a section over it. */
static void
check_sure(struct checker *k, const struct mst *t, const struct mst_node *n,
    const struct mst_decl *d)
{
	if (n->kind == NODE_VAR && !is_sure(k, d))
		problem(k, t, n, mem_fmt(k->tmp, "may be missing, write "
		    "{{#%s}}...{{/%s}} around it", n->name, n->name));
}

/* The declaration that a name means, as the renderer would find it; every
 * part of it has to be there. */
static const struct mst_decl *
resolve(struct checker *k, const struct mst *t, const struct mst_node *n)
{
	size_t first = strcspn(n->name, "."), len = strlen(n->name), i, at;
	const struct mst_decl *d = NULL;

	for (i = k->depth; i-- > 0;) {
		if (k->prefix[i] == NULL)
			continue;
		d = decl_find(k, k->prefix[i], n->name, first);
		if (d != NULL)
			break;
	}
	if (d == NULL) {
		problem(k, t, n, "is no name that this template may use, "
		    "see dunlin-templates(5)");
		return NULL;
	}
	for (at = first; at < len; at += 1 + strcspn(n->name + at + 1, ".")) {
		if (d->type != MST_MAP) {
			problem(k, t, n, "has no such parts");
			return NULL;
		}
		check_sure(k, t, n, d);
		d = decl_find(k, k->prefix[i], n->name,
		    at + 1 + strcspn(n->name + at + 1, "."));
		if (d == NULL) {
			problem(k, t, n, "is no name that this template may "
			    "use, see dunlin-templates(5)");
			return NULL;
		}
	}
	if ((d->kinds & k->c->kind) == 0) {
		problem(k, t, n, "is not known in templates of this kind, "
		    "see dunlin-templates(5)");
		return NULL;
	}
	return d;
}

static void
check_var(struct checker *k, const struct mst *t, const struct mst_node *n)
{
	const struct mst_decl *d;

	if (n->kind == NODE_RAW) {
		problem(k, t, n, "would not be escaped, write {{...}}");
		return;
	}
	if (strcmp(n->name, ".") == 0) {
		if (k->sure[k->depth - 1] == NULL ||
		    k->sure[k->depth - 1]->type != MST_TEXT)
			problem(k, t, n, "stands for no text here, "
			    "write a name");
		return;
	}
	d = resolve(k, t, n);
	if (d == NULL)
		return;
	if (d->type != MST_TEXT)
		problem(k, t, n, "is no text, use it as {{#...}}");
	else
		check_sure(k, t, n, d);
}

static void
check_section(struct checker *k, const struct mst *t,
    const struct mst_node *n)
{
	const struct mst_decl *d;
	const char *prefix = NULL;

	d = resolve(k, t, n);
	if (d == NULL)
		return;
	if (n->kind == NODE_INVERTED) {
		check_nodes(k, t, n->child);
		return;
	}
	if (k->depth == SCOPE_MAX) {
		problem(k, t, n, "is nested too deep");
		return;
	}
	if (d->type == MST_LIST || d->type == MST_MAP)
		prefix = mem_fmt(k->tmp, "%s.", d->path);
	k->prefix[k->depth] = prefix;
	k->sure[k->depth++] = d;
	check_nodes(k, t, n->child);
	k->depth--;
}

static void
check_partial(struct checker *k, const struct mst *t,
    const struct mst_node *n)
{
	const struct mst *p = NULL;
	size_t i;

	if (k->c->find != NULL)
		p = k->c->find(k->c->arg, n->name);
	if (p == NULL) {
		problem(k, t, n, "is no part of this language, see "
		    "dunlin-templates(5)");
		return;
	}
	for (i = 0; i < k->n_parts; i++) {
		if (k->parts[i] == p) {
			problem(k, t, n, "includes itself, take the tag out");
			return;
		}
	}
	if (k->n_parts == MST_PARTIAL_MAX) {
		problem(k, t, n, "is nested too deep");
		return;
	}
	k->parts[k->n_parts++] = p;
	check_nodes(k, p, p->first);
	k->n_parts--;
}

static void
check_nodes(struct checker *k, const struct mst *t, const struct mst_node *n)
{
	for (; n != NULL; n = n->next) {
		switch (n->kind) {
		case NODE_TEXT:
			break;
		case NODE_VAR:
		case NODE_RAW:
			check_var(k, t, n);
			break;
		case NODE_SECTION:
		case NODE_INVERTED:
			check_section(k, t, n);
			break;
		case NODE_PARTIAL:
			check_partial(k, t, n);
			break;
		}
	}
}

void
mst_check(const struct mst *t, const struct mst_check *c)
{
	void *tmp MEM_AUTO = talloc_new(NULL);
	struct checker k = { .c = c, .tmp = tmp };

	k.prefix[0] = "";
	k.sure[0] = NULL;
	k.depth = 1;
	k.parts[k.n_parts++] = t;
	check_nodes(&k, t, t->first);
}

/* --- what is named --- */

struct seeker {
	const char *name;
	mst_find_fn *find;
	void *arg;
	int depth;
};

static bool
nodes_name(struct seeker *k, const struct mst_node *n)
{
	size_t len = strlen(k->name);
	const struct mst *p;
	bool found = false;

	for (; n != NULL && !found; n = n->next) {
		if (n->kind == NODE_TEXT)
			continue;
		if (n->kind == NODE_PARTIAL) {
			p = k->find != NULL ? k->find(k->arg, n->name) : NULL;
			if (p == NULL || k->depth == MST_PARTIAL_MAX)
				continue;
			k->depth++;
			found = nodes_name(k, p->first);
			k->depth--;
			continue;
		}
		found = (strncmp(n->name, k->name, len) == 0 &&
		    (n->name[len] == '\0' || n->name[len] == '.')) ||
		    nodes_name(k, n->child);
	}
	return found;
}

bool
mst_names(const struct mst *t, const char *name, mst_find_fn *find, void *arg)
{
	struct seeker k = { name, find, arg, 0 };

	return nodes_name(&k, t->first);
}
