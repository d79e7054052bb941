/* A year of generated debtors, day by day: nothing after payment or into a
 * hold, nothing outside hours, caps kept, one message per occurrence, and
 * every open account with a next step, a hold to be reviewed or a task. */
#include "plan/plan.h"

#include "unit.h"

#include "sim.h"

#include "policy/calendar.h"

#define DEBTORS 400
#define DAYS 365

static uint64_t seed = 20261121;

/* xorshift: the same debtors in every run. */
static int
dice(int n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int)(seed % (uint64_t)n);
}

static void
make_items(struct sim *s, int32_t from)
{
	static const char *const curs[] = { "GBP", "CNY", "USD" };
	static const int days_late[] = { -12, -3, 0, 2, 5, 12, 25, 45, 80,
	    140, 400 };
	struct sim_item *it;
	int32_t due = from - dice(60);
	const char *cur = curs[dice(3)];
	int way = dice(11);

	for (s->n = 0; s->n < 40 && due < from + DAYS + 30; s->n++) {
		it = &s->items[s->n];
		memset(it, 0, sizeof(*it));
		it->document = "INV";
		it->cur = dice(12) == 0 ? "EUR" : cur;
		it->amount = dice(15) == 0 ? 500 : 6000 + dice(1000000);
		it->due = due;
		it->known = due - (dice(6) == 0 ? 2 : 30);
		it->paid = dice(40) == 0 ? SIM_NEVER : due + (dice(3) == 0 ?
		    days_late[dice(11)] : days_late[way]) + dice(4);
		it->part_day = dice(8) == 0 ? due + dice(40) : SIM_NEVER;
		it->dispute_from = dice(10) == 0 ? due - dice(20) + 10 :
		    SIM_NEVER;
		it->dispute_to = it->dispute_from == SIM_NEVER ? SIM_NEVER :
		    it->dispute_from + dice(90);
		due += dice(5) == 0 ? 0 : 7 + dice(40);
	}
}

static void
make_troubles(struct sim *s, int32_t from)
{
	static const enum hold_kind kinds[] = { HOLD_PROMISE, HOLD_HUMAN,
	    HOLD_PAID_CLAIM, HOLD_REPLY_UNREAD, HOLD_VULNERABLE, HOLD_PLAN };
	struct sim_hold *h;

	s->dead_from = dice(12) == 0 ? from + dice(DAYS) : SIM_NEVER;
	s->credit_from = dice(8) == 0 ? from + dice(DAYS) : SIM_NEVER;
	s->credit_to = s->credit_from == SIM_NEVER ? SIM_NEVER :
	    s->credit_from + 1 + dice(30);
	for (s->n_holds = 0; s->n_holds < 4 && dice(3) == 0; s->n_holds++) {
		h = &s->holds[s->n_holds];
		h->kind = kinds[dice(6)];
		h->from = from + dice(DAYS);
		h->to = h->from + 1 + dice(60);
	}
}

static void
make_debtor(struct sim *s, int i, int32_t from, struct sim_counts *counts)
{
	static const struct {
		const char *country, *zone;
	} places[] = { { "GB", "Europe/London" }, { "CN", "Asia/Shanghai" },
	    { "US", "America/New_York" }, { "AU", "Australia/Sydney" } };
	static char codes[DEBTORS][16];
	int k = dice(4);

	memset(s, 0, sizeof(*s));
	s->counts = counts;
	world_begin(&s->w, "2025-12-01T00:00:00Z");
	snprintf(codes[i], sizeof(codes[i]), "D-%d", i);
	s->w.f.code = codes[i];
	s->w.f.country = places[k].country;
	s->w.f.zone = zone(places[k].zone);
	s->w.f.tier = (enum tier)(dice(4) == 0 ? 1 + dice(2) : 0);
	s->w.f.cash_in_day = dice(5) == 0 ? 1 + dice(31) : 0;
	s->w.f.stage_cap = dice(10) == 0 ? STAGE_M2 : -1;
	if (dice(4) == 0)
		add_contact(&s->w, CONTACT_OWNER);
	make_items(s, from);
	make_troubles(s, from);
}

static void
test_year(void **state)
{
	struct sim_counts counts = { 0 };
	int32_t from = day("2026-01-01"), d;
	static struct sim s;
	int i, down;

	for (i = 0; i < DEBTORS; i++) {
		make_debtor(&s, i, from, &counts);
		down = 0;
		for (d = from; d < from + DAYS; d++) {
			/* Sometimes nothing runs for days. */
			if (down == 0 && dice(60) == 0)
				down = 1 + dice(20);
			if (down > 0 && down-- > 0)
				continue;
			sim_day(&s, d, dice(3) == 0 ? dice(10 * 3600) : 0,
			    dice(20) == 0);
		}
	}
	print_message("%ld plans, %ld messages (M0 %ld, M1 %ld, M2 %ld, "
	    "M3 %ld, M4 %ld), held %ld, tasks %ld\n", counts.plans,
	    counts.messages, counts.stage[0], counts.stage[1],
	    counts.stage[2], counts.stage[3], counts.stage[4], counts.held,
	    counts.tasks);
	/* And it is not idle. */
	assert_true(counts.stage[STAGE_M0] > 500);
	assert_true(counts.stage[STAGE_M1] > 500);
	assert_true(counts.stage[STAGE_M2] > 100);
	assert_true(counts.stage[STAGE_M3] > 20);
	assert_true(counts.tasks > 100);
	assert_int_equal(counts.stage[STAGE_M4], 0);	/* nobody approves */
}

static int
setup(void **state)
{
	policy = policy_default(NULL);
	return policy == NULL;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_year),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
