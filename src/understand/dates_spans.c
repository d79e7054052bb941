#include "understand/dates_parts.h"

#include "core/date.h"
#include "policy/calendar.h"

#include <stdlib.h>
#include <string.h>

/* Four digits alone are a year in a Chinese text, and after a word that
 * wants a time where it lies near. */
static bool
year_stands(const struct chart *c, const struct match *m, int y)
{
	static const char before[] = " until till before after by since "
	    "through to from and ";

	if (c->zh)
		return !(m->to < c->n_units && c->unit[m->to].kind == '0') &&
		    !(m->from > 0 && c->unit[m->from - 1].kind != 'h');
	return unit_is(c, m->from - 1, before) &&
	    abs(y - year_of(c->ref)) <= 15 && !(m->to < c->n_units &&
	    c->unit[m->to].kind == 'a' && !unit_is(c, m->to, " and to or "
	    "for if we i it the but then as in when "));
}

bool
op_year(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	int y = part_of(m, C_YEAR, 0)->n;

	if (m->to - m->from == 1 && !year_stands(c, m, y))
		return false;
	return bounded(c, m) && give_span(ret, date_make(y, 1, 1),
	    date_make(y, 12, 31), G_YEAR);
}

bool
op_year_short(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *n = part_of(m, C_INT, 0);

	return n->d == 2 && n->n >= 10 && n->n < 60 && give_span(ret,
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

	if (is_glued(c, m->from) || (unit->n == U_DAY && n == 0 && c->zh))
		return false;	/* 本日 is a word; 这天 is not one */
	if (unit->n == U_FORTNIGHT && n == 0)
		return false;
	if (unit->n == U_DAY && unit_is(c, m->from, " 来 "))
		return false;	/* 十来天 */
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

/* 明后天: from one day to another; arg is 16 * first + last from today. */
bool
op_span_days(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	return give_span(ret, c->ref + arg / 16, c->ref + arg % 16, G_OTHER);
}

/* 下周二三: two weekdays in a row. */
bool
op_wd_pair(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *rel = part_of(m, C_REL, 0), *n = part_of(m, C_N, 0);
	int wd = part_of(m, C_WD, 0)->n;
	int32_t day = monday_of(c->ref) + 7 * (rel != NULL ? rel->n : 0) + wd;

	if (n->n != wd + 2 || c->unit[m->to - 1].kind != 'h' ||
	    (m->to < c->n_units && unit_is(c, m->to, " 号 日 月 点 天 个 "
	    "万 千 百 十 ")))
		return false;
	if (rel == NULL && day < c->ref)
		day += 7;
	return give_span(ret, day, day + 1, G_OTHER);
}

/* "this time next month". */
bool
op_this_time(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	int rel = part_of(m, C_REL, 0)->n;

	switch (part_of(m, C_UNIT, 0)->n) {
	case U_WEEK:
		return give_day(ret, c->ref + 7 * rel);
	case U_MONTH:
		return give_day(ret, date_add_months(c->ref, rel));
	case U_YEAR:
		return give_day(ret, date_add_months(c->ref, 12 * rel));
	default:
		return false;
	}
}

/* "the day after Thanksgiving": arg is the step. */
bool
op_next_day(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *day = date_part(m, 0);

	return give_day(ret, (arg > 0 ? day->to : day->from) + arg);
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
	if (is_glued(c, m->from) || dir == 0 || dir > 1 || count < 1 ||
	    count > 400 ||
	    unit->n >= U_HOUR)
		return false;
	if (unit->n == U_WORKDAY)
		return dir > 0 ? give_span(ret, c->ref + 1,
		    calendar_add_workdays(calendar(c), c->ref, count),
		    G_OTHER) : give_span(ret, calendar_add_workdays(
		    calendar(c), c->ref, -count), c->ref - 1, G_OTHER);
	memset(&a, 0, sizeof(a));
	b = a;
	if (!span_of(c, unit->n, dir, c->ref, &a) ||
	    !span_of(c, unit->n, dir * count, c->ref, &b))
		return false;
	if (part_of(m, C_VAGUEN, 0) != NULL)
		ret->flags |= SEM_VAGUE;
	if (dir < 0)
		ret->flags |= SEM_PAST;
	return dir > 0 ? give_span(ret, a.from, b.to, G_OTHER) :
	    give_span(ret, b.from, a.to, G_OTHER);
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
	return give_span(ret, first, first + 6, G_WEEK);
}

bool
op_week_of(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *day = date_part(m, 0);

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
	const struct sem *y = part_of(m, C_YEAR, 0), *span = date_part(m, 0);
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

/* "the second half of April": arg says which. */
bool
op_half_of_span(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *y = part_of(m, C_YEAR, 0), *span = date_part(m, 0);
	int32_t mid;

	if (y != NULL)
		return give_months(ret, date_make(y->n, arg == 1 ? 1 : 7, 1),
		    6, G_HALF);
	if (span->grain == G_YEAR)
		return give_months(ret, date_add_months(span->from,
		    arg == 1 ? 0 : 6), 6, G_HALF);
	if (span->grain != G_MONTH && span->grain != G_WEEK)
		return false;
	mid = span->from + (span->grain == G_MONTH ? 14 : 2);
	return arg == 1 ? give_span(ret, span->from, mid, G_OTHER) :
	    give_span(ret, mid + 1, span->to, G_OTHER);
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
		return give_span(ret, from, which == 5 ? to : from + 9, G_OTHER);
	}
	switch (grain) {
	case G_WEEK:
		return which == 0 ? give_span(ret, from, from + 2, G_OTHER) :
		    which == 1 ? give_span(ret, from + 2, from + 3, G_OTHER) :
		    give_span(ret, from + 4, from + 6, G_OTHER);
	case G_MONTH:
		/* 月初 is the first five days; the ten are 上旬. */
		return which == 0 ? give_span(ret, from, from + (c->zh ? 4 : 9),
		    G_OTHER) : which == 1 ? give_span(ret, from + 9, from + 19, G_OTHER) :
		    give_span(ret, from + 20, to, G_OTHER);
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
	const struct sem *e = part_of(m, C_EDGE, 0), *s = date_part(m, 0);

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

	/* "60 days end of month", "net 30 EOM" are terms. */
	if (m->from > 0 && !c->zh && (c->unit[m->from - 1].kind == '0' ||
	    unit_is(c, m->from - 1, " days day net ")))
		return false;
	memset(&s, 0, sizeof(s));
	if (u == U_DAY || u >= U_HOUR || u == U_WORKDAY || u == U_WEEKEND ||
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
	const struct sem *s = date_part(m, 0), *unit = part_of(m, C_UNIT, 0);
	struct sem now;

	memset(&now, 0, sizeof(now));
	if (s == NULL) {
		if (!span_of(c, unit->n, 0, c->ref, &now))
			return false;
		s = &now;
	}
	if (arg < 0)
		return s->from < c->ref &&
		    give_span(ret, s->from, c->ref - 1, G_OTHER);
	if (s->from > c->ref || s->to < c->ref) {
		*ret = *s;
		return true;
	}
	return give_span(ret, c->ref, s->to, G_OTHER);
}
