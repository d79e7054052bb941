#include "cmd/table.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TABLE_GAP 2	/* columns between two cells */
#define TABLE_LEAST 8	/* a cut column is not made narrower */

struct column {
	const char *head;
	enum table_align align;
	size_t width;
};

struct table {
	struct column *columns;
	char **cells;
	size_t n_columns, n_cells;
};

struct table *
table_new(void *owner)
{
	return mem_new(owner, struct table);
}

void
table_column(struct table *t, const char *head, enum table_align align)
{
	t->columns = mem_grow(t, t->columns, struct column, t->n_columns + 1);
	t->columns[t->n_columns++] =
	    (struct column){ head, align, text_width(head) };
}

void
table_cell(struct table *t, const char *text)
{
	struct column *c = &t->columns[t->n_cells % t->n_columns];
	char *cell = mem_str(t, text == NULL || *text == '\0' ? "-" : text);
	size_t width;
	char *p;

	for (p = cell; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = *p == '\n' || *p == '\t' ? ' ' : '?';
	width = text_width(cell);
	if (width > c->width)
		c->width = width;
	if ((t->n_cells & (t->n_cells + 1)) == 0)
		t->cells = mem_grow(t, t->cells, char *,
		    2 * (t->n_cells + 1));
	t->cells[t->n_cells++] = cell;
}

void
table_cellf(struct table *t, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = mem_check(talloc_vasprintf(NULL, fmt, ap));
	va_end(ap);
	table_cell(t, s);
	talloc_free(s);
}

static size_t
window_of(FILE *f)
{
	struct winsize ws;

	if (isatty(fileno(f)) && ioctl(fileno(f), TIOCGWINSZ, &ws) == 0)
		return ws.ws_col;
	return 0;
}

/* The widths to print: the last column that may be cut gives way. */
static void
fit(const struct table *t, size_t window, size_t *widths)
{
	size_t i, all = 0, cut = t->n_columns;

	for (i = 0; i < t->n_columns; i++) {
		widths[i] = t->columns[i].width;
		all += widths[i] + (i > 0 ? TABLE_GAP : 0);
		if (t->columns[i].align == TABLE_CUT)
			cut = i;
	}
	if (window == 0 || all <= window || cut == t->n_columns)
		return;
	all -= window;
	widths[cut] = widths[cut] > TABLE_LEAST + all ? widths[cut] - all :
	    widths[cut] < TABLE_LEAST ? widths[cut] : TABLE_LEAST;
}

static void
put_cell(const struct table *t, FILE *f, const char *s, size_t i, size_t width)
{
	size_t w = text_width(s), pad = w < width ? width - w : 0;
	char *cut;

	if (w > width) {
		cut = text_fit(NULL, s, width);
		fputs(cut, f);
		talloc_free(cut);
	} else if (t->columns[i].align == TABLE_RIGHT)
		fprintf(f, "%*s%s", (int)pad, "", s);
	else if (i + 1 == t->n_columns)
		fputs(s, f);
	else
		fprintf(f, "%s%*s", s, (int)pad, "");
	if (i + 1 == t->n_columns)
		fputc('\n', f);
	else
		fprintf(f, "%*s", TABLE_GAP, "");
}

void
table_print(const struct table *t, FILE *f, size_t window)
{
	size_t *widths = mem_array(NULL, size_t, t->n_columns);
	bool bold = isatty(fileno(f));
	size_t i;

	fit(t, window != 0 ? window : window_of(f), widths);
	if (bold)
		fputs("\033[1m", f);
	for (i = 0; i < t->n_columns; i++)
		put_cell(t, f, t->columns[i].head, i, widths[i]);
	if (bold)
		fputs("\033[0m", f);
	for (i = 0; i < t->n_cells; i++)
		put_cell(t, f, t->cells[i], i % t->n_columns,
		    widths[i % t->n_columns]);
	talloc_free(widths);
}
