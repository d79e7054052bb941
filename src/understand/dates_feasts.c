#include "understand/dates_parts.h"

#include "core/date.h"
#include "policy/calendar.h"
#include "understand/holidays.h"

#include <string.h>

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
	const struct sem *y = part_of(m, C_YEAR, 0), *span = date_part(m, 0);

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

/* 十一之前: a number that names a festival where one pays before it. */
bool
op_before_md(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	struct sem day;

	memset(&day, 0, sizeof(day));
	if (m->from > 0 && c->unit[m->from - 1].kind == 'h' &&
	    !unit_is(c, m->from - 1, " 在 于 赶 到 迟 晚 会 们 我 "))
		return false;
	if (!day_ahead(c, arg / 32, arg % 32, &day))
		return false;
	ret->to = day.from;
	return true;
}

/* 年后, 年前: after and before the Spring Festival, with its days off. */
bool
op_new_year(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	int y = year_of(c->ref);
	int32_t day = lunar_day(y, 1, 1);

	/* 三年前: no year of its own. */
	if (!c->zh || (m->from > 0 && (c->unit[m->from - 1].kind != '.' &&
	    unit_is(c, m->from - 1, " 一 二 两 三 四 五 六 七 八 九 十 几 "
	    "半 多 数 百 明 今 去 前 后 当 本 每 上 中 下 "))))
		return false;
	if (m->from > 0 && c->unit[m->from - 1].kind == '0')
		return false;
	if (day == DATE_NONE || day + (arg > 0 ? 6 : 0) < c->ref)
		day = lunar_day(y + 1, 1, 1);
	if (day == DATE_NONE)
		return false;
	if (arg < 0) {
		ret->to = day - 1;
		return true;
	}
	ret->from = calendar_add_workdays(calendar(c), calendar_covers(
	    calendar(c), day + 1) ? day : day + 6, 1);
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
	return hol_near(c, hol->n, 1, &s) && give_span(ret, s.from,
	    s.from + holiday_span(hol->n) - 1, G_OTHER);
}

/* "Easter weekend", "Christmas week": arg is the unit. */
bool
op_hol_span(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *y = part_of(m, C_YEAR, 0);
	int i = part_of(m, C_HOL, 0)->n, wd;
	struct sem s;

	memset(&s, 0, sizeof(s));
	if (y != NULL ? !give_day(&s, holiday_day(i, y->n)) :
	    !hol_near(c, i, 1, &s))
		return false;
	if (arg == U_WEEK)
		return span_of(c, U_WEEK, 0, s.from, ret);
	wd = (int)date_weekday(s.from);
	/* A Monday or Friday makes the weekend long. */
	if (wd == 0)
		return give_span(ret, s.from - 2, s.from, G_OTHER);
	return wd == 4 ? give_span(ret, s.from, s.from + 2, G_OTHER) :
	    span_of(c, U_WEEKEND, 0, s.from, ret);
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
	const struct sem *md = part_of(m, C_LMD, 0), *span = date_part(m, 0);

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
			return give_span(ret, day, day + 28, G_OTHER);
	}
	return false;
}

bool
op_lmon_num(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	ret->n = part_of(m, C_N, 0)->n;
	return ret->n >= 1 && ret->n <= 10;
}
