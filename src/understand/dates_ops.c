#include "understand/dates_ops.h"

#include "core/date.h"
#include "policy/calendar.h"
#include "understand/holidays.h"

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
static const struct sem *
date_of(const struct match *m, int k)
{
	int i;

	for (i = 0; i < m->n; i++)
		if ((m->part[i]->cat == C_DAY || m->part[i]->cat == C_SPAN) &&
		    k-- == 0)
			return &m->part[i]->s;
	return NULL;
}

static bool
day_ok(int32_t day)
{
	return day >= DATE_MIN && day <= DATE_MAX;
}

static bool
give(struct sem *ret, int32_t from, int32_t to, int grain)
{
	if (!day_ok(from) || !day_ok(to) || from > to)
		return false;
	ret->from = from;
	ret->to = to;
	ret->grain = (uint8_t)grain;
	return true;
}

static bool
give_day(struct sem *ret, int32_t day)
{
	return give(ret, day, day, G_DAY);
}

static int
year_of(int32_t day)
{
	int y, m, d;

	date_split(day, &y, &m, &d);
	return y;
}

static bool
give_month(struct sem *ret, int y, int m)
{
	if (y < 1901 || y > 2199 || m < 1 || m > 12)
		return false;
	ret->m = (int16_t)m;
	return give(ret, date_make(y, m, 1),
	    date_make(y, m, date_month_len(y, m)), G_MONTH);
}

static int32_t
monday_of(int32_t day)
{
	return day - (int)date_weekday(day);
}

static bool
give_months(struct sem *ret, int32_t first, int n, int grain)
{
	return give(ret, first, date_add_months(first, n) - 1, grain);
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
		return give(ret, week + 7 * rel, week + 7 * rel + 6, G_WEEK);
	case U_WORKWEEK:
		return give(ret, week + 7 * rel, week + 7 * rel + 4, G_WEEK);
	case U_WEEKEND:
		return give(ret, week + 7 * rel + 5, week + 7 * rel + 6,
		    G_OTHER);
	case U_FORTNIGHT:
		return give(ret, rel < 0 ? day - 14 : day + 1,
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
		return y + rel > 1900 && y + rel < 2200 && give(ret,
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
static bool
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
static bool
runs_on(const struct chart *c, const struct match *m)
{
	static const char *const may[] = { "and", "or", "if", "for", "when",
	    "but", "so", "as", "is", "at", "then", "to", "ok", "okay",
	    "please", "i", "we", "will", "of", "thanks", "thank", "because",
	    "once", "after", "before", "with", "in", "by", "via", "without",
	    "it", "you", "our", "this", "next", "which", "that", "half",
	    "instead", "latest", "through", "from", "on", "the", "rest",
	    "balance", "unless", "provided", "until", "should", "would",
	    "does", "works", "was", "has", "through", "till", "times" };
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
op_same(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *s = date_of(m, 0);

	if (s == NULL)
		return false;
	*ret = *s;
	ret->flags |= (uint8_t)arg;
	return true;
}

bool
op_relday(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	return give_day(ret, c->ref + part_of(m, C_RELDAY, 0)->n);
}

bool
op_relday_off(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	return give_day(ret, c->ref + arg);
}

/* A weekday without more lies ahead; said on that day it is next week's. */
static void
weekday(const struct chart *c, int wd, struct sem *ret)
{
	int off = (wd - (int)date_weekday(c->ref) + 7) % 7;

	if (off == 0)
		off = 7;
	give_day(ret, c->ref + off);
	ret->old_from = ret->old_to = c->ref + off - 7;
	if (ret->old_from == c->ref && false)
		ret->old_from = ret->old_to -= 7;
}

bool
op_wd_alone(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct unit *u = &c->unit[m->from];
	size_t n = u->end - u->at;
	char up = c->t->text[u->at];

	/* "sat" and "sun" are words too. */
	if (u->kind == 'a' && n == 3 && c->n_units > 3 &&
	    (memcmp(c->t->low + u->at, "sat", 3) == 0 ||
	    memcmp(c->t->low + u->at, "sun", 3) == 0) &&
	    !(up >= 'A' && up <= 'Z'))
		return false;
	weekday(c, part_of(m, C_WD, 0)->n, ret);
	return true;
}

bool
op_wd_ahead(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	int wd = part_of(m, C_WD, 0)->n;

	return give_day(ret, c->ref +
	    (wd - (int)date_weekday(c->ref) + 7) % 7 + 7 * arg);
}

/* The match holds a word that ends so: coming, upcoming. */
static bool
ends_in(const struct chart *c, const struct match *m, const char *end)
{
	size_t n = strlen(end);
	int i;

	for (i = m->from; i < m->to; i++)
		if (c->unit[i].end - c->unit[i].at >= n &&
		    memcmp(c->t->low + c->unit[i].end - n, end, n) == 0)
			return true;
	return false;
}

/* "next Friday": the Friday of next week.  arg 1: the other reading. */
bool
op_wd_rel(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	int rel = part_of(m, C_REL, 0)->n, wd = part_of(m, C_WD, 0)->n;
	int32_t day = monday_of(c->ref) + 7 * rel + wd;

	/* This week's Monday said on Tuesday: the coming one, unless the
	 * clause looks back. */
	if (rel == 0 && day < c->ref) {
		ret->old_from = ret->old_to = day;
		day += 7;
	}
	/* "this coming Friday" is the one that comes. */
	if (ends_in(c, m, "coming") && arg == 0)
		day = c->ref + 1 + (wd + 6 - (int)date_weekday(c->ref)) % 7;
	if (arg == 1) {
		if (rel != 1 || day - 7 <= c->ref || c->zh)
			return false;
		day -= 7;
		ret->flags = SEM_SECOND;
	}
	if (rel < 0)
		ret->flags |= SEM_PAST;
	return give_day(ret, day);
}

bool
op_wd_rel_week(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *rel = part_of(m, C_REL, 0);
	const struct sem *unit = part_of(m, C_UNIT, 0);
	int n = rel != NULL ? rel->n : arg;

	if (unit != NULL && unit->n != U_WEEK && unit->n != U_WORKWEEK)
		return false;
	if (n < 0)
		ret->flags |= SEM_PAST;
	return give_day(ret, monday_of(c->ref) + 7 * n +
	    part_of(m, C_WD, 0)->n);
}

bool
op_wd_ago(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	int n = part_of(m, C_N, 0)->n, wd = part_of(m, C_WD, 0)->n, off;

	if (n < 1 || n > 60)
		return false;
	if (arg > 0) {
		off = (wd - (int)date_weekday(c->ref) + 7) % 7;
		return give_day(ret, c->ref + (off ? off : 7) + 7 * (n - 1));
	}
	off = ((int)date_weekday(c->ref) - wd + 7) % 7;
	ret->flags |= SEM_PAST;
	return give_day(ret, c->ref - (off ? off : 7) - 7 * (n - 1));
}

/* British "Friday week": a week after the coming Friday. */
bool
op_wd_week(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *unit = part_of(m, C_UNIT, 0);
	const struct sem *day = date_of(m, 0);

	if (unit != NULL && unit->n != U_WEEK && unit->n != U_FORTNIGHT)
		return false;
	if (day != NULL)
		return give_day(ret, day->from +
		    (unit != NULL && unit->n == U_FORTNIGHT ? 14 : 7));
	weekday(c, part_of(m, C_WD, 0)->n, ret);
	ret->old_from = ret->old_to = DATE_NONE;
	return give_day(ret, ret->from +
	    (unit != NULL && unit->n == U_FORTNIGHT ? 14 : 7));
}

/* "Tuesday the 19th": that day of the month, where the weekday fits. */
bool
op_wd_dom(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	int wd = part_of(m, C_WD, 0)->n, y, mo, d, i, dom;
	const struct sem *s = part_of(m, C_ORD, 0);

	if (s == NULL)
		s = part_of(m, C_N, 0);
	if (s == NULL)
		s = part_of(m, C_DOM, 0);
	dom = s->n;
	date_split(c->ref, &y, &mo, &d);
	if (dom < 1 || dom > 31 || !bounded(c, m) || runs_on(c, m))
		return false;
	for (i = 0; i < 24; i++) {
		if (date_is_valid(y, mo, dom) && (int)date_weekday(
		    date_make(y, mo, dom)) == wd)
			return give_day(ret, date_make(y, mo, dom));
		if (++mo > 12) {
			mo = 1;
			y++;
		}
	}
	return false;
}

/* Month and day without a year: ahead, unless the clause looks back. */
static bool
ahead(const struct chart *c, int mo, int d, struct sem *ret)
{
	int y = year_of(c->ref), i;

	ret->m = (int16_t)mo;
	ret->d = (int16_t)d;
	ret->flags |= SEM_NOYEAR;
	if (date_is_valid(y, mo, d) && date_make(y, mo, d) < c->ref)
		ret->old_from = ret->old_to = date_make(y, mo, d);
	else if (date_is_valid(y - 1, mo, d))
		ret->old_from = ret->old_to = date_make(y - 1, mo, d);
	for (i = y; i < y + 2; i++)
		if (date_is_valid(i, mo, d) &&
		    date_make(i, mo, d) >= c->ref)
			return give_day(ret, date_make(i, mo, d));
	return false;
}

bool
op_wd_md(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *wd = part_of(m, C_WD, 0), *day = date_of(m, 0);
	int y = year_of(c->ref), i;
	static const int order[] = { 0, 1, -1, 2 };

	if (day == NULL || day->grain != G_DAY ||
	    (day->m == 0 && day->d > 0))
		return false;
	if (!(day->flags & SEM_NOYEAR)) {
		/* A full date outranks a wrong weekday; "today" does not. */
		*ret = *day;
		return day->m != 0 ||
		    (int)date_weekday(day->from) == wd->n;
	}
	for (i = 0; i < 4; i++)
		if (date_is_valid(y + order[i], day->m, day->d) &&
		    (int)date_weekday(date_make(y + order[i], day->m,
		    day->d)) == wd->n &&
		    (i > 0 || date_make(y, day->m, day->d) > c->ref - 60))
			return give_day(ret, date_make(y + order[i], day->m,
			    day->d));
	*ret = *day;		/* the weekday is wrong: the date counts */
	ret->flags |= SEM_VAGUE;
	return true;
}

bool
op_month(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *n = part_of(m, C_N, 0);

	if (n->n < 1 || n->n > 12 || (n->flags & SEM_VAGUE))
		return false;
	ret->n = n->n;
	return true;
}

/* A month alone is the one that runs or comes. */
static bool
month_ahead(const struct chart *c, int mo, struct sem *ret)
{
	int y, now, d;
	struct sem old = *ret;

	date_split(c->ref, &y, &now, &d);
	ret->flags |= SEM_NOYEAR;
	if (!give_month(&old, mo < now ? y : mo == now ? y : y - 1, mo) ||
	    !give_month(ret, mo < now ? y + 1 : y, mo))
		return false;
	ret->old_from = old.from;
	ret->old_to = old.to;
	return true;
}

bool
op_month_alone(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct unit *u = &c->unit[m->from];
	size_t n = u->end - u->at;
	int mo = part_of(m, C_MON, 0)->n;
	char up = c->t->text[u->at];

	/* 32 August, June 31: a number beside it makes it something else. */
	if (u->kind == 'a' && ((m->from > 0 &&
	    c->unit[m->from - 1].kind == '0') || (m->to < c->n_units &&
	    c->unit[m->to].kind == '0')))
		return false;
	if (m->from > 0 && c->t->low[c->unit[m->from - 1].at] == '$')
		return false;
	/* A short form, "may" and "march" need a sign that they are one. */
	if ((arg == 0 || m->to - m->from == 1) && u->kind == 'a' && (n < 4 || mo == 5 ||
	    (mo == 3 && !(up >= 'A' && up <= 'Z'))))
		return false;
	return month_ahead(c, mo, ret);
}

bool
op_month_year(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	if (m->from > 0 && c->unit[m->from - 1].kind == '0' && !c->zh)
		return false;
	return give_month(ret, part_of(m, C_YEAR, 0)->n,
	    part_of(m, C_MON, 0)->n);
}

/* "next June"; "June next year" (arg 1); 明年三月 with a span of a year. */
bool
op_month_rel(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *rel = part_of(m, C_REL, 0), *span = date_of(m, 0);
	int mo = part_of(m, C_MON, 0)->n, y, now, d;

	if (span != NULL)
		return span->grain == G_YEAR &&
		    give_month(ret, year_of(span->from), mo);
	date_split(c->ref, &y, &now, &d);
	if (arg == 1)
		return part_of(m, C_UNIT, 0)->n == U_YEAR &&
		    give_month(ret, y + rel->n, mo);
	if (rel->n == 0)
		return give_month(ret, y, mo);
	if (rel->n < 0)
		return give_month(ret, mo < now ? y : y - 1, mo);
	return give_month(ret, mo <= now ? y + 1 : y, mo);
}

/* 2014-10, 10/2014. */
bool
op_month_int(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *i = part_of(m, C_INT, 0);

	return i->d <= 2 && bounded(c, m) &&
	    give_month(ret, part_of(m, C_YEAR, 0)->n, i->n);
}

bool
op_md(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *n = part_of(m, C_ORD, 0);
	int mo = part_of(m, C_MON, 0)->n;
	const struct unit *next;

	if (n == NULL)
		n = part_of(m, C_N, 0);
	if (n == NULL)
		n = part_of(m, C_INT, 0);
	if (n == NULL)
		n = part_of(m, C_DOM, 0);
	if (n->n < 1 || n->n > 31 || !date_is_valid(2024, mo, n->n) ||
	    n->d > 2)
		return false;
	/* March 20th is not "March 20,000" nor "may 15 dollars". */
	if (m->to < c->n_units && arg == 0) {
		next = &c->unit[m->to];
		if (!next->space && (next->kind == '0' ||
		    c->t->low[next->at] == '%'))
			return false;
	}
	if (m->from > 0 && c->t->low[c->unit[m->from - 1].at] == '$')
		return false;
	ret->m = (int16_t)mo;
	ret->d = (int16_t)n->n;
	return true;
}

bool
op_md_day(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *md = part_of(m, C_MD, 0);

	if (m->from > 0 && c->unit[m->from - 1].kind == '0' &&
	    c->unit[m->from].kind == '0' && !c->unit[m->from].space)
		return false;
	return ahead(c, md->m, md->d, ret);
}

bool
op_mdy(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *md = part_of(m, C_MD, 0), *y, *span = date_of(m, 0);
	int year;

	y = part_of(m, C_YEAR, 0);
	if (y == NULL)
		y = part_of(m, C_INT, 0);
	if (span != NULL) {
		if (span->grain != G_YEAR)
			return false;
		year = year_of(span->from);
	} else {
		year = y->n;
		if (y->n < 100) {
			if (y->d != 2 || runs_on(c, m))
				return false;
			year += 2000;
		}
	}
	ret->m = md->m;
	ret->d = md->d;
	return bounded(c, m) && date_is_valid(year, md->m, md->d) &&
	    give_day(ret, date_make(year, md->m, md->d));
}

/* The order of the parts of a numeric date; swap: the other way round. */
static bool
numeric(const struct chart *c, const struct sem *a, const struct sem *b,
    const struct sem *y, int swap, int *ret_m, int *ret_d)
{
	bool day_first = c->day_first;

	if (y == NULL && c->zh)
		day_first = false;
	if (a->n > 12)
		day_first = true;
	else if (b->n > 12)
		day_first = false;
	else if (swap)
		day_first = !day_first;
	if (swap && (a->n > 12 || b->n > 12 || a->n == b->n))
		return false;
	*ret_d = day_first ? a->n : b->n;
	*ret_m = day_first ? b->n : a->n;
	return a->d <= 2 && b->d <= 2;
}

bool
op_numeric(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *p[3];
	int i, y, mo, d, now = year_of(c->ref);

	for (i = 0; i < 3; i++)
		p[i] = &m->part[i]->s;
	if (!bounded(c, m))
		return false;
	if (p[0]->d == 4) {
		if (arg || p[1]->d > 2 || p[2]->d > 2)
			return false;
		y = p[0]->n;
		mo = p[1]->n;
		d = p[2]->n;
	} else if (c->zh && p[0]->d == 2 && p[2]->d <= 2 &&
	    abs(p[0]->n + 2000 - now) <= 3 && p[1]->n <= 12 && !arg &&
	    p[2]->n <= 31 && (p[0]->n > 31 || p[2]->n + 2000 > now + 3 ||
	    p[2]->n + 2000 < now - 3)) {
		y = p[0]->n + 2000;
		mo = p[1]->n;
		d = p[2]->n;
	} else {
		if (p[2]->d != 4 && p[2]->d != 2)
			return false;
		y = p[2]->d == 2 ? p[2]->n + 2000 : p[2]->n;
		if (p[2]->d == 2 && abs(y - now) > 10)
			return false;
		if (!numeric(c, p[0], p[1], p[2], arg, &mo, &d))
			return false;
		if (arg)
			ret->flags |= SEM_SECOND;
	}
	if (y < 1900 || y > 2199 || !date_is_valid(y, mo, d))
		return false;
	ret->m = (int16_t)mo;
	ret->d = (int16_t)d;
	return give_day(ret, date_make(y, mo, d));
}

/* 2-3k, 3-5万, 10-15天: what follows makes the numbers a count. */
static bool
counts(const struct chart *c, int i)
{
	static const char *const words[] = { "万", "千", "百", "亿", "元",
	    "块", "天", "个", "周", "年", "月", "工", "小", "分", "箱",
	    "件", "台", "吨" };
	size_t k;

	if (i >= c->n_units || c->unit[i].space)
		return false;
	for (k = 0; k < sizeof(words) / sizeof(words[0]); k++)
		if (strncmp(c->t->low + c->unit[i].at, words[k],
		    strlen(words[k])) == 0)
			return true;
	return c->unit[i].kind == 'a';
}

/* 3/15, 2-15.  arg: 1 the other order; 2 only without spaces. */
bool
op_numeric_md(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *a = part_of(m, C_INT, 0), *b = part_of(m, C_INT, 1);
	int mo, d, i;

	for (i = m->part[0]->from + 1; (arg & 2) && i < m->to; i++)
		if (c->unit[i].space)
			return false;
	if ((arg & 2) && counts(c, m->to))
		return false;
	if (!bounded(c, m) || !numeric(c, a, b, NULL, arg & 1, &mo, &d) ||
	    mo < 1 || mo > 12 || d < 1 || !date_is_valid(2024, mo, d))
		return false;
	if (arg & 1)
		ret->flags |= SEM_SECOND;
	return ahead(c, mo, d, ret);
}

/* year month day in any spelling: 2018 March 18, September-2020-23. */
bool
op_ymd(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *mon = part_of(m, C_MON, 0);
	const struct sem *d = part_of(m, C_INT, mon == NULL ? 1 : 0);
	int mo = mon != NULL ? mon->n : part_of(m, C_INT, 0)->n;
	int y = part_of(m, C_YEAR, 0)->n;

	if (d == NULL || (arg == 1 && d->d != 2) || d->d > 2)
		return false;
	ret->m = (int16_t)mo;
	ret->d = (int16_t)d->n;
	return bounded(c, m) && date_is_valid(y, mo, d->n) &&
	    give_day(ret, date_make(y, mo, d->n));
}

bool
op_ymd8(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	int v = part_of(m, C_YMD8, 0)->n;

	return bounded(c, m) && (m->from == 0 || c->unit[m->from].space ||
	    c->unit[m->from - 1].kind != 'a') &&
	    give_day(ret, date_make(v / 10000, v / 100 % 100, v % 100));
}

bool
op_dom(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *n = part_of(m, C_N, 0);

	if (n == NULL)
		n = part_of(m, C_ORD, 0);
	if (n == NULL)
		n = part_of(m, C_INT, 0);
	if (n->n < 1 || n->n > 31 || n->d > 2 || (n->flags & SEM_VAGUE))
		return false;
	ret->n = n->n;
	return true;
}

static bool
dom_ahead(const struct chart *c, int dom, struct sem *ret)
{
	int y, mo, d, i;

	date_split(c->ref, &y, &mo, &d);
	ret->d = (int16_t)dom;
	if (dom < d && date_is_valid(y, mo, dom)) {
		ret->old_from = ret->old_to = date_make(y, mo, dom);
	} else {
		i = mo == 1 ? 12 : mo - 1;
		if (date_is_valid(mo == 1 ? y - 1 : y, i, dom))
			ret->old_from = ret->old_to =
			    date_make(mo == 1 ? y - 1 : y, i, dom);
	}
	for (i = 0; i < 4; i++) {
		if (date_is_valid(y, mo, dom) &&
		    date_make(y, mo, dom) >= c->ref)
			return give_day(ret, date_make(y, mo, dom));
		if (++mo > 12) {
			mo = 1;
			y++;
		}
	}
	return false;
}

/* "the 15th", "on 15": arg 1 for a bare number, which must end there. */
bool
op_dom_alone(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *n = part_of(m, C_ORD, 0);

	if (n == NULL)
		n = part_of(m, C_INT, 0);
	if (n == NULL || n->n < 1 || n->n > 31 || runs_on(c, m) ||
	    !bounded(c, m))
		return false;
	/* "the second half": an ordinal in words counts what follows. */
	if (m->to < c->n_units && c->unit[m->to - 1].kind == 'a' &&
	    c->unit[m->to - 2].kind != '0' && c->unit[m->to].kind == 'a' &&
	    strncmp(c->t->low + c->unit[m->to].at, "half", 4) == 0)
		return false;
	if (m->to < c->n_units && c->unit[m->to].kind == '.' &&
	    !c->unit[m->to].space &&
	    strchr("-/$:%", c->t->low[c->unit[m->to].at]) != NULL)
		return false;
	return dom_ahead(c, n->n, ret);
}

bool
op_dom_ahead(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	return dom_ahead(c, part_of(m, C_DOM, 0)->n, ret);
}

/* "20th of next month", 下月15号. */
bool
op_dom_rel(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *n = part_of(m, C_ORD, 0);
	const struct sem *unit = part_of(m, C_UNIT, 0);
	const struct sem *rel = part_of(m, C_REL, 0);
	struct sem s;
	int len;

	if (n == NULL)
		n = part_of(m, C_DOM, 0);
	if (n == NULL)
		n = part_of(m, C_N, 0);
	memset(&s, 0, sizeof(s));
	if ((unit != NULL && unit->n != U_MONTH) || n->n < 1 || n->n > 31 ||
	    !span_of(c, U_MONTH, rel != NULL ? rel->n : arg, c->ref, &s))
		return false;
	len = s.to - s.from + 1;
	if (n->n > len)
		return false;
	if (rel != NULL && rel->n < 0)
		ret->flags |= SEM_PAST;
	return give_day(ret, s.from + n->n - 1);
}

/* A day of a stated month: 明年三月5号, 2015年3月3号. */
bool
op_dom_span(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *span = date_of(m, 0), *n = part_of(m, C_DOM, 0);

	if (n == NULL)
		n = part_of(m, C_ORD, 0);
	if (n == NULL)
		n = part_of(m, C_N, 0);
	if (span->grain != G_MONTH || n->n < 1 ||
	    n->n > span->to - span->from + 1 || !bounded(c, m))
		return false;
	if (span->flags & SEM_NOYEAR)
		return ahead(c, span->m, n->n, ret);
	return give_day(ret, span->from + n->n - 1);
}

bool
op_year(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	int y = part_of(m, C_YEAR, 0)->n;

	/* Four digits alone are a year only in a Chinese text. */
	if (m->to - m->from == 1 && (!c->zh || (m->to < c->n_units &&
	    c->unit[m->to].kind == '0') || (m->from > 0 &&
	    c->unit[m->from - 1].kind != 'h')))
		return false;
	return bounded(c, m) && give(ret, date_make(y, 1, 1),
	    date_make(y, 12, 31), G_YEAR);
}

bool
op_year_short(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *n = part_of(m, C_INT, 0);

	return n->d == 2 && n->n >= 10 && n->n < 60 && give(ret,
	    date_make(2000 + n->n, 1, 1), date_make(2000 + n->n, 12, 31),
	    G_YEAR);
}

bool
op_span_rel(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *rel = part_of(m, C_REL, 0);
	const struct sem *unit = part_of(m, C_UNIT, 0);
	int n = rel != NULL ? rel->n : 0;

	if (unit->n == U_DAY && (n == 0) && c->zh)
		return false;	/* 本日 is a word; 这天 is not one */
	if (unit->n == U_FORTNIGHT && n == 0)
		return false;
	if (n < 0)
		ret->flags |= SEM_PAST;
	return span_of(c, unit->n, n, c->ref, ret);
}

/* A unit at a fixed distance: arg is unit * 16 + rel + 8. */
bool
op_span_word(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	return span_of(c, arg / 16, arg % 16 - 8, c->ref, ret);
}

bool
op_span_after_next(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	return span_of(c, part_of(m, C_UNIT, 0)->n, arg, c->ref, ret);
}

/* "next 3 weeks", 后三天: that many, counted from the next one. */
bool
op_span_count(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *n = part_of(m, C_N, 0);
	const struct sem *unit = part_of(m, C_UNIT, 0);
	const struct sem *rel = part_of(m, C_REL, 0);
	int count, dir = arg != 0 ? arg : rel->n;
	struct sem a, b;

	if (n == NULL)
		n = part_of(m, C_VAGUEN, 0);
	count = n->n;
	if (dir == 0 || dir > 1 || count < 1 || count > 400 ||
	    unit->n == U_HOUR || unit->n == U_WORKDAY)
		return false;
	memset(&a, 0, sizeof(a));
	b = a;
	if (!span_of(c, unit->n, dir, c->ref, &a) ||
	    !span_of(c, unit->n, dir * count, c->ref, &b))
		return false;
	if (part_of(m, C_VAGUEN, 0) != NULL)
		ret->flags |= SEM_VAGUE;
	if (dir < 0)
		ret->flags |= SEM_PAST;
	return dir > 0 ? give(ret, a.from, b.to, G_OTHER) :
	    give(ret, b.from, a.to, G_OTHER);
}

bool
op_week_no(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *y = part_of(m, C_YEAR, 0);
	int n = part_of(m, C_N, 0)->n;
	int32_t first;

	if (n < 1 || n > 53 || !bounded(c, m))
		return false;
	/* ISO 8601: week 1 holds 4 January. */
	first = monday_of(date_make(y != NULL ? y->n : year_of(c->ref),
	    1, 4)) + 7 * (n - 1);
	return give(ret, first, first + 6, G_WEEK);
}

bool
op_week_of(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *day = date_of(m, 0);

	return day->grain == G_DAY &&
	    span_of(c, U_WEEK, 0, day->from, ret);
}

bool
op_span_dom_week(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	return false;
}

bool
op_quarter(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *n = part_of(m, C_ORD, 0);

	if (n == NULL)
		n = part_of(m, C_N, 0);
	if (n == NULL)
		n = part_of(m, C_INT, 0);
	if (arg > 0)
		ret->n = arg;
	else if (n->n >= 1 && n->n <= 4)
		ret->n = n->n;
	return ret->n > 0;
}

bool
op_quarter_year(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *q = part_of(m, C_QUARTER, 0);
	const struct sem *h = part_of(m, C_HALF, 0);
	const struct sem *y = part_of(m, C_YEAR, 0), *span = date_of(m, 0);
	const struct sem *rel = part_of(m, C_REL, 0);
	int year = year_of(c->ref), first, len = q != NULL ? 3 : 6;

	if (span != NULL && span->grain != G_YEAR)
		return false;
	year = y != NULL ? y->n : span != NULL ? year_of(span->from) :
	    rel != NULL ? year + rel->n : year;
	first = q != NULL ? q->n * 3 - 2 : h->n * 6 - 5;
	if (y == NULL && span == NULL && rel == NULL && !c->zh &&
	    date_add_months(date_make(year, first, 1), len) <= c->ref)
		year++;
	return give_months(ret, date_make(year, first, 1), len,
	    q != NULL ? G_QUARTER : G_HALF);
}

bool
op_half(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *i = part_of(m, C_INT, 0);

	ret->n = arg > 0 ? arg : i->n;
	return ret->n == 1 || ret->n == 2;
}

/* The part of a span: first day, last day, by its size. */
static bool
edge(const struct chart *c, const struct sem *s, int which, struct sem *ret)
{
	int32_t from = s->from, to = s->to;
	int grain = s->grain;

	ret->flags = (uint8_t)(s->flags & SEM_PAST);
	ret->m = 0;
	ret->unit = (int16_t)(which + 1);
	if (which == 6)		/* 伊始 */
		return grain == G_YEAR ? give_months(ret, from, 1, G_OTHER) :
		    edge(c, s, 0, ret);
	if (which >= 3) {
		if (grain != G_MONTH)
			return false;
		from += (which - 3) * 10;
		return give(ret, from, which == 5 ? to : from + 9, G_OTHER);
	}
	switch (grain) {
	case G_WEEK:
		return which == 0 ? give(ret, from, from + 2, G_OTHER) :
		    which == 1 ? give(ret, from + 2, from + 3, G_OTHER) :
		    give(ret, from + 4, from + 6, G_OTHER);
	case G_MONTH:
		/* 月初 is the first five days; the ten are 上旬. */
		return which == 0 ? give(ret, from, from + (c->zh ? 4 : 9),
		    G_OTHER) : which == 1 ? give(ret, from + 9, from + 19, G_OTHER) :
		    give(ret, from + 20, to, G_OTHER);
	case G_QUARTER:
		return which == 0 ? give_months(ret, from, 1, G_OTHER) :
		    which == 1 ? give_months(ret, date_add_months(from, 1),
		    1, G_OTHER) :
		    give_months(ret, date_add_months(from, 2), 1, G_OTHER);
	case G_YEAR:
		if (c->zh)
			return which == 0 ? give_months(ret, from, 2,
			    G_OTHER) : which == 1 ? give_months(ret,
			    date_add_months(from, 5), 2, G_OTHER) :
			    give_months(ret, date_add_months(from, 10), 2,
			    G_OTHER);
		return which == 0 ? give_months(ret, from, 3, G_OTHER) :
		    which == 1 ? give_months(ret, date_add_months(from, 5),
		    2, G_OTHER) :
		    give_months(ret, date_add_months(from, 8), 4, G_OTHER);
	case G_HALF:
		return which == 0 ? give_months(ret, from, 2, G_OTHER) :
		    which == 1 ? false :
		    give_months(ret, date_add_months(from, 4), 2, G_OTHER);
	default:
		return false;
	}
}

bool
op_edge(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *e = part_of(m, C_EDGE, 0), *s = date_of(m, 0);

	return edge(c, s, e != NULL ? e->n : arg, ret);
}

/* "end of month", 月底: of the running one; a past one rolls on. */
bool
op_edge_unit(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *e = part_of(m, C_EDGE, 0);
	const struct sem *unit = part_of(m, C_UNIT, 0);
	int u = unit != NULL ? unit->n : arg / 16;
	int which = e != NULL ? e->n : arg % 16;
	struct sem s;

	memset(&s, 0, sizeof(s));
	if (u == U_DAY || u == U_HOUR || u == U_WORKDAY || u == U_WEEKEND ||
	    u == U_FORTNIGHT || !span_of(c, u, 0, c->ref, &s))
		return false;
	return edge(c, &s, which, ret);
}

bool
op_edge_rel(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *e = part_of(m, C_EDGE, 0);
	struct sem s;

	memset(&s, 0, sizeof(s));
	return span_of(c, part_of(m, C_UNIT, 0)->n, part_of(m, C_REL, 0)->n,
	    c->ref, &s) && edge(c, &s, e->n, ret);
}

/* "rest of the month", "later this week", 本月内. */
bool
op_rest(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *s = date_of(m, 0), *unit = part_of(m, C_UNIT, 0);
	struct sem now;

	memset(&now, 0, sizeof(now));
	if (s == NULL) {
		if (!span_of(c, unit->n, 0, c->ref, &now))
			return false;
		s = &now;
	}
	if (arg < 0)
		return s->from < c->ref &&
		    give(ret, s->from, c->ref - 1, G_OTHER);
	if (s->from > c->ref || s->to < c->ref) {
		*ret = *s;
		return true;
	}
	return give(ret, c->ref, s->to, G_OTHER);
}

/* The n-th such weekday from a day on. */
static int32_t
wd_from(int32_t day, int wd, int n)
{
	return day + (wd - (int)date_weekday(day) + 7) % 7 + (n - 1) * 7;
}

/* The year was not said: this is the reading that lies behind. */
static void
old_day(struct sem *ret, int32_t day)
{
	ret->old_from = ret->old_to = day;
	ret->flags |= SEM_NOYEAR;
}

bool
op_nth_wd(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *span = date_of(m, 0);
	int n = part_of(m, C_ORD, 0)->n, wd = part_of(m, C_WD, 0)->n;
	int32_t day;
	struct sem now;

	if (span == NULL) {	/* "third Tuesday": of this month */
		memset(&now, 0, sizeof(now));
		span_of(c, U_MONTH, 0, c->ref, &now);
		span = &now;
	}
	if (n < 1 || n > 54 || span->grain == G_DAY)
		return false;
	day = wd_from(span->from, wd, n);
	if (span->old_from != DATE_NONE)
		old_day(ret, wd_from(span->old_from, wd, n));
	return day <= span->to && give_day(ret, day);
}

static int32_t
wd_until(int32_t day, int wd)
{
	return day - ((int)date_weekday(day) - wd + 7) % 7;
}

bool
op_last_wd(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *span = date_of(m, 0);
	int wd = part_of(m, C_WD, 0)->n;

	if (span->old_to != DATE_NONE)
		old_day(ret, wd_until(span->old_to, wd));
	return span->grain != G_DAY && span->grain != G_WEEK &&
	    give_day(ret, wd_until(span->to, wd));
}

bool
op_nth_wd_after(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *day = date_of(m, 0), *n = part_of(m, C_ORD, 0);
	int wd = part_of(m, C_WD, 0)->n, off, k = n != NULL ? n->n : 1;

	if (k < 1 || k > 53)
		return false;
	if (arg < 0) {
		off = ((int)date_weekday(day->from) - wd + 7) % 7;
		return give_day(ret, day->from - (off ? off : 7) -
		    7 * (k - 1));
	}
	off = (wd - (int)date_weekday(day->to) + 7) % 7;
	return give_day(ret, day->to + (off ? off : 7) + 7 * (k - 1));
}

/* The n-th week of a span is the one with its n-th Monday. */
bool
op_nth_week(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *span = date_of(m, 0);
	int n = arg > 0 ? arg : part_of(m, C_ORD, 0)->n;
	int32_t day;

	if ((span->grain != G_MONTH && span->grain != G_YEAR &&
	    span->grain != G_QUARTER) || n < 1 || n > 53)
		return false;
	day = span->from + (7 - (int)date_weekday(span->from)) % 7 +
	    (n - 1) * 7;
	return day <= span->to && give(ret, day, day + 6, G_WEEK);
}

/* 2021年前两个季度: the first (arg 1) or last n units of a span. */
bool
op_first_units(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *span = date_of(m, 0);
	int n = part_of(m, C_N, 0)->n, len;

	switch (part_of(m, C_UNIT, 0)->n) {
	case U_MONTH:
		len = n;
		break;
	case U_QUARTER:
		len = 3 * n;
		break;
	default:
		return false;
	}
	if (span->grain != G_YEAR || len < 1 || len > 12)
		return false;
	return arg > 0 ? give_months(ret, span->from, len, G_OTHER) :
	    give(ret, date_add_months(span->from, 12 - len), span->to,
	    G_OTHER);
}

bool
op_last_week(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *span = date_of(m, 0);
	int32_t day;

	if (span->grain == G_DAY || span->grain == G_WEEK)
		return false;
	/* The last week that begins in it and has most of its days there. */
	day = monday_of(span->to);
	if (span->to - day < 3)
		day -= 7;
	return give(ret, day, day + 6, G_WEEK);
}

bool
op_nth_day(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *span = date_of(m, 0), *n = part_of(m, C_ORD, 0);
	int k = n != NULL ? n->n : 1;

	if (n == NULL)
		return give_day(ret, arg < 0 ? span->to : span->from);
	return k >= 1 && k <= 366 && span->from + k - 1 <= span->to &&
	    give_day(ret, span->from + k - 1);
}

bool
op_nth_month(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *span = date_of(m, 0);

	return span->grain == G_YEAR && give_month(ret, year_of(span->from),
	    part_of(m, C_ORD, 0)->n);
}

bool
op_nth_last_day(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *span = date_of(m, 0);
	int n = part_of(m, C_ORD, 0)->n;

	return n >= 1 && span->to - n + 1 >= span->from &&
	    give_day(ret, span->to - n + 1);
}

static const struct calendar *
calendar(const struct chart *c)
{
	return calendar_for(c->country != NULL ? c->country :
	    c->zh ? "CN" : "GB");
}

bool
op_last_workday(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *span = date_of(m, 0);
	struct sem now;
	int32_t day;

	memset(&now, 0, sizeof(now));
	if (span == NULL) {
		span_of(c, U_MONTH, 0, c->ref, &now);
		span = &now;
	}
	for (day = span->to; day > span->from; day--)
		if (calendar_is_workday(calendar(c), day))
			break;
	return give_day(ret, day);
}

bool
op_first_workday(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *span = date_of(m, 0), *n = part_of(m, C_ORD, 0);
	int k = n != NULL ? n->n : 1;
	int32_t day = span->from;

	if (k < 1 || k > 31)
		return false;
	for (; day < span->to; day++)
		if (calendar_is_workday(calendar(c), day) && --k == 0)
			break;
	return k <= 0 && give_day(ret, day);
}

/* A length of time: m months, d days, n working days. */
static bool
length(int n, int unit, struct sem *ret)
{
	if (n < 0 || n > 4000)
		return false;
	ret->unit = (int16_t)unit;
	switch (unit) {
	case U_DAY:
		ret->d = (int16_t)n;
		ret->grain = G_DAY;
		return true;
	case U_WEEK:
	case U_WORKWEEK:
		ret->d = (int16_t)(7 * n);
		ret->grain = G_WEEK;
		return n < 4000;
	case U_FORTNIGHT:
		ret->d = (int16_t)(14 * n);
		ret->grain = G_WEEK;
		return n < 2000;
	case U_WORKDAY:
		ret->n = n;
		return n < 1000;
	case U_MONTH:
		ret->m = (int16_t)n;
		ret->grain = G_MONTH;
		return n < 1200;
	case U_QUARTER:
		ret->m = (int16_t)(3 * n);
		ret->grain = G_QUARTER;
		return n < 400;
	case U_HALFYEAR:
		ret->m = (int16_t)(6 * n);
		ret->grain = G_HALF;
		return n < 200;
	case U_YEAR:
		ret->m = (int16_t)(12 * n);
		ret->grain = G_YEAR;
		return n < 100;
	case U_HOUR:
		ret->grain = G_DAY;
		return true;
	default:
		return false;
	}
}

bool
op_dur(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *n = part_of(m, C_N, 0), *v = part_of(m, C_VAGUEN, 0);
	const struct sem *unit = part_of(m, C_UNIT, 0);
	const struct unit *u = &c->unit[m->to - 1];

	/* "3d", "2w" are written together; "3 d" is not a length. */
	if (u->kind == 'a' && u->end - u->at == 1 && u->space)
		return false;
	/* 二季度 names a quarter; 两个季度 is a length. */
	if (unit->n == U_QUARTER && u->kind == 'h' && n != NULL &&
	    n->n <= 4 && strncmp(c->t->low + c->unit[m->part[m->n - 1]->
	    from].at, "季", 3) == 0)
		return false;
	if (v != NULL || (n != NULL && (n->flags & SEM_VAGUE)))
		ret->flags |= SEM_VAGUE;
	return length(n != NULL ? n->n : v != NULL ? v->n : arg, unit->n,
	    ret);
}

/* 半个月 is 15 days; "half a year"; "two and a half months". */
bool
op_dur_half(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *n = part_of(m, C_N, 0);
	const struct sem *unit = part_of(m, C_UNIT, 0);
	int whole = n != NULL ? n->n : 0;

	if (!length(whole, unit->n, ret))
		return false;
	switch (unit->n) {
	case U_MONTH:
		ret->d = (int16_t)(ret->d + 15);
		return true;
	case U_YEAR:
		ret->m = (int16_t)(ret->m + 6);
		return true;
	case U_WEEK:
		ret->d = (int16_t)(ret->d + 4);
		return true;
	case U_QUARTER:
		ret->d = (int16_t)(ret->d + 45);
		return true;
	case U_DAY:
	case U_HOUR:
		return true;
	default:
		return false;
	}
}

bool
op_dur_fixed(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	return length(arg / 16, arg % 16, ret);
}

bool
op_dur_sum(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *a = part_of(m, C_DUR, 0), *b = part_of(m, C_DUR, 1);

	/* Larger units come first: 2 years 1 month 21 days. */
	if (a->grain < b->grain || (a->grain == b->grain &&
	    b->unit != U_HOUR))
		return false;
	*ret = *a;
	ret->m = (int16_t)(a->m + b->m);
	ret->d = (int16_t)(a->d + b->d);
	ret->grain = b->grain;
	return true;
}

static int32_t
move(const struct chart *c, int32_t day, const struct sem *len, int sign)
{
	if (len->n > 0)
		return calendar_add_workdays(calendar(c), day,
		    sign * len->n);
	return date_add_months(day, sign * len->m) + sign * len->d;
}

/* "in 3 days", "3 days ago": from the day of writing; arg is the sign. */
bool
op_shift(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *len = part_of(m, C_DUR, 0);

	if (len->unit == U_HOUR && arg < 0)
		return false;
	if (arg == 2 && (m->part[0]->rule == NULL || m->to - m->from < 5))
		return false;	/* "next 3 weeks" is a span */
	arg = arg < 0 ? -1 : 1;
	ret->flags = (uint8_t)(len->flags & SEM_VAGUE);
	if (arg < 0)
		ret->flags |= SEM_PAST;
	return give_day(ret, move(c, c->ref, len, arg));
}

/* "3 days after Friday": arg is the sign. */
bool
op_shift_from(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *len = part_of(m, C_DUR, 0), *day = date_of(m, 0);

	int32_t start = arg < 0 ? day->from : day->to;

	/* "a year after Christmas" starts from the one that was. */
	if (len->m >= 12 && day->old_to != DATE_NONE && arg > 0)
		start = day->old_to;
	/* "3 March - 5 days", but not 2月28日-3月1日. */
	if (arg < 0 && c->unit[m->to - 1].kind == 'h')
		return false;
	ret->flags = (uint8_t)((len->flags | day->flags) & SEM_VAGUE);
	return give_day(ret, move(c, start, len, arg));
}

/* "over the next two weeks", 近三月: from here that far; arg the sign. */
bool
op_ahead_span(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *len = part_of(m, C_DUR, 0);
	int32_t day = move(c, c->ref, len, arg);

	ret->flags = (uint8_t)(len->flags & SEM_VAGUE);
	return arg < 0 ? give(ret, day, c->ref, G_OTHER) :
	    give(ret, c->ref, day, G_OTHER);
}

bool
op_within(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *len = part_of(m, C_DUR, 0);

	if (len == NULL) {	/* 过两天, 这几天 */
		ret->flags = SEM_VAGUE;
		ret->to = c->ref + arg;
		return true;
	}
	ret->flags = (uint8_t)(len->flags & SEM_VAGUE);
	ret->to = move(c, c->ref, len, 1);
	return day_ok(ret->to);
}

bool
op_within_from(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *len = part_of(m, C_DUR, 0), *day = date_of(m, 0);

	return give(ret, day->from, move(c, day->to, len, 1), G_OTHER);
}

bool
op_since_dur(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *len = part_of(m, C_DUR, 0);

	ret->flags |= SEM_PAST;
	return give(ret, move(c, c->ref, len, -1), c->ref, G_OTHER);
}

/* "for 3 days from today", "2 weeks starting May 20th". */
bool
op_for_from(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	return op_within_from(c, m, arg, ret);
}

static bool
hol_near(const struct chart *c, int i, int dir, struct sem *ret)
{
	int y = year_of(c->ref), k;
	int32_t day;

	for (k = 0; k < 3; k++) {
		day = holiday_day(i, y - 1 + (dir > 0 ? k : 2 - k));
		if (day != DATE_NONE && (dir > 0 ? day >= c->ref :
		    day < c->ref))
			return give_day(ret, day);
	}
	return false;
}

bool
op_hol(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	int i = part_of(m, C_HOL, 0)->n;
	struct sem old;

	memset(&old, 0, sizeof(old));
	if (hol_near(c, i, -1, &old)) {
		ret->old_from = old.from;
		ret->old_to = old.to;
	}
	return hol_near(c, i, 1, ret);
}

bool
op_hol_year(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *y = part_of(m, C_YEAR, 0), *span = date_of(m, 0);

	if (span != NULL && span->grain != G_YEAR)
		return false;
	return give_day(ret, holiday_day(part_of(m, C_HOL, 0)->n,
	    y != NULL ? y->n : year_of(span->from)));
}

bool
op_hol_rel(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	int rel = part_of(m, C_REL, 0)->n;

	return hol_near(c, part_of(m, C_HOL, 0)->n, rel < 0 ? -1 : 1, ret);
}

/* After a festival: from the first working day that follows it. */
bool
op_hol_after(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *hol = part_of(m, C_HOL, 0);
	struct sem s;
	int32_t day;

	memset(&s, 0, sizeof(s));
	if (!hol_near(c, hol->n, 1, &s))
		return false;
	day = s.from + 1;
	if (!calendar_covers(calendar(c), day))
		day = s.from + holiday_span(hol->n);
	ret->from = calendar_add_workdays(calendar(c), day - 1, 1);
	return day_ok(ret->from);
}

bool
op_hol_workday(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	return op_hol_after(c, m, arg, ret) && give_day(ret, ret->from);
}

bool
op_hol_within(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *hol = part_of(m, C_HOL, 0);
	struct sem s;

	memset(&s, 0, sizeof(s));
	return hol_near(c, hol->n, 1, &s) && give(ret, s.from,
	    s.from + holiday_span(hol->n) - 1, G_OTHER);
}

bool
op_lmd(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *mon = part_of(m, C_LMON, 0);
	const struct sem *day = part_of(m, C_LDAY, 0);

	if (mon == NULL)
		mon = part_of(m, C_MON, 0);
	if (day == NULL)
		day = part_of(m, C_N, 0);
	if (day == NULL)
		day = part_of(m, C_DOM, 0);
	ret->m = (int16_t)(arg > 0 ? arg : mon->n);
	ret->d = (int16_t)day->n;
	return ret->m <= 12 && ret->d >= 1 && ret->d <= 30;
}

bool
op_lunar(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *md = part_of(m, C_LMD, 0);
	int y = year_of(c->ref), i;
	int32_t day;

	for (i = y - 1; i <= y + 1; i++) {
		day = lunar_day(i, md->m, md->d);
		if (day == DATE_NONE)
			continue;
		if (day >= c->ref)
			return give_day(ret, day);
		ret->old_from = ret->old_to = day;
	}
	return false;
}

bool
op_lunar_year(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *md = part_of(m, C_LMD, 0), *span = date_of(m, 0);

	return span->grain == G_YEAR && give_day(ret,
	    lunar_day(year_of(span->from), md->m, md->d));
}

bool
op_lunar_month(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	int mo = part_of(m, C_LMON, 0)->n, y = year_of(c->ref), i;
	int32_t day;

	if (m->part[0]->rule != NULL)
		return false;	/* 二月 alone is February */
	for (i = y - 1; i <= y + 1; i++) {
		day = lunar_day(i, mo, 1);
		if (day != DATE_NONE && day + 29 >= c->ref)
			return give(ret, day, day + 28, G_OTHER);
	}
	return false;
}

/* A range of two dates; the second follows the first. */
bool
op_range(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *a = date_of(m, 0), *b = date_of(m, 1);
	int32_t from = a->from, to = b->to, k;
	int y, mo, d;

	if (arg == 1 && (a->grain != b->grain))
		return false;
	/* The year said at the end holds for the start as well. */
	if ((a->flags & SEM_NOYEAR) && !(b->flags & SEM_NOYEAR)) {
		date_split(from, &y, &mo, &d);
		for (k = 1; k >= -1 && from > to - 366 * k; k--)
			;
		k = year_of(b->from);
		if (date_is_valid(k, mo, d) && date_make(k, mo, d) <= to)
			from = date_make(k, mo, d);
		else if (date_is_valid(k - 1, mo, d))
			from = date_make(k - 1, mo, d);
	} else if ((a->flags & SEM_NOYEAR) && (b->flags & SEM_NOYEAR) &&
	    from > to && a->old_from != DATE_NONE && to >= c->ref &&
	    to - a->old_from < 400) {
		from = a->old_from;
	}
	/* 从2018年12月九号到十五号: a later end without its year. */
	if (to < from && (b->flags & SEM_NOYEAR)) {
		date_split(to, &y, &mo, &d);
		to = date_is_valid(year_of(from), mo, d) ?
		    date_make(year_of(from), mo, d) : to;
		if (to < from)
			to = date_add_months(to, 12);
	} else if ((b->flags & SEM_NOYEAR) && to - from > 366) {
		date_split(to, &y, &mo, &d);
		to = date_add_months(to, -12 * ((to - from) / 366));
	} else if (to < from && b->grain == G_DAY && b->old_from !=
	    DATE_NONE && from - to < 8) {
		to += 7;
	} else if ((b->flags & SEM_NOYEAR) && !(a->flags & SEM_NOYEAR)) {
		date_split(to, &y, &mo, &d);
		if (date_is_valid(year_of(from), mo, d) &&
		    date_make(year_of(from), mo, d) >= from)
			to = date_make(year_of(from), mo, d);
	}
	ret->flags = (uint8_t)(a->flags & SEM_NOYEAR);
	return give(ret, from, to, G_OTHER);
}

/* "July 13 to 15", "13 to 15 July 2020", 12月9号到15号. */
bool
op_range_md(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *day = date_of(m, 0), *n = part_of(m, C_ORD, 0);
	int y, mo, d;
	int32_t other;

	if (n == NULL)
		n = part_of(m, C_N, 0);
	if (n == NULL)
		n = part_of(m, C_INT, 0);
	if (n == NULL)
		n = part_of(m, C_DOM, 0);
	if (day == NULL || day->grain != G_DAY || n->n < 1 || n->n > 31 ||
	    !bounded(c, m))
		return false;
	date_split(day->from, &y, &mo, &d);
	if (arg == 0 && n->n < d && date_is_valid(mo < 12 ? y : y + 1,
	    mo < 12 ? mo + 1 : 1, n->n) && c->zh) {
		other = date_make(mo < 12 ? y : y + 1, mo < 12 ? mo + 1 : 1,
		    n->n);
	} else {
		if (!date_is_valid(y, mo, n->n))
			return false;
		other = date_make(y, mo, n->n);
	}
	return arg > 0 ? give(ret, other, day->to, G_OTHER) :
	    give(ret, day->from, other, G_OTHER);
}

bool
op_range_dom(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *a = part_of(m, C_ORD, 0), *b = part_of(m, C_ORD, 1);
	const struct sem *span = date_of(m, 0);

	if (a == NULL) {
		a = part_of(m, C_N, 0);
		b = part_of(m, C_N, 1);
	} else if (b == NULL) {
		b = part_of(m, C_N, 0);
	}
	if (b == NULL || span->grain != G_MONTH || a->n < 1 ||
	    b->n <= a->n || b->n > span->to - span->from + 1)
		return false;
	return give(ret, span->from + a->n - 1, span->from + b->n - 1,
	    G_OTHER);
}

/* August 10 - 22, 2012. */
bool
op_range_mdy(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	int mo = part_of(m, C_MON, 0)->n, y = part_of(m, C_YEAR, 0)->n;
	const struct sem *p[2] = { NULL, NULL };
	int i, n = 0;

	for (i = 0; i < m->n && n < 2; i++)
		if (m->part[i]->cat == C_N || m->part[i]->cat == C_ORD)
			p[n++] = &m->part[i]->s;
	return n == 2 && date_is_valid(y, mo, p[0]->n) &&
	    date_is_valid(y, mo, p[1]->n) && give(ret,
	    date_make(y, mo, p[0]->n), date_make(y, mo, p[1]->n), G_OTHER);
}

/* 2018年2-4月, Jan-Feb 2017. */
bool
op_range_months(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *n = part_of(m, C_N, 0), *span = date_of(m, 0);
	int y, mo, d;

	date_split(span->from, &y, &mo, &d);
	if (span->grain != G_MONTH || n->n < 1 || n->n >= mo)
		return false;
	return give(ret, date_make(y, n->n, 1), span->to, G_OTHER);
}

static bool
deadline(const struct sem *s, int32_t to, struct sem *ret)
{
	*ret = *s;
	ret->from = DATE_NONE;
	ret->to = to;
	if (ret->old_to != DATE_NONE)
		ret->old_from = DATE_NONE;
	return day_ok(to);
}

bool
op_by(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *s = date_of(m, 0), *unit = part_of(m, C_UNIT, 0);
	struct sem now = *ret;

	if (s == NULL) {	/* 月内, 3.15前 */
		if (unit != NULL ? !span_of(c, unit->n, 0, c->ref, &now) :
		    !op_numeric_md(c, m, 2, &now))
			return false;
		s = &now;
	}
	return deadline(s, s->to, ret);
}

/* Before a day: that day is the limit.  Before a span: it must not begin;
 * but "before month end" and 月底前 mean its last day. */
bool
op_before(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *s = date_of(m, 0);

	if (s->grain == G_DAY || s->unit == 3 || (c->zh && s->unit > 0))
		return deadline(s, s->to, ret);
	if (arg == 1)
		return deadline(s, s->to, ret);
	return deadline(s, s->from - 1, ret);
}

bool
op_after(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *s = date_of(m, 0);

	ret->flags = s->flags;
	ret->from = s->grain == G_DAY ? s->from : s->to + 1;
	return day_ok(ret->from);
}

bool
op_from(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *s = date_of(m, 0);

	ret->flags = s->flags;
	ret->from = s->from;
	if (arg < 0 && s->old_from != DATE_NONE)
		ret->from = s->old_from;
	return day_ok(ret->from);
}

bool
op_todate(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *unit = part_of(m, C_UNIT, 0);
	struct sem s;

	if (m->to < c->n_units && c->unit[m->to].kind == '0')
		return false;
	if (unit == NULL) {
		ret->to = c->ref;
		ret->flags = SEM_PAST;
		return true;
	}
	memset(&s, 0, sizeof(s));
	return span_of(c, unit->n, 0, c->ref, &s) &&
	    give(ret, s.from, c->ref, G_OTHER);
}

bool
op_ord_num(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	ret->n = arg > 0 ? arg : part_of(m, C_N, 0)->n;
	return ret->n >= 1;
}

bool
op_lmon_num(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	ret->n = part_of(m, C_N, 0)->n;
	return ret->n >= 1 && ret->n <= 10;
}
