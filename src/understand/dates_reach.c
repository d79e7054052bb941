#include "understand/dates_parts.h"

#include "core/date.h"
#include "policy/calendar.h"

#include <stdlib.h>
#include <string.h>

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
		ret->d = (int16_t)(n / 24);
		ret->grain = G_DAY;
		return true;
	case U_MINUTE:
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
	case U_MINUTE:
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

/* What ends before unit i is a month without its 个. */
static bool
is_bare_month(const struct chart *c, int i)
{
	return unit_is(c, i - 1, " 月 ") && !unit_is(c, i - 2, " 个 ");
}

bool
op_dur_sum(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *a = part_of(m, C_DUR, 0), *b = part_of(m, C_DUR, 1);

	/* 4月15日 and 26年4月 are dates; 四个月零十五天 is a length. */
	if (m->part[0]->to == m->part[1]->from &&
	    (is_bare_month(c, m->part[0]->to) ||
	    is_bare_month(c, m->part[1]->to)))
		return false;
	/* Larger units come first: 2 years 1 month 21 days. */
	if (a->grain < b->grain || (a->grain == b->grain &&
	    b->unit < U_HOUR))
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

	if (len->unit >= U_HOUR && arg < 0)
		return false;
	if (arg == 2 && (m->part[0]->rule == NULL || m->to - m->from < 5))
		return false;	/* "next 3 weeks" is a span */
	arg = arg < 0 ? -1 : 1;
	ret->flags = (uint8_t)(len->flags & SEM_VAGUE);
	/* 过两天 is a couple of days, not two. */
	if (c->zh && len->unit == U_DAY && len->d == 2 &&
	    (unit_is(c, m->from, " 过 ") || unit_is(c, m->from + 1, " 过 ")))
		ret->flags |= SEM_VAGUE;
	if (arg < 0)
		ret->flags |= SEM_PAST;
	return give_day(ret, move(c, c->ref, len, arg));
}

/* "3 days after Friday": arg is the sign. */
bool
op_shift_from(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *len = part_of(m, C_DUR, 0), *day = date_part(m, 0);

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
	if (arg < 0)
		ret->flags |= SEM_PAST;
	return arg < 0 ? give_span(ret, day, c->ref, G_OTHER) :
	    give_span(ret, c->ref, day, G_OTHER);
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

/* 5个工作日 alone is a limit too. */
bool
op_within_days(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	int n = part_of(m, C_N, 0)->n;

	if (n < 1 || n > 250 || unit_is(c, m->from - 1, " 第 "))
		return false;
	ret->to = calendar_add_workdays(calendar(c), c->ref, n);
	return day_ok(ret->to);
}

bool
op_within_from(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *len = part_of(m, C_DUR, 0), *day = date_part(m, 0);

	return give_span(ret, day->from, move(c, day->to, len, 1), G_OTHER);
}

bool
op_since_dur(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *len = part_of(m, C_DUR, 0);
	int32_t from = move(c, c->ref, len, -1);
	int y, mo, d, i;

	/* 三个多月以来 began before three months ago. */
	for (i = m->from; i < m->to; i++)
		if (len->grain == G_MONTH && unit_is(c, i, " 多 ")) {
			date_split(from, &y, &mo, &d);
			from = date_make(y, mo, 1);
		}
	ret->flags |= SEM_PAST;
	return give_span(ret, from, c->ref, G_OTHER);
}

/* "for 3 days from today", "2 weeks starting May 20th". */
bool
op_for_from(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	return op_within_from(c, m, arg, ret);
}

/* A range of two dates; the second follows the first. */
bool
op_range(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *a = date_part(m, 0), *b = date_part(m, 1);
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
	return give_span(ret, from, to, G_OTHER);
}

/* "July 13 to 15", "13 to 15 July 2020", 12月9号到15号. */
bool
op_range_md(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *day = date_part(m, 0), *n = part_of(m, C_ORD, 0);
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
	return arg > 0 ? give_span(ret, other, day->to, G_OTHER) :
	    give_span(ret, day->from, other, G_OTHER);
}

bool
op_range_dom(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *a = part_of(m, C_ORD, 0), *b = part_of(m, C_ORD, 1);
	const struct sem *span = date_part(m, 0);

	if (a == NULL) {
		a = part_of(m, C_N, 0);
		b = part_of(m, C_N, 1);
	} else if (b == NULL) {
		b = part_of(m, C_N, 0);
	}
	if (b == NULL || span->grain != G_MONTH || a->n < 1 ||
	    b->n <= a->n || b->n > span->to - span->from + 1)
		return false;
	return give_span(ret, span->from + a->n - 1, span->from + b->n - 1,
	    G_OTHER);
}

/* 15到20号之间: two days of the month that comes. */
bool
op_range_doms(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *a = part_of(m, C_N, 0), *b = part_of(m, C_DOM, 0);
	struct sem last;

	if (a == NULL)
		a = part_of(m, C_INT, 0);
	memset(&last, 0, sizeof(last));
	if (a->n < 1 || b->n <= a->n || !dom_ahead(c, b->n, &last) ||
	    !bounded(c, m))
		return false;
	return give_span(ret, last.from - (b->n - a->n), last.from, G_OTHER);
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
	    date_is_valid(y, mo, p[1]->n) && give_span(ret,
	    date_make(y, mo, p[0]->n), date_make(y, mo, p[1]->n), G_OTHER);
}

/* 2018年2-4月, Jan-Feb 2017. */
bool
op_range_months(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *n = part_of(m, C_N, 0), *span = date_part(m, 0);
	int y, mo, d;

	date_split(span->from, &y, &mo, &d);
	if (span->grain != G_MONTH || n->n < 1 || n->n >= mo)
		return false;
	return give_span(ret, date_make(y, n->n, 1), span->to, G_OTHER);
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
	const struct sem *s = date_part(m, 0), *unit = part_of(m, C_UNIT, 0);
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
	const struct sem *s = date_part(m, 0);

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
	const struct sem *s = date_part(m, 0);

	/* After a festival: after its days off (hol_after). */
	if (!c->zh && m->part[0]->rule != NULL &&
	    m->part[0]->rule->fn == op_hol)
		return false;
	ret->flags = s->flags;
	ret->from = s->grain == G_DAY ? s->from : s->to + 1;
	return day_ok(ret->from);
}

bool
op_from(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *s = date_part(m, 0);

	/* "the invoice from last month": that month, and not since then. */
	if (arg == 0 && s->grain != G_DAY && s->flags & SEM_PAST &&
	    s->to < c->ref) {
		*ret = *s;
		return true;
	}
	ret->flags = s->flags;
	ret->from = s->from;
	if (arg < 0)
		ret->flags |= SEM_PAST;
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
	ret->flags = SEM_PAST;
	return span_of(c, unit->n, 0, c->ref, &s) &&
	    give_span(ret, s.from, c->ref, G_OTHER);
}

bool
op_ord_num(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	ret->n = arg > 0 ? arg : part_of(m, C_N, 0)->n;
	return ret->n >= 1;
}
