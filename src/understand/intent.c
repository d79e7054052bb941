#include "understand/intent.h"

#include "base/mem.h"
#include "base/text.h"
#include "understand/pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct intent_row rows[] = {
#define INTENT(lang, intent, weight, name, pattern, example) \
	{ ROW_INTENT, #lang[0], INTENT_##intent, weight, name, pattern, \
	    example },
#include "understand/intents.def"
#undef INTENT
#define MARK(lang, mark, name, pattern, example) \
	{ ROW_MARK, #lang[0], MARK_##mark, 0, name, pattern, example },
#include "understand/marks.def"
#undef MARK
#define REASON(lang, word, pattern, example) \
	{ ROW_REASON, #lang[0], 0, 0, word, pattern, example },
#include "understand/reasons.def"
#undef REASON
#define MEANS(lang, word, pattern, example) \
	{ ROW_MEANS, #lang[0], 0, 0, word, pattern, example },
#include "understand/reasons.def"
#undef MEANS
#define PAPER(lang, word, pattern, example) \
	{ ROW_PAPER, #lang[0], 0, 0, word, pattern, example },
#include "understand/reasons.def"
#undef PAPER
};

static const struct { const char *name, *words; } parts[] = {
#define PART(name, words) { #name, words },
#include "understand/parts.def"
#undef PART
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum {
	ROWS = COUNT(rows),
	MARKS = MARK_PART + 1,
	RANGES = 64
};

/* Rows from..to of one table, or of one mark in one language. */
struct range {
	int from, to;
};

static struct sieve *sieve;
static struct pattern *compiled[ROWS];
static int16_t rule_end[ROWS];	/* where the rows of its rule end */
static struct range table[ROW_TABLES];
static struct range mark_range[MARKS][RANGES];
static int mark_ranges[MARKS];

const struct intent_row *
intent_rows(size_t *ret_n)
{
	*ret_n = ROWS;
	return rows;
}

static void
add_part(struct text *out, const char *name, size_t n)
{
	const char *sep = "(?:";
	size_t i;

	for (i = 0; i < COUNT(parts); i++) {
		if (strlen(parts[i].name) != n ||
		    memcmp(parts[i].name, name, n) != 0)
			continue;
		text_add(out, sep);
		text_add(out, parts[i].words);
		sep = "|";
	}
	if (sep[0] != '|') {
		fprintf(stderr, "understand: no part '%.40s'\n", name);
		abort();
	}
	text_addc(out, ')');
}

char *
intent_pattern(void *owner, const struct intent_row *row)
{
	struct text *out = text_new(owner);
	const char *p, *e;
	char *all;

	text_add(out, row->lang == 'e' ? "\\b(?:" : "");
	for (p = row->pattern; *p != '\0'; p = e) {
		e = p + 1;
		if (*p != '{' || *e < 'a' || *e > 'z') {
			text_addc(out, *p);
			continue;
		}
		e += strcspn(e, "}");
		add_part(out, p + 1, (size_t)(e - p - 1));
		e++;
	}
	text_add(out, row->lang == 'e' ? ")\\b" : "");
	all = mem_str(owner, text_str(out));
	text_free(out);
	return all;
}

/* A rule are the rows of one name that follow each other. */
static bool
same_rule(const struct intent_row *a, const struct intent_row *b)
{
	return a->table == b->table && a->what == b->what &&
	    a->weight == b->weight && (a->lang == 'z') == (b->lang == 'z') &&
	    strcmp(a->name, b->name) == 0;
}

static void
set_up(void)
{
	void *tmp = talloc_new(NULL);
	struct range *r;
	int i, end;

	sieve = sieve_new(NULL, false);
	for (i = 0; i < ROWS; i++)
		sieve_add(sieve, intent_pattern(tmp, &rows[i]));
	for (i = 0; i < ROWS; i = end) {
		for (end = i + 1; end < ROWS && same_rule(&rows[i],
		    &rows[end]); end++)
			;
		if (rows[i].table == ROW_MARK) {
			if (mark_ranges[rows[i].what] == RANGES)
				abort();
			r = &mark_range[rows[i].what][
			    mark_ranges[rows[i].what]++];
			r->from = i;
			r->to = end;
		}
		r = &table[rows[i].table];
		if (r->to == 0)
			r->from = i;
		r->to = end;
		for (; i < end; i++)
			rule_end[i] = (int16_t)end;
	}
	talloc_free(tmp);
}

void
intent_scan(const struct norm *t, struct sieved *ret_may)
{
	if (sieve == NULL)
		set_up();
	sieve_run(sieve, t->low, t->len, ret_may);
}

static bool
speaks(const struct norm *t, char lang)
{
	return lang != 'z' || t->han;
}

bool
intent_row_find(int i, const struct norm *t, size_t from, size_t to,
    struct pattern_hit *ret_hit)
{
	char *p;

	if (!speaks(t, rows[i].lang))
		return false;
	if (compiled[i] == NULL) {
		p = intent_pattern(NULL, &rows[i]);
		compiled[i] = pattern_new(p);
		talloc_free(p);
	}
	return pattern_find(compiled[i], t->low + from, to - from, ret_hit);
}

/* The first row of from..to that matches, or to. */
static int
first_row(int from, int to, const struct norm *t, const struct sieved *may,
    size_t at, size_t end, struct pattern_hit *ret_hit)
{
	int i;

	for (i = sieve_next(may, from, to); i < to;
	    i = sieve_next(may, i + 1, to))
		if (intent_row_find(i, t, at, end, ret_hit))
			return i;
	return to;
}

int
intent_find(const struct norm *t, const struct sieved *may, size_t from,
    size_t to, struct intent_hit hits[INTENT_HITS])
{
	const struct range *r = &table[ROW_INTENT];
	struct pattern_hit hit;
	int i, n = 0;

	for (i = first_row(r->from, r->to, t, may, from, to, &hit);
	    i < r->to && n < INTENT_HITS;
	    i = first_row(rule_end[i], r->to, t, may, from, to, &hit)) {
		hits[n].row = i;
		hits[n].intent = (enum mean_intent)rows[i].what;
		hits[n].weight = rows[i].weight;
		hits[n].name = rows[i].name;
		hits[n].at = from + hit.at[0];
		hits[n++].end = from + hit.end[0];
	}
	return n;
}

bool
intent_mark(const struct norm *t, const struct sieved *may, size_t from,
    size_t to, enum mark mark)
{
	const struct range *r = mark_range[mark];
	int i;

	for (i = 0; i < mark_ranges[mark]; i++, r++)
		/* The words around a date are of the text's language. */
		if (!(mark == MARK_INVOICED && t->han &&
		    rows[r->from].lang != 'z') &&
		    first_row(r->from, r->to, t, may, from, to, NULL) < r->to)
			return true;
	return false;
}

static const char *
first_name(enum intent_table which, const struct norm *t,
    const struct sieved *may)
{
	const struct range *r = &table[which];
	int i = first_row(r->from, r->to, t, may, 0, t->len, NULL);

	return i < r->to ? rows[i].name : NULL;
}

const char *
intent_reason(const struct norm *t, const struct sieved *may)
{
	return first_name(ROW_REASON, t, may);
}

const char *
intent_means(const struct norm *t, const struct sieved *may)
{
	return first_name(ROW_MEANS, t, may);
}

size_t
intent_papers(const struct norm *t, const struct sieved *may,
    const char *words[MEAN_PAPERS])
{
	const struct range *r = &table[ROW_PAPER];
	size_t k, n = 0;
	int i;

	for (i = first_row(r->from, r->to, t, may, 0, t->len, NULL);
	    i < r->to; i = first_row(rule_end[i], r->to, t, may, 0, t->len,
	    NULL)) {
		for (k = 0; k < n; k++)
			if (strcmp(words[k], rows[i].name) == 0)
				break;
		if (k == n && n < MEAN_PAPERS)
			words[n++] = rows[i].name;
	}
	return n;
}
