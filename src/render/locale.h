/* locale.h - amounts, dates and lists as people write them (RULES F6).
 *
 *   en      USD 1,234.56      21 November 2026    a, b and c
 *   zh-CN   人民币1,234.56元   2026年11月21日       a、b和c
 *           1,234.56美元
 * Never all-numeric dates, never a currency sign.  Names of currencies come
 * from CLDR through ICU. */
#ifndef DUNLIN_RENDER_LOCALE_H
#define DUNLIN_RENDER_LOCALE_H

#include "core/money.h"

#include <stddef.h>
#include <stdint.h>

struct locale;

/* Exactly "en" or "zh-CN"; NULL for others. */
const struct locale *locale_find(const char *language);
/* The language for a wish: "zh", "zh-TW", "zh_CN.UTF-8" give zh-CN, all
 * other give "en"; NULL too. */
const struct locale *locale_for(const char *wish);
const char *locale_tag(const struct locale *l);
size_t locale_count(void);
const struct locale *locale_at(size_t i);

char *locale_money(void *owner, const struct locale *l, struct money m);
char *locale_date(void *owner, const struct locale *l, int32_t day);
char *locale_join(void *owner, const struct locale *l,
    const char *const *parts, size_t n);

#endif
