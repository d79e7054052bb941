/* amount.h - amounts as people and ledgers write them.
 *
 * amount_parse, for what a person types: "1234.56", "-1234.56", "1,234.56",
 * "1,234,567": a point before the decimals, commas between groups of three
 * digits.  "1,234" alone may be a thousand or one and a bit: refused, but for
 * currencies without decimals.
 *
 * amount_read, for ledgers: also 1.234,56 and 1 234,56, (123.00), 123.00-,
 * full-width digits, a currency before or after (which must be that of the
 * row).  style is the decimal sign of the file, '\0' when it is not known:
 * then what can be read in two ways is refused.
 *
 * What is not an amount is ERR_PERM with a text that says what would do. */
#ifndef DUNLIN_IMPORT_AMOUNT_H
#define DUNLIN_IMPORT_AMOUNT_H

#include "core/money.h"

int amount_parse(const char *text, const char *cur, struct money *ret_m,
    struct err *err);
/* *ret_style: the decimal sign that this one shows, or '\0'. */
int amount_read(const char *text, const char *cur, char style,
    struct money *ret_m, char *ret_style, struct err *err);

/* The currency of a code, a sign or a name ("CNY", "RMB", "人民币", "US$");
 * false when it is none, or of several ("$", "￥"). */
bool amount_currency(const char *text, char ret_cur[MONEY_CUR_MAX]);

#endif
