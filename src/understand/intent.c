#include "understand/intent.h"

#include "understand/pattern.h"

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

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct pattern *intent_re[COUNT(intents)];
static struct pattern *mark_re[COUNT(marks)];
static struct pattern *reason_re[COUNT(reasons)];
static struct pattern *means_re[COUNT(means)];

static bool
speaks(const struct norm *t, char lang)
{
	return lang == '*' || (lang == 'z') == t->han || lang == 'e';
}

static bool
row_find(const struct row *row, struct pattern **re, const struct norm *t,
    size_t from, size_t to, struct pattern_hit *hit)
{
	if (!speaks(t, row->lang))
		return false;
	if (*re == NULL)
		*re = pattern_new(row->pattern);
	return pattern_find(*re, t->low + from, to - from, hit);
}

int
intent_find(const struct norm *t, size_t from, size_t to,
    struct intent_hit hits[INTENT_HITS])
{
	struct pattern_hit hit;
	size_t i;
	int n = 0;

	for (i = 0; i < COUNT(intents) && n < INTENT_HITS; i++) {
		if (!row_find(&intents[i], &intent_re[i], t, from, to, &hit))
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
intent_mark(const struct norm *t, size_t from, size_t to, enum mark mark)
{
	size_t i;

	for (i = 0; i < COUNT(marks); i++)
		/* The words around a date are of the text's language. */
		if (marks[i].what == (int)mark &&
		    !(mark == MARK_INVOICED && t->han &&
		    marks[i].lang == 'e') &&
		    row_find(&marks[i], &mark_re[i], t, from, to, NULL))
			return true;
	return false;
}

const char *
intent_reason(const struct norm *t)
{
	size_t i;

	for (i = 0; i < COUNT(reasons); i++)
		if (row_find(&reasons[i], &reason_re[i], t, 0, t->len, NULL))
			return reasons[i].name;
	return NULL;
}

const char *
intent_means(const struct norm *t)
{
	size_t i;

	for (i = 0; i < COUNT(means); i++)
		if (row_find(&means[i], &means_re[i], t, 0, t->len, NULL))
			return means[i].name;
	return NULL;
}
