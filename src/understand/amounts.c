#include "understand/amounts.h"

#include "understand/numbers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
better(const struct node *a, const struct node *b)
{
	if (a->to - a->from != b->to - b->from)
		return a->to - a->from > b->to - b->from;
	return a->cat == C_AMT && a->s.cur[0] != '\0' &&
	    b->s.cur[0] == '\0';
}

static void
fill(const struct chart *c, const struct node *x, struct amount_found *f)
{
	memset(f, 0, sizeof(*f));
	f->num = x->s.num;
	memcpy(f->cur, x->s.cur, sizeof(f->cur));
	f->at = c->unit[x->from].at;
	f->end = c->unit[x->to - 1].end;
	f->part = (x->s.flags & SEM_PART) != 0;
	f->rest = (x->s.flags & SEM_REST) != 0;
}

/* From left to right, the longest sum at each place. */
int
amounts_find(const struct chart *c, struct amount_found found[AMOUNTS_MAX])
{
	const struct node *best;
	int i, k, n = 0;

	for (i = 0; i < c->n_units && n < AMOUNTS_MAX; i++) {
		best = NULL;
		for (k = chart_first(c, i); k >= 0; k = c->nodes[k].next)
			if (c->nodes[k].cat == C_AMT &&
			    (best == NULL || better(&c->nodes[k], best)))
				best = &c->nodes[k];
		if (best == NULL)
			continue;
		fill(c, best, &found[n++]);
		i = best->to - 1;
	}
	return n;
}

char *
amount_text(int64_t num, char buf[AMOUNT_TEXT_MAX])
{
	int n;

	n = snprintf(buf, AMOUNT_TEXT_MAX, "%lld.%04lld",
	    (long long)(num / NUMBER_ONE), (long long)(num % NUMBER_ONE));
	while (n > 0 && buf[n - 1] == '0')
		buf[--n] = '\0';
	if (n > 0 && buf[n - 1] == '.')
		buf[--n] = '\0';
	return buf;
}
