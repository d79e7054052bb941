#include "core/weight.h"

#include <string.h>

#define UNITS_MAX INT64_C(1000000000000)
#define DAYS_MAX 1000

static const struct {
	const char *cur;
	int64_t units;
} weights[] = {
#define WEIGHT(code, units) { #code, units },
#include "core/weight.def"
#undef WEIGHT
};

int64_t
weight_units(struct money m)
{
	int digits = money_digits(m.cur);
	int64_t v = m.minor > 0 ? m.minor : 0;
	size_t i;

	while (digits-- > 0)
		v /= 10;
	for (i = 0; i < sizeof(weights) / sizeof(weights[0]); i++)
		if (strcmp(weights[i].cur, m.cur) == 0)
			v /= weights[i].units;
	return v > UNITS_MAX ? UNITS_MAX : v;
}

int64_t
weight_of(int64_t units, int32_t days)
{
	if (units > UNITS_MAX)
		units = UNITS_MAX;
	return units * ((days < 0 ? 0 : days > DAYS_MAX ? DAYS_MAX : days) +
	    10);
}
