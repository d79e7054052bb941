/* replies_read.c - what a policy changes of the rules for replies. */
#include "config/policy_read.h"

#include "base/mem.h"
#include "base/text.h"
#include "config/values.h"

#include <stdio.h>
#include <string.h>

#define FIELD(type, dest, s) ((type *)(void *)((char *)(dest) + (s)->offset))

static const struct {
	const char *word;
	bool safety, stops;
} intents[] = {
#define MEAN_INTENT(name, word, safety, stops) \
	{ word, safety, stops },
#include "core/intents.def"
#undef MEAN_INTENT
};

void
read_reply_by(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);

	if (v == NULL)
		return;
	if (strcmp(v, "person") == 0)
		*FIELD(bool, dest, s) = true;
	else if (strcmp(v, "dunlin") == 0)
		*FIELD(bool, dest, s) = false;
	else
		reader_problem(r, n->line, "\"%.60s\" cannot act on it: use "
		    "dunlin or person", v);
}

void
read_reply_answer(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	static const struct setting plain = { .key = "answer" };
	bool answer = true;

	read_bool(r, &plain, n, &answer);
	*FIELD(bool, dest, s) = !answer;
}

void
read_reply_severity(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	static const char *const words[] = { "", "routine", "soon",
		"at-once" };
	const char *v = value_scalar(r, n);
	int i;

	for (i = 1; v != NULL && i < 4; i++)
		if (strcmp(v, words[i]) == 0)
			*FIELD(int, dest, s) = i;
	if (v != NULL && strcmp(v, "routine") != 0 &&
	    strcmp(v, "soon") != 0 && strcmp(v, "at-once") != 0)
		reader_problem(r, n->line, "\"%.60s\" is no severity: use "
		    "routine, soon or at-once", v);
}

/* --- what stops --- */

enum { PASS, BLOCK, DELAY };

/* What a hold lets through, of the classes that go to customers. */
static const struct {
	const char *word;
	bool computed;
	int effect[7];		/* reminder, courtesy, answer, outcome,
				 * thanks, letter, calendar */
} holds[] = {
#define HOLD(NAME, word, lapses, review_days, computed, \
	reminder, courtesy, answer, outcome, thanks, letter, calendar, \
	staff, en, zh) \
	{ word, computed, { reminder, courtesy, answer, outcome, thanks, \
	    letter, calendar } },
#include "core/holds.def"
#undef HOLD
};
#define HOLDS (sizeof(holds) / sizeof(holds[0]))
#define COURTESY 1
#define LETTER 5

static bool
may_be(size_t hold, bool stops, bool safety)
{
	const int *effect = holds[hold].effect;
	size_t i;

	if (holds[hold].computed || effect[0] != BLOCK ||
	    (stops && (effect[COURTESY] != BLOCK || effect[LETTER] != BLOCK)))
		return false;
	for (i = 0; safety && i < 7; i++)
		if (effect[i] != BLOCK)
			return false;
	return true;
}

void
read_reply_hold(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);
	size_t i;

	for (i = 0; v != NULL && i < HOLDS; i++)
		if (strcmp(v, holds[i].word) == 0)
			break;
	if (v != NULL && i < HOLDS)
		*FIELD(int, dest, s) = (int)i + 1;
	else if (v != NULL)
		reader_problem(r, n->line, "no hold is called \"%.60s\": use "
		    "one as \"dunlin check --replies\" shows them, or human",
		    v);
}

void
read_reply_trust(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	const char *v = value_scalar(r, n);

	if (v == NULL)
		return;
	if (strcmp(v, "known") == 0)
		*FIELD(int, dest, s) = 2;
	else if (strcmp(v, "proven") == 0)
		*FIELD(int, dest, s) = 3;
	else
		reader_problem(r, n->line, "\"%.60s\" cannot be believed: use "
		    "known (a token or a known address) or proven (both)", v);
}

/* A policy may stop more and believe less, never the other way round. */
static void
check_safe(struct reader *r, const struct yaml_entry *e, size_t intent,
    const struct policy_reply *reply)
{
	bool stops = intents[intent].stops, safety = intents[intent].safety;
	char all[512] = "";
	size_t i, n = 0;

	if (stops && reply->trust > 2)
		reader_problem(r, e->line, "%s stops messages at once: a "
		    "token or a known address is enough for that, take the "
		    "trust out", e->key);
	if (reply->hold == 0 || may_be((size_t)reply->hold - 1, stops,
	    safety))
		return;
	for (i = 0; i < HOLDS; i++)
		if (may_be(i, stops, safety))
			n += (size_t)snprintf(all + n, sizeof(all) - n,
			    "%s%s", n > 0 ? ", " : "", holds[i].word);
	reader_problem(r, e->line, "the hold %s would let messages out that "
	    "must wait after such a reply: use one of %s",
	    holds[reply->hold - 1].word, all);
}

static char *
all_words(void *owner)
{
	struct text *t = text_new(owner);
	size_t i;

	for (i = 0; i < POLICY_REPLY_COUNT; i++)
		text_addf(t, "%s%s", i > 0 ? ", " : "", intents[i].word);
	return mem_str(owner, text_str(t));
}

static void
unknown(struct reader *r, const struct yaml_entry *e)
{
	char *all = all_words(r->owner);
	const char *near = settings_nearest(r->owner, e->key, all);

	if (near != NULL)
		reader_problem(r, e->line, "no reply says \"%.60s\": did you "
		    "mean %s?", e->key, near);
	else
		reader_problem(r, e->line, "no reply says \"%.60s\": use one "
		    "of %s", e->key, all);
}

static void
read_reply(struct reader *r, struct policy *p, const struct yaml_entry *e)
{
	bool partial = r->partial;
	struct policy_reply *reply;
	size_t i, mark;

	for (i = 0; i < POLICY_REPLY_COUNT; i++)
		if (strcmp(e->key, intents[i].word) == 0)
			break;
	if (i == POLICY_REPLY_COUNT) {
		unknown(r, e);
		return;
	}
	reply = &p->replies[i];
	mark = reader_down(r, e->key);
	r->partial = true;
	settings_read(r, SECTION_reply, e->value, reply);
	r->partial = partial;
	if (intents[i].safety && reply->template != NULL)
		reader_problem(r, e->line, "such a reply is never answered "
		    "by itself: take the template out");
	check_safe(r, e, i, reply);
	if (reply->silent && reply->template != NULL)
		reader_problem(r, e->line, "a template, but no answer: take "
		    "one of them out");
	reader_up(r, mark);
}

void
read_replies(struct reader *r, const struct setting *s,
    const struct yaml_node *n, void *dest)
{
	size_t i;

	if (n->kind != YAML_MAP) {
		if (n->kind != YAML_BAD)
			reader_problem(r, n->line, "not a map: write \"key: "
			    "value\" lines");
		return;
	}
	for (i = 0; i < n->n; i++)
		read_reply(r, dest, &n->entries[i]);
}
