/* Every row of the tables of phrases does what its example says: its own
 * pattern finds it, no row before it in its rule does already, and the text
 * is read as the row means. */
#include "understand/understand.h"

#include "base/mem.h"
#include "understand/intent.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

static int bad;

static void
complain(const struct intent_row *row, const char *what)
{
	fprintf(stderr, "'%s', \"%s\": %s: '%s'\n", row->name, row->pattern,
	    what, row->example);
	bad++;
}

static bool
same_rule(const struct intent_row *a, const struct intent_row *b)
{
	return a->table == b->table && a->what == b->what &&
	    a->weight == b->weight && (a->lang == 'z') == (b->lang == 'z') &&
	    strcmp(a->name, b->name) == 0;
}

static void
rows_find_their_examples(void **state)
{
	const struct intent_row *rows;
	struct sieved may;
	struct norm *t;
	size_t n, i, k;

	bad = 0;
	rows = intent_rows(&n);
	for (i = 0; i < n; i++) {
		t = norm_new(NULL, rows[i].example, strlen(rows[i].example));
		if (!intent_row_find((int)i, t, 0, t->len, NULL))
			complain(&rows[i], "does not find its example");
		intent_scan(t, &may);
		if (!sieve_may(&may, (int)i))
			complain(&rows[i], "is sifted out");
		for (k = i; k > 0 && same_rule(&rows[k - 1], &rows[i]); k--)
			if (intent_row_find((int)k - 1, t, 0, t->len, NULL))
				complain(&rows[i], mem_fmt(t, "is dead: \"%s\" "
				    "finds its example",
				    rows[k - 1].pattern));
		talloc_free(t);
	}
	assert_int_equal(bad, 0);
}

static bool
means(const struct meaning *m, const struct intent_row *row)
{
	size_t i;

	switch (row->table) {
	case ROW_INTENT:
		return (int)m->lead == row->what || m->also[row->what];
	case ROW_REASON:
		return m->reason == NULL || strcmp(m->reason, row->name) == 0;
	case ROW_MEANS:
		return m->means == NULL || strcmp(m->means, row->name) == 0;
	case ROW_PAPER:
		for (i = 0; i < m->n_papers; i++)
			if (strcmp(m->papers[i], row->name) == 0)
				return true;
		return m->n_papers == 0;
	default:
		return true;	/* a mark says nothing alone */
	}
}

static void
examples_mean_what_rows_say(void **state)
{
	struct understander *u = understander_new(NULL);
	struct understand_in in = { .ref = date_make(2026, 3, 11) };
	const struct intent_row *rows;
	struct meaning *m;
	size_t n, i;

	bad = 0;
	rows = intent_rows(&n);
	for (i = 0; i < n; i++) {
		in.tz = rows[i].lang == 'z' ? "Asia/Shanghai" :
		    "Europe/London";
		in.lang = rows[i].lang == 'z' ? "zh" : "en";
		m = understand_text(u, NULL, &in, rows[i].example,
		    strlen(rows[i].example));
		if (!means(m, &rows[i]))
			complain(&rows[i], mem_fmt(m, "is read as %s, %s, %s",
			    mean_intent_name(m->lead), m->reason != NULL ?
			    m->reason : "-", m->means != NULL ? m->means :
			    "-"));
		talloc_free(m);
	}
	talloc_free(u);
	assert_int_equal(bad, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_find_their_examples),
		cmocka_unit_test(examples_mean_what_rows_say),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
