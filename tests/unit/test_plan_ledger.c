/* The default policy over a real ledger, day by day, with payments and
 * disputes known on their days only.  The ledger is not part of the project:
 * DUNLIN_TEST_LEDGER names it, or it lies in shared/data beside the sources;
 * elsewhere this test says that it skips. */
#include "plan/plan.h"

#include "unit.h"

#include "sim.h"

#include "policy/calendar.h"

#include <stdlib.h>

#define CUSTOMERS 128
#define DISPUTE_AFTER 10

struct row {
	char customer[16], document[16];
	int32_t issued, due, settled;
	int64_t amount;
	bool disputed;
};

static char *
part(char **line)
{
	char *s = *line, *end = strchr(s, ',');

	if (end != NULL) {
		*end = '\0';
		*line = end + 1;
	}
	return s;
}

static int32_t
mdy(const char *text)
{
	struct err err;
	int32_t d;

	assert_int_equal(date_parse(text, DATE_MDY, &d, &err), 0);
	return d;
}

static void
read_row(char *line, struct row *r)
{
	struct money m;
	struct err err;
	int i;

	part(&line);
	snprintf(r->customer, sizeof(r->customer), "%.15s", part(&line));
	part(&line);
	snprintf(r->document, sizeof(r->document), "%.15s", part(&line));
	r->issued = mdy(part(&line));
	r->due = mdy(part(&line));
	assert_int_equal(money_parse(part(&line), "USD", &m, &err), 0);
	r->amount = m.minor;
	r->disputed = strcmp(part(&line), "Yes") == 0;
	r->settled = mdy(part(&line));
	for (i = 0; i < 1; i++)
		part(&line);
}

static FILE *
ledger(void)
{
	const char *path = getenv("DUNLIN_TEST_LEDGER");
	const char *top = getenv("top_srcdir");
	char buf[512];

	if (path == NULL && top != NULL) {
		snprintf(buf, sizeof(buf), "%s/../shared/data/"
		    "ar-ledger-2012-2013.csv", top);
		path = buf;
	}
	return path == NULL ? NULL : fopen(path, "r");
}

static int
by_due(const void *a, const void *b)
{
	const struct sim_item *x = a, *y = b;

	return x->due < y->due ? -1 : x->due > y->due;
}

static void
add_row(struct sim *s, const struct row *r)
{
	struct sim_item *it = &s->items[s->n++];

	assert_true(s->n <= SIM_ITEMS);
	it->document = "";
	it->cur = "USD";
	it->amount = r->amount;
	it->known = r->issued;
	it->due = r->due;
	it->part_day = SIM_NEVER;
	it->paid = r->settled;
	it->dispute_from = r->disputed ? r->issued + DISPUTE_AFTER :
	    SIM_NEVER;
	it->dispute_to = SIM_NEVER;
}

static struct sim *
customer(struct sim *all, size_t *n, const char *code,
    struct sim_counts *counts)
{
	struct sim *s;
	size_t i;

	for (i = 0; i < *n; i++)
		if (strcmp(all[i].w.f.code, code) == 0)
			return &all[i];
	assert_true(*n < CUSTOMERS);
	s = &all[(*n)++];
	s->counts = counts;
	world_begin(&s->w, "2012-01-01T00:00:00Z");
	s->w.f.code = strdup(code);
	s->w.f.country = "US";
	s->w.f.zone = zone("America/New_York");
	s->dead_from = s->credit_from = s->credit_to = SIM_NEVER;
	return s;
}

struct score {
	long late, late_named, early, early_named;
};

static void
score(const struct sim *s, struct score *g)
{
	const struct sim_item *it;
	size_t i;

	for (i = 0; i < s->n; i++) {
		it = &s->items[i];
		if (it->dispute_from != SIM_NEVER)
			continue;
		if (it->paid - it->due >= 10) {
			g->late++;
			g->late_named += it->in_m1;
			if (!it->in_m1 && getenv("VERBOSE") != NULL)
				print_message("not in M1: %s %lld due %d\n",
				    s->w.f.code, (long long)it->amount,
				    it->due);
		}
		if (it->paid > it->due - 7) {
			g->early++;
			g->early_named += it->in_m0;
		}
	}
}

static void
test_ledger(void **state)
{
	struct sim_counts counts = { 0 };
	struct score g = { 0 };
	static struct sim all[CUSTOMERS];
	char line[512];
	struct row r;
	FILE *f = ledger();
	size_t n = 0, i;
	int32_t d;

	if (f == NULL) {
		print_message("no ledger here: name one in "
		    "DUNLIN_TEST_LEDGER\n");
		skip();
	}
	assert_non_null(fgets(line, sizeof(line), f));
	while (fgets(line, sizeof(line), f) != NULL) {
		read_row(line, &r);
		add_row(customer(all, &n, r.customer, &counts), &r);
	}
	fclose(f);
	for (i = 0; i < n; i++) {
		qsort(all[i].items, all[i].n, sizeof(all[i].items[0]), by_due);
		for (d = day("2012-01-03"); d <= day("2014-02-28"); d++)
			sim_day(&all[i], d, 0, false);
		score(&all[i], &g);
	}
	print_message("%ld plans, %ld messages (M0 %ld, M1 %ld, M2 %ld); "
	    "late named in M1: %ld of %ld; early named in M0: %ld of %ld\n",
	    counts.plans, counts.messages, counts.stage[0], counts.stage[1],
	    counts.stage[2], g.late_named, g.late, g.early_named, g.early);
	assert_int_equal(g.late, 143);
	assert_int_equal(g.late_named, g.late);
	assert_int_equal(g.early, 939);
	assert_true(g.early_named * 10 >= g.early * 9);
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
		cmocka_unit_test(test_ledger),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
