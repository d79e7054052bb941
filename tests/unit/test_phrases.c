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

static const struct mail_row {
	const char *table, *pattern, *example;
} mail_rows[] = {
#define SENDER(pattern, example) { "SENDER", pattern, example },
#define SUBJECT(pattern, example) { "SUBJECT", pattern, example },
#define PHRASE(pattern, example) { "PHRASE", pattern, example },
#define STRONG(pattern, example) { "STRONG", pattern, example },
#define PROOF(pattern, example) { "PROOF", pattern, example },
#define DELAYED(pattern, example) { "DELAYED", pattern, example },
#define ORIGINAL(pattern, example) { "ORIGINAL", pattern, example },
#define DAEMON(pattern, example) { "DAEMON", pattern, example },
#define RECIPIENT(many, pattern, example) { "", pattern, example },
#define REASON(word, dead, status, pattern, example) \
	{ word, pattern, example },
#include "understand/bounce.def"
#undef SUBJECT
#undef REASON
#define SUBJECT(kind, pattern, example) { "subject " #kind, pattern, example },
#define OPENING(pattern, example) { "opening", pattern, example },
#define HEADER(kind, name, pattern, example) { name, pattern, example },
#define BODY(kind, pattern, example) { "body " #kind, pattern, example },
#include "understand/machine.def"
#define UNQUOTE(kind, pattern, example) { "", pattern, example },
#include "understand/unquote.def"
};

/* The tables of mail; a table without a name may find a text twice. */
static void
mail_rows_find_their_examples(void **state)
{
	const struct mail_row *row;
	const char *e;
	size_t i, k;

	bad = 0;
	for (i = 0; i < UNIT_COUNT(mail_rows); i++) {
		row = &mail_rows[i];
		e = row->example;
		if (!pattern_find(pattern_new_nocase(row->pattern), e,
		    strlen(e), NULL)) {
			fprintf(stderr, "%s \"%s\": does not find '%s'\n",
			    row->table, row->pattern, e);
			bad++;
		}
		for (k = i; row->table[0] != '\0' && k-- > 0;)
			if (strcmp(mail_rows[k].table, row->table) == 0 &&
			    pattern_find(pattern_new_nocase(
			    mail_rows[k].pattern), e, strlen(e), NULL)) {
				fprintf(stderr, "%s \"%s\": is dead: \"%s\" "
				    "finds '%s'\n", row->table, row->pattern,
				    mail_rows[k].pattern, e);
				bad++;
			}
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
		cmocka_unit_test(mail_rows_find_their_examples),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
