#include "escalate/call_int.h"

#include "base/text.h"
#include "core/date.h"

#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 60		/* characters of theirs that are quoted */

/* The first words of a text, on one line. */
static const char *
words(struct sheet *c, const char *s)
{
	char *line = view_clean(c->s, s);
	size_t n = 0, left = strlen(line), len, count = 0;
	uint32_t cp;

	while (count < WORDS_MAX && (len = text_decode(line + n, left - n,
	    &cp)) > 0) {
		n += len;
		count++;
	}
	return n == left ? line : mem_fmt(c->s, "%.*s…", (int)n, line);
}

static void
add_past(struct sheet *c, const struct call_past *p)
{
	const char *day = date_of(c, p->at);
	const char *amount = p->amount.minor != 0 ? money(c, p->amount) : "";
	const char *then = p->day != DATE_NONE ? date(c, p->day) : "";
	const char *text = p->text != NULL ? words(c, p->text) : "";

	switch (p->kind) {
	case PAST_REPLY:
		add(c, CALL_HISTORY, say(c, "%s: they wrote “%s”",
		    "%s：对方来信“%s”"), day, text);
		break;
	case PAST_PROMISED:
		add(c, CALL_HISTORY, say(c, "%s: promised %s%sfor %s",
		    "%s：承诺付款%s%s，日期%s"), day, amount,
		    c->zh || amount[0] == '\0' ? "" : " ", then);
		break;
	case PAST_BROKEN:
		add(c, CALL_HISTORY, say(c, "%s: the promise for %s was not "
		    "kept", "%s：%s的承诺未兑现"), day, then);
		break;
	case PAST_KEPT:
		add(c, CALL_HISTORY, say(c, "%s: the promise for %s was kept",
		    "%s：%s的承诺已兑现"), day, then);
		break;
	case PAST_SPOKE:
		add(c, CALL_HISTORY, say(c, "%s: contact by %s: %s",
		    "%s：联系（%s）：%s"), day, p->by != NULL ? p->by : "-",
		    text);
		break;
	case PAST_DISPUTED:
		add(c, CALL_HISTORY, say(c, "%s: disputed (%s)",
		    "%s：提出异议（%s）"), day, text);
		break;
	case PAST_PAID:
		add(c, CALL_HISTORY, say(c, "%s: %s received", "%s：收到%s"),
		    day, amount);
		break;
	case PAST_BOUNCED:
		add(c, CALL_HISTORY, say(c, "%s: our mail came back",
		    "%s：邮件被退回"), day);
		break;
	case PAST_SENT:
		add(c, CALL_HISTORY, say(c, "%s: we wrote (%s)",
		    "%s：我方发出提醒（%s）"), day, stage_name(p->stage));
		break;
	}
}

static int
newest_first(const void *a, const void *b)
{
	const struct call_past *x = a, *y = b;

	return x->at > y->at ? -1 : x->at < y->at ? 1 :
	    (int)x->kind - (int)y->kind;
}

/* Their last words are among the lines, whatever came after. */
static void
keep_words(struct call_past *all, size_t n)
{
	size_t i;

	for (i = 0; i < n && all[i].kind != PAST_REPLY; i++)
		;
	if (i < n && i >= CALL_HISTORY_MAX)
		all[CALL_HISTORY_MAX - 1] = all[i];
}

void
call_put_past(struct sheet *c)
{
	const struct fact_touch *t;
	struct call_past *all = mem_array(c->s, struct call_past,
	    c->in->n_past + c->f->n_touches + 1);
	size_t n = 0, i;

	for (i = 0; i < c->in->n_past; i++)
		all[n++] = c->in->past[i];
	for (i = 0; i < c->f->n_touches; i++) {
		t = &c->f->touches[i];
		if (t->other || t->class != CLASS_REMINDER)
			continue;
		all[n++] = (struct call_past){ .at = t->at,
		    .kind = PAST_SENT, .day = DATE_NONE, .stage = t->stage };
	}
	qsort(all, n, sizeof(all[0]), newest_first);
	keep_words(all, n);
	for (i = n < CALL_HISTORY_MAX ? n : CALL_HISTORY_MAX; i > 0; i--)
		add_past(c, &all[i - 1]);
	if (n == 0)
		add(c, CALL_HISTORY, "%s", say(c, "Nothing yet.",
		    "尚无往来。"));
}
