/* dates_parts.h - what the functions of the date rules share: the parts of
 * a match, dates that exist, and what stands around the match. */
#ifndef DUNLIN_UNDERSTAND_DATES_PARTS_H
#define DUNLIN_UNDERSTAND_DATES_PARTS_H

#include "understand/dates_ops.h"

struct calendar;

/* The k-th part that is a date of any size, or NULL. */
const struct sem *date_part(const struct match *m, int k);
/* A day that dates can hold. */
bool day_ok(int32_t day);
int year_of(int32_t day);
/* The Monday of the week of a day. */
int32_t monday_of(int32_t day);
/* Each fills in ret, or refuses what no calendar has. */
bool give_span(struct sem *ret, int32_t from, int32_t to, int grain);
bool give_day(struct sem *ret, int32_t day);
bool give_month(struct sem *ret, int y, int m);
bool give_months(struct sem *ret, int32_t first, int n, int grain);
/* Month and day without a year: ahead, unless the clause looks back. */
bool day_ahead(const struct chart *c, int mo, int d, struct sem *ret);
/* The next such day of the month. */
bool dom_ahead(const struct chart *c, int dom, struct sem *ret);
/* No digits or joined signs run on at either end of the match. */
bool bounded(const struct chart *c, const struct match *m);
/* A word follows that makes "the 3rd" something else than a day. */
bool runs_on(const struct chart *c, const struct match *m);
/* Unit i is one of the words of a list " a b c ". */
bool unit_is(const struct chart *c, int i, const char *words);
/* The 下 at unit i belongs to the word before it: 剩下, 余下. */
bool is_glued(const struct chart *c, int i);
/* The calendar of working days of the writer. */
const struct calendar *calendar(const struct chart *c);

#endif
