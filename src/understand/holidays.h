/* holidays.h - festivals by name: when they are in a year. */
#ifndef DUNLIN_UNDERSTAND_HOLIDAYS_H
#define DUNLIN_UNDERSTAND_HOLIDAYS_H

#include <stdint.h>

struct grammar;

void holidays_grammar(struct grammar *g);
/* The day of festival i (a word's value) in the Gregorian year y, or
 * DATE_NONE. */
int32_t holiday_day(int i, int y);
/* How many days off it has after its day, at the least. */
int holiday_span(int i);

/* The day of a lunar date; lunar year y begins in Gregorian year y. */
int32_t lunar_day(int y, int month, int day);

#endif
