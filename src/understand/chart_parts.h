/* chart_parts.h - the grammar as grammar.c builds it and chart.c uses it. */
#ifndef DUNLIN_UNDERSTAND_CHART_PARTS_H
#define DUNLIN_UNDERSTAND_CHART_PARTS_H

#include "understand/chart.h"

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

/* The number of a word, 0: not one of the tables. */
int32_t grammar_sym(const struct grammar *g, const char *s, size_t n);
/* The edge from a state, or the free slot for it (to 0). */
struct edge *grammar_edge(const struct trie *t, int32_t from, int32_t sym);
/* Cut one unit from s[0..n): its kind, and how many bytes. */
size_t grammar_unit(const char *s, size_t n, uint8_t *ret_kind);

#endif
