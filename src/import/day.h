/* day.h - dates as ledgers write them.
 *
 * Whatever the order asked for: what names its year first or its month by a
 * word cannot be misread (2026-11-21, 2026/11/21, 20261121, 2026年11月21日,
 * 21 Nov 2026, Nov 21, 2026), and a time after the day is left out.  Other
 * dates need an order other than DATE_ISO.  Noughts only (00.00.0000) are no
 * date: DATE_NONE. */
#ifndef DUNLIN_IMPORT_DAY_H
#define DUNLIN_IMPORT_DAY_H

#include "core/date.h"

int day_read(const char *text, enum date_order order, int32_t *ret_day,
    struct err *err);

#endif
