#include "report/grid_chart.h"

#include "base/mem.h"
#include "render/canvas.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 720
#define LABEL 280
#define BAR 20
#define GAP 6
#define HEAD 34
#define VALUE 120	/* room for the figure behind the longest bar */
#define LETTERS 13
#define LABEL_MAX 40	/* bytes of a column in a label */

/* What draws: letters of a line have y as their top. */
struct pen {
	void (*box)(struct pen *p, double x, double y, double w,
	    const char *colour);
	void (*say)(struct pen *p, double x, double y, bool right, bool bold,
	    const char *s);
	struct text *svg;
	struct canvas *canvas;
	struct err *err;
	bool failed;
};

struct chart {
	const struct grid *g;
	const char *title;
	size_t value, rows;	/* rows: that are drawn */
	int by;
	struct pen *pen;
};

static double
number(const char *s)
{
	return s == NULL ? 0 : strtod(s, NULL);
}

static bool
together(const struct chart *c, size_t a, size_t b)
{
	const char *x, *y;

	if (c->by < 0)
		return true;
	x = grid_cell(c->g, a, (size_t)c->by);
	y = grid_cell(c->g, b, (size_t)c->by);
	return strcmp(x == NULL ? "" : x, y == NULL ? "" : y) == 0;
}

/* Whether an earlier row began the chart of this one. */
static bool
begun(const struct chart *c, size_t row)
{
	size_t i;

	for (i = 0; i < row; i++)
		if (together(c, i, row))
			return true;
	return false;
}

static double
longest(const struct chart *c, size_t row)
{
	double most = 0, v;
	size_t i;

	for (i = row; i < c->rows; i++) {
		v = fabs(number(grid_cell(c->g, i, c->value)));
		if (together(c, i, row) && v > most)
			most = v;
	}
	return most > 0 ? most : 1;
}

static void
name(const struct chart *c, size_t row, struct text *t)
{
	const char *s;
	size_t k, n;

	for (k = 0; k < c->value; k++) {
		s = grid_shown(c->g, row, k);
		if (grid_type_of(c->g, k) != GRID_TEXT || s == NULL)
			continue;
		if (text_len(t) > 0)
			text_addc(t, ' ');
		for (n = strlen(s); n > LABEL_MAX || (n < strlen(s) &&
		    ((unsigned char)s[n] & 0xc0) == 0x80); n--)
			;
		text_addf(t, "%.*s", (int)n, s);
	}
}

static void
bar(const struct chart *c, size_t row, double most, double y)
{
	const char *s = grid_cell(c->g, row, c->value);
	double v = number(s);
	double w = (WIDTH - LABEL - VALUE) * fabs(v) / most;
	struct text *t = text_new(NULL);

	name(c, row, t);
	c->pen->say(c->pen, LABEL - 8, y, true, false, text_str(t));
	c->pen->box(c->pen, LABEL, y, w, v < 0 ? "#b3261e" : "#4c9fb0");
	c->pen->say(c->pen, LABEL + w + 6, y, false, false, s != NULL ? s :
	    "-");
	text_free(t);
}

static int
height(const struct chart *c)
{
	size_t i, charts = 0;

	for (i = 0; i < c->rows; i++)
		charts += !begun(c, i);
	return (int)(HEAD + charts * 2 * BAR + c->rows * (BAR + GAP) + BAR);
}

static void
heading(const struct chart *c)
{
	struct text *t = text_new(NULL);
	size_t all = grid_rows(c->g);

	text_addf(t, "%s: %s", c->title, grid_head(c->g, c->value));
	if (c->rows < all)
		text_addf(t, strcmp(grid_language(c->g), "zh-CN") == 0 ?
		    "（前 %zu 行，共 %zu 行）" : " (the first %zu of %zu)",
		    c->rows, all);
	c->pen->say(c->pen, 12, 7, false, true, text_str(t));
	text_free(t);
}

static void
draw(const struct chart *c)
{
	double y = HEAD, most;
	size_t i, k;

	heading(c);
	for (i = 0; i < c->rows; i++) {
		if (begun(c, i))
			continue;
		most = longest(c, i);
		for (k = i; k < c->rows; k++) {
			if (!together(c, i, k))
				continue;
			bar(c, k, most, y);
			y += BAR + GAP;
		}
		y += BAR;
	}
}

static void
begin(struct chart *c, struct pen *pen, const struct grid *g,
    const char *title, size_t value, int by)
{
	c->g = g;
	c->title = title;
	c->value = value;
	c->by = by;
	c->pen = pen;
	c->rows = grid_rows(g) < GRID_CHART_ROWS ? grid_rows(g) :
	    GRID_CHART_ROWS;
}

/* --- SVG --- */

static void
svg_box(struct pen *p, double x, double y, double w, const char *colour)
{
	text_addf(p->svg, "<rect x=\"%g\" y=\"%g\" width=\"%.1f\" "
	    "height=\"%d\" fill=\"%s\"/>\n", x, y, w, BAR, colour);
}

static void
svg_say(struct pen *p, double x, double y, bool right, bool bold,
    const char *s)
{
	text_addf(p->svg, "<text x=\"%.1f\" y=\"%g\"%s%s>", x, y + BAR - 6,
	    right ? " text-anchor=\"end\"" : "", bold ?
	    " font-weight=\"bold\"" : "");
	text_add_html(p->svg, s);
	text_add(p->svg, "</text>\n");
}

void
grid_chart_svg(const struct grid *g, const char *title, size_t value, int by,
    struct text *t)
{
	struct pen pen = { .box = svg_box, .say = svg_say, .svg = t };
	struct chart c;

	begin(&c, &pen, g, title, value, by);
	text_addf(t, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
	    "viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" "
	    "font-size=\"%d\">\n<rect width=\"100%%\" height=\"100%%\" "
	    "fill=\"#fff\"/>\n<title>", WIDTH, height(&c), LETTERS);
	text_add_html(t, title);
	text_add(t, "</title>\n");
	draw(&c);
	text_add(t, "</svg>\n");
}

/* --- PNG --- */

static void
png_box(struct pen *p, double x, double y, double w, const char *colour)
{
	if (w > 0)
		canvas_box(p->canvas, x, y, w, BAR, colour);
}

static void
png_say(struct pen *p, double x, double y, bool right, bool bold,
    const char *s)
{
	struct canvas_style style = { .size = LETTERS, .bold = bold,
	    .sans = true };
	struct text *safe = text_new(p->canvas);
	struct canvas_text *t;

	canvas_escape(safe, s);
	if (p->failed || canvas_text(p->canvas, text_str(safe), &style, &t,
	    p->err) < 0) {
		p->failed = true;
		return;
	}
	canvas_draw(p->canvas, t, 0, 1, right ? x - canvas_text_width(t) : x,
	    y);
	canvas_text_free(t);
	text_free(safe);
}

int
grid_chart_png(void *owner, const struct grid *g, const char *title,
    size_t value, int by, char **ret_png, size_t *ret_len, struct err *err)
{
	void *ctx MEM_AUTO = talloc_new(NULL);
	struct pen pen = { .box = png_box, .say = png_say, .err = err };
	struct chart c;

	begin(&c, &pen, g, title, value, by);
	pen.canvas = canvas_png(ctx, WIDTH, height(&c), 2,
	    strcmp(grid_language(g), "zh-CN") == 0 ? "zh-CN" : "en");
	draw(&c);
	return pen.failed ? -1 : canvas_finish(owner, pen.canvas, ret_png,
	    ret_len, err);
}
