/* machine_tables.h - the tables of one machine from its .def file; included
 * by machine.c once for each, with
 *
 *	MACHINE_NAME	promise
 *	MACHINE_DEF	"track/promise.def"
 *	MACHINE_LIST	promise_state	its states in core/kinds.def
 *	MACHINE_IS	PROMISE_IS_	their prefix
 *	MACHINE_EV	PROMISE_EV_	that of its events */

static const char *const GLUE(MACHINE_NAME, _events)[] = {
#define EVENT(NAME, word, text) word,
#include MACHINE_DEF
#undef EVENT
};

static const char *const GLUE(MACHINE_NAME, _texts)[] = {
#define EVENT(NAME, word, text) text,
#include MACHINE_DEF
#undef EVENT
};

static const struct machine_move GLUE(MACHINE_NAME, _moves)[] = {
#define ROW(NAME, FROM, TO, back)					\
	{ GLUE(MACHINE_EV, NAME), GLUE(MACHINE_IS, FROM),		\
	    GLUE(MACHINE_IS, TO), back },
#define MOVE(NAME, FROM, TO) ROW(NAME, FROM, TO, false)
#define BACK(NAME, FROM, TO) ROW(NAME, FROM, TO, true)
#include MACHINE_DEF
#undef BACK
#undef MOVE
#undef ROW
};

static const char *
GLUE(MACHINE_NAME, _state_word)(int state)
{
	return GLUE(MACHINE_LIST, _name)((enum MACHINE_LIST)state);
}

const struct machine GLUE(MACHINE_NAME, _machine) = {
	WORD(MACHINE_NAME), GLUE(MACHINE_IS, COUNT), GLUE(MACHINE_EV, COUNT),
	GLUE(MACHINE_NAME, _state_word), GLUE(MACHINE_NAME, _events),
	GLUE(MACHINE_NAME, _texts), GLUE(MACHINE_NAME, _moves),
	sizeof(GLUE(MACHINE_NAME, _moves)) / sizeof(struct machine_move)
};

#undef MACHINE_NAME
#undef MACHINE_DEF
#undef MACHINE_LIST
#undef MACHINE_IS
#undef MACHINE_EV
