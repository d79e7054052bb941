#include "understand/dates_parts.h"

#include "core/date.h"

#include <stdlib.h>
#include <string.h>

bool
op_same(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *s = date_part(m, 0);

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
	const struct sem *day = date_part(m, 0);

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
	const struct sem *wd = part_of(m, C_WD, 0), *day = date_part(m, 0);
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

/* A short form, "may" and "march" need a sign that they are months. */
static bool
needs_company(const struct chart *c, const struct unit *u, int mo)
{
	char up = c->t->text[u->at];

	return u->kind == 'a' && (u->end - u->at < 4 || mo == 5 ||
	    (mo == 3 && !(up >= 'A' && up <= 'Z')));
}

static bool
is_month_word(const struct chart *c, int i)
{
	static const char months[] = "jan feb mar apr may jun jul aug sep "
	    "oct nov dec";
	const char *p;

	if (i < 0 || i >= c->n_units || c->unit[i].kind != 'a' ||
	    c->unit[i].end - c->unit[i].at < 3)
		return false;
	for (p = months; *p != '\0'; p += p[3] == ' ' ? 4 : 3)
		if (memcmp(p, c->t->low + c->unit[i].at, 3) == 0)
			return true;
	return false;
}

/* Words before a month, and between two, that show it to be one. */
static bool
month_company(const struct chart *c, const struct match *m)
{
	static const char before[] = " in during of by since until till "
	    "before after through from between mid early late beginning "
	    "end start around about next last this ";
	static const char between[] = " to and or - / & , till until through "
	    "thru ";
	char up = c->t->text[c->unit[m->from].at];

	/* Nothing else was said. */
	if (m->from == 0 && (m->to == c->n_units || (m->to + 1 ==
	    c->n_units && c->unit[m->to].kind == '.')) && up >= 'A' &&
	    up <= 'Z')
		return true;
	if (unit_is(c, m->from - 1, before))
		return true;
	return (unit_is(c, m->from - 1, between) &&
	    is_month_word(c, m->from - 2)) || (unit_is(c, m->to, between) &&
	    is_month_word(c, m->to + 1));
}

bool
op_month_alone(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct unit *u = &c->unit[m->from];
	int mo = part_of(m, C_MON, 0)->n;

	/* 32 August, June 31: a number beside it makes it something else. */
	if (u->kind == 'a' && ((m->from > 0 &&
	    c->unit[m->from - 1].kind == '0') || (m->to < c->n_units &&
	    c->unit[m->to].kind == '0')))
		return false;
	if (m->from > 0 && c->t->low[c->unit[m->from - 1].at] == '$')
		return false;
	if ((arg == 0 || m->to - m->from == 1) && needs_company(c, u, mo) &&
	    !month_company(c, m))
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
	const struct sem *rel = part_of(m, C_REL, 0), *span = date_part(m, 0);
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

/* 八月十五 is Mid-Autumn before it is 15 August. */
static bool
is_festival(const struct chart *c, int from, int to)
{
	int i;

	for (i = chart_first(c, from); i >= 0; i = c->nodes[i].next)
		if (c->nodes[i].cat == C_HOL && c->nodes[i].to == to)
			return true;
	return false;
}

bool
op_md_day(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *md = part_of(m, C_MD, 0);

	if (m->from > 0 && c->unit[m->from - 1].kind == '0' &&
	    c->unit[m->from].kind == '0' && !c->unit[m->from].space)
		return false;
	if (is_festival(c, m->from, m->to))
		ret->flags |= SEM_SECOND;
	return ahead(c, md->m, md->d, ret);
}

bool
op_mdy(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *md = part_of(m, C_MD, 0), *y, *span = date_part(m, 0);
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
	if (m->part[m->n - 1]->cat == C_MD && is_festival(c,
	    m->part[m->n - 1]->from, m->to))
		ret->flags |= SEM_SECOND;
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
	const struct sem *span = date_part(m, 0), *n = part_of(m, C_DOM, 0);

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
