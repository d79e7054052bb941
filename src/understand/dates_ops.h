/* dates_ops.h - the functions behind the rules of dates_en.def and
 * dates_zh.def (see rule_fn in chart.h).  Their names are those of the
 * second column of the tables. */
#ifndef DUNLIN_UNDERSTAND_DATES_OPS_H
#define DUNLIN_UNDERSTAND_DATES_OPS_H

#include "understand/chart.h"

enum time_unit {
	U_DAY, U_WEEK, U_MONTH, U_QUARTER, U_YEAR, U_FORTNIGHT, U_WORKDAY,
	U_WEEKEND, U_HALFYEAR, U_WORKWEEK, U_HOUR, U_MINUTE
};

/* The k-th part of category cat, or NULL. */
const struct sem *part_of(const struct match *m, int cat, int k);

/* The span of one unit, rel units away from the one that holds day. */
bool span_of(const struct chart *c, int unit, int rel, int32_t day,
    struct sem *ret);

#define OP(name) bool op_##name(const struct chart *, const struct match *, \
    int, struct sem *);
#include "understand/ops.def"
#undef OP

#endif
