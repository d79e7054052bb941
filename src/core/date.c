#include "core/date.h"

#include <stdio.h>
#include <string.h>

static bool
is_leap(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

int
date_month_len(int y, int m)
{
	static const int len[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };

	return m == 2 && is_leap(y) ? 29 : len[m - 1];
}

bool
date_is_valid(int y, int m, int d)
{
	return y >= 1900 && y <= 2200 && m >= 1 && m <= 12 && d >= 1 &&
	    d <= date_month_len(y, m);
}

int32_t
date_make(int y, int m, int d)
{
	int32_t era, yoe, doy, doe;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

void
date_split(int32_t day, int *ret_y, int *ret_m, int *ret_d)
{
	int32_t z = day + 719468, era, doe, yoe, doy, mp;

	era = (z >= 0 ? z : z - 146096) / 146097;
	doe = z - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	*ret_d = doy - (153 * mp + 2) / 5 + 1;
	*ret_m = mp < 10 ? mp + 3 : mp - 9;
	*ret_y = yoe + era * 400 + (*ret_m <= 2);
}

enum weekday
date_weekday(int32_t day)
{
	int32_t w = (day + 3) % 7;	/* 1970-01-01 was a Thursday */

	return (enum weekday)(w < 0 ? w + 7 : w);
}

int32_t
date_add_months(int32_t day, int n)
{
	int y, m, d, total;

	date_split(day, &y, &m, &d);
	total = y * 12 + (m - 1) + n;
	y = total / 12;
	m = total % 12 + 1;
	if (d > date_month_len(y, m))
		d = date_month_len(y, m);
	return date_make(y, m, d);
}

/* Reads digits; returns how many, 0 when there are none or more than max. */
static int
digits(const char **p, int max, int *ret)
{
	int n = 0, v = 0;

	while ((*p)[n] >= '0' && (*p)[n] <= '9') {
		if (n == max)
			return 0;
		v = v * 10 + ((*p)[n] - '0');
		n++;
	}
	*p += n;
	*ret = v;
	return n;
}

/* One separator after part i; 年月日 are accepted where they belong. */
static bool
separator(const char **p, int i)
{
	static const char *const han[] = { "年", "月", "日" };

	if (strncmp(*p, han[i], 3) == 0) {
		*p += 3;
		return true;
	}
	if (i == 2)
		return true;
	if (**p == '-' || **p == '/' || **p == '.') {
		(*p)++;
		return true;
	}
	return false;
}

static bool
parts(const char *text, int part[3], int len[3])
{
	const char *p = text;
	int i;

	for (i = 0; i < 3; i++) {
		len[i] = digits(&p, 4, &part[i]);
		if (len[i] == 0 || !separator(&p, i))
			return false;
	}
	return *p == '\0';
}

static bool
compact(const char *text, int part[3])
{
	const char *p = text;
	int v;

	if (digits(&p, 8, &v) != 8 || *p != '\0')
		return false;
	part[0] = v / 10000;
	part[1] = v / 100 % 100;
	part[2] = v % 100;
	return true;
}

static bool
is_iso(const char *text)
{
	static const char form[] = "dddd-dd-dd";
	size_t i;

	for (i = 0; i < sizeof(form) - 1; i++)
		if (form[i] == 'd' ? text[i] < '0' || text[i] > '9'
		    : text[i] != form[i])
			return false;
	return text[i] == '\0';
}

int
date_parse(const char *text, enum date_order order, int32_t *ret_day,
    struct err *err)
{
	static const char *const form[DATE_ORDER_COUNT] = {
		[DATE_ISO] = "YYYY-MM-DD", [DATE_YMD] = "YYYY/M/D",
		[DATE_DMY] = "D/M/YYYY", [DATE_MDY] = "M/D/YYYY" };
	/* where the year, month and day stand */
	static const int at[DATE_ORDER_COUNT][3] = { { 0, 1, 2 },
		{ 0, 1, 2 }, { 2, 1, 0 }, { 2, 0, 1 } };
	int part[3], len[3], y, m, d;

	if (is_iso(text)) {
		if (!parts(text, part, len))
			goto bad;
		order = DATE_ISO;
	} else if (order == DATE_ISO)
		goto bad;
	else if (compact(text, part))
		order = DATE_ISO;
	else if (!parts(text, part, len) || len[at[order][0]] != 4 ||
	    len[at[order][1]] > 2 || len[at[order][2]] > 2)
		goto bad;
	y = part[at[order][0]];
	m = part[at[order][1]];
	d = part[at[order][2]];
	if (!date_is_valid(y, m, d))
		return err_set(err, ERR_PERM, "'%.40s' is not a day of the "
		    "calendar (read as year %d, month %d, day %d)", text, y,
		    m, d);
	*ret_day = date_make(y, m, d);
	return 0;
bad:
	return err_set(err, ERR_PERM, "'%.40s' is not a date of the form %s",
	    text, form[order]);
}

static char *
two(char *p, int v)
{
	*p++ = (char)('0' + v / 10 % 10);
	*p++ = (char)('0' + v % 10);
	return p;
}

char *
date_format(int32_t day, char buf[DATE_TEXT_MAX])
{
	char *p = buf;
	int y, m, d;

	date_split(day, &y, &m, &d);
	if (y < 0)
		y = 0;
	p = two(two(p, y / 100), y % 100);
	*p++ = '-';
	p = two(p, m);
	*p++ = '-';
	*two(p, d) = '\0';
	return buf;
}
