/* dates.h - the dates of a text, read as a collector would mean them.
 *
 * Grammar: words_en.def, words_zh.def, dates_en.def, dates_zh.def and
 * holidays.def; a row is pattern, meaning, example.  Conventions (README of
 * the tables is the tables): a bare weekday or day of the month lies ahead;
 * "next Friday" is the Friday of next week; weeks start on Monday; spans end
 * on their last day; "before" a day is a deadline of that day. */
#ifndef DUNLIN_UNDERSTAND_DATES_H
#define DUNLIN_UNDERSTAND_DATES_H

#include "understand/chart.h"

#define DATES_MAX 64

struct date_found {
	int32_t from, to;		/* DATE_NONE: that end is open */
	int32_t old_from, old_to;	/* the reading behind, or DATE_NONE */
	size_t at, end;			/* bytes of the normalised text */
	uint8_t flags, grain;
	int second;			/* index of the less likely reading of
					 * the same words, or -1 */
	bool is_second;
};

/* Add the words and rules of dates to a grammar. */
void dates_grammar(struct grammar *g);

/* The dates of the chart, in the order of the text; returns how many. */
int dates_find(const struct chart *c, struct date_found found[DATES_MAX]);

#endif
