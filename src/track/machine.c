#include "track/machine.h"

#include "base/mem.h"
#include "base/text.h"

/* One machine from its .def file: the tables, and its states by number. */
#define MACHINE(m, list, COUNT, EVENTS)					\
	static const char *						\
	m##_state_word(int state)					\
	{								\
		return list##_name((enum list)state);			\
	}								\
	const struct machine m##_machine = {				\
		#m, COUNT, EVENTS, m##_state_word, m##_events,		\
		m##_texts, m##_moves,					\
		sizeof(m##_moves) / sizeof(m##_moves[0])		\
	};

static const char *const promise_events[] = {
#define EVENT(NAME, word, text) word,
#include "track/promise.def"
#undef EVENT
};
static const char *const promise_texts[] = {
#define EVENT(NAME, word, text) text,
#include "track/promise.def"
#undef EVENT
};
static const struct machine_move promise_moves[] = {
#define MOVE(EV, FROM, TO) { PROMISE_EV_##EV, PROMISE_IS_##FROM, PROMISE_IS_##TO },
#include "track/promise.def"
#undef MOVE
};
MACHINE(promise, promise_state, PROMISE_IS_COUNT, PROMISE_EV_COUNT)

static const char *const plan_events[] = {
#define EVENT(NAME, word, text) word,
#include "track/plan.def"
#undef EVENT
};
static const char *const plan_texts[] = {
#define EVENT(NAME, word, text) text,
#include "track/plan.def"
#undef EVENT
};
static const struct machine_move plan_moves[] = {
#define MOVE(EV, FROM, TO) { PAYPLAN_EV_##EV, PAYPLAN_IS_##FROM, PAYPLAN_IS_##TO },
#include "track/plan.def"
#undef MOVE
};
MACHINE(plan, payplan_state, PAYPLAN_IS_COUNT, PAYPLAN_EV_COUNT)

static const char *const dispute_events[] = {
#define EVENT(NAME, word, text) word,
#include "track/dispute.def"
#undef EVENT
};
static const char *const dispute_texts[] = {
#define EVENT(NAME, word, text) text,
#include "track/dispute.def"
#undef EVENT
};
static const struct machine_move dispute_moves[] = {
#define MOVE(EV, FROM, TO) { DISPUTE_EV_##EV, DISPUTE_IS_##FROM, DISPUTE_IS_##TO },
#include "track/dispute.def"
#undef MOVE
};
MACHINE(dispute, dispute_state, DISPUTE_IS_COUNT, DISPUTE_EV_COUNT)

static const char *const claim_events[] = {
#define EVENT(NAME, word, text) word,
#include "track/claim.def"
#undef EVENT
};
static const char *const claim_texts[] = {
#define EVENT(NAME, word, text) text,
#include "track/claim.def"
#undef EVENT
};
static const struct machine_move claim_moves[] = {
#define MOVE(EV, FROM, TO) { CLAIM_EV_##EV, CLAIM_IS_##FROM, CLAIM_IS_##TO },
#include "track/claim.def"
#undef MOVE
};
MACHINE(claim, claim_state, CLAIM_IS_COUNT, CLAIM_EV_COUNT)

static const char *const bill_events[] = {
#define EVENT(NAME, word, text) word,
#include "track/bill.def"
#undef EVENT
};
static const char *const bill_texts[] = {
#define EVENT(NAME, word, text) text,
#include "track/bill.def"
#undef EVENT
};
static const struct machine_move bill_moves[] = {
#define MOVE(EV, FROM, TO) { BILL_EV_##EV, BILL_IS_##FROM, BILL_IS_##TO },
#include "track/bill.def"
#undef MOVE
};
MACHINE(bill, bill_state, BILL_IS_COUNT, BILL_EV_COUNT)

static const char *const address_events[] = {
#define EVENT(NAME, word, text) word,
#include "track/address.def"
#undef EVENT
};
static const char *const address_texts[] = {
#define EVENT(NAME, word, text) text,
#include "track/address.def"
#undef EVENT
};
static const struct machine_move address_moves[] = {
#define MOVE(EV, FROM, TO) { ADDRESS_EV_##EV, ADDRESS_IS_##FROM, ADDRESS_IS_##TO },
#include "track/address.def"
#undef MOVE
};
MACHINE(address, address_state, ADDRESS_IS_COUNT, ADDRESS_EV_COUNT)

static const char *const receipt_events[] = {
#define EVENT(NAME, word, text) word,
#include "track/delivery.def"
#undef EVENT
};
static const char *const receipt_texts[] = {
#define EVENT(NAME, word, text) text,
#include "track/delivery.def"
#undef EVENT
};
static const struct machine_move receipt_moves[] = {
#define MOVE(EV, FROM, TO) { DELIVERY_##EV, DELIVERY_##FROM, DELIVERY_##TO },
#include "track/delivery.def"
#undef MOVE
};
MACHINE(receipt, delivery, DELIVERY_COUNT, DELIVERY_COUNT)

const struct machine *const machines[] = { &promise_machine, &plan_machine,
    &dispute_machine, &claim_machine, &bill_machine,
    &address_machine, &receipt_machine, NULL };

bool
machine_next(const struct machine *m, int state, int ev, int *ret_next)
{
	size_t i;

	for (i = 0; i < m->n_moves; i++)
		if (m->moves[i].ev == ev && m->moves[i].from == state) {
			*ret_next = m->moves[i].to;
			return true;
		}
	return false;
}

bool
machine_is_final(const struct machine *m, int state)
{
	size_t i;

	for (i = 0; i < m->n_moves; i++)
		if (m->moves[i].from == state)
			return false;
	return true;
}

char *
machine_dot(void *owner, const struct machine *m)
{
	struct text *t = text_new(NULL);
	char *s;
	size_t i;

	text_addf(t, "digraph %s {\n\trankdir=LR;\n", m->name);
	for (i = 0; i < m->n_moves; i++)
		text_addf(t, "\t\"%s\" -> \"%s\" [label=\"%s\"];\n",
		    m->state(m->moves[i].from), m->state(m->moves[i].to),
		    m->events[m->moves[i].ev]);
	text_add(t, "}\n");
	s = mem_str(owner, text_str(t));
	text_free(t);
	return s;
}
