/* Every word of the tables of dates and sums is read as its row says. */
#include "understand/understand.h"

#include "base/mem.h"
#include "understand/amounts.h"
#include "understand/dates.h"
#include "understand/dates_ops.h"
#include "understand/holidays.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

static int bad;

static void
complain(const char *table, const char *word, const char *what)
{
	fprintf(stderr, "%s: '%s' %s\n", table, word, what);
	bad++;
}

static const struct word_row words[] = {
#define WORD(cat, value, words) { C_##cat, value, words },
#include "understand/words_en.def"
#include "understand/words_zh.def"
#undef WORD
};

static const struct { const char *code, *words; } currencies[] = {
#define CURRENCY(code, words) { #code, words },
#include "understand/currency.def"
#undef CURRENCY
};

static const struct { int cat; const char *words; } money[] = {
#define MONEY_WORD(cat, worth, cur, words) { C_##cat, words },
#include "understand/amounts.def"
#undef MONEY_WORD
};

static const char *const holidays[] = {
#define HOLIDAY(words, kind, a, b, c, span) words,
#include "understand/holidays.def"
#undef HOLIDAY
};

static const struct { const char *word; int64_t value; char kind; }
    numbers[] = {
#define NUMBER_WORD(word, value, kind) { word, value, kind },
#include "understand/numbers.def"
#undef NUMBER_WORD
};

/* The k-th of the words between bars, or NULL. */
static char *
word_of(void *owner, const char *list, int k)
{
	for (; k > 0; k--) {
		list += strcspn(list, "|");
		if (*list++ == '\0')
			return NULL;
	}
	return mem_strn(owner, list, strcspn(list, "|"));
}

/* A node of the category stands over all of the text; value -1: any. */
static bool
is_node(struct chart *c, const char *text, int cat, int value)
{
	struct norm *t = norm_new(c, text, strlen(text));
	int k;

	chart_run(c, t);
	for (k = chart_first(c, 0); k >= 0; k = c->nodes[k].next)
		if (c->nodes[k].cat == cat && c->nodes[k].to == c->n_units &&
		    (value == -1 || c->nodes[k].s.n == value))
			return true;
	return false;
}

static struct chart *
chart(void *owner, bool zh)
{
	struct grammar *g = grammar_new(owner);
	struct chart *c;

	dates_grammar(g);
	amounts_grammar(g);
	c = chart_new(owner, g);
	c->ref = date_make(2026, 3, 11);
	c->zh = zh;
	c->country = zh ? "CN" : "GB";
	return c;
}

static void
words_stand_for_their_row(void **state)
{
	void *owner = talloc_new(NULL);
	struct chart *c = chart(owner, true);
	size_t i;
	char *w;
	int k;

	bad = 0;
	for (i = 0; i < UNIT_COUNT(words); i++)
		for (k = 0; (w = word_of(owner, words[i].words, k)) != NULL;
		    k++)
			if (!is_node(c, w, words[i].cat, words[i].value))
				complain("words", w, "is not of its row");
	for (i = 0; i < UNIT_COUNT(money); i++)
		for (k = 0; (w = word_of(owner, money[i].words, k)) != NULL;
		    k++)
			if (!is_node(c, w, money[i].cat, (int)i))
				complain("amounts.def", w, "is not of its "
				    "row");
	for (i = 0; i < UNIT_COUNT(holidays); i++)
		for (k = 0; (w = word_of(owner, holidays[i], k)) != NULL; k++)
			if (!is_node(c, w, C_HOL, (int)i))
				complain("holidays.def", w, "is not of its "
				    "row");
	talloc_free(owner);
	assert_int_equal(bad, 0);
}

static void
numbers_have_their_value(void **state)
{
	void *owner = talloc_new(NULL);
	struct chart *c = chart(owner, false);
	size_t i;
	int cat;

	bad = 0;
	for (i = 0; i < UNIT_COUNT(numbers); i++) {
		cat = strchr("OTS", numbers[i].kind) != NULL ? C_ORD :
		    numbers[i].kind == 's' ? C_NUM : C_N;
		if (!is_node(c, numbers[i].kind == 's' ? mem_fmt(owner,
		    "two %s", numbers[i].word) : numbers[i].word, cat,
		    numbers[i].kind == 's' ? -1 : (int)numbers[i].value))
			complain("numbers.def", numbers[i].word,
			    "is no such number");
	}
	talloc_free(owner);
	assert_int_equal(bad, 0);
}

/* "500 quid", or the other way round. */
static void
currencies_are_read(void **state)
{
	struct understander *u = understander_new(NULL);
	struct understand_in in = { .ref = date_make(2026, 3, 11) };
	struct meaning *m;
	char *w, *text;
	size_t i;
	int k, way;

	bad = 0;
	for (i = 0; i < UNIT_COUNT(currencies); i++)
		for (k = 0; (w = word_of(u, currencies[i].words, k)) != NULL;
		    k++) {
			for (way = 0; way < 3; way++) {
				text = way == 0 ? mem_fmt(u, "500 %s", w) :
				    way == 1 ? mem_fmt(u, "%s 500", w) :
				    mem_fmt(u, "500%s", w);
				m = understand_text(u, u, &in, text,
				    strlen(text));
				if (m->n_amounts == 1 && strcmp(m->
				    amounts[0].value, "500") == 0 && strcmp(
				    m->amounts[0].cur, currencies[i].code) ==
				    0)
					break;
			}
			if (way == 3)
				complain(currencies[i].code, w,
				    "is not read so");
		}
	talloc_free(u);
	assert_int_equal(bad, 0);
}

/* All names of a festival mean one day, each of itself. */
static void
festivals_have_their_day(void **state)
{
	struct understander *u = understander_new(NULL);
	struct understand_in in = { .ref = date_make(2026, 3, 11) };
	struct meaning *m;
	int32_t day;
	size_t i;
	char *w;
	int k;

	bad = 0;
	for (i = 0; i < UNIT_COUNT(holidays); i++) {
		day = holiday_day((int)i, 2026);
		if (day < in.ref)
			day = holiday_day((int)i, 2027);
		for (k = 0; (w = word_of(u, holidays[i], k)) != NULL; k++) {
			m = understand_text(u, u, &in, w, strlen(w));
			if (m->n_dates == 0 || m->dates[0].from != day)
				complain("holidays.def", w, "is another day");
		}
	}
	talloc_free(u);
	assert_int_equal(bad, 0);
}

/* New moons that ICU has a day off. */
static void
spring_festivals_are_those_of_the_calendar(void **state)
{
	static const struct { int y, m, d; } known[] = {
		{ 2024, 2, 10 }, { 2025, 1, 29 }, { 2026, 2, 17 },
		{ 2027, 2, 6 }, { 2028, 1, 26 }, { 2029, 2, 13 },
		{ 2030, 2, 3 }, { 2031, 1, 23 }, { 2032, 2, 11 },
		{ 2033, 1, 31 }, { 2034, 2, 19 }, { 2035, 2, 8 },
	};
	size_t i;

	for (i = 0; i < UNIT_COUNT(known); i++)
		assert_int_equal(lunar_day(known[i].y, 1, 1),
		    date_make(known[i].y, known[i].m, known[i].d));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_stand_for_their_row),
		cmocka_unit_test(numbers_have_their_value),
		cmocka_unit_test(currencies_are_read),
		cmocka_unit_test(festivals_have_their_day),
		cmocka_unit_test(spring_festivals_are_those_of_the_calendar),
	};

	mem_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
