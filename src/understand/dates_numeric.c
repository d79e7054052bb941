#include "understand/dates_parts.h"

#include "core/date.h"

#include <stdlib.h>
#include <string.h>

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

	if (unit_is(c, i, " working business days day weeks week wks months "
	    "month hours hrs k calendar "))
		return true;
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
	/* "unit 4/5" is a place. */
	if (unit_is(c, m->from - 1, " unit units flat suite plot apt shop "))
		return false;
	if (!bounded(c, m) || !numeric(c, a, b, NULL, arg & 1, &mo, &d) ||
	    mo < 1 || mo > 12 || d < 1 || !date_is_valid(2024, mo, d))
		return false;
	if (arg & 1)
		ret->flags |= SEM_SECOND;
	return day_ahead(c, mo, d, ret);
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
	/* 5号楼, 2号仓库 are places. */
	if (unit_is(c, m->to - 1, " 号 ") && m->to < c->n_units &&
	    !c->unit[m->to].space && unit_is(c, m->to, " 楼 店 仓 库 车 门 "
	    "线 机 厂 院 桌 房 站 柜 馆 铺 档 井 炉 罐 "))
		return false;
	ret->n = n->n;
	return true;
}

bool
dom_ahead(const struct chart *c, int dom, struct sem *ret)
{
	int y, mo, d, i;

	date_split(c->ref, &y, &mo, &d);
	ret->d = (int16_t)dom;
	if (dom <= d && date_is_valid(y, mo, dom)) {
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
	/* A bare "28th" stands behind a stop, where the text begins, or after
	 * a word that wants a day. */
	if (arg == 2 && !unit_is(c, m->from - 1, " by before until till "
	    "after from since to u ") && !(unit_is(c, m->from - 1,
	    " and & n or ") && unit_is(c, m->from - 2, " th st nd rd ")) && (n->n < 4 || c->unit[m->from].kind != '0' ||
	    (m->from > 0 && c->unit[m->from - 1].kind != '.' &&
	    !unit_is(c, m->from - 1, " payday run due pay paying paid n ")) ||
	    (m->to < c->n_units && c->unit[m->to].kind != '.' &&
	    !unit_is(c, m->to, " and n ok then please pls at latest we i "))))
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
	/* "the 1st of the month", when it is over: of the next. */
	if (rel == NULL && !c->zh && s.from + n->n - 1 < c->ref)
		return dom_ahead(c, n->n, ret);
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
		return day_ahead(c, span->m, n->n, ret);
	return give_day(ret, span->from + n->n - 1);
}
