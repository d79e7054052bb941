/* grid.h - a report: named columns, rows, notes; as CSV, JSON and
 * (grid_chart.h) a chart. */
#ifndef DUNLIN_REPORT_GRID_H
#define DUNLIN_REPORT_GRID_H

#include "base/text.h"
#include "report/words.h"

#include <stddef.h>
#include <stdint.h>

enum grid_type { GRID_TEXT, GRID_NUMBER };

struct grid;

/* language: "en" or "zh-CN", of heads and notes. */
struct grid *grid_new(void *owner, const char *language);
struct grid_column {
	const char *key;	/* in JSON and CSV; NULL ends the list */
	enum grid_type type;
	const char *en, *zh;	/* what people read */
};
/* All columns, before the first cell. */
void grid_define(struct grid *g, const struct grid_column *list);

/* The next cell, row after row. */
void grid_text(struct grid *g, const char *s);	/* NULL: nothing is known */
/* A word of ours: as it is in CSV and JSON, as people say it elsewhere; one of
 * no list as it is. */
void grid_word(struct grid *g, enum words_list list, const char *word);
void grid_say(struct grid *g, const char *word, const char *said);
void grid_int(struct grid *g, int64_t v);
void grid_money(struct grid *g, int64_t minor, const char *cur);
void grid_day(struct grid *g, int32_t day);
/* num / den with that many digits, rounded half away from zero; den 0:
 * nothing. */
void grid_ratio(struct grid *g, int64_t num, int64_t den, int digits);
void grid_real(struct grid *g, double v, int digits);	/* NAN: nothing */
/* What has to be said beside the figures. */
void grid_note(struct grid *g, const char *en, const char *zh);

size_t grid_columns(const struct grid *g);
size_t grid_rows(const struct grid *g);
size_t grid_notes(const struct grid *g);
const char *grid_head(const struct grid *g, size_t column);
enum grid_type grid_type_of(const struct grid *g, size_t column);
const char *grid_cell(const struct grid *g, size_t row, size_t column);
const char *grid_shown(const struct grid *g, size_t row, size_t column);
const char *grid_language(const struct grid *g);
const char *grid_note_text(const struct grid *g, size_t i);

void grid_csv(const struct grid *g, struct text *t);
void grid_json(const struct grid *g, const char *name, struct text *t);
void grid_json_rows(const struct grid *g, struct text *t);	/* the list */

#endif
