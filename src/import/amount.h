/* amount.h - amounts as ledgers write them.
 *
 * "1234.56", "-1234.56", "1,234.56", "1,234,567": a point before the
 * decimals, commas between groups of three digits.  "1,234" alone may be a
 * thousand or one and a bit: refused, but for currencies without decimals.
 * Everything else (12,34 1e400 NaN (5.00) 1.234,56) is ERR_PERM with a text
 * that says what would do. */
#ifndef DUNLIN_IMPORT_AMOUNT_H
#define DUNLIN_IMPORT_AMOUNT_H

#include "core/money.h"

int amount_parse(const char *text, const char *cur, struct money *ret_m,
    struct err *err);

#endif
