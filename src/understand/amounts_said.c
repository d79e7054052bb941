/* Numbers that are sums although no currency is said: "we paid 4111",
 * 先付5000, 2,310.00. */
#include "understand/amounts.h"
#include "understand/dates_parts.h"
#include "understand/numbers.h"

#include <string.h>

#define LEAST 32		/* smaller numbers are days and counts */

static const char *const before[] = {
#define BEFORE_SUM(words, example) words,
#include "understand/amounts.def"
#undef BEFORE_SUM
};

static const char *const between[] = {
#define BEFORE_SUM_TOO(words, example) words,
#include "understand/amounts.def"
#undef BEFORE_SUM_TOO
};

static const char *const after[] = {
#define AFTER_SUM(words, example) words,
#include "understand/amounts.def"
#undef AFTER_SUM
};

static bool
is_one(const struct chart *c, int i, const char *const *rows, size_t n)
{
	size_t k;

	for (k = 0; k < n && i >= 0 && i < c->n_units; k++)
		if (unit_is(c, i, rows[k]))
			return true;
	return false;
}

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The text ends, a sign follows that ends a clause, or a word that no thing
 * is counted with. */
static bool
nothing_counted(const struct chart *c, int to)
{
	const struct unit *u;
	char sign;

	if (to >= c->n_units)
		return true;
	u = &c->unit[to];
	if (u->kind != '.')
		return is_one(c, to, after, COUNT(after));
	sign = c->t->low[u->at];
	if (strchr("%-/:@#&*_", sign) != NULL)
		return false;
	/* A stop or comma that is part of a number. */
	return !(strchr(".,'", sign) != NULL && to + 1 < c->n_units &&
	    !c->unit[to + 1].space && c->unit[to + 1].kind == '0');
}

static bool
word_before(const struct chart *c, int from)
{
	int i = from - 1, k;

	for (k = 0; k < 3 && is_one(c, i, between, COUNT(between)); k++)
		i--;
	return is_one(c, i, before, COUNT(before));
}

/* 1,980 and 80.00 are written as sums are; an exact number of two decimals,
 * or with its thousands set apart. */
static bool
written_as_sum(const struct chart *c, const struct match *m)
{
	const char *s = c->t->low + c->unit[m->from].at;
	size_t n = c->unit[m->to - 1].end - c->unit[m->from].at, i;
	bool grouped = false;

	/* Two decimals, a dot before them and none else. */
	for (i = 0; i + 3 < n; i++)
		grouped = grouped || (s[i] == ',' && s[i + 1] >= '0' &&
		    s[i + 1] <= '9');
	return grouped || (n > 4 && s[n - 3] == '.' && n >= 5 &&
	    strchr(s, '.') == s + n - 3);
}

bool
amount_said(const struct chart *c, const struct match *m)
{
	const struct sem *num = part_of(m, C_NUM, 0);
	uint8_t kind = c->unit[m->from].kind;
	size_t n = c->unit[m->to - 1].end - c->unit[m->from].at;

	if ((num->num < LEAST * NUMBER_ONE && !written_as_sum(c, m)) ||
	    !bounded(c, m) || !nothing_counted(c, m->to) || (m->from > 0 &&
	    !c->unit[m->from].space && c->unit[m->from - 1].kind == 'a'))
		return false;
	/* Longer numbers without a sign are names of something. */
	if (m->to - m->from == 1 && kind == '0' && n > 7)
		return false;
	if (kind != '0')	/* in words: 一千零五十, "ten thousand" */
		return num->num >= 100 * NUMBER_ONE && m->to - m->from > 1;
	if (word_before(c, m->from) || (num->num >= LEAST * NUMBER_ONE &&
	    written_as_sum(c, m)))
		return true;
	if (num->num % NUMBER_ONE != 0)
		return false;
	/* "500 on the 15th, 500 on the 30th", "100 now and 50 a week". */
	if (unit_is(c, m->from - 1, " and & then now "))
		return is_one(c, m->to, after, 2);
	return (m->from == 0 || c->unit[m->from - 1].kind == '.') &&
	    is_one(c, m->to, after, 1);
}
