#include "understand/chart_parts.h"

#include "base/mem.h"
#include "understand/numbers.h"

#include <string.h>

#define CHART_UNITS 24000
#define CHART_NODES 60000
#define CHART_AT 160		/* nodes that start at one unit */
#define CHART_REACH 40		/* units in one node */
#define CHART_STEPS 3000000
#define NODE_NONE (-1)

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
		k = grammar_unit(t->low + i, t->len - i, &u->kind);
		u->at = (uint32_t)i;
		u->end = (uint32_t)(i + k);
		u->space = space;
		u->sym = grammar_sym(m->g, t->low + i, k);
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
		e = grammar_edge(g, state, m->units[k].sym);
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
	state = grammar_edge(&m->g->rules, state, x->cat)->to;
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
