/* grid_print.h - a report as a table for people, with its notes below. */
#ifndef DUNLIN_CMD_GRID_PRINT_H
#define DUNLIN_CMD_GRID_PRINT_H

#include "report/grid.h"

/* none: what is said where there are no rows. */
void grid_print(void *owner, const struct grid *g, const char *none);

#endif
