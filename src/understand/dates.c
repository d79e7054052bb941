#include "understand/dates.h"

#include "core/date.h"
#include "understand/dates_ops.h"
#include "understand/holidays.h"

#include <stdlib.h>
#include <string.h>

#define WORD(cat, value, words) { C_##cat, value, words },
static const struct word_row words[] = {
#include "understand/words_en.def"
#include "understand/words_zh.def"
};
#undef WORD

#define R(cat, fn, arg, pattern, example) \
	{ C_##cat, op_##fn, arg, pattern, example },
static const struct rule rules[] = {
#include "understand/dates_en.def"
#include "understand/dates_zh.def"
};
#undef R

void
dates_grammar(struct grammar *g)
{
	grammar_words(g, words, sizeof(words) / sizeof(words[0]));
	holidays_grammar(g);
	grammar_rules(g, rules, sizeof(rules) / sizeof(rules[0]));
}

struct candidate {
	const struct node *node;
	size_t len;
};

static bool
open_end(const struct node *x)
{
	return x->s.from == DATE_NONE || x->s.to == DATE_NONE;
}

static int32_t
width(const struct node *x)
{
	return open_end(x) ? 0 : x->s.to - x->s.from;
}

static int
by_length(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->len != y->len)
		return x->len > y->len ? -1 : 1;
	if (x->node->from != y->node->from)
		return x->node->from < y->node->from ? -1 : 1;
	if ((x->node->s.flags ^ y->node->s.flags) & SEM_SECOND)
		return x->node->s.flags & SEM_SECOND ? 1 : -1;
	if (open_end(x->node) != open_end(y->node))
		return open_end(x->node) ? 1 : -1;
	if (x->node->s.grain != y->node->s.grain)
		return x->node->s.grain < y->node->s.grain ? -1 : 1;
	if (width(x->node) != width(y->node))
		return width(x->node) < width(y->node) ? -1 : 1;
	return x->node < y->node ? -1 : 1;
}

static int
by_place(const void *a, const void *b)
{
	const struct date_found *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (int)x->is_second - (int)y->is_second;
}

static void
fill(const struct chart *c, const struct node *x, struct date_found *f)
{
	f->from = x->s.from;
	f->to = x->s.to;
	f->old_from = x->s.old_from;
	f->old_to = x->s.old_to;
	f->at = c->unit[x->from].at;
	f->end = c->unit[x->to - 1].end;
	f->flags = x->s.flags;
	f->grain = x->s.grain;
	f->second = -1;
	f->is_second = false;
}

/* Longest words first; what overlaps a better one is dropped, except the
 * second honest reading of the same words. */
int
dates_find(const struct chart *c, struct date_found found[DATES_MAX])
{
	struct candidate *cand;
	const struct node *x;
	struct date_found f;
	int i, k, n = 0, n_cand = 0;
	bool drop;

	for (i = 0; i < c->n_nodes; i++)
		n_cand += c->nodes[i].cat == C_DATE;
	if (n_cand == 0)
		return 0;
	cand = calloc((size_t)n_cand, sizeof(*cand));
	if (cand == NULL)
		abort();
	for (i = 0, n_cand = 0; i < c->n_nodes; i++) {
		x = &c->nodes[i];
		if (x->cat != C_DATE)
			continue;
		cand[n_cand].node = x;
		cand[n_cand++].len = c->unit[x->to - 1].end -
		    c->unit[x->from].at;
	}
	qsort(cand, (size_t)n_cand, sizeof(*cand), by_length);
	for (i = 0; i < n_cand && n < DATES_MAX; i++) {
		fill(c, cand[i].node, &f);
		drop = false;
		for (k = 0; k < n && !drop; k++) {
			if (f.end <= found[k].at || f.at >= found[k].end)
				continue;
			drop = true;
			if (f.at == found[k].at && f.end == found[k].end &&
			    (f.flags & SEM_SECOND) && !found[k].is_second &&
			    (f.from != found[k].from || f.to != found[k].to))
				drop = false;
		}
		if (drop)
			continue;
		f.is_second = (f.flags & SEM_SECOND) != 0;
		found[n++] = f;
	}
	free(cand);
	qsort(found, (size_t)n, sizeof(*found), by_place);
	return n;
}
