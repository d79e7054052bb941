/* rulepack.h - what law and codes demand, strictest first (RULES §0 1, 2).
 *
 * Keyed on jurisdiction x debtor type x collector role x channel; an unknown
 * key takes the strictest row that could apply.  Rows: rulepacks.def.  A
 * policy or template can never weaken them. */
#ifndef DUNLIN_POLICY_RULEPACK_H
#define DUNLIN_POLICY_RULEPACK_H

#include "core/kinds.h"

#include <stdbool.h>
#include <stddef.h>

struct rulepack {
	const char *id;		/* "us-consumer-agency" */
	const char *source;	/* RULES row, law */
	int from, to;		/* minutes of the debtor's day in which
				 * something may be sent; to exclusive */
	bool workdays_only;
	int per_day, per_week;	/* contacts over all channels; 0: no limit */
	bool opt_out_line;	/* every message says how to stop */
	bool neutral_subject;	/* nothing of a debt in what others may see */
	bool channel_allowed;
	bool offers_allowed;	/* incentives in a reminder (RULES A15b) */
};

/* country NULL (or none of ISO 3166-1): unknown.  debtor PARTY_COUNT: unknown.
 * agency: collects for others.  The result is the intersection of all rows
 * that match or might match; id and source are those of the first. */
struct rulepack rulepack_find(const char *country, enum party_kind debtor,
    bool agency, enum channel channel);

/* All rows, for documents and tests. */
size_t rulepack_count(void);
const struct rulepack *rulepack_row(size_t i);

#endif
