#include "escalate/urgency.h"

#include "base/mem.h"
#include "core/weight.h"

#include <string.h>

#define NO_MONEY 100	/* units that work counts for where none is due */
#define CURRENCIES 8	/* that are named */

void
urgency_weigh(struct urgency *u)
{
	int64_t units = NO_MONEY;
	size_t i;

	for (i = 0; i < u->n_owed; i++)
		units += weight_units(u->owed[i]);
	u->weight = weight_of(units, u->days) * (u->late ? 2 : 1);
}

int
urgency_compare(const struct urgency *a, const struct urgency *b)
{
	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

char *
urgency_why(void *owner, const struct urgency *u, const struct locale *l)
{
	bool zh = strcmp(locale_tag(l), "zh-CN") == 0;
	const char *parts[CURRENCIES], *money;
	char *owed = NULL;
	size_t i, n = 0;

	for (i = 0; i < u->n_owed && n < CURRENCIES; i++)
		if (u->owed[i].minor > 0)
			parts[n++] = locale_money(owner, l, u->owed[i]);
	if (n > 0) {
		money = locale_join(owner, l, parts, n);
		owed = zh ? mem_fmt(owner, "逾期%s，已%d天", money,
		    (int)u->days) : mem_fmt(owner, "%s past due for %d day%s",
		    money, (int)u->days, u->days == 1 ? "" : "s");
	}
	if (!u->late)
		return owed;
	return mem_fmt(owner, "%s%s%s", owed != NULL ? owed : "", owed ==
	    NULL ? "" : zh ? "；" : "; ", zh ? "任务已超时" :
	    "the task is late");
}
