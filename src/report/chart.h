/* chart.h - what is owed by age, as a small picture with its text.
 *
 * A PNG 320 pixels wide (640 of them, for sharp screens: show it with
 * width=320), one currency each: a bar per age, its name before it and the
 * amount in whole units behind.  chart_ageing_text says the same in words, for
 * alt= and for plain text.  Pure; the same input gives the same picture. */
#ifndef DUNLIN_REPORT_CHART_H
#define DUNLIN_REPORT_CHART_H

#include "base/err.h"
#include "core/money.h"

#include <stddef.h>
#include <stdint.h>

#define CHART_WIDTH 320		/* as it is to be shown */
#define CHART_HEIGHT 168
#define CHART_CREDITS 27	/* more, where there are credits */

/* The ages are those of the stages M0 to M4. */
enum chart_age {
	CHART_NOT_DUE,
	CHART_1_30,
	CHART_31_60,
	CHART_61_90,
	CHART_OVER_90,
	CHART_AGES
};
/* "31–60 days", "逾期31–60天" */
const char *chart_age_name(enum chart_age age, const char *language);

struct chart_ageing {
	char cur[MONEY_CUR_MAX];
	int64_t minor[CHART_AGES];	/* what is owed; below 0 counts as 0 */
	int64_t credits;		/* below 0, part of the total; 0 is not
					 * shown: no row of its own */
};

/* "Open amounts by age, CNY 20.00 in all: not due CNY 10.00; ..." */
char *chart_ageing_text(void *owner, const struct chart_ageing *c,
    const char *language);
/* language: "zh-CN", others English.  ERR_CONFIG: no fonts. */
int chart_ageing_png(void *owner, const struct chart_ageing *c,
    const char *language, char **ret_png, size_t *ret_len, struct err *err);

/* The colours of the ages, and of the stages in other charts: "#rrggbb". */
extern const char *const chart_colours[CHART_AGES];

#endif
