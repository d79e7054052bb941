#include "understand/chart.h"

#include "base/mem.h"
#include "base/text.h"
#include "understand/numbers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHART_UNITS 24000
#define CHART_NODES 60000
#define CHART_AT 160		/* nodes that start at one unit */
#define CHART_REACH 40		/* units in one node */
#define CHART_STEPS 3000000
#define NODE_NONE (-1)

/* What ends in a state of a trie: a word of the tables with its value, or a
 * rule. */
struct ending {
	int32_t cat, value;
	const struct rule *rule;
	int32_t next;
};

struct edge {
	int32_t from, sym, to;	/* to 0: a free slot */
};

/* Words are sequences of symbols, rules (alternatives and options spelled
 * out) sequences of categories; both live in a trie. */
struct trie {
	struct edge *edges;	/* open addressing */
	int n_edges, cap_edges;
	int32_t *endings_at;	/* per state */
	int n_states, cap_states;
	struct ending *endings;
	int n_endings, cap_endings;
};

struct grammar {
	/* Words as symbols. */
	struct { char *s; uint32_t hash, len; } *syms;
	int n_syms, cap_syms;
	int32_t *sym_slots;
	int n_slots;
	struct trie words, rules;
	struct { char *text; int32_t cat; } *literals;
	int n_literals, cap_literals;
};

struct chart_mem {
	struct chart c;		/* must be first */
	const struct grammar *g;
	struct unit *units;
	int cap_units;
	struct node *nodes;
	int cap_nodes;
	int32_t *at;		/* first node per unit */
	long steps;
};

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

static int32_t
sym_find(const struct grammar *g, const char *s, size_t n)
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
	int32_t k = sym_find(g, s, n);
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

static struct edge *
edge_slot(const struct trie *t, int32_t from, int32_t sym)
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
	struct edge *e = edge_slot(t, state, sym);

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

/* Cut one unit from s[0..n): its kind, and how many bytes. */
static size_t
unit_cut(const char *s, size_t n, uint8_t *ret_kind)
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
		k = unit_cut(s + i, n - i, &kind);
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

struct chart *
chart_new(void *owner, const struct grammar *g)
{
	struct chart_mem *m = mem_new(owner, struct chart_mem);

	m->g = g;
	m->cap_units = 256;
	m->units = mem_array(m, struct unit, m->cap_units + 1);
	m->at = mem_array(m, int32_t, m->cap_units + 1);
	m->cap_nodes = 1024;
	m->nodes = mem_array(m, struct node, m->cap_nodes);
	return &m->c;
}

static void
cut_units(struct chart_mem *m)
{
	const struct norm *t = m->c.t;
	struct unit *u;
	bool space = false;
	size_t i = 0, k;
	int n = 0;

	while (i < t->len && n < CHART_UNITS) {
		if (t->low[i] == ' ' || (t->low[i] == '\n' &&
		    t->low[i + 1] != '\n')) {
			space = true;
			i++;
			continue;
		}
		if (n >= m->cap_units) {
			m->cap_units *= 2;
			m->units = mem_grow(m, m->units, struct unit,
			    m->cap_units + 1);
			m->at = mem_grow(m, m->at, int32_t,
			    m->cap_units + 1);
		}
		u = &m->units[n++];
		k = unit_cut(t->low + i, t->len - i, &u->kind);
		u->at = (uint32_t)i;
		u->end = (uint32_t)(i + k);
		u->space = space;
		u->sym = sym_find(m->g, t->low + i, k);
		space = false;
		i += k;
	}
	m->c.unit = m->units;
	m->c.n_units = n;
}

static bool
same_sem(const struct sem *a, const struct sem *b)
{
	return a->from == b->from && a->to == b->to && a->num == b->num &&
	    a->n == b->n && a->y == b->y && a->m == b->m && a->d == b->d &&
	    a->unit == b->unit && a->grain == b->grain &&
	    a->flags == b->flags && strcmp(a->cur, b->cur) == 0;
}

static void
node_add(struct chart_mem *m, int cat, int from, int to,
    const struct sem *s, const struct rule *rule)
{
	struct node *x;
	int i, n = 0;

	if (to - from > CHART_REACH || m->c.n_nodes >= CHART_NODES)
		return;
	for (i = m->at[from]; i != NODE_NONE; i = m->nodes[i].next, n++)
		if (m->nodes[i].cat == cat && m->nodes[i].to == to &&
		    same_sem(&m->nodes[i].s, s))
			return;
	if (n >= CHART_AT)
		return;
	if (m->c.n_nodes >= m->cap_nodes) {
		m->cap_nodes *= 2;
		m->nodes = mem_grow(m, m->nodes, struct node, m->cap_nodes);
	}
	x = &m->nodes[m->c.n_nodes];
	m->c.nodes = m->nodes;
	x->cat = cat;
	x->from = from;
	x->to = to;
	x->rule = rule;
	x->s = *s;
	x->next = m->at[from];
	m->at[from] = m->c.n_nodes++;
}

static void
sem_clear(struct sem *s)
{
	memset(s, 0, sizeof(*s));
	s->from = s->to = s->old_from = s->old_to = INT32_MIN;
}

static void
lexical(struct chart_mem *m, int i)
{
	const struct trie *g = &m->g->words;
	const struct edge *e;
	struct sem s;
	int32_t state = 0, x;
	int k;

	for (k = i; k < m->c.n_units && m->units[k].sym != 0; k++) {
		e = edge_slot(g, state, m->units[k].sym);
		if (e->to == 0)
			break;
		state = e->to;
		for (x = g->endings_at[state]; x != 0;
		    x = g->endings[x].next) {
			sem_clear(&s);
			s.n = g->endings[x].value;
			node_add(m, g->endings[x].cat, i, k + 1, &s, NULL);
		}
	}
}

static void
number_nodes(struct chart_mem *m, int i)
{
	struct number found[NUMBERS_MAX];
	struct sem s;
	int n, k;

	/* 一定, 五角大楼: the figure is part of a word. */
	for (k = m->at[i]; k != NODE_NONE; k = m->nodes[k].next)
		if (m->nodes[k].cat == C_NOISE)
			return;
	n = numbers_at(&m->c, i, found);
	for (k = 0; k < n; k++) {
		sem_clear(&s);
		s.num = found[k].num;
		s.n = found[k].n;
		s.d = found[k].digits;
		s.flags = found[k].flags;
		node_add(m, found[k].cat, i, found[k].to, &s, NULL);
	}
}

/* The rules of one state are complete: they cover match->from to pos. */
static void
complete(struct chart_mem *m, int32_t state, int pos, struct match *match)
{
	const struct rule *rule;
	struct sem s;
	int32_t x;
	int i;

	match->to = pos;
	for (x = m->g->rules.endings_at[state]; x != 0;
	    x = m->g->rules.endings[x].next) {
		rule = m->g->rules.endings[x].rule;
		sem_clear(&s);
		if (!rule->fn(&m->c, match, rule->arg, &s))
			continue;
		/* What stands on a second reading is one. */
		for (i = 0; i < match->n; i++)
			s.flags |= match->part[i]->s.flags & SEM_SECOND;
		node_add(m, rule->cat, match->from, pos, &s, rule);
	}
}

/* Node x is the next part of the rules in a state; go on after it. */
static void
extend(struct chart_mem *m, int32_t state, const struct node *x,
    struct match *match)
{
	int i, n = match->n, pos = x->to;

	if (m->steps++ > CHART_STEPS)
		return;
	state = edge_slot(&m->g->rules, state, x->cat)->to;
	if (state == 0)
		return;
	if (x->cat < C_LITERAL)
		match->part[match->n++] = x;
	if (m->g->rules.endings_at[state] != 0)
		complete(m, state, pos, match);
	if (pos < m->c.n_units)
		for (i = m->at[pos]; i != NODE_NONE; i = m->nodes[i].next)
			extend(m, state, &m->nodes[i], match);
	match->n = n;
}

/* All that starts at unit i: what is there, then what is made of it. */
static void
work(struct chart_mem *m, int i)
{
	struct match match;
	int k;

	lexical(m, i);
	number_nodes(m, i);
	/* Nodes of this unit are the last ones of the array. */
	for (k = m->at[i] == NODE_NONE ? m->c.n_nodes : 0;
	    k < m->c.n_nodes; k++) {
		if (k == 0) {
			k = m->c.n_nodes - 1;
			while (k > 0 && m->nodes[k - 1].from == i)
				k--;
		}
		/* The array may move when a node is added. */
		if (m->cap_nodes - m->c.n_nodes < CHART_AT + 1) {
			m->cap_nodes *= 2;
			m->nodes = mem_grow(m, m->nodes, struct node,
			    m->cap_nodes);
			m->c.nodes = m->nodes;
		}
		match.from = i;
		match.n = 0;
		extend(m, 0, &m->nodes[k], &match);
	}
}

void
chart_run(struct chart *c, const struct norm *t)
{
	struct chart_mem *m = (struct chart_mem *)c;
	int i;

	c->t = t;
	c->n_nodes = 0;
	c->nodes = m->nodes;
	m->steps = 0;
	cut_units(m);
	for (i = 0; i <= c->n_units; i++)
		m->at[i] = NODE_NONE;
	for (i = c->n_units - 1; i >= 0; i--)
		work(m, i);
}

int
chart_first(const struct chart *c, int i)
{
	return ((const struct chart_mem *)c)->at[i];
}
