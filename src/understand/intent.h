/* intent.h - the named rules of intents.def, marks.def and reasons.def. */
#ifndef DUNLIN_UNDERSTAND_INTENT_H
#define DUNLIN_UNDERSTAND_INTENT_H

#include "understand/meaning.h"
#include "understand/normalise.h"
#include "understand/pattern.h"
#include "understand/sieve.h"

enum mark {
	MARK_PAY, MARK_WILL, MARK_PAST, MARK_NEG, MARK_COND, MARK_ASK,
	MARK_INVOICED, MARK_INVOICED_AFTER, MARK_DUE, MARK_PAYDAY,
	MARK_OTHERS, MARK_OKASK, MARK_AWAY, MARK_STOPWORD,
	MARK_FINE, MARK_PART
};

enum intent_table {
	ROW_INTENT, ROW_MARK, ROW_REASON, ROW_MEANS, ROW_PAPER, ROW_TABLES
};

/* A row of a table; what: the intent or mark. */
struct intent_row {
	enum intent_table table;
	char lang;		/* e, E, z, *: see intents.def */
	int what, weight;
	const char *name, *pattern, *example;
};

struct intent_hit {
	int row;
	enum mean_intent intent;
	int weight;
	const char *name;
	size_t at, end;		/* of the text */
};

#define INTENT_HITS 64

/* Which rows of the tables may match in t at all; the others ask for it. */
void intent_scan(const struct norm *t, struct sieved *ret_may);

/* The rules that match in text[from..to) of t, each by the first of its rows
 * that does; returns how many. */
int intent_find(const struct norm *t, const struct sieved *may, size_t from,
    size_t to, struct intent_hit hits[INTENT_HITS]);

/* One mark in text[from..to). */
bool intent_mark(const struct norm *t, const struct sieved *may, size_t from,
    size_t to, enum mark mark);

/* Words of reasons.def, or NULL. */
const char *intent_reason(const struct norm *t, const struct sieved *may);
const char *intent_means(const struct norm *t, const struct sieved *may);
/* What is asked for, each word once; returns how many. */
size_t intent_papers(const struct norm *t, const struct sieved *may,
    const char *words[MEAN_PAPERS]);

/* All rows, and one at a time, for the tests of the tables. */
const struct intent_row *intent_rows(size_t *ret_n);
/* What is compiled: parts spelled out, words bounded. */
char *intent_pattern(void *owner, const struct intent_row *row);
bool intent_row_find(int row, const struct norm *t, size_t from, size_t to,
    struct pattern_hit *ret_hit);

#endif
