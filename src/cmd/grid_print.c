#include "cmd/grid_print.h"

#include "cmd/table.h"

#include <stdio.h>

void
grid_print(void *owner, const struct grid *g, const char *none)
{
	struct table *t = table_new(owner);
	size_t i, k;

	for (k = 0; k < grid_columns(g); k++)
		table_column(t, grid_head(g, k), grid_type_of(g, k) ==
		    GRID_NUMBER ? TABLE_RIGHT : TABLE_LEFT);
	for (i = 0; i < grid_rows(g); i++)
		for (k = 0; k < grid_columns(g); k++)
			table_cell(t, grid_cell(g, i, k));
	if (grid_rows(g) == 0)
		puts(none);
	else
		table_print(t, stdout, 0);
	for (i = 0; i < grid_notes(g); i++)
		printf("%s\n", grid_note_text(g, i));
}
