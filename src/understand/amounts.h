/* amounts.h - sums of money as people write them: 38,600元, 2万, $12.4k,
 * 八万五, two grand, 壹万贰仟叁佰元整, half, the balance.
 * Tables: currency.def, amounts.def; numbers as in numbers.h. */
#ifndef DUNLIN_UNDERSTAND_AMOUNTS_H
#define DUNLIN_UNDERSTAND_AMOUNTS_H

#include "understand/chart.h"

#define AMOUNTS_MAX 64
#define AMOUNT_TEXT_MAX 32

struct amount_found {
	int64_t num;		/* times 10,000 */
	char cur[4];		/* ISO 4217, or "" */
	size_t at, end;		/* bytes of the normalised text */
	bool part;		/* num/10,000 of the debt: "half" */
	bool rest;		/* "the balance" */
};

void amounts_grammar(struct grammar *g);
int amounts_find(const struct chart *c,
    struct amount_found found[AMOUNTS_MAX]);

/* "12400", "0.5", "3.14": plain decimal, no grouping. */
char *amount_text(int64_t num, char buf[AMOUNT_TEXT_MAX]);

/* A number without a currency is a sum where it stands. */
bool amount_said(const struct chart *c, const struct match *m);

#endif
