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

	if (is_glued(c, m->from))
		return false;
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

	const struct sem *rel = part_of(m, C_RELDAY, 0);

	if (unit != NULL && unit->n != U_WEEK && unit->n != U_FORTNIGHT)
		return false;
	if (rel != NULL)
		return rel->n >= 0 && give_day(ret, c->ref + rel->n + arg);
	if (day != NULL)
		return give_day(ret, day->from +
		    (unit != NULL && unit->n == U_FORTNIGHT ? 14 : 7));
	weekday(c, part_of(m, C_WD, 0)->n, ret);
	ret->old_from = ret->old_to = DATE_NONE;
	return give_day(ret, ret->from + (arg > 0 ? arg :
	    unit != NULL && unit->n == U_FORTNIGHT ? 14 : 7));
}

/* A time of day: the sign of one must be there. */
bool
op_clock(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *h = part_of(m, C_INT, 0), *min = part_of(m, C_INT, 1);

	if (m->to - m->from < 2 || h->d > 2 || h->n > 24 ||
	    (min != NULL && (min->d != 2 || min->n > 59)))
		return false;
	ret->n = h->n;
	return true;
}

/* A day with its time, which is read over. */
bool
op_clocked(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *day = date_part(m, 0);

	*ret = *day;
	return day->grain == G_DAY;
}

/* "Tuesday the 19th": that day of the month, where the weekday fits. */
bool
op_wd_dom(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	int wd = part_of(m, C_WD, 0)->n, y, mo, d, i, dom;
	const struct sem *s = part_of(m, C_ORD, 0);

	if (s == NULL && c->unit[m->to - 1].kind == 'h')
		return false;	/* 周四五 are two days */
	if (s == NULL)
		s = part_of(m, C_N, 0);
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
