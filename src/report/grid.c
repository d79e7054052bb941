#include "report/grid.h"

#include "base/mem.h"
#include "core/date.h"
#include "core/money.h"
#include "report/csv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct column {
	const char *key, *head;
	enum grid_type type;
};

struct grid {
	const char *language;
	struct column *columns;
	char **cells, **shown, **notes;	/* shown: NULL: as the cell */
	size_t n_columns, n_cells, n_notes;
};

struct grid *
grid_new(void *owner, const char *language)
{
	struct grid *g = mem_new(owner, struct grid);

	g->language = language;
	return g;
}

static const char *
say(const struct grid *g, const char *en, const char *zh)
{
	return strcmp(g->language, "zh-CN") == 0 ? zh : en;
}

void
grid_define(struct grid *g, const struct grid_column *list)
{
	const struct grid_column *c;

	for (c = list; c->key != NULL; c++) {
		g->columns = mem_grow(g, g->columns, struct column,
		    g->n_columns + 1);
		g->columns[g->n_columns++] = (struct column){ c->key,
			say(g, c->en, c->zh), c->type };
	}
}

void
grid_say(struct grid *g, const char *word, const char *said)
{
	if ((g->n_cells & (g->n_cells + 1)) == 0) {
		g->cells = mem_grow(g, g->cells, char *,
		    2 * (g->n_cells + 1));
		g->shown = mem_grow(g, g->shown, char *,
		    2 * (g->n_cells + 1));
	}
	g->cells[g->n_cells] = mem_str(g, word);
	g->shown[g->n_cells++] = mem_str(g, said);
}

void
grid_text(struct grid *g, const char *s)
{
	grid_say(g, s, NULL);
}

void
grid_word(struct grid *g, enum words_list list, const char *word)
{
	grid_say(g, word, word == NULL ? NULL : words_say(list, word,
	    g->language));
}

void
grid_int(struct grid *g, int64_t v)
{
	char buf[24];

	snprintf(buf, sizeof(buf), "%lld", (long long)v);
	grid_text(g, buf);
}

void
grid_money(struct grid *g, int64_t minor, const char *cur)
{
	char buf[MONEY_TEXT_MAX];
	struct money m = money_zero(cur);

	m.minor = minor;
	grid_text(g, money_format(m, buf));
}

void
grid_day(struct grid *g, int32_t day)
{
	char buf[DATE_TEXT_MAX];

	grid_text(g, day == DATE_NONE ? NULL : date_format(day, buf));
}

void
grid_ratio(struct grid *g, int64_t num, int64_t den, int digits)
{
	__int128 scaled = num, d = den < 0 ? -(__int128)den : den, q;
	char buf[40];
	int64_t unit = 1;
	int i;

	if (den == 0) {
		grid_text(g, NULL);
		return;
	}
	if (den < 0)
		scaled = -scaled;
	for (i = 0; i < digits; i++)
		unit *= 10;
	scaled *= unit;
	q = scaled < 0 ? -((-scaled * 2 + d) / (2 * d)) :
	    (scaled * 2 + d) / (2 * d);
	if (digits == 0)
		snprintf(buf, sizeof(buf), "%lld", (long long)q);
	else
		snprintf(buf, sizeof(buf), "%s%lld.%0*lld", q < 0 ? "-" : "",
		    llabs((long long)(q / unit)), digits,
		    llabs((long long)(q % unit)));
	grid_text(g, buf);
}

void
grid_real(struct grid *g, double v, int digits)
{
	char buf[64];

	snprintf(buf, sizeof(buf), "%.*f", digits, v);
	grid_text(g, isfinite(v) ? buf : NULL);
}

void
grid_note(struct grid *g, const char *en, const char *zh)
{
	g->notes = mem_grow(g, g->notes, char *, g->n_notes + 1);
	g->notes[g->n_notes++] = mem_str(g, say(g, en, zh));
}

size_t
grid_columns(const struct grid *g)
{
	return g->n_columns;
}

size_t
grid_rows(const struct grid *g)
{
	return g->n_columns == 0 ? 0 : g->n_cells / g->n_columns;
}

size_t
grid_notes(const struct grid *g)
{
	return g->n_notes;
}

const char *
grid_head(const struct grid *g, size_t column)
{
	return g->columns[column].head;
}

enum grid_type
grid_type_of(const struct grid *g, size_t column)
{
	return g->columns[column].type;
}

const char *
grid_cell(const struct grid *g, size_t row, size_t column)
{
	return g->cells[row * g->n_columns + column];
}

const char *
grid_shown(const struct grid *g, size_t row, size_t column)
{
	const char *s = g->shown[row * g->n_columns + column];

	return s != NULL ? s : grid_cell(g, row, column);
}

const char *
grid_language(const struct grid *g)
{
	return g->language;
}

const char *
grid_note_text(const struct grid *g, size_t i)
{
	return g->notes[i];
}

void
grid_csv(const struct grid *g, struct text *t)
{
	size_t i, k;

	text_add(t, CSV_MARK);
	for (k = 0; k < g->n_columns; k++)
		csv_cell(t, g->columns[k].key);
	csv_end(t);
	for (i = 0; i < grid_rows(g); i++) {
		for (k = 0; k < g->n_columns; k++)
			csv_cell(t, grid_cell(g, i, k));
		csv_end(t);
	}
}

static void
json_cell(const struct grid *g, size_t row, size_t column, struct text *t)
{
	const char *s = grid_cell(g, row, column);

	text_add_json(t, g->columns[column].key);
	text_add(t, ": ");
	if (s == NULL)
		text_add(t, "null");
	else if (g->columns[column].type == GRID_NUMBER)
		text_add(t, s);
	else
		text_add_json(t, s);
}

void
grid_json_rows(const struct grid *g, struct text *t)
{
	size_t i, k;

	text_addc(t, '[');
	for (i = 0; i < grid_rows(g); i++) {
		text_add(t, i == 0 ? "\n  {" : ",\n  {");
		for (k = 0; k < g->n_columns; k++) {
			if (k > 0)
				text_add(t, ", ");
			json_cell(g, i, k, t);
		}
		text_add(t, "}");
	}
	text_add(t, "\n]");
}

void
grid_json(const struct grid *g, const char *name, struct text *t)
{
	size_t i;

	text_add(t, "{\"report\": ");
	text_add_json(t, name);
	text_add(t, ", \"rows\": ");
	grid_json_rows(g, t);
	text_add(t, ", \"notes\": [");
	for (i = 0; i < g->n_notes; i++) {
		if (i > 0)
			text_add(t, ", ");
		text_add_json(t, g->notes[i]);
	}
	text_add(t, "]}\n");
}
