#include "import/day.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "2026-11-21 00:00:00", "2026-11-21T08:30", "21.11.2026 00:00". */
static void
drop_time(char *s)
{
	char *p = strpbrk(s, "0123456789") == s ? strpbrk(s, " T") : NULL;

	if (p != NULL && is_digit(p[1]) && strchr(p, ':') != NULL &&
	    strspn(p + 1, "0123456789:.Z+") == strlen(p + 1))
		*p = '\0';
}

static int
month_of(const char *s, size_t n)
{
	static const char *const months[] = { "january", "february", "march",
		"april", "may", "june", "july", "august", "september",
		"october", "november", "december" };
	size_t i, k;

	for (i = 0; i < 12; i++) {
		if (n < 3 || n > strlen(months[i]))
			continue;
		for (k = 0; k < n; k++)
			if (tolower((unsigned char)s[k]) != months[i][k])
				break;
		if (k == n || (i == 8 && n == 4 && k == 3 &&
		    tolower((unsigned char)s[3]) == 't'))
			return (int)i + 1;
	}
	return 0;
}

/* A month by its name, with a day and a year of four digits. */
static bool
by_name(const char *s, int32_t *ret_day)
{
	int month = 0, day = 0, year = 0, v;
	size_t n;

	while (*s != '\0') {
		if (is_digit(*s)) {
			n = strspn(s, "0123456789");
			if (n > 4 || sscanf(s, "%4d", &v) != 1)
				return false;
			if (n == 4 && year == 0)
				year = v;
			else if (n <= 2 && day == 0)
				day = v;
			else
				return false;
		} else if (isalpha((unsigned char)*s)) {
			for (n = 0; isalpha((unsigned char)s[n]); n++)
				;
			if (month != 0 || (month = month_of(s, n)) == 0)
				return false;
		} else if ((n = strspn(s, " ,.-/")) == 0)
			return false;
		s += n;
	}
	if (!date_is_valid(year, month, day))
		return false;
	*ret_day = date_make(year, month, day);
	return true;
}

int
day_read(const char *text, enum date_order order, int32_t *ret_day,
    struct err *err)
{
	size_t n = strlen(text), digits;
	char s[64];

	if (n >= sizeof(s))
		return date_parse(text, order, ret_day, err);
	memcpy(s, text, n + 1);
	drop_time(s);
	n = strlen(s);
	if (n > 0 && strspn(s, "0-./") == n) {
		*ret_day = DATE_NONE;
		return 0;
	}
	digits = strspn(s, "0123456789");
	if (order == DATE_ISO && ((digits == 4 && s[4] != '-') ||
	    (digits == 8 && n == 8)))
		return date_parse(s, DATE_YMD, ret_day, err);
	if (strpbrk(s, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != NULL && by_name(s, ret_day))
		return 0;
	return date_parse(s, order, ret_day, err);
}
