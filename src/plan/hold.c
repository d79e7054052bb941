#include "plan/hold.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

struct row {
	const char *word;
	bool lapses;
	int review_days;
	bool computed;
	enum hold_effect effect[CLASS_COUNT];
	const char *en, *zh;
};

static const struct row rows[HOLD_COUNT] = {
#define HOLD(NAME, word, lapses, review_days, computed, \
	reminder, courtesy, answer, outcome, thanks, letter, calendar, \
	staff, en, zh) \
	[HOLD_##NAME] = { word, lapses, review_days, computed, {	\
		[CLASS_REMINDER] = reminder,				\
		[CLASS_COURTESY] = courtesy,				\
		[CLASS_ANSWER] = answer,				\
		[CLASS_OUTCOME] = outcome,				\
		[CLASS_THANKS] = thanks,				\
		[CLASS_LETTER] = letter,				\
		[CLASS_CALENDAR] = calendar,				\
		[CLASS_STAFF] = staff }, en, zh },
#include "core/holds.def"
#undef HOLD
};

const char *
hold_name(enum hold_kind kind)
{
	return (unsigned)kind < HOLD_COUNT ? rows[kind].word : "?";
}

bool
hold_parse(const char *word, enum hold_kind *ret_kind)
{
	int i;

	for (i = 0; i < HOLD_COUNT; i++)
		if (strcmp(rows[i].word, word) == 0) {
			*ret_kind = (enum hold_kind)i;
			return true;
		}
	return false;
}

const char *
hold_words(void)
{
	static char buf[1024];
	size_t n = 0;
	int i;

	for (i = 0; i < HOLD_COUNT; i++)
		n += (size_t)snprintf(buf + n, sizeof(buf) - n, "%s%s",
		    i > 0 ? ", " : "", rows[i].word);
	return buf;
}

const char *
hold_text(enum hold_kind kind, const char *language)
{
	if ((unsigned)kind >= HOLD_COUNT)
		return "?";
	if (language != NULL && strncmp(language, "zh", 2) == 0)
		return rows[kind].zh;
	return rows[kind].en;
}

enum hold_effect
hold_effect(enum hold_kind kind, enum class class)
{
	/* What is not known stops. */
	if ((unsigned)kind >= HOLD_COUNT || (unsigned)class >= CLASS_COUNT)
		return BLOCK;
	return rows[kind].effect[class];
}

bool
hold_lapses(enum hold_kind kind)
{
	return (unsigned)kind < HOLD_COUNT && rows[kind].lapses;
}

bool
hold_is_computed(enum hold_kind kind)
{
	return (unsigned)kind < HOLD_COUNT && rows[kind].computed;
}

int
hold_review_days(enum hold_kind kind)
{
	return (unsigned)kind < HOLD_COUNT ? rows[kind].review_days : 1;
}

bool
hold_in_force(const struct fact_hold *h, int64_t now)
{
	if (h->ends_at == CLOCK_NONE || !hold_lapses((enum hold_kind)h->kind))
		return true;
	return now < h->ends_at;
}
