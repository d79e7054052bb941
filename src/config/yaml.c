#include "config/yaml.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

#include <yaml.h>

struct load {
	void *owner;
	const char *name;
	const char *bytes;
	size_t n;
	struct config_problems *problems;
	yaml_parser_t parser;
	size_t nodes;
	bool broken;
};

#define problem(l, line, ...) \
	problems_add((l)->owner, (l)->problems, (l)->name, line, __VA_ARGS__)

/* What libyaml says, and what we say. */
static const struct {
	const char *theirs, *ours;
} words[] = {
	{ "could not find expected ':'",
	    "a line without a colon: write \"key: value\"" },
	{ "mapping values are not allowed",
	    "a second colon on the line, or wrong indentation: put text "
	    "with a colon in quotes" },
	{ "did not find expected key",
	    "wrong indentation, or text after a closed value: keys of one "
	    "map, and items of one list, start in the same column" },
	{ "did not find expected '-' indicator",
	    "wrong indentation: items of one list start with \"- \" in the "
	    "same column" },
	{ "did not find expected ',' or '}'",
	    "{ is not closed: end the map with }" },
	{ "did not find expected ',' or ']'",
	    "[ is not closed: end the list with ]" },
	{ "found unexpected end of stream",
	    "a quote is not closed: end the text with the same quote" },
	{ "did not find expected node content",
	    "a value is missing here: check brackets and commas" },
	{ "did not find expected <document start>",
	    "text after the end of the document: keep one document in the "
	    "file" },
	{ "found unknown escape character",
	    "unknown escape in \"...\": write \\\\ for a backslash, or use "
	    "'...'" },
	{ "found a tab character",
	    "a tab in the indentation: use spaces" },
	{ "found undefined tag handle",
	    "a tag (!...) is not used here: leave it out" },
	{ "found unexpected document indicator",
	    "--- or ... inside a quoted text: close the quote first" },
	{ "block sequence entries are not allowed",
	    "a list cannot start here: put \"- \" on a line of its own" },
	{ "found incompatible YAML document", "a %YAML line is not used "
	    "here: leave it out" },
	{ "found unknown directive",
	    "a line that starts with %: put the text in quotes" },
};

static const char *
word_for(const struct load *l, const char *theirs)
{
	size_t i, at = l->parser.problem_mark.index;

	if (theirs == NULL)
		return "not readable as YAML";
	if (strstr(theirs, "cannot start any token") != NULL) {
		if (at < l->n && l->bytes[at] == '\t')
			return "a tab in the indentation: use spaces";
		return "a character that cannot start a value (such as @ or "
		    "%): put the text in quotes";
	}
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(theirs, words[i].theirs) != NULL)
			return words[i].ours;
	return theirs;
}

static void
broken(struct load *l)
{
	size_t line = l->parser.problem_mark.line + 1;

	if (l->broken)
		return;
	l->broken = true;
	/* A quote or bracket that is not closed is noticed at the end of
	 * the file; where it was opened helps more. */
	if (l->parser.context != NULL &&
	    (strstr(l->parser.context, "quoted scalar") != NULL ||
	    strstr(l->parser.context, "simple key") != NULL ||
	    strstr(l->parser.context, "flow") != NULL))
		line = l->parser.context_mark.line + 1;
	problem(l, (int)line, "%s", word_for(l, l->parser.problem));
}

static bool
next(struct load *l, yaml_event_t *ev)
{
	if (!l->broken && yaml_parser_parse(&l->parser, ev))
		return true;
	broken(l);
	memset(ev, 0, sizeof(*ev));
	return false;
}

static struct yaml_node *
node_new(struct load *l, enum yaml_kind kind, const yaml_event_t *ev)
{
	struct yaml_node *n = mem_new(l->owner, struct yaml_node);

	n->kind = kind;
	n->line = (int)ev->start_mark.line + 1;
	if (++l->nodes > YAML_NODES_MAX) {
		problem(l, n->line, "more than %d values in one file: split "
		    "it", YAML_NODES_MAX);
		l->broken = true;
	}
	return n;
}

static struct yaml_node *
scalar(struct load *l, const yaml_event_t *ev)
{
	struct yaml_node *n = node_new(l, YAML_SCALAR, ev);

	n->quoted = ev->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	n->text = mem_strn(l->owner, (const char *)ev->data.scalar.value,
	    ev->data.scalar.length);
	if (ev->data.scalar.length > YAML_TEXT_MAX) {
		problem(l, n->line, "a text of %zu bytes, at most %d are "
		    "allowed: shorten it", ev->data.scalar.length,
		    YAML_TEXT_MAX);
		n->kind = YAML_BAD;
	} else if (strlen(n->text) != ev->data.scalar.length) {
		problem(l, n->line, "a NUL character in a text: leave it out");
		n->kind = YAML_BAD;
	}
	return n;
}

static void
check_marks(struct load *l, const yaml_event_t *ev, const void *anchor,
    const void *tag)
{
	int line = (int)ev->start_mark.line + 1;

	if (anchor != NULL)
		problem(l, line, "an anchor (&%s) is not used here: write "
		    "the value where it is needed", (const char *)anchor);
	if (tag != NULL)
		problem(l, line, "a tag (!...) is not used here: leave it "
		    "out");
}

static struct yaml_entry *
entry_add(struct load *l, struct yaml_node *n)
{
	if ((n->n & (n->n - 1)) == 0)	/* room doubles at powers of two */
		n->entries = mem_grow(l->owner, n->entries,
		    struct yaml_entry, n->n == 0 ? 1 : n->n * 2);
	memset(&n->entries[n->n], 0, sizeof(n->entries[0]));
	return &n->entries[n->n++];
}

static struct yaml_node *node(struct load *l, const yaml_event_t *ev,
    int depth);

static void
list(struct load *l, struct yaml_node *n, int depth)
{
	struct yaml_node *v;
	struct yaml_entry *e;
	yaml_event_t ev;
	bool end;

	for (;;) {
		if (!next(l, &ev))
			return;
		end = ev.type == YAML_SEQUENCE_END_EVENT;
		v = end ? NULL : node(l, &ev, depth + 1);
		yaml_event_delete(&ev);
		if (v == NULL)
			return;
		e = entry_add(l, n);
		e->line = v->line;
		e->value = v;
	}
}

/* A map's key is kept only when it is a word that is new in it. */
static void
map_add(struct load *l, struct yaml_node *n, const struct yaml_node *key,
    struct yaml_node *v)
{
	struct yaml_entry *e;
	size_t i;

	if (key->kind != YAML_SCALAR) {
		if (key->kind != YAML_BAD)
			problem(l, key->line, "a map or list as a key: keys "
			    "are words");
		return;
	}
	for (i = 0; i < n->n; i++) {
		if (strcmp(n->entries[i].key, key->text) != 0)
			continue;
		problem(l, key->line, "\"%s\" is given twice (first in line "
		    "%d): keep one", key->text, n->entries[i].line);
		return;
	}
	e = entry_add(l, n);
	/* What is missing in a map is missed at its name. */
	if (v->kind == YAML_MAP || v->kind == YAML_LIST)
		v->line = key->line;
	e->key = key->text;
	e->line = key->line;
	e->value = v;
}

static void
map(struct load *l, struct yaml_node *n, int depth)
{
	struct yaml_node *key, *v;
	yaml_event_t ev;

	for (;;) {
		if (!next(l, &ev))
			return;
		if (ev.type == YAML_MAPPING_END_EVENT) {
			yaml_event_delete(&ev);
			return;
		}
		key = node(l, &ev, depth + 1);
		yaml_event_delete(&ev);
		if (key == NULL || !next(l, &ev))
			return;
		v = node(l, &ev, depth + 1);
		yaml_event_delete(&ev);
		if (v == NULL)
			return;
		map_add(l, n, key, v);
	}
}

static struct yaml_node *
node(struct load *l, const yaml_event_t *ev, int depth)
{
	struct yaml_node *n;

	if (depth > YAML_DEPTH_MAX) {
		problem(l, (int)ev->start_mark.line + 1, "more than %d "
		    "levels inside one another: flatten it", YAML_DEPTH_MAX);
		l->broken = true;
		return NULL;
	}
	switch (ev->type) {
	case YAML_SCALAR_EVENT:
		check_marks(l, ev, ev->data.scalar.anchor,
		    ev->data.scalar.tag);
		return scalar(l, ev);
	case YAML_SEQUENCE_START_EVENT:
		check_marks(l, ev, ev->data.sequence_start.anchor,
		    ev->data.sequence_start.tag);
		n = node_new(l, YAML_LIST, ev);
		list(l, n, depth);
		return n;
	case YAML_MAPPING_START_EVENT:
		check_marks(l, ev, ev->data.mapping_start.anchor,
		    ev->data.mapping_start.tag);
		n = node_new(l, YAML_MAP, ev);
		map(l, n, depth);
		return n;
	default:
		n = node_new(l, YAML_BAD, ev);
		problem(l, n->line, "an alias (*%s) is not used here: write "
		    "the value itself", ev->type == YAML_ALIAS_EVENT ?
		    (const char *)ev->data.alias.anchor : "");
		return n;
	}
}

/* One document and nothing after it. */
static struct yaml_node *
document(struct load *l)
{
	struct yaml_node *root = NULL;
	yaml_event_t ev;
	bool done = false;
	int documents = 0;

	while (!done && next(l, &ev)) {
		if (ev.type == YAML_STREAM_END_EVENT) {
			done = true;
		} else if (ev.type == YAML_DOCUMENT_START_EVENT) {
			if (++documents > 1) {
				problem(l, (int)ev.start_mark.line + 1,
				    "a second document (---): keep one in "
				    "the file");
				l->broken = true;
			}
		} else if (ev.type != YAML_STREAM_START_EVENT &&
		    ev.type != YAML_DOCUMENT_END_EVENT) {
			root = node(l, &ev, 0);
		}
		yaml_event_delete(&ev);
	}
	if (l->broken)
		return NULL;
	if (root == NULL || yaml_is_empty(root)) {
		root = mem_new(l->owner, struct yaml_node);
		root->kind = YAML_MAP;
		root->line = 1;
	}
	return root;
}

/* The first byte that no text file should hold, with its line. */
static bool
is_text(struct load *l)
{
	const char *s = l->bytes, *end = s + l->n;
	uint32_t cp;
	size_t step;
	int line = 1;

	for (; s < end; s += step) {
		step = text_decode(s, (size_t)(end - s), &cp);
		if (step == 0) {
			problem(l, line, "not UTF-8: save the file in UTF-8");
			return false;
		}
		if (cp == '\n')
			line++;
		else if (cp < 0x20 && cp != '\t' && cp != '\r') {
			problem(l, line, "a control character (0x%02x): "
			    "take it out", (unsigned)cp);
			return false;
		}
	}
	return true;
}

struct yaml_node *
yaml_tree(void *owner, const char *name, const char *bytes, size_t n,
    struct config_problems *problems)
{
	struct load l = { .owner = owner, .name = name, .bytes = bytes,
	    .n = n, .problems = problems };
	struct yaml_node *root;

	if (n > YAML_BYTES_MAX) {
		problem(&l, 0, "larger than %d bytes: split it",
		    YAML_BYTES_MAX);
		return NULL;
	}
	if (!is_text(&l))
		return NULL;
	if (!yaml_parser_initialize(&l.parser))
		mem_check(NULL);
	yaml_parser_set_encoding(&l.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&l.parser,
	    (const unsigned char *)bytes, n);
	root = document(&l);
	yaml_parser_delete(&l.parser);
	return root;
}

const struct yaml_node *
yaml_get(const struct yaml_node *map, const char *key)
{
	size_t i;

	if (map == NULL || map->kind != YAML_MAP)
		return NULL;
	for (i = 0; i < map->n; i++)
		if (strcmp(map->entries[i].key, key) == 0)
			return map->entries[i].value;
	return NULL;
}

bool
yaml_is_empty(const struct yaml_node *n)
{
	return n->kind == YAML_SCALAR && !n->quoted && n->text[0] == '\0';
}
