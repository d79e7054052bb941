/* call_sheet.h - what to have at hand before calling a customer: who, which
 * number, when, what is owed, what was said, what to ask and what not to say
 * (DOMAIN §6).  Pure: facts and the past in, lines of text out, in the
 * language of whoever calls. */
#ifndef DUNLIN_ESCALATE_CALL_SHEET_H
#define DUNLIN_ESCALATE_CALL_SHEET_H

#include "core/facts.h"
#include "plan/plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum call_past_kind {
	PAST_REPLY,		/* text: their words */
	PAST_PROMISED,		/* day, amount */
	PAST_BROKEN,		/* day */
	PAST_KEPT,		/* day */
	PAST_SPOKE,		/* text: result code; by */
	PAST_DISPUTED,		/* text: the reason, a word */
	PAST_PAID,		/* amount */
	PAST_BOUNCED,
	PAST_SENT		/* stage; made from facts->touches */
};
struct call_past {
	int64_t at;
	enum call_past_kind kind;
	const char *text, *by;	/* NULL: not known */
	int32_t day;		/* DATE_NONE */
	struct money amount;	/* minor 0: not said */
	enum stage stage;
};

struct call_promise {
	int32_t day;
	struct money amount;	/* minor 0: all that it covers */
};
struct call_dispute {
	const char *document;	/* NULL: the whole account */
	const char *reason, *owner;
	int32_t by;
};

struct call_input {
	const struct facts *facts;
	const struct policy *policy;
	const char *language;	/* of the caller */
	int64_t now;
	const struct call_past *past;	/* in any order; not PAST_SENT */
	size_t n_past;
	const struct call_promise *promises;	/* open ones, by day */
	size_t n_promises;
	const struct call_dispute *disputes;	/* open ones */
	size_t n_disputes;
	unsigned terms;		/* what might be agreed: behave_terms() */
};

enum call_part {
	CALL_WHO,
	CALL_NUMBER,
	CALL_WHEN,
	CALL_OWED,
	CALL_HISTORY,		/* five lines at most, oldest first */
	CALL_ASK,
	CALL_NEVER,
	CALL_PARTS
};
#define CALL_LINES_MAX 24
#define CALL_HISTORY_MAX 5

struct call_sheet {
	const char *lines[CALL_PARTS][CALL_LINES_MAX];
	size_t n[CALL_PARTS];
	bool stop;		/* nobody but a lead or legal calls */
};

struct call_sheet *call_sheet_make(void *owner, const struct call_input *in);

/* When to call, in one line; NULL: nobody of the team calls.  Facts, policy,
 * language and now suffice. */
char *call_best(void *owner, const struct call_input *in);

/* The word of a part ("who", "never"), and its heading. */
const char *call_part_word(enum call_part p);
const char *call_part_title(enum call_part p, const char *language);

#endif
