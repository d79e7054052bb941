#include "render/canvas.h"

#include "base/clock.h"
#include "base/mem.h"
#include "render/pdf.h"
#include "render/subset.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdlib.h>
#include <string.h>

#define LEADING 1.35

/* Chinese letters are set in Song; the same family has Latin letters, so
 * that a text of both looks like one. */
static const char *const families[] = {
	"Noto Serif CJK SC, Source Han Serif SC, Source Han Serif CN, "
	    "SimSun, AR PL UMing CN, serif",
	"Noto Sans CJK SC, Source Han Sans SC, Source Han Sans CN, "
	    "WenQuanYi Zen Hei, Droid Sans Fallback, sans"
};

/* A PDF is drawn when it is whole: only then its letters are known. */
struct op {
	enum { OP_LINES, OP_BOX, OP_PICTURE, OP_PAGE } kind;
	const struct canvas_text *text;
	const struct canvas_picture *picture;
	size_t from, to;
	double x, y, w, h;
	unsigned long rgb;
};

struct canvas {
	struct op *ops;
	size_t n_ops;
	struct subset *subset;		/* a PDF's */
	cairo_surface_t *surface;
	cairo_t *cr;
	PangoContext *pango;
	struct canvas_info info;
	bool pdf, dead;
	unsigned char *bytes;
	size_t n, room;
};

struct canvas_text {
	PangoLayout *layout;
	double height, ascent;	/* of a line; where its letters stand */
	bool drawn;		/* on a page that is not finished */
};

struct canvas_picture {
	cairo_surface_t *surface;
	int w, h;
};

static int
canvas_destroy(struct canvas *c)
{
	c->dead = true;
	g_clear_object(&c->pango);
	if (c->cr != NULL)
		cairo_destroy(c->cr);
	if (c->surface != NULL)
		cairo_surface_destroy(c->surface);
	return 0;
}

static cairo_status_t
take(void *arg, const unsigned char *data, unsigned int n)
{
	struct canvas *c = arg;

	if (c->dead || c->n + n > CANVAS_BYTES_MAX)
		return CAIRO_STATUS_WRITE_ERROR;
	if (c->n + n > c->room) {
		c->room = (c->n + n) * 2;
		c->bytes = mem_grow(c, c->bytes, unsigned char, c->room);
	}
	memcpy(c->bytes + c->n, data, n);
	c->n += n;
	return CAIRO_STATUS_SUCCESS;
}

/* What a screen or a printer would have letters differ by is off. */
static void
start(struct canvas *c)
{
	cairo_font_options_t *o = cairo_font_options_create();

	c->cr = cairo_create(c->surface);
	cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(o, CAIRO_ANTIALIAS_GRAY);
	c->pango = pango_cairo_create_context(c->cr);
	pango_cairo_context_set_font_options(c->pango, o);
	pango_cairo_context_set_resolution(c->pango, 72);
	pango_context_set_round_glyph_positions(c->pango, FALSE);
	pango_context_set_language(c->pango,
	    pango_language_from_string(c->info.language));
	cairo_font_options_destroy(o);
}

static void
describe(struct canvas *c)
{
	char at[CLOCK_TEXT_MAX];
	const struct {
		cairo_pdf_metadata_t what;
		const char *text;
	} all[] = {
		{ CAIRO_PDF_METADATA_TITLE, c->info.title },
		{ CAIRO_PDF_METADATA_AUTHOR, c->info.author },
		{ CAIRO_PDF_METADATA_CREATOR, "Dunlin" },
		{ CAIRO_PDF_METADATA_CREATE_DATE,
		    clock_format(c->info.made_at, at) },
		{ CAIRO_PDF_METADATA_MOD_DATE, at }
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].text != NULL)
			cairo_pdf_surface_set_metadata(c->surface,
			    all[i].what, all[i].text);
}

struct canvas *
canvas_pdf(void *owner, double width, double height,
    const struct canvas_info *info)
{
	struct canvas *c = mem_new(owner, struct canvas);

	talloc_set_destructor(c, canvas_destroy);
	c->pdf = true;
	c->subset = subset_new(c);
	c->info = *info;
	c->surface = cairo_pdf_surface_create_for_stream(take, c, width,
	    height);
	cairo_pdf_surface_restrict_to_version(c->surface,
	    CAIRO_PDF_VERSION_1_5);
	describe(c);
	start(c);
	return c;
}

struct canvas *
canvas_png(void *owner, int width, int height, int scale,
    const char *language)
{
	struct canvas *c = mem_new(owner, struct canvas);

	talloc_set_destructor(c, canvas_destroy);
	c->info.language = language;
	c->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24,
	    width * scale, height * scale);
	start(c);
	cairo_scale(c->cr, scale, scale);
	cairo_set_source_rgb(c->cr, 1, 1, 1);
	cairo_paint(c->cr);
	return c;
}

static int
text_destroy(struct canvas_text *t)
{
	g_clear_object(&t->layout);
	return 0;
}

void
canvas_text_free(struct canvas_text *t)
{
	if (!t->drawn)
		talloc_free(t);
}

static void
set_font(PangoLayout *l, const struct canvas_style *s)
{
	PangoFontDescription *f =
	    pango_font_description_from_string(families[s->sans]);

	pango_font_description_set_absolute_size(f, s->size * PANGO_SCALE);
	pango_font_description_set_weight(f, s->bold ? PANGO_WEIGHT_BOLD :
	    PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(l, f);
	pango_font_description_free(f);
}

static void
set_style(struct canvas_text *t, const struct canvas_style *s)
{
	static const PangoAlignment align[] = { PANGO_ALIGN_LEFT,
	    PANGO_ALIGN_RIGHT, PANGO_ALIGN_CENTER };
	PangoLayout *l = t->layout;

	set_font(l, s);
	pango_layout_set_alignment(l, align[s->align]);
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_auto_dir(l, FALSE);
	if (s->width > 0)
		pango_layout_set_width(l, (int)(s->width * PANGO_SCALE));
	if (s->indent > 0)
		pango_layout_set_indent(l, -(int)(s->indent * PANGO_SCALE));
	t->height = s->size * (s->leading > 0 ? s->leading : LEADING);
	t->ascent = (t->height + s->size * 0.76) / 2;
}

int
canvas_text(struct canvas *c, const char *markup,
    const struct canvas_style *s, struct canvas_text **ret_t,
    struct err *err)
{
	struct canvas_text *t = mem_new(c, struct canvas_text);
	PangoAttrList *attrs;
	GError *wrong = NULL;
	char *plain;

	t->layout = pango_layout_new(c->pango);
	talloc_set_destructor(t, text_destroy);
	if (!pango_parse_markup(markup, -1, 0, &attrs, &plain, NULL,
	    &wrong)) {
		err_set(err, ERR_CONFIG, "this is not text for a page: %s",
		    wrong->message);
		g_error_free(wrong);
		talloc_free(t);
		return -1;
	}
	pango_layout_set_text(t->layout, plain, -1);
	pango_layout_set_attributes(t->layout, attrs);
	pango_attr_list_unref(attrs);
	g_free(plain);
	set_style(t, s);
	if (pango_layout_get_unknown_glyphs_count(t->layout) > 0) {
		err_set(err, ERR_CONFIG, "no font here has all characters of "
		    "\"%.80s\": install one (Debian: fonts-noto-cjk)",
		    pango_layout_get_text(t->layout));
		talloc_free(t);
		return -1;
	}
	*ret_t = t;
	return 0;
}

size_t
canvas_lines(const struct canvas_text *t)
{
	return (size_t)pango_layout_get_line_count(t->layout);
}

double
canvas_line_height(const struct canvas_text *t)
{
	return t->height;
}

double
canvas_text_width(const struct canvas_text *t)
{
	PangoRectangle r;

	pango_layout_get_extents(t->layout, NULL, &r);
	return (double)r.width / PANGO_SCALE;
}

static void
note(struct canvas *c, const struct op *op)
{
	if ((c->n_ops & (c->n_ops + 1)) == 0)
		c->ops = mem_grow(c, c->ops, struct op, 2 * (c->n_ops + 1));
	c->ops[c->n_ops++] = *op;
}

static void
show(struct canvas *c, const struct canvas_text *t, PangoLayoutLine *line,
    double x, double y)
{
	if (c->pdf) {
		subset_draw(c->subset, c->cr, pango_layout_get_text(t->layout),
		    line, x, y);
	} else {
		cairo_move_to(c->cr, x, y);
		pango_cairo_show_layout_line(c->cr, line);
	}
}

/* Where a line begins is Pango's; how far apart lines are is ours, as it must
 * not depend on the fonts of a single line. */
static void
draw_lines(struct canvas *c, const struct op *op)
{
	const struct canvas_text *t = op->text;
	PangoLayoutIter *i = pango_layout_get_iter(t->layout);
	PangoRectangle r;
	size_t n = 0;

	cairo_set_source_rgb(c->cr, 0.07, 0.07, 0.07);
	do {
		if (n >= op->from && n < op->to) {
			pango_layout_iter_get_line_extents(i, NULL, &r);
			show(c, t, pango_layout_iter_get_line_readonly(i),
			    op->x + (double)r.x / PANGO_SCALE, op->y +
			    (double)(n - op->from) * t->height + t->ascent);
		}
		n++;
	} while (pango_layout_iter_next_line(i));
	pango_layout_iter_free(i);
}

static void
draw(struct canvas *c, const struct op *op)
{
	switch (op->kind) {
	case OP_LINES:
		draw_lines(c, op);
		break;
	case OP_BOX:
		cairo_set_source_rgb(c->cr,
		    (double)(op->rgb >> 16 & 0xff) / 255,
		    (double)(op->rgb >> 8 & 0xff) / 255,
		    (double)(op->rgb & 0xff) / 255);
		cairo_rectangle(c->cr, op->x, op->y, op->w, op->h);
		cairo_fill(c->cr);
		break;
	case OP_PICTURE:
		cairo_save(c->cr);
		cairo_translate(c->cr, op->x, op->y);
		cairo_scale(c->cr, op->w / op->picture->w,
		    op->w / op->picture->w);
		cairo_set_source_surface(c->cr, op->picture->surface, 0, 0);
		cairo_paint(c->cr);
		cairo_restore(c->cr);
		break;
	case OP_PAGE:
		cairo_show_page(c->cr);
	}
}

static void
act(struct canvas *c, const struct op *op)
{
	if (c->pdf)
		note(c, op);
	else
		draw(c, op);
}

void
canvas_draw(struct canvas *c, struct canvas_text *t, size_t from, size_t to,
    double x, double y)
{
	struct op op = { .kind = OP_LINES, .text = t, .from = from, .to = to,
	    .x = x, .y = y };
	size_t i, n = canvas_lines(t);

	t->drawn = t->drawn || c->pdf;
	for (i = from; c->pdf && i < to && i < n; i++)
		subset_add(c->subset, pango_layout_get_line_readonly(t->layout,
		    (int)i));
	act(c, &op);
}

void
canvas_box(struct canvas *c, double x, double y, double w, double h,
    const char *colour)
{
	struct op op = { .kind = OP_BOX, .x = x, .y = y, .w = w, .h = h,
	    .rgb = strtoul(colour + 1, NULL, 16) };

	act(c, &op);
}

/* --- pictures --- */

struct png {
	const unsigned char *data;
	size_t n;
};

static cairo_status_t
give(void *arg, unsigned char *data, unsigned int n)
{
	struct png *p = arg;

	if (n > p->n)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(data, p->data, n);
	p->data += n;
	p->n -= n;
	return CAIRO_STATUS_SUCCESS;
}

static unsigned
number_at(const unsigned char *p)
{
	return (unsigned)p[0] << 24 | (unsigned)p[1] << 16 |
	    (unsigned)p[2] << 8 | p[3];
}

/* Before anything is unpacked. */
static int
picture_size(const struct png *p, struct err *err)
{
	static const unsigned char head[] = { 0x89, 'P', 'N', 'G', '\r', '\n',
	    0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R' };
	unsigned w, h;

	if (p->n < 33 || memcmp(p->data, head, sizeof(head)) != 0)
		return err_set(err, ERR_CONFIG, "it is no PNG picture");
	w = number_at(p->data + 16);
	h = number_at(p->data + 20);
	if (w < 16 || h < 16 || w > CANVAS_PICTURE_SIDE ||
	    h > CANVAS_PICTURE_SIDE || p->n > CANVAS_PICTURE_BYTES)
		return err_set(err, ERR_CONFIG, "it has %u x %u pixels and "
		    "%zu bytes: 16 to %d pixels a side, and at most %d KiB",
		    w, h, p->n, CANVAS_PICTURE_SIDE,
		    CANVAS_PICTURE_BYTES / 1024);
	return 0;
}

static int
picture_destroy(struct canvas_picture *p)
{
	cairo_surface_destroy(p->surface);
	return 0;
}

/* Whatever depth it has, as Cairo draws it. */
static struct canvas_picture *
picture_from(struct canvas *c, cairo_surface_t *png,
    cairo_status_t *ret_status)
{
	struct canvas_picture *p = mem_new(c, struct canvas_picture);
	cairo_t *cr;

	p->w = cairo_image_surface_get_width(png);
	p->h = cairo_image_surface_get_height(png);
	p->surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, p->w,
	    p->h);
	talloc_set_destructor(p, picture_destroy);
	cr = cairo_create(p->surface);
	cairo_set_source_surface(cr, png, 0, 0);
	cairo_paint(cr);
	*ret_status = cairo_status(cr);	/* also of its surface */
	cairo_destroy(cr);
	return p;
}

int
canvas_picture(struct canvas *c, const void *png, size_t n,
    struct canvas_picture **ret_p, struct err *err)
{
	struct png p = { png, n };
	struct canvas_picture *made = NULL;
	cairo_surface_t *s;
	cairo_status_t status;

	if (picture_size(&p, err) < 0)
		return -1;
	s = cairo_image_surface_create_from_png_stream(give, &p);
	status = cairo_surface_status(s);
	if (status == CAIRO_STATUS_SUCCESS)
		made = picture_from(c, s, &status);
	cairo_surface_destroy(s);
	if (status == CAIRO_STATUS_SUCCESS)
		*ret_p = made;
	return status == CAIRO_STATUS_SUCCESS ? 0 : err_set(err, ERR_CONFIG,
	    "it is damaged: %s", cairo_status_to_string(status));
}

double
canvas_picture_height(const struct canvas_picture *p, double width)
{
	return width * p->h / p->w;
}

void
canvas_put(struct canvas *c, const struct canvas_picture *p, double x,
    double y, double width)
{
	struct op op = { .kind = OP_PICTURE, .picture = p, .x = x, .y = y,
	    .w = width };

	act(c, &op);
}

void
canvas_page(struct canvas *c)
{
	struct op op = { .kind = OP_PAGE };

	act(c, &op);
}

int
canvas_finish(void *owner, struct canvas *c, char **ret_bytes,
    size_t *ret_len, struct err *err)
{
	cairo_status_t s;
	size_t i;

	for (i = 0; i < c->n_ops; i++)
		draw(c, &c->ops[i]);
	s = cairo_status(c->cr);
	if (s == CAIRO_STATUS_SUCCESS && !c->pdf)
		s = cairo_surface_write_to_png_stream(c->surface, take, c);
	cairo_surface_finish(c->surface);
	if (s == CAIRO_STATUS_SUCCESS)
		s = cairo_surface_status(c->surface);
	if (s != CAIRO_STATUS_SUCCESS)
		return err_set(err, ERR_CONFIG, "it cannot be drawn, or not "
		    "in %d MiB: %s", CANVAS_BYTES_MAX / 1024 / 1024,
		    cairo_status_to_string(s));
	if (c->pdf)
		return pdf_complete(owner, (char *)c->bytes, c->n,
		    c->info.language, ret_bytes, ret_len, err);
	*ret_bytes = mem_check(talloc_memdup(owner, c->bytes, c->n));
	*ret_len = c->n;
	return 0;
}

void
canvas_escape(struct text *t, const char *s)
{
	char *e = g_markup_escape_text(s, -1);

	text_add(t, e);
	g_free(e);
}

bool
canvas_has_chinese(void)
{
	struct canvas *c = canvas_png(NULL, 1, 1, 1, "zh-CN");
	struct canvas_style s = { .size = 10 };
	struct canvas_text *t;
	struct err ignore;
	bool yes = canvas_text(c, "催款函壹贰叁", &s, &t, &ignore) == 0;

	talloc_free(c);
	return yes;
}

const char *
canvas_families(bool sans)
{
	return families[sans];
}
