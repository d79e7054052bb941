/* limitation.h - the limitation clock of one debt (RULES A22, A27 to A31a):
 * when it began, what interrupted it, when it ends.  Pure.
 *
 * Days are civil days.  The first day is not counted, so a period of three
 * years from 31 May ends with 31 May; it ends with the last day of a month
 * that has no such day.  What cannot be proven does not interrupt: the clock
 * shown is never later than the true one by this. */
#ifndef DUNLIN_POLICY_LIMITATION_H
#define DUNLIN_POLICY_LIMITATION_H

#include "policy/calendar.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum limitation_event {
#define LIMITATION_EVENT(NAME, word, en, zh) LIMITATION_##NAME,
#include "policy/limitation_events.def"
#undef LIMITATION_EVENT
	LIMITATION_EVENT_COUNT
};

const char *limitation_event_word(enum limitation_event e);
const char *limitation_event_text(enum limitation_event e,
    const char *language);
bool limitation_event_parse(const char *word, enum limitation_event *ret);
/* All words, separated by ", ". */
const char *limitation_event_words(void);

/* How well it is proven that a demand arrived. */
enum limitation_proof {
	LIMITATION_UNPROVEN,	/* not known; a person's word */
	LIMITATION_ACCEPTED,	/* the mail system took it, no bounce */
	LIMITATION_DELIVERED,	/* a receipt */
	LIMITATION_REPLIED	/* they answered it */
};
const char *limitation_proof_word(enum limitation_proof p);
bool limitation_proof_parse(const char *word, enum limitation_proof *ret);

struct limitation_pack {
	const char *id, *country, *source;
	int years, longest;
	int guarantee;			/* months from the due day in which a
					 * guarantor must be asked, where
					 * nothing is agreed; nothing
					 * interrupts them (RULES A35); 0 */
	bool roll;
	unsigned interrupts;		/* bits 1 << enum limitation_event */
	enum limitation_proof proof;	/* that a demand needs at least */
};

/* NULL: there is none of that id; of that country. */
const struct limitation_pack *limitation_pack(const char *id);
const struct limitation_pack *limitation_pack_of(const char *country);
/* The last day on which a guarantor can be asked (joint) or the customer sued
 * (ordinary), of a debt due on a day; nothing interrupts it (RULES A35).
 * until: what was agreed, DATE_NONE; where the law has a period, one that is
 * over by the due day counts for nothing.  DATE_NONE: there is none. */
int32_t limitation_guarantee(const struct limitation_pack *p, int32_t due,
    int32_t until);
/* "demand suit": the bits of the words; false: one is none. */
bool limitation_bits(const char *words, unsigned *ret_bits);

enum limitation_effect {
	LIMITATION_NO_EFFECT,	/* before it began, not proven, no event that
				 * the law counts */
	LIMITATION_INTERRUPTED,
	LIMITATION_TOO_LATE,	/* after the end */
	LIMITATION_REVIVED
};
const char *limitation_effect_word(enum limitation_effect e);

struct limitation_fact {
	enum limitation_event event;
	int32_t day;
	enum limitation_proof proof;
	int64_t seq;		/* of the event of the account that shows it;
				 * 0: none does */
	const char *reference;	/* what else does: a receipt's number; NULL */
	enum limitation_effect effect;	/* limitation_compute says */
};

struct limitation {
	int32_t base, ends;	/* the last day */
	int counted, late;	/* facts that interrupted; that came after
				 * the end and did not */
	int last;		/* the fact that ends goes by; -1: none */
};

/* facts by day; it writes their effect.  calendar: of who counts the last
 * day; NULL: none. */
void limitation_compute(const struct limitation_pack *p, int32_t base,
    struct limitation_fact *facts, size_t n,
    const struct calendar *calendar, struct limitation *ret);

#endif
