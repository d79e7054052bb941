/* grid_print.h - a report on standard output or in a file: as a table for
 * people with its notes below, as CSV, as JSON. */
#ifndef DUNLIN_CMD_GRID_PRINT_H
#define DUNLIN_CMD_GRID_PRINT_H

#include "cmd/cmd.h"
#include "report/grid.h"

struct grid_form {
	bool csv;		/* --csv; --json is the command's own */
	const char *to;		/* -o FILE, for CSV and JSON; NULL */
};

/* name: in JSON; none: what is said where there are no rows. */
int grid_print(struct cmd *c, const struct grid *g,
    const struct grid_form *form, const char *name, const char *none,
    struct err *err);

#endif
