#include "understand/dates_parts.h"

#include "core/date.h"

#include <stdlib.h>
#include <string.h>

bool
day_ahead(const struct chart *c, int mo, int d, struct sem *ret)
{
	int y = year_of(c->ref), i;

	ret->m = (int16_t)mo;
	ret->d = (int16_t)d;
	ret->flags |= SEM_NOYEAR;
	if (date_is_valid(y, mo, d) && date_make(y, mo, d) <= c->ref)
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
	/* 2-4月 are months. */
	if (m->part[0]->cat == C_INT && c->unit[m->to - 1].kind == 'h')
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
	/* In "1 April, 1 May" the month has its day before it. */
	if (m->part[0]->cat == C_MON && m->from > 0 && m->to - m->from > 2 &&
	    unit_is(c, m->from + 1, " , ") &&
	    (c->unit[m->from - 1].kind == '0' ||
	    unit_is(c, m->from - 1, " st nd rd th ")))
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
	return day_ahead(c, md->m, md->d, ret);
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
