#include "cmd/grid_print.h"

#include "base/file.h"
#include "cmd/table.h"

#include <stdio.h>

static void
print_table(void *owner, const struct grid *g, const char *none)
{
	struct table *t = table_new(owner);
	size_t i, k;

	for (k = 0; k < grid_columns(g); k++)
		table_column(t, grid_head(g, k), grid_type_of(g, k) ==
		    GRID_NUMBER ? TABLE_RIGHT : TABLE_LEFT);
	for (i = 0; i < grid_rows(g); i++)
		for (k = 0; k < grid_columns(g); k++)
			table_cell(t, grid_shown(g, i, k));
	if (grid_rows(g) == 0)
		puts(none);
	else
		table_print(t, stdout, 0);
	for (i = 0; i < grid_notes(g); i++)
		printf("%s\n", grid_note_text(g, i));
}

static int
put_out(const char *to, const struct text *t, struct err *err)
{
	if (to != NULL)
		return file_write(to, text_str(t), text_len(t), 0600, err);
	if (fwrite(text_str(t), 1, text_len(t), stdout) != text_len(t) ||
	    fflush(stdout) != 0)
		return err_set(err, ERR_TEMP, "standard output cannot be "
		    "written");
	return 0;
}

int
grid_print(struct cmd *c, const struct grid *g, const struct grid_form *form,
    const char *name, const char *none, struct err *err)
{
	struct text *t;
	int r;

	if (!c->json && !form->csv) {
		if (form->to != NULL)
			return cmd_usage(err, "%s: -o is for --csv and "
			    "--json", c->name);
		print_table(c, g, none);
		return 0;
	}
	t = text_new(c);
	if (c->json)
		grid_json(g, name, t);
	else
		grid_csv(g, t);
	r = put_out(form->to, t, err);
	text_free(t);
	return r;
}
