#include "understand/dates_parts.h"

#include "core/date.h"
#include "policy/calendar.h"

#include <stdlib.h>
#include <string.h>

const struct sem *
part_of(const struct match *m, int cat, int k)
{
	int i;

	for (i = 0; i < m->n; i++)
		if (m->part[i]->cat == cat && k-- == 0)
			return &m->part[i]->s;
	return NULL;
}

/* The k-th part that is a date of any size. */
const struct sem *
date_part(const struct match *m, int k)
{
	int i;

	for (i = 0; i < m->n; i++)
		if ((m->part[i]->cat == C_DAY || m->part[i]->cat == C_SPAN) &&
		    k-- == 0)
			return &m->part[i]->s;
	return NULL;
}

bool
day_ok(int32_t day)
{
	return day >= DATE_MIN && day <= DATE_MAX;
}

bool
give_span(struct sem *ret, int32_t from, int32_t to, int grain)
{
	if (!day_ok(from) || !day_ok(to) || from > to)
		return false;
	ret->from = from;
	ret->to = to;
	ret->grain = (uint8_t)grain;
	return true;
}

bool
give_day(struct sem *ret, int32_t day)
{
	return give_span(ret, day, day, G_DAY);
}

int
year_of(int32_t day)
{
	int y, m, d;

	date_split(day, &y, &m, &d);
	return y;
}

bool
give_month(struct sem *ret, int y, int m)
{
	if (y < 1901 || y > 2199 || m < 1 || m > 12)
		return false;
	ret->m = (int16_t)m;
	return give_span(ret, date_make(y, m, 1),
	    date_make(y, m, date_month_len(y, m)), G_MONTH);
}

int32_t
monday_of(int32_t day)
{
	return day - (int)date_weekday(day);
}

bool
give_months(struct sem *ret, int32_t first, int n, int grain)
{
	return give_span(ret, first, date_add_months(first, n) - 1, grain);
}

bool
span_of(const struct chart *c, int unit, int rel, int32_t day,
    struct sem *ret)
{
	int32_t week = monday_of(day);
	int y, m, d;

	date_split(day, &y, &m, &d);
	switch (unit) {
	case U_DAY:
		return give_day(ret, day + rel);
	case U_WEEK:
		return give_span(ret, week + 7 * rel, week + 7 * rel + 6, G_WEEK);
	case U_WORKWEEK:
		return give_span(ret, week + 7 * rel, week + 7 * rel + 4, G_WEEK);
	case U_WEEKEND:
		return give_span(ret, week + 7 * rel + 5, week + 7 * rel + 6,
		    G_OTHER);
	case U_FORTNIGHT:
		return give_span(ret, rel < 0 ? day - 14 : day + 1,
		    rel < 0 ? day - 1 : day + 14, G_OTHER);
	case U_MONTH:
		return give_months(ret, date_add_months(date_make(y, m, 1),
		    rel), 1, G_MONTH);
	case U_QUARTER:
		return give_months(ret, date_add_months(date_make(y,
		    (m - 1) / 3 * 3 + 1, 1), 3 * rel), 3, G_QUARTER);
	case U_HALFYEAR:
		return give_months(ret, date_add_months(date_make(y,
		    m > 6 ? 7 : 1, 1), 6 * rel), 6, G_HALF);
	case U_YEAR:
		return y + rel > 1900 && y + rel < 2200 && give_span(ret,
		    date_make(y + rel, 1, 1), date_make(y + rel, 12, 31),
		    G_YEAR);
	default:
		return false;
	}
}

/* The words around a match, for rules that may not cut something. */
static bool
touches(const struct chart *c, int i, const char *signs)
{
	char b;

	if (i < 0 || i >= c->n_units)
		return false;
	b = c->t->low[c->unit[i].at];
	return c->unit[i].kind == '0' || (c->unit[i].kind == '.' &&
	    strchr(signs, b) != NULL && b != '\0');
}

/* 5/1-5/7: the hyphen between two dates with slashes is no part of them. */
static bool
slashed(const struct chart *c, const struct match *m)
{
	int i;

	for (i = m->from; i < m->to; i++)
		if (c->t->low[c->unit[i].at] == '/')
			return true;
	return false;
}

/* No digits or joined signs run on at either end of the match. */
bool
bounded(const struct chart *c, const struct match *m)
{
	if (m->from > 0 && !c->unit[m->from].space &&
	    c->unit[m->from].kind != 'h') {
		if (touches(c, m->from - 1, "/$*"))
			return false;
		if (touches(c, m->from - 1, slashed(c, m) ? ".:" : "-.:") &&
		    m->from > 1 &&
		    !c->unit[m->from - 1].space &&
		    c->unit[m->from - 2].kind == '0')
			return false;
	}
	if (m->to < c->n_units && !c->unit[m->to].space &&
	    c->unit[m->to - 1].kind != 'h') {
		if (touches(c, m->to, "/%"))
			return false;
		if (touches(c, m->to, slashed(c, m) ? ".:" : "-.:,") &&
		    m->to + 1 < c->n_units &&
		    !c->unit[m->to + 1].space &&
		    c->unit[m->to + 1].kind == '0')
			return false;
	}
	return true;
}

/* A word follows that makes "the 3rd" something else than a day. */
bool
runs_on(const struct chart *c, const struct match *m)
{
	static const char *const may[] = { "and", "or", "if", "for", "when",
	    "but", "so", "as", "is", "at", "then", "to", "ok", "okay",
	    "please", "i", "we", "will", "of", "thanks", "thank", "because",
	    "once", "after", "before", "with", "in", "by", "via", "without",
	    "it", "you", "our", "this", "next", "which", "that", "half",
	    "instead", "latest", "through", "from", "on", "the", "rest",
	    "balance", "unless", "provided", "until", "should", "would",
	    "does", "works", "was", "has", "through", "till", "times", "n",
	    "pls", "plz", "max", "tops", "i'm", "i'll", "we'll", "we're",
	    "we've", "i've", "it's", "that's", "he's", "she's", "they",
	    "hopefully", "guaranteed", "sorry", "sir", "mate", "thx",
	    "cheers", "maybe", "unfortunately", "not", "are", "can",
	    "regards", "subject", "given", "while", "where", "my" };
	const struct unit *u;
	size_t i, n;

	if (m->to >= c->n_units)
		return false;
	u = &c->unit[m->to];
	if (u->kind == '0')
		return true;
	if (u->kind == '.' && (c->t->low[u->at] == '%'))
		return true;
	if (u->kind != 'a')
		return false;
	n = u->end - u->at;
	for (i = 0; i < sizeof(may) / sizeof(may[0]); i++)
		if (strlen(may[i]) == n &&
		    memcmp(may[i], c->t->low + u->at, n) == 0)
			return false;
	return true;
}

bool
unit_is(const struct chart *c, int i, const char *words)
{
	char word[16];
	size_t n;

	if (i < 0 || i >= c->n_units)
		return false;
	n = c->unit[i].end - c->unit[i].at;
	if (n + 3 > sizeof(word))
		return false;
	word[0] = word[n + 1] = ' ';
	memcpy(word + 1, c->t->low + c->unit[i].at, n);
	word[n + 2] = '\0';
	return strstr(words, word) != NULL;
}

bool
is_glued(const struct chart *c, int i)
{
	return unit_is(c, i, " 下 ") && !c->unit[i].space &&
	    unit_is(c, i - 1, " 剩 余 以 之 旗 名 手 私 底 乡 ") &&
	    !unit_is(c, i - 2, " 剩 其 ");	/* 剩余下月 */
}

const struct calendar *
calendar(const struct chart *c)
{
	return calendar_for(c->country != NULL ? c->country :
	    c->zh ? "CN" : "GB");
}
