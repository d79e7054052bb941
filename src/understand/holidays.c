#include "understand/holidays.h"

#include "base/mem.h"
#include "core/date.h"
#include "understand/chart.h"

#include <string.h>

#include <unicode/ucal.h>

enum holiday_kind {
	HOLIDAY_fixed, HOLIDAY_easter, HOLIDAY_nth, HOLIDAY_blackfriday,
	HOLIDAY_lunar, HOLIDAY_lunareve, HOLIDAY_qingming
};

static const struct holiday {
	const char *words;
	enum holiday_kind kind;
	int a, b, c, span;
} holidays[] = {
#define HOLIDAY(words, kind, a, b, c, span) \
	{ words, HOLIDAY_##kind, a, b, c, span },
#include "understand/holidays.def"
#undef HOLIDAY
};

#define HOLIDAYS ((int)(sizeof(holidays) / sizeof(holidays[0])))

void
holidays_grammar(struct grammar *g)
{
	struct word_row row;
	int i;

	for (i = 0; i < HOLIDAYS; i++) {
		row.cat = C_HOL;
		row.value = i;
		row.words = holidays[i].words;
		grammar_words(g, &row, 1);
	}
}

/* The anonymous Gregorian computus. */
static int32_t
easter(int y)
{
	int a = y % 19, b = y / 100, c = y % 100, d = b / 4, e = b % 4;
	int f = (b + 8) / 25, g = (b - f + 1) / 3;
	int h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4;
	int l = (32 + 2 * e + 2 * i - h - k) % 7;
	int m = (a + 11 * h + 22 * l) / 451;
	int n = h + l - 7 * m + 114;

	return date_make(y, n / 31, n % 31 + 1);
}

static int32_t
nth_weekday(int y, int m, int wd, int n)
{
	int32_t day;

	if (n < 0) {
		day = date_make(y, m, date_month_len(y, m));
		return day - (date_weekday(day) - wd + 7) % 7;
	}
	day = date_make(y, m, 1);
	return day + (wd - (int)date_weekday(day) + 7) % 7 + (n - 1) * 7;
}

/* New moons minutes from midnight in Beijing, which ICU has on the other
 * side: what the calendar itself says, for 2020 to 2035. */
static const struct {
	int y, month, m, d;
} moons[] = {
	{ 2027, 1, 2, 6 }, { 2030, 1, 2, 3 },
};

/* The first day of a lunar month, looked for day by day from where it can
 * begin; leap months are passed over. */
static int32_t
lunar_month_start(int y, int month, int32_t from, int32_t limit)
{
	static UCalendar *cal;
	UErrorCode e = U_ZERO_ERROR;
	int32_t d;
	size_t i;

	for (i = 0; i < sizeof(moons) / sizeof(moons[0]); i++)
		if (moons[i].y == y && moons[i].month == month)
			return date_make(y, moons[i].m, moons[i].d);
	if (cal == NULL)
		cal = ucal_open(u"Asia/Shanghai", -1, "zh@calendar=chinese",
		    UCAL_TRADITIONAL, &e);
	for (d = from; d < limit && U_SUCCESS(e); d++) {
		ucal_setMillis(cal, ((double)d * 86400 + 4 * 3600) * 1000, &e);
		if (ucal_get(cal, UCAL_MONTH, &e) == month - 1 &&
		    ucal_get(cal, UCAL_IS_LEAP_MONTH, &e) == 0)
			return d - ucal_get(cal, UCAL_DATE, &e) + 1;
	}
	return DATE_NONE;
}

int32_t
lunar_day(int y, int month, int day)
{
	static int32_t start[256][13];	/* 0: not yet known */
	int32_t *s, first;

	if (y < 1901 || y > 2155 || month < 1 || month > 12 || day < 1 ||
	    day > 30)
		return DATE_NONE;
	s = start[y - 1900];
	if (s[1] == 0)
		s[1] = lunar_month_start(y, 1, date_make(y, 1, 20),
		    date_make(y, 2, 25));
	if (s[month] == 0) {
		first = s[1] + (month - 1) * 29 - 1;
		s[month] = s[1] == DATE_NONE ? DATE_NONE :
		    lunar_month_start(y, month, first, first + 75);
	}
	return s[month] == DATE_NONE ? DATE_NONE : s[month] + day - 1;
}

/* Qingming by the century formula, good for 1901..2099. */
static int32_t
qingming(int y)
{
	double base = y < 2000 ? 5.59 : 4.81;
	int k = y < 2000 ? y - 1900 : y - 2000;

	return date_make(y, 4, (int)(k * 0.2422 + base) - k / 4);
}

int32_t
holiday_day(int i, int y)
{
	const struct holiday *h = &holidays[i];

	if (i < 0 || i >= HOLIDAYS || y < 1901 || y > 2150)
		return DATE_NONE;
	switch (h->kind) {
	case HOLIDAY_fixed:
		return date_make(y, h->a, h->b);
	case HOLIDAY_easter:
		return easter(y) + h->a;
	case HOLIDAY_nth:
		return nth_weekday(y, h->a, h->b, h->c);
	case HOLIDAY_blackfriday:
		return nth_weekday(y, 11, THU, 4) + 1;
	case HOLIDAY_lunar:
		return lunar_day(y, h->a, h->b);
	case HOLIDAY_lunareve:
		return lunar_day(y, 1, 1) - 1;
	case HOLIDAY_qingming:
		return qingming(y);
	}
	return DATE_NONE;
}

int
holiday_span(int i)
{
	return i >= 0 && i < HOLIDAYS ? holidays[i].span : 1;
}
