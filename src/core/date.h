/* date.h - civil dates as day numbers, days since 1970-01-01 (proleptic
 * Gregorian calendar).  A date has no zone; zone.h makes it from an instant.
 */
#ifndef DUNLIN_CORE_DATE_H
#define DUNLIN_CORE_DATE_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define DATE_NONE INT32_MIN	/* no date: NULL in the database */
#define DATE_MIN (-25567)	/* 1900-01-01, the earliest accepted */
#define DATE_MAX 84370		/* 2200-12-31, the latest accepted */
#define DATE_TEXT_MAX 16

enum weekday { MON, TUE, WED, THU, FRI, SAT, SUN, WEEKDAY_COUNT };

/* The order of the parts in a numeric date; DATE_ISO is YYYY-MM-DD. */
enum date_order { DATE_ISO, DATE_YMD, DATE_DMY, DATE_MDY, DATE_ORDER_COUNT };

bool date_is_valid(int y, int m, int d);
int32_t date_make(int y, int m, int d);	/* the caller has checked it */
void date_split(int32_t day, int *ret_y, int *ret_m, int *ret_d);
enum weekday date_weekday(int32_t day);
int date_month_len(int y, int m);
/* Same day n months later, the month's last day where it has none. */
int32_t date_add_months(int32_t day, int n);

/* DATE_ISO takes YYYY-MM-DD only.  The others take / - . or 年月日 between
 * parts, one or two digit months and days, four digit years, and also
 * YYYYMMDD and YYYY-MM-DD, which cannot be misread.  The date must lie in
 * 1900..2200. */
int date_parse(const char *text, enum date_order order, int32_t *ret_day,
    struct err *err);
char *date_format(int32_t day, char buf[DATE_TEXT_MAX]);	/* ISO 8601 */

#endif
