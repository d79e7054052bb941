#include "base/mem.h"
#include "render/mustache_int.h"

#include <string.h>

#define STACK_MAX (MST_DEPTH_MAX * 4)

struct renderer {
	const struct mst_render *r;
	struct text *out;
	const struct mst_value *stack[STACK_MAX];
	size_t depth;
	int partials;
	long steps;
	struct err *err;
};

static int render_nodes(struct renderer *q, const struct mst *t,
    const struct mst_node *n);

static int
fail(struct renderer *q, const struct mst *t, const struct mst_node *n,
    const char *what)
{
	return err_set(q->err, ERR_CONFIG, "%s:%d: {{%s}}: %s", t->file,
	    n->line, n->name != NULL ? n->name : "", what);
}

static const char *
escape_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	}
	return NULL;
}

static void
put_escaped(struct text *out, const char *s, enum mst_escape escape)
{
	const char *from = s, *word;

	if (escape == MST_NONE) {
		text_add(out, s);
		return;
	}
	for (; *s != '\0'; s++) {
		word = escape_of(*s);
		if (word == NULL)
			continue;
		text_addn(out, from, (size_t)(s - from));
		text_add(out, word);
		from = s + 1;
	}
	text_addn(out, from, (size_t)(s - from));
}

/* The value of a name: its first part from the innermost map that has it,
 * the rest strictly inside that. */
static const struct mst_value *
resolve(const struct renderer *q, const struct mst_node *n)
{
	const struct mst_value *v = NULL;
	size_t i;

	if (n->n_path == 0)
		return q->stack[q->depth - 1];
	for (i = q->depth; i-- > 0 && v == NULL;)
		v = mst_find(q->stack[i], n->path[0]);
	for (i = 1; i < n->n_path && v != NULL; i++)
		v = mst_find(v, n->path[i]);
	return v;
}

static bool
is_true(const struct mst_value *v)
{
	if (v == NULL)
		return false;
	switch (v->kind) {
	case VALUE_NULL:
		return false;
	case VALUE_BOOL:
		return v->truth;
	case VALUE_TEXT:
		return v->text[0] != '\0';
	case VALUE_LIST:
		return v->n > 0;
	case VALUE_MAP:
		return true;
	}
	return false;
}

static int
render_var(struct renderer *q, const struct mst *t, const struct mst_node *n)
{
	const struct mst_value *v = resolve(q, n);

	if (v != NULL && v->kind == VALUE_TEXT) {
		put_escaped(q->out, v->text,
		    n->kind == NODE_RAW ? MST_NONE : q->r->escape);
		return 0;
	}
	if (v != NULL && v->kind == VALUE_BOOL && !q->r->strict) {
		text_add(q->out, v->truth ? "true" : "false");
		return 0;
	}
	if (q->r->strict)
		return fail(q, t, n, "there is no such value here");
	return 0;
}

static int
render_inside(struct renderer *q, const struct mst *t,
    const struct mst_node *n, const struct mst_value *v)
{
	int r;

	if (q->depth == STACK_MAX)
		return fail(q, t, n, "sections are nested too deep");
	q->stack[q->depth++] = v;
	r = render_nodes(q, t, n->child);
	q->depth--;
	return r;
}

static int
render_section(struct renderer *q, const struct mst *t,
    const struct mst_node *n)
{
	const struct mst_value *v = resolve(q, n);
	size_t i;

	if (n->kind == NODE_INVERTED)
		return is_true(v) ? 0 : render_nodes(q, t, n->child);
	if (!is_true(v))
		return 0;
	if (v->kind != VALUE_LIST)
		return render_inside(q, t, n, v);
	for (i = 0; i < v->n; i++)
		if (render_inside(q, t, n, v->slots[i].value) < 0)
			return -1;
	return 0;
}

/* A standalone partial is indented line by line in its source, so that
 * values with line breaks stay as they are. */
static int
indent_partial(void *owner, const struct mst *t, const char *indent,
    struct mst **ret_t, struct err *err)
{
	struct text *s = text_new(owner);
	const char *p = t->source, *end = p + t->len, *nl;

	while (p < end) {
		nl = memchr(p, '\n', (size_t)(end - p));
		nl = nl == NULL ? end : nl + 1;
		text_add(s, indent);
		text_addn(s, p, (size_t)(nl - p));
		p = nl;
	}
	return mst_parse(owner, t->file, t->line, text_str(s), text_len(s),
	    ret_t, err);
}

static int
render_partial(struct renderer *q, const struct mst *t,
    const struct mst_node *n)
{
	void *tmp MEM_AUTO = NULL;
	const struct mst *p = NULL;
	struct mst *indented;
	int r;

	if (q->r->find != NULL)
		p = q->r->find(q->r->arg, n->name);
	if (p == NULL)
		return q->r->strict ? fail(q, t, n, "there is no such part") :
		    0;
	if (q->partials == MST_PARTIAL_MAX)
		return fail(q, t, n, "parts are nested too deep");
	if (n->indent != NULL) {
		tmp = talloc_new(NULL);
		q->steps += (long)(p->len / 16);
		if (indent_partial(tmp, p, n->indent, &indented, q->err) < 0)
			return -1;
		p = indented;
	}
	q->partials++;
	r = render_nodes(q, p, p->first);
	q->partials--;
	return r;
}

static int
render_node(struct renderer *q, const struct mst *t, const struct mst_node *n)
{
	switch (n->kind) {
	case NODE_TEXT:
		text_addn(q->out, n->text, n->len);
		return 0;
	case NODE_VAR:
	case NODE_RAW:
		return render_var(q, t, n);
	case NODE_SECTION:
	case NODE_INVERTED:
		return render_section(q, t, n);
	case NODE_PARTIAL:
		return render_partial(q, t, n);
	}
	return 0;
}

static int
render_nodes(struct renderer *q, const struct mst *t,
    const struct mst_node *n)
{
	for (; n != NULL; n = n->next) {
		if (++q->steps > MST_STEP_MAX)
			return fail(q, t, n, "the template runs too long");
		if (render_node(q, t, n) < 0)
			return -1;
		if (text_len(q->out) > MST_OUT_MAX)
			return fail(q, t, n, "the result is too long");
	}
	return 0;
}

int
mst_render(const struct mst *t, const struct mst_render *r, struct text *out,
    struct err *err)
{
	struct renderer q = { .r = r, .out = out, .err = err };

	q.stack[q.depth++] = r->data;
	return render_nodes(&q, t, t->first);
}
