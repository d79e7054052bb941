#include "policy/limitation.h"

#include "core/date.h"

#include <string.h>

static const struct {
	const char *word, *en, *zh;
} events[] = {
#define LIMITATION_EVENT(NAME, word, en, zh) { word, en, zh },
#include "policy/limitation_events.def"
#undef LIMITATION_EVENT
};

static const char *const proofs[] = { "unproven", "accepted", "delivered",
	"replied" };

static const char *const effects[] = { "none", "interrupted", "too late",
	"revived" };

static const struct limitation_pack packs[] = {
#define LIM(NAME) (1u << LIMITATION_##NAME)
#define LIMITATION(id, country, years, longest, guarantee, roll, bits, source) \
	{ id, country, source, years, longest, guarantee, roll, bits,	\
	    LIMITATION_ACCEPTED },
#include "policy/limitation.def"
#undef LIMITATION
#undef LIM
};
#define PACKS (sizeof(packs) / sizeof(packs[0]))

const char *
limitation_event_word(enum limitation_event e)
{
	return events[e].word;
}

const char *
limitation_event_text(enum limitation_event e, const char *language)
{
	return language != NULL && strncmp(language, "zh", 2) == 0 ?
	    events[e].zh : events[e].en;
}

bool
limitation_event_parse(const char *word, enum limitation_event *ret)
{
	int i;

	for (i = 0; i < LIMITATION_EVENT_COUNT; i++)
		if (strcmp(events[i].word, word) == 0) {
			*ret = (enum limitation_event)i;
			return true;
		}
	return false;
}

const char *
limitation_event_words(void)
{
#define LIMITATION_EVENT(NAME, word, en, zh) ", " word
	static const char words[] =
#include "policy/limitation_events.def"
	    ;
#undef LIMITATION_EVENT

	return words + 2;
}

const char *
limitation_proof_word(enum limitation_proof p)
{
	return proofs[p];
}

bool
limitation_proof_parse(const char *word, enum limitation_proof *ret)
{
	int i;

	for (i = LIMITATION_UNPROVEN; i <= LIMITATION_REPLIED; i++)
		if (strcmp(proofs[i], word) == 0) {
			*ret = (enum limitation_proof)i;
			return true;
		}
	return false;
}

const char *
limitation_effect_word(enum limitation_effect e)
{
	return effects[e];
}

const struct limitation_pack *
limitation_pack(const char *id)
{
	size_t i;

	for (i = 0; i < PACKS; i++)
		if (strcmp(packs[i].id, id) == 0)
			return &packs[i];
	return NULL;
}

const struct limitation_pack *
limitation_pack_of(const char *country)
{
	size_t i;

	for (i = 0; country != NULL && i < PACKS; i++)
		if (packs[i].country != NULL &&
		    strcmp(packs[i].country, country) == 0)
			return &packs[i];
	return NULL;
}

int32_t
limitation_guarantee(const struct limitation_pack *p, int32_t due,
    int32_t until)
{
	if (until != DATE_NONE && (p->guarantee == 0 || until > due))
		return until;
	return p->guarantee == 0 ? DATE_NONE : date_add_months(due,
	    p->guarantee);
}

bool
limitation_bits(const char *words, unsigned *ret_bits)
{
	enum limitation_event e;
	unsigned bits = 0;
	char word[32];
	size_t n;

	while (*words != '\0') {
		n = strcspn(words, " ");
		if (n >= sizeof(word))
			return false;
		memcpy(word, words, n);
		word[n] = '\0';
		if (!limitation_event_parse(word, &e))
			return false;
		bits |= 1u << e;
		words += n + strspn(words + n, " ");
	}
	*ret_bits = bits;
	return true;
}

/* The last day of years from day on. */
static int32_t
term(const struct limitation_pack *p, int32_t day, int years,
    const struct calendar *calendar)
{
	int32_t end = date_add_months(day, years * 12);
	int i;

	for (i = 0; p->roll && calendar != NULL && i < 60 &&
	    !calendar_is_workday(calendar, end); i++)
		end++;
	return end;
}

static bool
may_interrupt(const struct limitation_pack *p,
    const struct limitation_fact *f)
{
	return (p->interrupts & 1u << f->event) != 0 &&
	    (f->event != LIMITATION_DEMAND || f->proof >= p->proof);
}

static enum limitation_effect
effect(const struct limitation_pack *p, int32_t base, int32_t ends,
    const struct limitation_fact *f)
{
	if (f->day <= base)	/* before it has begun nothing interrupts */
		return LIMITATION_NO_EFFECT;
	if (f->event == LIMITATION_REVIVAL)
		return LIMITATION_REVIVED;
	if (!may_interrupt(p, f))
		return LIMITATION_NO_EFFECT;
	return f->day > ends ? LIMITATION_TOO_LATE : LIMITATION_INTERRUPTED;
}

void
limitation_compute(const struct limitation_pack *p, int32_t base,
    struct limitation_fact *facts, size_t n,
    const struct calendar *calendar, struct limitation *ret)
{
	struct limitation l = { .base = base, .last = -1,
	    .ends = term(p, base, p->years, calendar) };
	int32_t most = p->longest > 0 ? term(p, base, p->longest, calendar) :
	    INT32_MAX;
	size_t i;

	for (i = 0; i < n; i++) {
		facts[i].effect = effect(p, base, l.ends, &facts[i]);
		l.late += facts[i].effect == LIMITATION_TOO_LATE;
		if (facts[i].effect != LIMITATION_INTERRUPTED &&
		    facts[i].effect != LIMITATION_REVIVED)
			continue;
		l.ends = term(p, facts[i].day, p->years, calendar);
		if (l.ends > most && facts[i].event != LIMITATION_REVIVAL)
			l.ends = most;
		l.counted++;
		l.last = (int)i;
	}
	*ret = l;
}
