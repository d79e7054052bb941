/* capital.h - amounts in the capital figures of Chinese letters and bills
 * (大写金额, RULES F7): 人民币壹万陆仟肆佰零玖元零贰分. */
#ifndef DUNLIN_RENDER_CAPITAL_H
#define DUNLIN_RENDER_CAPITAL_H

#include "base/err.h"
#include "core/money.h"

#include <stdbool.h>

/* Of renminbi above zero.  What it writes is read again digit by digit, and
 * anything that is not the same amount is refused (RULES F9): ERR_PERM for
 * other currencies and amounts, ERR_CONFIG where ICU writes what is not
 * known.  Of the two accepted forms after a 元 that follows a zero, the one
 * without 零 is written: 人民币壹仟陆佰捌拾元叁角贰分. */
int capital_money(void *owner, struct money m, char **ret_s,
    struct err *err);

/* The amount in 分 that such a text says; false: it is none. */
bool capital_read(const char *s, int64_t *ret_minor);

#endif
