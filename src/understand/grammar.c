#include "understand/chart_parts.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A mistake in the tables: say where, and end. */
static _Noreturn void
defect(const char *what, const char *where)
{
	fprintf(stderr, "understand: %s: '%.60s'\n", what, where);
	abort();
}

static uint32_t
hash(const char *s, size_t n)
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	return h;
}

int32_t
grammar_sym(const struct grammar *g, const char *s, size_t n)
{
	uint32_t h = hash(s, n), i = h & (uint32_t)(g->n_slots - 1);
	int32_t k;

	while ((k = g->sym_slots[i]) != 0) {
		if (g->syms[k].hash == h && g->syms[k].len == n &&
		    memcmp(g->syms[k].s, s, n) == 0)
			return k;
		i = (i + 1) & (uint32_t)(g->n_slots - 1);
	}
	return 0;
}

static int32_t
sym_add(struct grammar *g, const char *s, size_t n)
{
	int32_t k = grammar_sym(g, s, n);
	uint32_t i;

	if (k != 0)
		return k;
	if (g->n_syms + 1 >= g->cap_syms)
		defect("too many words", s);
	k = ++g->n_syms;
	g->syms[k].s = mem_strn(g, s, n);
	g->syms[k].hash = hash(s, n);
	g->syms[k].len = (uint32_t)n;
	i = g->syms[k].hash & (uint32_t)(g->n_slots - 1);
	while (g->sym_slots[i] != 0)
		i = (i + 1) & (uint32_t)(g->n_slots - 1);
	g->sym_slots[i] = k;
	return k;
}

static void
trie_init(void *owner, struct trie *t, int edges, int states)
{
	t->cap_edges = edges;
	t->edges = mem_array(owner, struct edge, edges);
	t->cap_states = t->cap_endings = states;
	t->endings_at = mem_array(owner, int32_t, states);
	t->endings = mem_array(owner, struct ending, states);
	t->n_states = t->n_endings = 1;
}

struct edge *
grammar_edge(const struct trie *t, int32_t from, int32_t sym)
{
	uint32_t i = ((uint32_t)from * 2654435761u ^
	    (uint32_t)sym * 2246822519u) >> 7 & (uint32_t)(t->cap_edges - 1);

	while (t->edges[i].to != 0 &&
	    (t->edges[i].from != from || t->edges[i].sym != sym))
		i = (i + 1) & (uint32_t)(t->cap_edges - 1);
	return &t->edges[i];
}

/* The tables are of the program: outgrowing a trie is a defect. */
static int32_t
trie_step(struct trie *t, int32_t state, int32_t sym)
{
	struct edge *e = grammar_edge(t, state, sym);

	if (e->to == 0) {
		if (++t->n_edges * 2 > t->cap_edges ||
		    t->n_states >= t->cap_states)
			defect("too many states", "");
		e->from = state;
		e->sym = sym;
		e->to = t->n_states++;
	}
	return e->to;
}

static void
trie_end(struct trie *t, int32_t state, int32_t cat, int32_t value,
    const struct rule *rule)
{
	struct ending *x;

	if (t->n_endings >= t->cap_endings)
		defect("too many endings", "");
	x = &t->endings[t->n_endings];
	x->cat = cat;
	x->value = value;
	x->rule = rule;
	x->next = t->endings_at[state];
	t->endings_at[state] = t->n_endings++;
}

struct grammar *
grammar_new(void *owner)
{
	struct grammar *g = mem_new(owner, struct grammar);

	g->cap_syms = 4096;
	g->n_slots = 16384;
	g->syms = mem_check(talloc_zero_size(g,
	    sizeof(*g->syms) * (size_t)g->cap_syms));
	g->sym_slots = mem_array(g, int32_t, g->n_slots);
	trie_init(g, &g->words, 16384, 8192);
	trie_init(g, &g->rules, 32768, 16384);
	g->cap_literals = 2048;
	g->literals = mem_check(talloc_zero_size(g,
	    sizeof(*g->literals) * (size_t)g->cap_literals));
	return g;
}

size_t
grammar_unit(const char *s, size_t n, uint8_t *ret_kind)
{
	uint32_t cp;
	size_t i = 1, k;

	if (s[0] >= '0' && s[0] <= '9') {
		while (i < n && s[i] >= '0' && s[i] <= '9')
			i++;
		*ret_kind = '0';
		return i;
	}
	k = text_decode(s, n, &cp);
	if (k == 0) {
		*ret_kind = '.';
		return 1;
	}
	if (k == 1 && ((s[0] >= 'a' && s[0] <= 'z') ||
	    (s[0] >= 'A' && s[0] <= 'Z'))) {
		while (i < n && ((s[i] >= 'a' && s[i] <= 'z') ||
		    (s[i] >= 'A' && s[i] <= 'Z') || s[i] == '\'') &&
		    !(s[i] == '\'' && (i + 1 >= n || s[i + 1] < 'a' ||
		    s[i + 1] > 'z' || s[i + 1] == 's')))
			i++;
		*ret_kind = 'a';
		return i;
	}
	*ret_kind = cp >= 0x3400 && cp <= 0x9fff ? 'h' : '.';
	return k;
}

static void
word_add(struct grammar *g, const char *s, size_t n, int32_t cat,
    int32_t value)
{
	int32_t state = 0;
	uint8_t kind;
	size_t i = 0, k;

	while (i < n) {
		if (s[i] == ' ') {
			i++;
			continue;
		}
		k = grammar_unit(s + i, n - i, &kind);
		state = trie_step(&g->words, state, sym_add(g, s + i, k));
		i += k;
	}
	trie_end(&g->words, state, cat, value, NULL);
}

void
grammar_words(struct grammar *g, const struct word_row *rows, size_t n)
{
	const char *p, *e;
	size_t i;

	for (i = 0; i < n; i++)
		for (p = rows[i].words; *p != '\0'; p = *e ? e + 1 : e) {
			e = p + strcspn(p, "|");
			word_add(g, p, (size_t)(e - p), rows[i].cat,
			    rows[i].value);
		}
}

static int32_t
cat_of_name(const char *s, size_t n)
{
#define CAT(name, word) { word, C_##name },
	static const struct { const char *word; int32_t cat; } cats[] = {
#include "understand/cats.def"
	};
#undef CAT
	size_t i;

	for (i = 0; i < sizeof(cats) / sizeof(cats[0]); i++)
		if (strlen(cats[i].word) == n &&
		    strncmp(cats[i].word, s, n) == 0)
			return cats[i].cat;
	defect("no such category", s);
}

static int32_t
literal_cat(struct grammar *g, const char *s, size_t n)
{
	int i;

	for (i = 0; i < g->n_literals; i++)
		if (strlen(g->literals[i].text) == n &&
		    strncmp(g->literals[i].text, s, n) == 0)
			return g->literals[i].cat;
	if (g->n_literals >= g->cap_literals)
		defect("too many literals", s);
	g->literals[i].text = mem_strn(g, s, n);
	g->literals[i].cat = C_LITERAL + g->n_literals++;
	word_add(g, s, n, g->literals[i].cat, 0);
	return g->literals[i].cat;
}

static void
rule_add(struct grammar *g, const struct rule *rule, const int32_t *part,
    int n)
{
	int32_t state = 0;
	int i;

	for (i = 0; i < n; i++)
		state = trie_step(&g->rules, state, part[i]);
	trie_end(&g->rules, state, 0, 0, rule);
}

/* Where the bracket that opens at p closes. */
static const char *
closing(const char *p, const char *end)
{
	int depth = 0;

	for (; p < end; p++) {
		if (*p == '[' || *p == '(')
			depth++;
		else if ((*p == ']' || *p == ')') && --depth == 0)
			return p;
	}
	defect("an open bracket", p);
}

/* Spell out the pattern: rest is a stack of texts still to come. */
struct todo {
	const char *p, *end;
	const struct todo *next;
};

static void expand(struct grammar *, const struct rule *,
    const struct todo *, int32_t *, int);

static void
expand_group(struct grammar *g, const struct rule *rule, const char *p,
    const char *close, const struct todo *after, int32_t *part, int n)
{
	struct todo in = { p + 1, close, after };
	const char *q;
	int depth = 0;

	if (*p == '[')
		expand(g, rule, after, part, n);
	for (q = p + 1; q <= close; q++) {
		if (q == close || (*q == '|' && depth == 0)) {
			in.end = q;
			expand(g, rule, &in, part, n);
			in.p = q + 1;
		} else if (*q == '(' || *q == '[') {
			depth++;
		} else if (*q == ')' || *q == ']') {
			depth--;
		}
	}
}

static void
expand(struct grammar *g, const struct rule *rule, const struct todo *todo,
    int32_t *part, int n)
{
	struct todo rest;
	const char *p, *e;

	while (todo != NULL) {
		p = todo->p + strspn(todo->p, " ");
		if (p < todo->end)
			break;
		todo = todo->next;
	}
	if (todo == NULL) {
		rule_add(g, rule, part, n);
		return;
	}
	if (n >= RULE_PARTS)
		defect("too many parts", rule->pattern);
	rest.end = todo->end;
	rest.next = todo->next;
	if (*p == '[' || *p == '(') {
		e = closing(p, todo->end);
		rest.p = e + 1;
		expand_group(g, rule, p, e, &rest, part, n);
		return;
	}
	if (*p == '{') {
		e = strchr(p, '}');
		part[n] = cat_of_name(p + 1, (size_t)(e - p - 1));
		rest.p = e + 1;
	} else {
		e = p + strcspn(p, "{[(");
		if (e > todo->end)
			e = todo->end;
		rest.p = e;
		while (e > p && e[-1] == ' ')
			e--;
		part[n] = literal_cat(g, p, (size_t)(e - p));
	}
	expand(g, rule, &rest, part, n + 1);
}

void
grammar_rules(struct grammar *g, const struct rule *rules, size_t n)
{
	int32_t part[RULE_PARTS];
	struct todo todo;
	size_t i;

	for (i = 0; i < n; i++) {
		todo.p = rules[i].pattern;
		todo.end = todo.p + strlen(todo.p);
		todo.next = NULL;
		expand(g, &rules[i], &todo, part, 0);
	}
}
