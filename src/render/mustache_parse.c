#include "base/mem.h"
#include "render/mustache_int.h"

#include <string.h>

#define DELIM_MAX 8

struct parser {
	struct mst *t;
	const char *src, *end, *pos;
	int line;			/* of pos */
	char open[DELIM_MAX + 1], close[DELIM_MAX + 1];
	struct mst_node **tail;		/* where the next node goes */
	struct mst_node *sections[MST_DEPTH_MAX];
	size_t depth;
	struct err *err;
};

/* One tag as it stands in the source. */
struct tag {
	const char *start, *after;	/* of the whole tag */
	char sigil;			/* 0: a variable */
	const char *content;		/* trimmed */
	size_t len;
};

static int
fail(struct parser *p, int line, const char *what)
{
	return err_set(p->err, ERR_CONFIG, "%s:%d: %s", p->t->file, line,
	    what);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct mst_node *
node_add(struct parser *p, enum mst_node_kind kind)
{
	struct mst_node *n = mem_new(p->t, struct mst_node);

	n->kind = kind;
	n->line = p->line;
	*p->tail = n;
	p->tail = &n->next;
	return n;
}

/* Move to "to", counting lines. */
static void
advance(struct parser *p, const char *to)
{
	for (; p->pos < to; p->pos++)
		if (*p->pos == '\n')
			p->line++;
}

static void
add_text(struct parser *p, const char *to)
{
	struct mst_node *n;

	if (to <= p->pos)
		return;
	n = node_add(p, NODE_TEXT);
	n->text = p->pos;
	n->len = (size_t)(to - p->pos);
	advance(p, to);
}

static const char *
find(const char *from, const char *end, const char *what)
{
	return from <= end ? strstr(from, what) : NULL;
}

/* Reads the tag that starts at s. */
static int
read_tag(struct parser *p, const char *s, struct tag *tag)
{
	char closing[DELIM_MAX + 2];
	const char *c = s + strlen(p->open), *e;

	while (c < p->end && is_space(*c))
		c++;
	tag->start = s;
	tag->sigil = c < p->end && strchr("#^/>!&={", *c) != NULL ? *c : 0;
	if (tag->sigil != 0)
		c++;
	closing[0] = tag->sigil == '{' ? '}' : '=';
	strcpy(closing + 1, p->close);
	e = find(c, p->end, tag->sigil == '{' || tag->sigil == '=' ?
	    closing : p->close);
	if (e == NULL) {
		advance(p, s);
		return fail(p, p->line, "a tag is not closed, write {{...}}");
	}
	tag->after = e + (tag->sigil == '{' || tag->sigil == '=') +
	    strlen(p->close);
	while (c < e && is_space(*c))
		c++;
	while (e > c && is_space(e[-1]))
		e--;
	tag->content = c;
	tag->len = (size_t)(e - c);
	return 0;
}

/* A tag that is alone on its line takes the line with it: then *ret_from is
 * the line's start and *ret_to the start of the next. */
static bool
is_alone(const struct parser *p, const struct tag *tag,
    const char **ret_from, const char **ret_to)
{
	const char *from = tag->start, *to = tag->after;

	if (tag->sigil == 0 || tag->sigil == '&' || tag->sigil == '{')
		return false;
	while (from > p->src && (from[-1] == ' ' || from[-1] == '\t'))
		from--;
	if (from > p->src && from[-1] != '\n')
		return false;
	while (to < p->end && (*to == ' ' || *to == '\t'))
		to++;
	if (to < p->end && *to == '\r' && to + 1 < p->end && to[1] == '\n')
		to++;
	if (to < p->end && *to != '\n')
		return false;
	*ret_from = from;
	*ret_to = to < p->end ? to + 1 : to;
	return true;
}

static int
set_delims(struct parser *p, const struct tag *tag)
{
	const char *e = tag->content + tag->len, *a = tag->content, *b, *c;

	for (b = a; b < e && !is_space(*b); b++)
		;
	for (c = b; c < e && is_space(*c); c++)
		;
	if (b == a || c == e || b - a > DELIM_MAX || e - c > DELIM_MAX ||
	    memchr(a, '=', (size_t)(e - a)) != NULL)
		return fail(p, p->line, "delimiters are two short words, "
		    "write {{=<% %>=}}");
	for (a = c; a < e; a++)
		if (is_space(*a))
			return fail(p, p->line, "delimiters are two short "
			    "words, write {{=<% %>=}}");
	memset(p->open, 0, sizeof(p->open));
	memset(p->close, 0, sizeof(p->close));
	memcpy(p->open, tag->content, (size_t)(b - tag->content));
	memcpy(p->close, c, (size_t)(e - c));
	return 0;
}

static int
close_section(struct parser *p, const char *name)
{
	struct mst_node *s;

	if (p->depth == 0)
		return err_set(p->err, ERR_CONFIG, "%s:%d: {{/%s}} closes a "
		    "section that was not opened", p->t->file, p->line, name);
	s = p->sections[--p->depth];
	if (strcmp(s->name, name) != 0)
		return err_set(p->err, ERR_CONFIG, "%s:%d: {{/%s}} closes "
		    "section '%s' of line %d, write {{/%s}}", p->t->file,
		    p->line, name, s->name, s->line, s->name);
	p->tail = &s->next;
	return 0;
}

static void
split_path(struct mst *t, struct mst_node *n)
{
	const char *s = n->name;
	size_t len;

	if (strcmp(s, ".") == 0 || n->kind == NODE_PARTIAL)
		return;
	for (;; s += len + 1) {
		len = strcspn(s, ".");
		n->path = mem_grow(t, n->path, struct mst_name,
		    n->n_path + 1);
		n->path[n->n_path++] = mst_name(mem_strn(t, s, len));
		if (s[len] == '\0')
			return;
	}
}

static int
add_tag(struct parser *p, const struct tag *tag, const char *indent,
    size_t indent_len)
{
	struct mst_node *n;
	char *name;
	size_t i;

	if (tag->sigil == '!')
		return 0;
	if (tag->sigil == '=')
		return set_delims(p, tag);
	if (tag->len == 0 || tag->len > MST_NAME_MAX)
		return fail(p, p->line, tag->len == 0 ?
		    "a tag has no name" : "a name is too long");
	for (i = 0; i < tag->len; i++)
		if (is_space(tag->content[i]) || tag->content[i] == '\0')
			return fail(p, p->line, "a name has a space in it");
	name = mem_strn(p->t, tag->content, tag->len);
	if (tag->sigil == '/')
		return close_section(p, name);
	n = node_add(p, tag->sigil == '#' ? NODE_SECTION :
	    tag->sigil == '^' ? NODE_INVERTED :
	    tag->sigil == '>' ? NODE_PARTIAL :
	    tag->sigil == 0 ? NODE_VAR : NODE_RAW);
	n->name = name;
	split_path(p->t, n);
	if (n->kind == NODE_PARTIAL && indent_len > 0)
		n->indent = mem_strn(p->t, indent, indent_len);
	if (n->kind != NODE_SECTION && n->kind != NODE_INVERTED)
		return 0;
	if (p->depth == MST_DEPTH_MAX)
		return fail(p, p->line, "sections are nested too deep");
	p->sections[p->depth++] = n;
	p->tail = &n->child;
	return 0;
}

static int
parse_all(struct parser *p)
{
	const char *s, *from, *to;
	struct tag tag = { 0 };
	bool alone;

	while ((s = find(p->pos, p->end, p->open)) != NULL) {
		from = s;
		to = NULL;
		if (read_tag(p, s, &tag) < 0)
			return -1;
		alone = is_alone(p, &tag, &from, &to);
		add_text(p, from);
		advance(p, s);
		if (add_tag(p, &tag, from, alone ? (size_t)(s - from) : 0) < 0)
			return -1;
		advance(p, alone ? to : tag.after);
	}
	add_text(p, p->end);
	if (p->depth > 0) {
		struct mst_node *open = p->sections[p->depth - 1];

		return err_set(p->err, ERR_CONFIG, "%s:%d: section '%s' is "
		    "not closed, write {{/%s}}", p->t->file, open->line,
		    open->name, open->name);
	}
	return 0;
}

int
mst_parse(void *owner, const char *file, int line, const char *source,
    size_t len, struct mst **ret_t, struct err *err)
{
	struct parser p = { 0 };

	if (len > MST_SOURCE_MAX)
		return err_set(err, ERR_CONFIG, "%s:%d: the template is "
		    "longer than %d bytes", file, line, MST_SOURCE_MAX);
	if (!text_is_utf8(source, len) || memchr(source, '\0', len) != NULL)
		return err_set(err, ERR_CONFIG, "%s:%d: the template is not "
		    "UTF-8 text", file, line);
	p.t = mem_new(owner, struct mst);
	p.t->file = mem_str(p.t, file);
	p.t->line = line;
	p.t->source = mem_strn(p.t, source, len);
	p.t->len = len;
	p.src = p.pos = p.t->source;
	p.end = p.src + len;
	p.line = line;
	p.tail = &p.t->first;
	p.err = err;
	strcpy(p.open, "{{");
	strcpy(p.close, "}}");
	if (parse_all(&p) < 0) {
		talloc_free(p.t);
		return -1;
	}
	*ret_t = p.t;
	return 0;
}
