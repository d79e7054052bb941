/* weight.h - which of several sums wants attention first: money by urgency.
 * For order alone: amounts are never converted nor added for anything that is
 * shown (RULES F1). */
#ifndef DUNLIN_CORE_WEIGHT_H
#define DUNLIN_CORE_WEIGHT_H

#include "core/money.h"

#include <stdint.h>

/* Roughly how many US dollars, by the table weight.def; nought and below: 0.
 */
int64_t weight_units(struct money m);

/* Units that are so many days past due (before: 0; at most 1000 count). */
int64_t weight_of(int64_t units, int32_t days);

#endif
