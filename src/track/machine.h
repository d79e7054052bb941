/* machine.h - the state machines of what debtors say: promise, plan, dispute,
 * paid claim, bill of exchange, of what they are offered, and of addresses.
 * Pure tables made from their .def files. */
#ifndef DUNLIN_TRACK_MACHINE_H
#define DUNLIN_TRACK_MACHINE_H

#include "core/kinds.h"

#include <stdbool.h>
#include <stddef.h>

enum promise_event {
#define EVENT(NAME, word, text) PROMISE_EV_##NAME,
#include "track/promise.def"
#undef EVENT
	PROMISE_EV_COUNT
};

enum plan_event {
#define EVENT(NAME, word, text) PAYPLAN_EV_##NAME,
#include "track/plan.def"
#undef EVENT
	PAYPLAN_EV_COUNT
};

enum dispute_event {
#define EVENT(NAME, word, text) DISPUTE_EV_##NAME,
#include "track/dispute.def"
#undef EVENT
	DISPUTE_EV_COUNT
};

enum claim_event {
#define EVENT(NAME, word, text) CLAIM_EV_##NAME,
#include "track/claim.def"
#undef EVENT
	CLAIM_EV_COUNT
};

enum bill_event {
#define EVENT(NAME, word, text) BILL_EV_##NAME,
#include "track/bill.def"
#undef EVENT
	BILL_EV_COUNT
};

enum offer_event {
#define EVENT(NAME, word, text) OFFER_EV_##NAME,
#include "track/offer.def"
#undef EVENT
	OFFER_EV_COUNT
};

enum address_event {
#define EVENT(NAME, word, text) ADDRESS_EV_##NAME,
#include "track/address.def"
#undef EVENT
	ADDRESS_EV_COUNT
};

struct machine_move {
	int ev, from, to;
	bool back;	/* BACK in the .def: a person takes an end back */
};

struct machine {
	const char *name;
	int n_states, n_events;
	const char *(*state)(int state);	/* its word */
	const char *const *events;		/* their words */
	const char *const *texts;		/* what each means, English */
	const struct machine_move *moves;
	size_t n_moves;
};

extern const struct machine promise_machine, plan_machine, dispute_machine,
    claim_machine, bill_machine, offer_machine, address_machine;
/* Its events are the states of enum delivery: what a receipt says. */
extern const struct machine receipt_machine;
/* All of them; NULL ends. */
extern const struct machine *const machines[];

/* The state that ev leads to from state; false where it is not allowed. */
bool machine_next(const struct machine *m, int state, int ev, int *ret_next);

/* Nothing leads out of state, unless somebody takes it back. */
bool machine_is_final(const struct machine *m, int state);

/* The machine in the language of Graphviz; belongs to owner. */
char *machine_dot(void *owner, const struct machine *m);

#endif
