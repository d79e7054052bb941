/* money.h - amounts as integer minor units with their ISO 4217 code.
 * Never floating point; different currencies are never added (RULES F1, F2).
 */
#ifndef DUNLIN_CORE_MONEY_H
#define DUNLIN_CORE_MONEY_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define MONEY_CUR_MAX 4	/* three letters and NUL */
#define MONEY_TEXT_MAX 48

struct money {
	int64_t minor;
	char cur[MONEY_CUR_MAX];
};

/* Digits after the point for an ISO 4217 code, -1 when it is none. */
int money_digits(const char *cur);

/* Set cur from text in any letter case; false when not an ISO 4217 code. */
bool money_cur_parse(const char *text, char ret_cur[MONEY_CUR_MAX]);

/* Plain decimal "-1234.56" (point, no grouping) in the currency's digits;
 * more digits than the currency has is ERR_PERM, as is what does not fit
 * 15 digits in all.  Other forms: import/amount.h. */
int money_parse(const char *text, const char *cur, struct money *ret_m,
    struct err *err);

/* "-1234.56" without the code; round-trips through money_parse. */
char *money_format(struct money m, char buf[MONEY_TEXT_MAX]);

/* a + b in one currency; an overflow or two currencies abort (a defect). */
struct money money_add(struct money a, struct money b);
struct money money_zero(const char *cur);

#endif
