/* fuzz_verb.c - libFuzzer target: commands about tasks, as people answer mails
 * with them: read line by line and as a whole mail. */
#include "base/mem.h"
#include "core/date.h"
#include "escalate/verb.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LINES 12

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* What is believed is within its limits. */
static void
hold_to(const struct verb_command *c, int32_t today)
{
	size_t i;

	if (c->verb >= VERB_COUNT || c->task < 0 || c->number < 0 ||
	    c->outcome >= DONE_COUNT || c->n_days > VERB_DAYS ||
	    memchr(c->text, '\0', sizeof(c->text)) == NULL ||
	    verb_word(c->verb) == NULL || outcome_word(c->outcome) == NULL)
		abort();
	for (i = 0; i < c->n_days; i++)
		if (c->days[i].day <= today || c->days[i].hundredths < 0 ||
		    (i > 0 && c->days[i].day <= c->days[i - 1].day))
			abort();
	if (c->verb == VERB_HOLD && c->n_days != 1)
		abort();
	if (c->verb == VERB_DONE && (c->outcome == DONE_PROMISE) !=
	    (c->n_days == 1) && c->outcome != DONE_PLAN)
		abort();
	if (c->verb == VERB_DONE && c->outcome == DONE_PLAN && c->n_days < 2)
		abort();
	if ((c->verb == VERB_NOTE || c->verb == VERB_ASSIGN) &&
	    c->text[0] == '\0')
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	int32_t today = date_make(2026, 11, 23);
	struct verb_line lines[LINES];
	struct verb_command c;
	size_t i, k;
	char *text;
	void *m;

	if (n > 20000)
		return 0;
	mem_init();
	m = talloc_new(NULL);
	text = talloc_strndup(m, (const char *)data, n);
	if (text == NULL)
		abort();
	memset(&c, 0, sizeof(c));
	if (verb_read(text, today, &c) == FAULT_NONE)
		hold_to(&c, today);
	memset(&c, 0, sizeof(c));
	verb_outcome(text, today, &c);
	k = verb_mail(m, text, today, lines, LINES);
	for (i = 0; i < k; i++)
		if (lines[i].fault == FAULT_NONE)
			hold_to(&lines[i].command, today);
	talloc_free(m);
	return 0;
}
