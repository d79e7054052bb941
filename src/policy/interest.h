/* interest.h - what the law, or the contract, gives for paying late (RULES
 * A24-A26, A34, A36, A37, F3-F5).  For information only: nothing here is ever
 * added to what is owed.  Pure.
 *
 * Simple interest on the principal, from the day after the due day to the day
 * of payment, that day included; split where a rate or the principal changes;
 * added up exactly in 128 bits and rounded once, half away from zero or half
 * to even.  Where the rate of a day is not known, there is no amount: never a
 * guess. */
#ifndef DUNLIN_POLICY_INTEREST_H
#define DUNLIN_POLICY_INTEREST_H

#include "base/err.h"
#include "core/money.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rates are parts per million a year: 11.75 % is 117500. */
#define RATE_PPM 1000000

struct rate {
	int32_t from;		/* day */
	int32_t ppm;
	const char *source;	/* who published it, and when */
};
/* One reference rate by day, ascending; known up to and with until. */
struct rates {
	struct rate *list;
	size_t n;
	int32_t until;
};

/* Lines "YYYY-MM-DD,PERCENT,SOURCE" in their order, "until,YYYY-MM-DD" as
 * the last, "#" comments; errors name FILE:LINE. */
int rates_parse(void *owner, const char *file, const char *text,
    struct rates **ret_rates, struct err *err);
/* The rate in force on a day; NULL: not known. */
const struct rate *rates_on(const struct rates *r, int32_t day);

/* "3.75" percent a year to ppm; at most four digits behind the point. */
bool rate_parse(const char *percent, int32_t *ret_ppm);
/* And back: "3.75".  Returns buf. */
#define RATE_TEXT_MAX 24
char *rate_format(int32_t ppm, char buf[RATE_TEXT_MAX]);

/* "actual/365", "actual/360", "30/360" (30E: each month has 30 days). */
enum interest_count { COUNT_ACT_365, COUNT_ACT_360, COUNT_30_360 };
bool interest_count_parse(const char *word, enum interest_count *ret);
/* "half-up" (away from zero), "half-even". */
enum interest_rounding { ROUND_HALF_UP, ROUND_HALF_EVEN };
bool interest_rounding_parse(const char *word,
    enum interest_rounding *ret);

/* What applies: a row of interest.def. */
struct interest_pack {
	const char *name;
	bool floats;		/* else the rate of one day holds throughout */
	bool contract;		/* the rate of the day of the contract */
	int half_years;		/* 1: the rate of 1 January and 1 July; 2: of
				 * the day before each; 0: of the day itself */
	bool daily;		/* margin is ppm a day */
	enum interest_count count;
	int factor;		/* percent of the reference rate; 0: none */
	int32_t margin;		/* ppm on top */
	const char *fee;	/* currency of the fixed sum, or NULL */
	const char *law, *en, *zh;
};
const struct interest_pack *interest_pack(const char *name);
/* By number, NULL after the last. */
const struct interest_pack *interest_pack_at(size_t i);
/* The day whose reference rate holds on a day: itself, or the one by which
 * the law fixes the rate of its half-year. */
int32_t interest_rate_day(const struct interest_pack *p, int32_t day);
/* What people have to know beside the sum; false: nothing. */
bool interest_note(const char *pack, const char **ret_en,
    const char **ret_zh);
/* RULES A34a: an agreed rate above 130 % of the loss that the law presumes
 * (1-year LPR + 30 %), by the table of the LPR on a day; false also where
 * that is not known. */
bool interest_excessive(int32_t ppm, const struct rates *lpr, int32_t day);

struct interest_part {	/* a payment, on its value date */
	int32_t day;
	int64_t amount;
};
struct interest_pause {	/* moratorium, dispute: days that do not count */
	int32_t from, to;
};
struct interest_case {
	int64_t principal;
	char cur[MONEY_CUR_MAX];
	int32_t due, until;
	int32_t agreed;		/* day of the contract; DATE_NONE */
	enum interest_rounding rounding;
	const struct interest_part *parts;	/* ascending */
	size_t n_parts;
	const struct interest_pause *pauses;	/* ascending, apart */
	size_t n_pauses;
};

struct interest_line {
	int32_t from, to, days;
	int64_t principal;
	int32_t ppm;		/* a year, or a day */
	const char *source;
	const struct rate *of;	/* the reference rate; NULL: it takes none */
};
struct interest {
	struct interest_line *lines;
	size_t n_lines;
	int64_t amount;		/* rounded once */
	int64_t fee;		/* fixed sum: one for each debt */
	bool daily;
	enum interest_count count;
};

/* 1; 0: a rate that it takes is not known, and ret_missing is the first such
 * day.  rates may be NULL where the pack takes none. */
int interest_compute(void *owner, const struct interest_pack *p,
    const struct rates *rates, const struct interest_case *c,
    struct interest **ret, int32_t *ret_missing);

/* "10000.00 x 11.75 % x 60 / 365 + ... = 193.15" */
char *interest_formula(void *owner, const struct interest *i,
    const char *cur);

#endif
