#include "understand/intent.h"

#include "understand/pattern.h"
#include "understand/sieve.h"

#include <string.h>

struct row {
	char lang;
	int what;		/* intent or mark */
	int weight;
	const char *name, *pattern, *example;
};

#define INTENT(lang, intent, weight, name, pattern, example) \
	{ #lang[0], INTENT_##intent, weight, name, pattern, example },
static const struct row intents[] = {
#include "understand/intents.def"
};
#undef INTENT

#define MARK(lang, mark, name, pattern, example) \
	{ #lang[0], MARK_##mark, 0, name, pattern, example },
static const struct row marks[] = {
#include "understand/marks.def"
};
#undef MARK

#define REASON(lang, word, pattern, example) \
	{ #lang[0], 0, 0, word, pattern, example },
static const struct row reasons[] = {
#include "understand/reasons.def"
};
#undef REASON

#define MEANS(lang, word, pattern, example) \
	{ #lang[0], 0, 0, word, pattern, example },
static const struct row means[] = {
#include "understand/reasons.def"
};
#undef MEANS

#define PAPER(lang, word, pattern, example) \
	{ #lang[0], 0, 0, word, pattern, example },
static const struct row papers[] = {
#include "understand/reasons.def"
};
#undef PAPER

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The rows of all tables are numbered through: of the sieve, and of their
 * compiled patterns. */
enum {
	INTENT_ROWS = COUNT(intents),
	MARK_ROWS = COUNT(marks),
	REASON_ROWS = COUNT(reasons),
	MEANS_ROWS = COUNT(means),
	PAPER_ROWS = COUNT(papers),
	ROWS = INTENT_ROWS + MARK_ROWS + REASON_ROWS + MEANS_ROWS +
	    PAPER_ROWS
};

static const struct {
	const struct row *rows;
	int n;
} tables[] = {
	{ intents, INTENT_ROWS }, { marks, MARK_ROWS },
	{ reasons, REASON_ROWS }, { means, MEANS_ROWS },
	{ papers, PAPER_ROWS },
};

static struct sieve *sieve;
static struct pattern *compiled[ROWS];

void
intent_scan(const struct norm *t, struct sieved *ret_may)
{
	size_t i;
	int k;

	if (sieve == NULL) {
		sieve = sieve_new(NULL, false);
		for (i = 0; i < COUNT(tables); i++)
			for (k = 0; k < tables[i].n; k++)
				sieve_add(sieve, tables[i].rows[k].pattern);
	}
	sieve_run(sieve, t->low, t->len, ret_may);
}

static bool
speaks(const struct norm *t, char lang)
{
	return lang == '*' || (lang == 'z') == t->han || lang == 'e';
}

/* Row i of all; base: where its table begins. */
static bool
row_find(const struct row *table, int base, int i, const struct norm *t,
    const struct sieved *may, size_t from, size_t to,
    struct pattern_hit *hit)
{
	if (!sieve_may(may, base + i) || !speaks(t, table[i].lang))
		return false;
	if (compiled[base + i] == NULL)
		compiled[base + i] = pattern_new(table[i].pattern);
	return pattern_find(compiled[base + i], t->low + from, to - from,
	    hit);
}

int
intent_find(const struct norm *t, const struct sieved *may, size_t from,
    size_t to, struct intent_hit hits[INTENT_HITS])
{
	struct pattern_hit hit;
	int i, n = 0;

	for (i = 0; i < INTENT_ROWS && n < INTENT_HITS; i++) {
		if (!row_find(intents, 0, i, t, may, from, to, &hit))
			continue;
		hits[n].intent = (enum mean_intent)intents[i].what;
		hits[n].weight = intents[i].weight;
		hits[n].name = intents[i].name;
		hits[n].at = from + hit.at[0];
		hits[n++].end = from + hit.end[0];
	}
	return n;
}

bool
intent_mark(const struct norm *t, const struct sieved *may, size_t from,
    size_t to, enum mark mark)
{
	int i;

	for (i = 0; i < MARK_ROWS; i++)
		/* The words around a date are of the text's language. */
		if (marks[i].what == (int)mark &&
		    !(mark == MARK_INVOICED && t->han &&
		    marks[i].lang == 'e') &&
		    row_find(marks, INTENT_ROWS, i, t, may, from, to, NULL))
			return true;
	return false;
}

static const char *
first_name(const struct row *table, int n, int base, const struct norm *t,
    const struct sieved *may)
{
	int i;

	for (i = 0; i < n; i++)
		if (row_find(table, base, i, t, may, 0, t->len, NULL))
			return table[i].name;
	return NULL;
}

const char *
intent_reason(const struct norm *t, const struct sieved *may)
{
	return first_name(reasons, REASON_ROWS, INTENT_ROWS + MARK_ROWS, t,
	    may);
}

const char *
intent_means(const struct norm *t, const struct sieved *may)
{
	return first_name(means, MEANS_ROWS, INTENT_ROWS + MARK_ROWS +
	    REASON_ROWS, t, may);
}

size_t
intent_papers(const struct norm *t, const struct sieved *may,
    const char *words[MEAN_PAPERS])
{
	size_t k, n = 0;
	int i;

	for (i = 0; i < PAPER_ROWS; i++) {
		if (!row_find(papers, ROWS - PAPER_ROWS, i, t, may, 0, t->len,
		    NULL))
			continue;
		for (k = 0; k < n; k++)
			if (strcmp(words[k], papers[i].name) == 0)
				break;
		if (k == n && n < MEAN_PAPERS)
			words[n++] = papers[i].name;
	}
	return n;
}
