#include "track/machine.h"

#include "base/mem.h"
#include "base/text.h"

#define GLUE2(a, b) a##b
#define GLUE(a, b) GLUE2(a, b)
#define WORD2(a) #a
#define WORD(a) WORD2(a)

#define MACHINE_NAME promise
#define MACHINE_DEF "track/promise.def"
#define MACHINE_LIST promise_state
#define MACHINE_IS PROMISE_IS_
#define MACHINE_EV PROMISE_EV_
#include "track/machine_tables.h"

#define MACHINE_NAME plan
#define MACHINE_DEF "track/plan.def"
#define MACHINE_LIST payplan_state
#define MACHINE_IS PAYPLAN_IS_
#define MACHINE_EV PAYPLAN_EV_
#include "track/machine_tables.h"

#define MACHINE_NAME dispute
#define MACHINE_DEF "track/dispute.def"
#define MACHINE_LIST dispute_state
#define MACHINE_IS DISPUTE_IS_
#define MACHINE_EV DISPUTE_EV_
#include "track/machine_tables.h"

#define MACHINE_NAME claim
#define MACHINE_DEF "track/claim.def"
#define MACHINE_LIST claim_state
#define MACHINE_IS CLAIM_IS_
#define MACHINE_EV CLAIM_EV_
#include "track/machine_tables.h"

#define MACHINE_NAME bill
#define MACHINE_DEF "track/bill.def"
#define MACHINE_LIST bill_state
#define MACHINE_IS BILL_IS_
#define MACHINE_EV BILL_EV_
#include "track/machine_tables.h"

#define MACHINE_NAME offer
#define MACHINE_DEF "track/offer.def"
#define MACHINE_LIST offer_state
#define MACHINE_IS OFFER_IS_
#define MACHINE_EV OFFER_EV_
#include "track/machine_tables.h"

#define MACHINE_NAME address
#define MACHINE_DEF "track/address.def"
#define MACHINE_LIST address_state
#define MACHINE_IS ADDRESS_IS_
#define MACHINE_EV ADDRESS_EV_
#include "track/machine_tables.h"

#define MACHINE_NAME receipt
#define MACHINE_DEF "track/delivery.def"
#define MACHINE_LIST delivery
#define MACHINE_IS DELIVERY_
#define MACHINE_EV DELIVERY_
#include "track/machine_tables.h"

const struct machine *const machines[] = { &promise_machine, &plan_machine,
    &dispute_machine, &claim_machine, &bill_machine, &offer_machine,
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
		if (m->moves[i].from == state && !m->moves[i].back)
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
