/* talk.h - what an answer, a courtesy reminder or an outcome is about: read
 * from the row that its cause names (store/talks.h), said by render/. */
#ifndef DUNLIN_CORE_TALK_H
#define DUNLIN_CORE_TALK_H

#include "core/kinds.h"
#include "core/money.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct talk_day {
	int32_t day;
	struct money amount;		/* minor 0: all that is named */
};

/* What was wrong with a reminder about one item. */
struct talk_wrong {
	enum wrong what;
	const char *document;
	int32_t day;			/* paid, received, as of, due;
					 * DATE_NONE */
	struct money amount;		/* the right one, or what came in */
};

struct talk {
	bool current;			/* still so: else say nothing */
	const struct talk_day *days;	/* promised, in order */
	size_t n_days;
	int32_t latest;			/* latest day that is acceptable;
					 * DATE_NONE: not said */
	int parts;			/* most instalments; 0: not said */
	bool by_bill;			/* a bill of exchange is promised */
	int32_t bill;			/* it matures then; DATE_NONE */
	int32_t by;			/* a dispute is answered by then, a
					 * claim checked; DATE_NONE */
	const char *owner;		/* login of who looks at it; NULL */
	const char *document;		/* the item disputed; NULL: more */
	struct money part;		/* of it; minor 0: all */
	const char *reference;		/* of the payment claimed; NULL */
	int outcome;			/* enum dispute_state; -1: none */
	bool settled;			/* a claim: the ledger shows it */
	int32_t received;		/* value date of the receipt that it
					 * was found by; DATE_NONE: none */
	struct money receipt;		/* and its amount */
	/* The items it covers, to be listed; none: all that are open. */
	const int64_t *items;
	size_t n_items;
	bool free;			/* a thank-you: only where no hold is */
	int32_t sent;			/* an apology: day of the reminder;
					 * DATE_NONE */
	const struct talk_wrong *wrongs;
	size_t n_wrongs;
};

#endif
