#include "track/outbox_state.h"

#include "base/mem.h"
#include "base/text.h"

#include <stddef.h>

struct move {
	enum outbox_event ev;
	enum outbox_state from, to;
};

static const struct move moves[] = {
#define OUTBOX_MOVE(EV, FROM, TO) \
	{ OUTBOX_EV_##EV, OUTBOX_##FROM, OUTBOX_##TO },
#include "track/outbox.def"
#undef OUTBOX_MOVE
};

#define N_MOVES (sizeof(moves) / sizeof(moves[0]))

static const struct {
	const char *word, *text;
} events[] = {
#define OUTBOX_EVENT(NAME, word, text) { word, text },
#include "track/outbox.def"
#undef OUTBOX_EVENT
};

const char *
outbox_event_name(enum outbox_event ev)
{
	return ev < OUTBOX_EV_COUNT ? events[ev].word : "?";
}

const char *
outbox_event_text(enum outbox_event ev)
{
	return ev < OUTBOX_EV_COUNT ? events[ev].text : "?";
}

bool
outbox_next(enum outbox_state state, enum outbox_event ev,
    enum outbox_state *ret_next)
{
	size_t i;

	for (i = 0; i < N_MOVES; i++) {
		if (moves[i].ev != ev || moves[i].from != state)
			continue;
		*ret_next = moves[i].to;
		return true;
	}
	return false;
}

enum outbox_event
outbox_event_of(enum outcome o)
{
	switch (o) {
	case OUTCOME_ACCEPTED:
		return OUTBOX_EV_ACCEPT;
	case OUTCOME_NOT_SENT:
	case OUTCOME_DEFERRED:
		return OUTBOX_EV_RETRY;
	case OUTCOME_FAILED:
		return OUTBOX_EV_FAIL;
	case OUTCOME_UNCERTAIN:
	case OUTCOME_COUNT:
		break;
	}
	return OUTBOX_EV_LOSE;
}

bool
outbox_is_final(enum outbox_state state)
{
	size_t i;

	for (i = 0; i < N_MOVES; i++)
		if (moves[i].from == state &&
		    moves[i].ev != OUTBOX_EV_BOUNCE)
			return false;
	return true;
}

char *
outbox_dot(void *owner)
{
	struct text *t;
	char *s;
	size_t i;

	t = text_new(NULL);
	text_add(t, "digraph outbox {\n\trankdir=LR;\n");
	for (i = 0; i < N_MOVES; i++)
		text_addf(t, "\t\"%s\" -> \"%s\" [label=\"%s\"];\n",
		    outbox_state_name(moves[i].from),
		    outbox_state_name(moves[i].to), events[moves[i].ev].word);
	text_add(t, "}\n");
	s = mem_str(owner, text_str(t));
	text_free(t);
	return s;
}
