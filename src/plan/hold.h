/* hold.h - the matrix hold x class of holds.def. */
#ifndef DUNLIN_PLAN_HOLD_H
#define DUNLIN_PLAN_HOLD_H

#include "core/facts.h"
#include "core/kinds.h"

#include <stdbool.h>
#include <stdint.h>

enum hold_kind {
#define HOLD(NAME, word, lapses, review_days, computed, \
	reminder, courtesy, answer, outcome, thanks, letter, calendar, \
	staff, en, zh) HOLD_##NAME,
#include "core/holds.def"
#undef HOLD
	HOLD_COUNT
};

enum hold_effect {
	PASS,	/* does not concern this class */
	BLOCK,	/* nothing of this class until it is released */
	DELAY	/* later, at a time that can be computed */
};

const char *hold_name(enum hold_kind kind);
bool hold_parse(const char *word, enum hold_kind *ret_kind);
const char *hold_words(void);
const char *hold_text(enum hold_kind kind, const char *language);
enum hold_effect hold_effect(enum hold_kind kind, enum class class);
bool hold_lapses(enum hold_kind kind);		/* may have ends_at */
bool hold_is_computed(enum hold_kind kind);	/* from facts, never a row */
int hold_review_days(enum hold_kind kind);

/* In force at instant now (ends_at has not passed). */
bool hold_in_force(const struct fact_hold *h, int64_t now);

#endif
