/* chart.h - a small bottom-up parser whose grammar is tables.
 *
 * A text is cut into units (a word, a run of digits, one Chinese character,
 * one sign).  Words of the tables give nodes of a category with a value; a
 * rule "{rel} {wd}" makes a node of its own category out of neighbours and
 * lets its function work out the value, or refuse.  Positions are worked
 * from right to left, so every rule sees all that may follow its first part;
 * the work per text is bounded (CHART_STEPS).
 *
 * Patterns: words, {category}, [may be left out], (this|or that).  Spaces
 * between the parts do not matter. */
#ifndef DUNLIN_UNDERSTAND_CHART_H
#define DUNLIN_UNDERSTAND_CHART_H

#include "understand/normalise.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CAT(name, word) C_##name,
enum cat {
	C_NONE,
#include "understand/cats.def"
	C_LITERAL		/* from here on: one per literal word */
};
#undef CAT

enum grain { G_DAY, G_WEEK, G_MONTH, G_QUARTER, G_HALF, G_YEAR, G_OTHER };

enum sem_flag {
	SEM_VAGUE = 1,		/* loose: "in a couple of days" */
	SEM_NOYEAR = 2,		/* the year was not said: old is the other */
	SEM_PAST = 4,		/* lies behind by its own words: "ago" */
	SEM_SECOND = 8,		/* the less likely of two honest readings */
	SEM_LATENT = 16,	/* counts only where something else helps */
	SEM_PART = 32,		/* an amount that is a share: num/10000 */
	SEM_REST = 64,		/* an amount that is all the rest */
	SEM_HAVE_SCALE = 128	/* an amount that has its thousand or 万 */
};

/* What a node means; which fields count depends on the category. */
struct sem {
	int64_t num;		/* number or amount, times 10,000 */
	int32_t from, to;	/* days; DATE_NONE: open end */
	int32_t old_from, old_to;	/* the reading that lies behind */
	int32_t n;		/* small whole number, offset, weekday */
	int16_t y, m, d;	/* parts of a date; 0: not said */
	int16_t unit;		/* enum grain, or day counts */
	uint8_t grain, flags;
	char cur[4];
};

struct unit {
	uint32_t at, end;	/* bytes of the normalised text */
	int32_t sym;		/* known word, or 0 */
	uint8_t kind;		/* 'a' word, '0' digits, 'h' Han, '.' sign */
	bool space;		/* white space before it */
};

struct rule;
struct chart;

struct node {
	int32_t cat, from, to;	/* units [from, to) */
	int32_t next;		/* another node that starts here */
	const struct rule *rule;
	struct sem s;
};

#define RULE_PARTS 10

struct match {
	int from, to;
	int n;			/* parts that are {categories} */
	const struct node *part[RULE_PARTS];
};

typedef bool rule_fn(const struct chart *c, const struct match *m, int arg,
    struct sem *ret);

struct rule {
	int cat;
	rule_fn *fn;
	int arg;
	const char *pattern, *example;
};

struct word_row {
	int cat, value;
	const char *words;	/* separated by "|" */
};

struct grammar;
struct grammar *grammar_new(void *owner);
void grammar_words(struct grammar *g, const struct word_row *rows, size_t n);
void grammar_rules(struct grammar *g, const struct rule *rules, size_t n);

/* What the functions of the rules may want to know. */
struct chart {
	const struct norm *t;
	const struct unit *unit;
	int n_units;
	const struct node *nodes;
	int n_nodes;
	/* The setting of the text. */
	int32_t ref;		/* the day it was written */
	bool day_first;		/* 3/4 is 3 April */
	bool zh;		/* the writer's language is Chinese */
	char cur[4];		/* the currency where none is said */
	const char *country;
};

struct chart *chart_new(void *owner, const struct grammar *g);
/* Parse; the chart keeps its memory for the next text. */
void chart_run(struct chart *c, const struct norm *t);
/* The nodes that start at unit i, by the index of the first (-1: none). */
int chart_first(const struct chart *c, int i);

#endif
