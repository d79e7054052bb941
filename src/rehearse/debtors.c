#include "rehearse/debtors.h"

#include "base/mem.h"
#include "base/text.h"
#include "core/date.h"
#include "core/zone.h"
#include "rehearse/answer.h"

#include <stdio.h>
#include <string.h>

#define SETTLED_AFTER 21	/* days until a dispute is settled */

static const struct {
	const char *word;
	int share;
} characters[DEBTOR_COUNT] = {
#define DEBTOR(NAME, word, share) { word, share },
#define SAY(NAME, intent, en, zh)
#include "rehearse/debtors.def"
#undef DEBTOR
#undef SAY
};

static const struct saying {
	enum debtor who;
	enum mean_intent intent;
	const char *en, *zh;
} sayings[] = {
#define DEBTOR(NAME, word, share)
#define SAY(NAME, intent, en, zh) \
	{ DEBTOR_##NAME, INTENT_##intent, en, zh },
#include "rehearse/debtors.def"
#undef DEBTOR
#undef SAY
};

#define SAYINGS (sizeof(sayings) / sizeof(*sayings))

struct debtors {
	struct understander *u;
	uint64_t seed, dice;
	long replies, understood;
};

const char *
debtor_name(enum debtor d)
{
	return characters[d].word;
}

struct debtors *
debtors_new(void *owner, uint64_t seed)
{
	struct debtors *d = mem_new(owner, struct debtors);

	d->seed = seed;
	return d;
}

static int
dice(struct debtors *d, int n)
{
	d->dice ^= d->dice << 13;
	d->dice ^= d->dice >> 7;
	d->dice ^= d->dice << 17;
	return (int)(d->dice % (uint64_t)n);
}

void
debtors_forget_ledger(struct re_account *a)
{
	struct re_item *it;
	size_t i, n = 0;

	for (i = 0; i < a->n_items; i++) {
		it = &a->items[i];
		it->paid = it->dispute_from = it->dispute_to = RE_NEVER;
		if (it->amount > 0)
			a->items[n++] = *it;
	}
	a->n_items = n;		/* credits belong to the ledger's story */
	a->n_payments = a->n_holds = 0;
}

void
debtors_begin(struct debtors *d, struct re_account *a)
{
	const char *s;
	size_t i;
	int roll;

	/* FNV-1a over seed and customer number. */
	d->dice = UINT64_C(14695981039346656037) ^ d->seed;
	for (s = a->who.code; *s != '\0'; s++)
		d->dice = (d->dice ^ (unsigned char)*s) *
		    UINT64_C(1099511628211);
	if (d->dice == 0)
		d->dice = 1;
	for (i = 0; i < 8; i++)
		dice(d, 2);
	debtors_forget_ledger(a);
	roll = dice(d, 100);
	for (a->character = 0; a->character < DEBTOR_COUNT - 1 &&
	    roll >= characters[a->character].share; a->character++)
		roll -= characters[a->character].share;
	for (i = 0; i < a->n_items && a->character == DEBTOR_PROMPT; i++)
		a->items[i].paid = a->items[i].due - dice(d, 5);
}

/* --- words --- */

static void
put_day(struct text *t, int32_t day, bool zh)
{
	static const char *const months[] = { "January", "February", "March",
	    "April", "May", "June", "July", "August", "September", "October",
	    "November", "December" };
	int y, m, dd;

	date_split(day, &y, &m, &dd);
	if (zh)
		text_addf(t, "%d月%d日", m, dd);
	else
		text_addf(t, "%d %s", dd, months[m - 1]);
}

static char *
words(void *owner, const char *pattern, const char *doc, int32_t day, bool zh)
{
	struct text *t = text_new(owner);
	const char *s = pattern;

	while (*s != '\0') {
		if (text_starts(s, "{doc}")) {
			text_add(t, doc);
			s += 5;
		} else if (text_starts(s, "{date}")) {
			put_day(t, day, zh);
			s += 6;
		} else {
			text_addc(t, *s++);
		}
	}
	return mem_str(owner, text_str(t));
}

/* The day that was promised, or DATE_NONE. */
static int32_t
reply(struct debtors *d, struct re_account *a, const struct re_message *m,
    int32_t day)
{
	MEM_AUTO void *tmp = talloc_new(NULL);
	const struct saying *s = NULL;
	bool zh = strncmp(m->language, "zh", 2) == 0;
	int32_t promised = day + 3 + dice(d, 5);
	const char *doc = a->items[m->items[0].item].document;
	struct answer answer;
	size_t i, n = 0;

	for (i = 0; i < SAYINGS; i++)
		if ((int)sayings[i].who == a->character &&
		    dice(d, (int)++n) == 0)
			s = &sayings[i];
	if (s == NULL)
		return DATE_NONE;
	if (d->u == NULL)
		d->u = understander_new(d);
	answer_text(d->u, a, m, zone_instant(a->zone, day, 10 * 3600 +
	    dice(d, 20000)), words(tmp, zh ? s->zh : s->en, doc != NULL ?
	    doc : "", promised, zh), &answer);
	d->replies++;
	d->understood += answer.intent == s->intent &&
	    (s->intent != INTENT_PROMISE || answer.promised == promised);
	return promised;
}

/* --- habits --- */

/* Messages since the oldest item of this one fell due. */
static int
nth_late(const struct re_account *a, const struct re_message *log, size_t n)
{
	int64_t due = zone_instant(a->zone,
	    a->items[log[n - 1].items[0].item].due + 1, 0);
	int count = 0;

	while (n > 0)
		count += log[--n].at >= due;
	return count;
}

void
debtors_read(struct debtors *d, struct re_account *a,
    const struct re_message *log, size_t n)
{
	const struct re_message *m = &log[n - 1];
	int32_t second, today = zone_day(a->zone, m->at, &second), promised;
	int nth;

	if (m->n_items == 0)
		return;
	nth = nth_late(a, log, n);
	switch ((enum debtor)a->character) {
	case DEBTOR_FORGETFUL:
		if (nth == 0) {	/* a reminder before due often helps */
			if (dice(d, 2) == 0)
				answer_pay(a, m, today + 2 + dice(d, 6), 0);
		} else {
			promised = reply(d, a, m, today + 1);
			answer_pay(a, m, promised, 0);
		}
		break;
	case DEBTOR_BREAKER:
		if (nth == 0)
			break;
		promised = reply(d, a, m, today + 1 + dice(d, 2));
		if (nth >= 3)
			answer_pay(a, m, promised, 0);
		break;
	case DEBTOR_DISPUTER:
		if (nth == 1)
			reply(d, a, m, today + 1 + dice(d, 3));
		if (nth >= 1)
			answer_pay(a, m, today + SETTLED_AFTER + 7 +
			    dice(d, 10), 0);
		break;
	case DEBTOR_SILENT:
		if (nth >= 4 && dice(d, 2) == 0)
			answer_pay(a, m, today + 5 + dice(d, 5), 0);
		break;
	case DEBTOR_ANGRY:
		if (nth == 1)
			reply(d, a, m, today + 1);
		if (nth >= 1)
			answer_pay(a, m, today + 30 + dice(d, 30), 0);
		break;
	default:
		break;
	}
}

long
debtors_replies(const struct debtors *d, long *ret_understood)
{
	*ret_understood = d->understood;
	return d->replies;
}
