#include "understand/dates_parts.h"

#include "core/date.h"
#include "policy/calendar.h"

#include <string.h>

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
	const struct sem *span = date_part(m, 0);
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
	const struct sem *span = date_part(m, 0);
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
	const struct sem *day = date_part(m, 0), *n = part_of(m, C_ORD, 0);
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
	const struct sem *span = date_part(m, 0);
	int n = arg > 0 ? arg : part_of(m, C_ORD, 0)->n;
	int32_t day;

	if ((span->grain != G_MONTH && span->grain != G_YEAR &&
	    span->grain != G_QUARTER) || n < 1 || n > 53)
		return false;
	day = span->from + (7 - (int)date_weekday(span->from)) % 7 +
	    (n - 1) * 7;
	/* ISO 8601: week 1 of a year holds 4 January. */
	if (span->grain == G_YEAR)
		day = monday_of(span->from + 3) + (n - 1) * 7;
	return day <= span->to && give_span(ret, day, day + 6, G_WEEK);
}

/* 2021年前两个季度: the first (arg 1) or last n units of a span. */
bool
op_first_units(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *span = date_part(m, 0);
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
	    give_span(ret, date_add_months(span->from, 12 - len), span->to,
	    G_OTHER);
}

bool
op_last_week(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *span = date_part(m, 0);
	int32_t day;

	if (span->grain == G_DAY || span->grain == G_WEEK)
		return false;
	/* The last week that begins in it and has most of its days there. */
	day = monday_of(span->to);
	if (span->to - day < 3)
		day -= 7;
	return give_span(ret, day, day + 6, G_WEEK);
}

bool
op_nth_day(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *span = date_part(m, 0), *n = part_of(m, C_ORD, 0);
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
	const struct sem *span = date_part(m, 0);

	return span->grain == G_YEAR && give_month(ret, year_of(span->from),
	    part_of(m, C_ORD, 0)->n);
}

bool
op_nth_last_day(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *span = date_part(m, 0);
	int n = part_of(m, C_ORD, 0)->n;

	return n >= 1 && span->to - n + 1 >= span->from &&
	    give_day(ret, span->to - n + 1);
}

bool
op_last_workday(const struct chart *c, const struct match *m, int arg,
    struct sem *ret)
{
	const struct sem *span = date_part(m, 0);
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
	const struct sem *span = date_part(m, 0), *n = part_of(m, C_ORD, 0);
	int k = n != NULL ? n->n : 1;
	int32_t day = span->from;

	if (k < 1 || k > 31)
		return false;
	for (; day < span->to; day++)
		if (calendar_is_workday(calendar(c), day) && --k == 0)
			break;
	return k <= 0 && give_day(ret, day);
}
