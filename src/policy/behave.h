/* behave.h - how a customer pays: what was seen of it, the tier that follows,
 * whether it gets worse, and what might be agreed with it.  Pure: the same
 * observations give the same answer, in whatever order they came. */
#ifndef DUNLIN_POLICY_BEHAVE_H
#define DUNLIN_POLICY_BEHAVE_H

#include "core/kinds.h"
#include "policy/policy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An invoice that was paid.  Lateness of one whose objection was upheld is
 * our own: it is left out. */
struct behave_item {
	int32_t due, paid;
	bool upheld;
};

/* What was seen; days that lie outside the policy's are left out here. */
struct behave_seen {
	const struct behave_item *items;
	size_t n_items;
	int kept, broken;	/* promises that were judged; kept in part
				 * counts as broken */
	int rejected;		/* objections that were unfounded */
	int bounced;		/* addresses that mail came back from */
};

enum behave_reason {
#define REASON(NAME, word, en, zh) BEHAVE_##NAME,
#include "policy/behave_reasons.def"
#undef REASON
	BEHAVE_REASON_COUNT
};

struct behave {
	enum tier tier;
	enum behave_reason reason;
	int items;		/* invoices that count */
	int median;		/* days late of them; early: below 0 */
	bool trend;		/* there are enough for the two below */
	int last, before;	/* medians of the last ones and of all before */
	bool worse;		/* by the policy's worse_days or more */
	int kept, promises, rejected, bounced;
};

/* was: the tier it has, which stays where too little is known. */
void behave_judge(const struct policy_behaviour *p,
    const struct behave_seen *seen, int32_t today, enum tier was,
    struct behave *ret);

/* The reason in words of language ("zh-CN", else English), with its
 * figures. */
char *behave_words(void *owner, const struct policy_behaviour *p,
    const struct behave *b, const char *language);
const char *behave_reason_word(enum behave_reason r);
/* "paid 20 days late lately, 3 before". */
char *behave_trend_words(void *owner, const struct policy_behaviour *p,
    const struct behave *b, const char *language);
/* "prime", or 优质: for people. */
const char *behave_tier_words(enum tier tier, const char *language);

/* What might be agreed with such a customer, for people only: bits of enum
 * terms_hint, and their sentences. */
enum terms_hint {
#define TERMS(NAME, word, en, zh) TERMS_##NAME,
#include "policy/terms.def"
#undef TERMS
	TERMS_COUNT
};
unsigned behave_terms(const struct behave *b, bool over_limit);
const char *terms_text(enum terms_hint t, const char *language);
/* All of them, joined; NULL: none. */
char *terms_words(void *owner, unsigned hints, const char *language);

#endif
