/* numbers.h - numbers as people write them: 38,600.00, 1.234,56, 12,34,567,
 * twenty-one, 15th, 二零一三, 十五, 壹万贰仟叁佰, 八万五, 廿.
 * Part of chart.c's lexical step; words are in numbers.def. */
#ifndef DUNLIN_UNDERSTAND_NUMBERS_H
#define DUNLIN_UNDERSTAND_NUMBERS_H

#include "understand/chart.h"

#define NUMBERS_MAX 8
#define NUMBER_ONE 10000	/* sem.num of 1 */
#define NUMBER_LIMIT (INT64_C(900000000000000) * NUMBER_ONE)

struct number {
	int cat;		/* C_INT, C_YEAR, C_N, C_NUM, C_ORD, C_YMD8 */
	int to;			/* unit after it */
	int64_t num;		/* times NUMBER_ONE */
	int32_t n;		/* whole part where small, else -1 */
	int16_t digits;		/* how many digits were written */
	uint8_t flags;
};

/* All readings of a number that starts at unit i. */
int numbers_at(const struct chart *c, int i, struct number found[NUMBERS_MAX]);

#endif
