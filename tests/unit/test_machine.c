/* Every state x event of every machine. */
#include "unit.h"

#include "base/mem.h"
#include "track/machine.h"

#include <string.h>

/* machine: "event from to", all that is allowed, from the rules of the
 * domain and not from the tables. */
static const struct {
	const char *machine, *moves;
} wanted[] = {
	{ "promise",
	  "accept proposed open\n"
	  "near open due-soon\n"
	  "pass open awaiting-ledger\npass due-soon awaiting-ledger\n"
	  "pay open kept\npay due-soon kept\npay awaiting-ledger kept\n"
	  "part awaiting-ledger partly-kept\n"
	  "miss awaiting-ledger broken\n"
	  "renegotiate proposed renegotiated\n"
	  "renegotiate open renegotiated\n"
	  "renegotiate due-soon renegotiated\n"
	  "renegotiate awaiting-ledger renegotiated\n"
	  "withdraw proposed withdrawn\nwithdraw open withdrawn\n"
	  "withdraw due-soon withdrawn\nwithdraw awaiting-ledger withdrawn\n"
	  "reopen renegotiated open\nreopen withdrawn open\n"
	  "propose renegotiated proposed\npropose withdrawn proposed\n"
	  "doubt kept awaiting-ledger\ndoubt partly-kept awaiting-ledger\n"
	  "doubt broken awaiting-ledger\n" },
	{ "plan",
	  "accept proposed running\nend running kept\nbreak running broken\n"
	  "withdraw proposed withdrawn\nwithdraw running withdrawn\n"
	  "reopen kept running\nreopen broken running\n"
	  "reopen withdrawn running\npropose withdrawn proposed\n" },
	{ "dispute",
	  "ask opened evidence-asked\nanswer evidence-asked opened\n"
	  "accept opened accepted\naccept evidence-asked accepted\n"
	  "reject opened rejected\nreject evidence-asked rejected\n"
	  "withdraw opened withdrawn\nwithdraw evidence-asked withdrawn\n"
	  "reopen accepted opened\nreopen rejected opened\n"
	  "reopen withdrawn opened\n" },
	{ "claim",
	  "find checking found\nfind not-found found\n"
	  "lose found checking\n"
	  "match checking matched\nmatch found matched\n"
	  "match not-found matched\n"
	  "give-up checking not-found\n"
	  "withdraw checking withdrawn\nwithdraw found withdrawn\n"
	  "withdraw not-found withdrawn\n"
	  "reopen not-found checking\n"
	  "reopen matched checking\nreopen withdrawn checking\n" },
	{ "bill",
	  "present received presented\n"
	  "honour received honoured\nhonour presented honoured\n"
	  "dishonour received dishonoured\n"
	  "dishonour presented dishonoured\n"
	  "return received returned\nreturn presented returned\n"
	  "reopen presented received\nreopen honoured received\n"
	  "reopen dishonoured received\nreopen returned received\n" },
	{ "offer",
	  "arrive leaving open\nfail leaving unsent\nfail open unsent\n"
	  "pay open kept\nlapse open lapsed\nexpire open expired\n"
	  "book kept settled\nbounce kept open\n"
	  "bounce settled open\nbounce lapsed open\n" },
	{ "address",
	  "deliver soft-bounced working\n"
	  "delay working soft-bounced\n"
	  "fail working dead\nfail soft-bounced dead\n"
	  "wrong working wrong-person\nwrong soft-bounced wrong-person\n"
	  "wrong dead wrong-person\n"
	  "stop working opted-out\nstop soft-bounced opted-out\n"
	  "stop dead opted-out\nstop wrong-person opted-out\n"
	  "restore soft-bounced working\nrestore dead working\n"
	  "restore wrong-person working\nrestore opted-out working\n" },
	{ "receipt",
	  "submitted queued submitted\n"
	  "buffered queued buffered\n"
	  "buffered submitted buffered\n"
	  "unknown queued unknown\n"
	  "unknown submitted unknown\n"
	  "unknown buffered unknown\n"
	  "failed-temp queued failed-temp\n"
	  "failed-temp submitted failed-temp\n"
	  "failed-temp buffered failed-temp\n"
	  "failed-temp unknown failed-temp\n"
	  "delivered queued delivered\n"
	  "delivered submitted delivered\n"
	  "delivered buffered delivered\n"
	  "delivered unknown delivered\n"
	  "delivered failed-temp delivered\n"
	  "failed-final queued failed-final\n"
	  "failed-final submitted failed-final\n"
	  "failed-final buffered failed-final\n"
	  "failed-final unknown failed-final\n"
	  "failed-final failed-temp failed-final\n"
	  "rejected-policy queued rejected-policy\n"
	  "rejected-policy submitted rejected-policy\n"
	  "rejected-policy buffered rejected-policy\n"
	  "rejected-policy unknown rejected-policy\n"
	  "rejected-policy failed-temp rejected-policy\n"
	  "opted-out queued opted-out\n"
	  "opted-out submitted opted-out\n"
	  "opted-out buffered opted-out\n"
	  "opted-out unknown opted-out\n"
	  "opted-out failed-temp opted-out\n" },
};

static void
every_cell(void **state)
{
	const struct machine *m;
	char line[128];
	int s, ev, to, n;
	const char *p;
	size_t k;

	(void)state;
	for (k = 0; machines[k] != NULL; k++) {
		m = machines[k];
		assert_true(k < sizeof(wanted) / sizeof(wanted[0]));
		assert_string_equal(m->name, wanted[k].machine);
		for (n = 0, p = wanted[k].moves; *p != '\0'; p++)
			n += *p == '\n';
		assert_int_equal(n, m->n_moves);
		for (s = 0; s < m->n_states; s++)
			for (ev = 0; ev < m->n_events; ev++) {
				to = -1;
				snprintf(line, sizeof(line), "%s %s ",
				    m->events[ev], m->state(s));
				p = strstr(wanted[k].moves, line);
				assert_int_equal(machine_next(m, s, ev, &to),
				    p != NULL);
				if (p == NULL) {
					assert_int_equal(to, -1);
					continue;
				}
				p += strlen(line);
				n = (int)strlen(m->state(to));
				assert_memory_equal(p, m->state(to), n);
				assert_int_equal(p[n], '\n');
			}
	}
	assert_int_equal(k, sizeof(wanted) / sizeof(wanted[0]));
}

static void
ends(void **state)
{
	void *pool = talloc_new(NULL);

	(void)state;
	assert_true(machine_is_final(&promise_machine, PROMISE_IS_BROKEN));
	assert_true(machine_is_final(&promise_machine, PROMISE_IS_KEPT));
	assert_false(machine_is_final(&promise_machine, PROMISE_IS_AWAITING));
	assert_non_null(strstr(machine_dot(pool, &plan_machine),
	    "\"running\" -> \"broken\" [label=\"break\"]"));
	talloc_free(pool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cell),
		cmocka_unit_test(ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
