/* grid_chart.h - a report as bars of one column of numbers, named by the text
 * columns before it.
 *
 * The bars of one chart have one unit: by is the column (a currency) whose
 * values make a chart of their own, below each other; -1: one chart.  At most
 * GRID_CHART_ROWS rows; a line says how many are left out. */
#ifndef DUNLIN_REPORT_GRID_CHART_H
#define DUNLIN_REPORT_GRID_CHART_H

#include "base/err.h"
#include "report/grid.h"

#define GRID_CHART_ROWS 120

void grid_chart_svg(const struct grid *g, const char *title, size_t value,
    int by, struct text *t);
/* ERR_CONFIG: no fonts. */
int grid_chart_png(void *owner, const struct grid *g, const char *title,
    size_t value, int by, char **ret_png, size_t *ret_len, struct err *err);

#endif
