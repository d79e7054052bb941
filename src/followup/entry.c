#include "followup/entry.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "escalate/reason.h"
#include "render/locale.h"

#include <string.h>

enum word {
#define WORD(NAME, en, zh) WORD_##NAME,
#include "followup/words.def"
#undef WORD
	WORD_COUNT
};

static const struct {
	const char *en, *zh;
} words[] = {
#define WORD(NAME, en, zh) { en, zh },
#include "followup/words.def"
#undef WORD
};

static const struct {
	enum word category, about;	/* about: what the day is */
	int alarms[ENTRY_ALARMS_MAX];
	size_t n_alarms;
} kinds[] = {
	[ENTRY_OF_PROMISE] = { WORD_PROMISE, WORD_PROMISE_DAY, { 0 }, 0 },
	[ENTRY_OF_INSTALMENT] = { WORD_INSTALMENT, WORD_PROMISE_DAY,
	    { 0 }, 0 },
	[ENTRY_OF_DISPUTE] = { WORD_DISPUTE, WORD_DISPUTE_DAY, { 0 }, 0 },
	[ENTRY_OF_TASK] = { WORD_TASK, WORD_TASK_DUE, { 15 }, 1 },
	[ENTRY_OF_LIMITATION] = { WORD_LIMITATION, WORD_LIMITATION_DAY,
	    { 90 * 1440, 30 * 1440 }, 2 },
};

static bool
is_zh(const char *language)
{
	return strcmp(locale_tag(locale_for(language)), "zh-CN") == 0;
}

static const char *
say(const char *language, enum word w)
{
	return is_zh(language) ? words[w].zh : words[w].en;
}

/* "LABEL: VALUE" and a line end; nothing without a value. */
static void
line(struct text *t, const char *language, enum word label, const char *value)
{
	if (value != NULL && *value != '\0')
		text_addf(t, "%s%s%s\n", say(language, label),
		    say(language, WORD_COLON), value);
}

static void
describe(void *owner, const struct entry_facts *f, const char *language,
    struct text *t)
{
	const struct locale *l = locale_for(language);

	line(t, language, kinds[f->kind].about, f->kind == ENTRY_OF_TASK ?
	    reason_title(f->title, language) : locale_date(owner, l,
	    f->day));
	line(t, language, WORD_CUSTOMER, f->name);
	if (f->amount.minor != 0)
		line(t, language, WORD_AMOUNT, locale_money(owner, l,
		    f->amount));
	if (f->n_documents > 1)
		line(t, language, WORD_ITEMS, mem_fmt(owner, "%s +%d",
		    f->document, f->n_documents - 1));
	else
		line(t, language, WORD_ITEMS, f->document);
	line(t, language, WORD_NOTE, f->note);
}

/* Apple and others show 1 to 4 as high, 5 medium, 6 to 9 low. */
static int
priority(int severity)
{
	return severity >= 3 ? 1 : severity == 2 ? 5 : 9;
}

static enum entry_status
status(const struct entry_facts *f)
{
	if (f->kind != ENTRY_OF_TASK)
		return f->ended == CLOCK_NONE ? ENTRY_CONFIRMED :
		    ENTRY_CANCELLED;
	if (f->ended != CLOCK_NONE)
		return ENTRY_COMPLETED;
	return strcmp(f->state, task_state_name(TASK_ACKED)) == 0 ?
	    ENTRY_IN_PROCESS : ENTRY_NEEDS_ACTION;
}

void
entry_make(void *owner, const struct entry_facts *f, const char *language,
    bool details, const struct zone *zone, struct entry *ret)
{
	bool task = f->kind == ENTRY_OF_TASK;
	const char *account = f->account == NULL ? "" : f->account;
	struct text *t = text_new(owner);
	struct entry e = { .form = task ? ENTRY_TODO : ENTRY_DAY,
	    .status = status(f), .uid = f->uid, .sequence = f->sequence,
	    .created = f->created, .modified = f->changed, .day = f->day,
	    .due = f->due, .completed = task ? f->ended : CLOCK_NONE,
	    .zone = zone, .confidential = details };

	memcpy(e.alarms, kinds[f->kind].alarms, sizeof(e.alarms));
	e.n_alarms = e.status == ENTRY_COMPLETED ? 0 :
	    kinds[f->kind].n_alarms;
	e.priority = task ? priority(f->severity) : 0;
	if (f->account == NULL)
		e.summary = mem_fmt(owner, "%s %lld", say(language, WORD_TASK),
		    (long long)f->ref);
	else
		e.summary = mem_fmt(owner, "%s #%s", say(language,
		    task ? WORD_TASK : WORD_FOLLOW_UP), account);
	e.category = say(language, details ? kinds[f->kind].category :
	    WORD_FOLLOW_UP);
	if (details)
		describe(owner, f, language, t);
	if (task)
		text_addf(t, "%s%sdunlin task done %lld\n", say(language,
		    WORD_WHEN_DONE), say(language, WORD_COLON),
		    (long long)f->ref);
	if (f->account != NULL)
		text_addf(t, "%s%sdunlin account %s\n", say(language,
		    WORD_MORE), say(language, WORD_COLON), account);
	e.description = mem_strn(owner, text_str(t), text_len(t) > 0 ?
	    text_len(t) - 1 : 0);
	talloc_free(t);
	*ret = e;
}

void
entry_make_pay(void *owner, const struct entry_pay *p, const char *language,
    struct entry *ret)
{
	const struct locale *l = locale_for(language);
	struct text *t = text_new(owner);
	struct entry e = { .form = ENTRY_DAY, .status = ENTRY_CONFIRMED,
	    .uid = p->uid, .created = p->now, .modified = p->now,
	    .day = p->day, .due = CLOCK_NONE, .completed = CLOCK_NONE };

	e.summary = mem_fmt(owner, is_zh(language) ? "向%s付款（%s）" :
	    "Payment to %s (%s)", p->company, p->reference);
	line(t, language, WORD_PROMISE_DAY, locale_date(owner, l, p->day));
	if (p->amount.minor > 0)
		line(t, language, WORD_AMOUNT, locale_money(owner, l,
		    p->amount));
	line(t, language, WORD_REFERENCE, p->reference);
	if (p->bank != NULL)
		text_addf(t, "\n%s\n", p->bank);
	e.description = mem_strn(owner, text_str(t), text_len(t) - 1);
	talloc_free(t);
	*ret = e;
}
