#include "render/letter_page.h"

#include "base/mem.h"

#include <string.h>

/* Points: A4 with margins of a business letter. */
#define PAGE_W 595.28
#define PAGE_H 841.89
#define LEFT 68.0
#define RIGHT 62.0
#define TOP 50.0
#define BOTTOM 50.0
#define FOOT (PAGE_H - 42.0)
#define BODY_W (PAGE_W - LEFT - RIGHT)
#define BODY_END (PAGE_H - BOTTOM)
#define PAD_X 4.0
#define PAD_Y 2.4
#define TABLE_GAP 6.0	/* above a table and below it */
#define SEAL_IN 24.0	/* of the margin */
#define SEAL_UP 0.22	/* of its height, above where it stands */
#define SEAL_GAP 6.0	/* above the foot */
#define MM (72 / 25.4)
#define LINE_COLOUR "#9aa6b0"
#define HEAD_COLOUR "#eef1f4"

static const struct style {
	double size;
	bool bold;
	enum canvas_align align;
	double indent, before, leading;
} styles[LETTER_STYLE_COUNT] = {
	[LETTER_TEXT] = { 10, false, CANVAS_LEFT, 0, 4, 1.4 },
	[LETTER_NAME] = { 15, true, CANVAS_LEFT, 0, 0, 1.4 },
	[LETTER_SMALL] = { 8.5, false, CANVAS_LEFT, 0, 0, 1.4 },
	[LETTER_TITLE] = { 15, true, CANVAS_CENTRE, 0, 10, 1.4 },
	[LETTER_HEADING] = { 10, true, CANVAS_LEFT, 0, 7, 1.4 },
	[LETTER_RIGHT] = { 10, false, CANVAS_RIGHT, 0, 0, 1.4 },
	[LETTER_ITEM] = { 10, false, CANVAS_LEFT, 12, 2, 1.4 },
	[LETTER_HEAD] = { 8.7, true, CANVAS_LEFT, 0, 0, 1.35 },
	[LETTER_ROW] = { 8.7, false, CANVAS_LEFT, 0, 0, 1.35 },
	[LETTER_SUM] = { 8.7, true, CANVAS_LEFT, 0, 0, 1.35 },
	[LETTER_RULE] = { 0, false, CANVAS_LEFT, 0, 5, 0 },
	[LETTER_SPACE] = { 0, false, CANVAS_LEFT, 0, 0, 0 },
	[LETTER_SEAL] = { 0, false, CANVAS_LEFT, 0, 0, 0 },
};

/* What is never torn apart: some lines of a block, or a row. */
struct piece {
	const struct letter_block *block;
	struct canvas_text *text[LETTER_COLUMNS_MAX];
	size_t from, to;	/* lines */
	double before, height;
	bool keep;
	int page;
	double y;
};

struct layout {
	const struct letter *l;
	struct canvas *c;
	struct canvas_picture *seal;	/* NULL: none */
	double seal_width;
	const char *language;
	struct piece *pieces;
	size_t n;
	const struct piece *heads[LETTER_TABLES_MAX];
	double y;
	int page;
	struct err *err;
};

static int
set(struct layout *o, const char *s, const struct style *st, bool right,
    double width, struct canvas_text **ret_t)
{
	struct canvas_style style = { .size = st->size, .bold = st->bold,
	    .align = right ? CANVAS_RIGHT : st->align, .width = width,
	    .indent = st->indent, .leading = st->leading };

	return canvas_text(o->c, s, &style, ret_t, o->err);
}

static struct piece *
add(struct layout *o, const struct letter_block *b)
{
	struct piece *p;

	if ((o->n & (o->n + 1)) == 0)
		o->pieces = mem_grow(o->c, o->pieces, struct piece,
		    2 * (o->n + 1));
	p = &o->pieces[o->n++];
	memset(p, 0, sizeof(*p));
	p->block = b;
	p->before = styles[b->style].before;
	p->keep = b->keep;
	if (o->n > 1 && b->table != p[-1].block->table &&
	    p->before < TABLE_GAP)
		p->before = TABLE_GAP;
	return p;
}

static double
column_width(const struct letter_table *t, int column)
{
	int i, sum = 0;

	for (i = 0; i < t->n; i++)
		sum += t->weight[i];
	return BODY_W * t->weight[column] / sum;
}

static int
make_row(struct layout *o, const struct letter_block *b)
{
	const struct letter_table *t = &o->l->tables[b->table];
	struct piece *p = add(o, b);
	double h;
	int i;

	for (i = 0; i < t->n; i++) {
		if (set(o, b->text[i], &styles[b->style], t->right[i],
		    column_width(t, i) - 2 * PAD_X, &p->text[i]) < 0)
			return -1;
		h = (double)canvas_lines(p->text[i]) *
		    canvas_line_height(p->text[i]) + 2 * PAD_Y;
		if (h > p->height)
			p->height = h;
		if (canvas_lines(p->text[i]) > p->to)
			p->to = canvas_lines(p->text[i]);
	}
	return 0;
}

/* Two lines at least stand on either side of a page's end. */
static int
make_text(struct layout *o, const struct letter_block *b)
{
	const struct style *st = &styles[b->style];
	struct canvas_text *t;
	struct piece *p;
	size_t from, to, n;

	if (set(o, b->style == LETTER_ITEM ? mem_fmt(o->c, "•\xe2\x80\x82%s",
	    b->text[0]) : b->text[0], st, false, BODY_W, &t) < 0)
		return -1;
	n = canvas_lines(t);
	for (from = 0; from < n; from = to) {
		to = from == 0 ? 2 : from + 1;
		if (to + 2 > n)
			to = n;
		p = add(o, b);
		p->text[0] = t;
		p->from = from;
		p->to = to;
		p->height = (double)(to - from) * canvas_line_height(t);
		if (from > 0)
			p->before = 0;
		if (to < n)
			p->keep = b->keep && b->style != LETTER_HEADING;
	}
	return 0;
}

static int
make_pieces(struct layout *o)
{
	const struct letter_block *b;
	size_t i;

	for (i = 0; i < o->l->n_blocks; i++) {
		b = &o->l->blocks[i];
		if (b->style == LETTER_SEAL)
			add(o, b);
		else if (b->style == LETTER_RULE || b->style == LETTER_SPACE)
			add(o, b)->height = b->style == LETTER_RULE ? 6 : 10;
		else if (b->style == LETTER_HEAD || b->style == LETTER_ROW ||
		    b->style == LETTER_SUM) {
			if (make_row(o, b) < 0)
				return -1;
		} else if (make_text(o, b) < 0)
			return -1;
	}
	return 0;
}

/* --- pages --- */

static bool
is_row(const struct piece *p)
{
	return p->block->style == LETTER_ROW || p->block->style == LETTER_SUM;
}

/* How far the seal reaches below where it stands, that is not room below the
 * body of a page. */
static double
seal_below(const struct layout *o, const struct piece *p)
{
	return o->seal == NULL || p->block->style != LETTER_SEAL ? 0 :
	    (1 - SEAL_UP) * canvas_picture_height(o->seal, o->seal_width) -
	    (FOOT - SEAL_GAP - BODY_END);
}

/* The pieces from the i-th on that must stay together: their height. */
static double
group(const struct layout *o, size_t i)
{
	double h = o->pieces[i].before + o->pieces[i].height;
	double most = h + seal_below(o, &o->pieces[i]);

	while (i + 1 < o->n && o->pieces[i].keep) {
		i++;
		h += o->pieces[i].before + o->pieces[i].height;
		if (h + seal_below(o, &o->pieces[i]) > most)
			most = h + seal_below(o, &o->pieces[i]);
	}
	return most;
}

static void
turn(struct layout *o, const struct piece *next)
{
	const struct piece *head;

	o->page++;
	o->y = TOP;
	if (is_row(next)) {
		head = o->heads[next->block->table];
		if (head != NULL)
			o->y += head->height;
	}
}

static int
place(struct layout *o)
{
	bool together = false;
	struct piece *p;
	double need;
	size_t i;

	o->y = TOP;
	for (i = 0; i < o->n; i++) {
		p = &o->pieces[i];
		if (p->block->style == LETTER_HEAD)
			o->heads[p->block->table] = p;
		need = together ? 0 : group(o, i);
		if (need > BODY_END - TOP)	/* too much for any page */
			need = 0;
		if (p->before + p->height > need)
			need = p->before + p->height;
		if (o->y > TOP && o->y + need > BODY_END) {
			turn(o, p);
			if (o->page == LETTER_PAGES_MAX)
				return err_set(o->err, ERR_CONFIG, "this "
				    "letter has more than %d pages",
				    LETTER_PAGES_MAX);
		} else if (o->y > TOP) {
			o->y += p->before;
		}
		p->page = o->page;
		p->y = o->y;
		o->y += p->height;
		together = p->keep && group(o, i) <= BODY_END - TOP;
	}
	return 0;
}

/* --- drawing --- */

static void
draw_row(struct layout *o, const struct piece *p, double y)
{
	const struct letter_table *t = &o->l->tables[p->block->table];
	double x = LEFT;
	int i;

	if (p->block->style == LETTER_HEAD)
		canvas_box(o->c, LEFT, y, BODY_W, p->height, HEAD_COLOUR);
	if (p->block->style == LETTER_SUM)
		canvas_box(o->c, LEFT, y, BODY_W, 0.7, LINE_COLOUR);
	else
		canvas_box(o->c, LEFT, y + p->height - 0.3, BODY_W, 0.3,
		    LINE_COLOUR);
	for (i = 0; i < t->n; i++) {
		canvas_draw(o->c, p->text[i], 0, canvas_lines(p->text[i]),
		    x + PAD_X, y + PAD_Y);
		x += column_width(t, i);
	}
}

static void
draw(struct layout *o, const struct piece *p)
{
	switch (p->block->style) {
	case LETTER_SPACE:
	case LETTER_SEAL:	/* is there already */
		break;
	case LETTER_RULE:
		canvas_box(o->c, LEFT, p->y, BODY_W, 0.7, LINE_COLOUR);
		break;
	case LETTER_HEAD:
	case LETTER_ROW:
	case LETTER_SUM:
		draw_row(o, p, p->y);
		break;
	default:
		canvas_draw(o->c, p->text[0], p->from, p->to, LEFT, p->y);
	}
}

/* Where the lines after it stand; under them, so that it hides nothing, and
 * not over the foot of the page. */
static void
draw_seal(struct layout *o, const struct piece *p)
{
	const struct letter_block *next = p->block + 1;
	double w = o->seal_width, h = canvas_picture_height(o->seal, w), y;
	bool right = next < o->l->blocks + o->l->n_blocks &&
	    next->style == LETTER_RIGHT;

	y = p->y - h * SEAL_UP;
	if (y + h > FOOT - SEAL_GAP)
		y = FOOT - SEAL_GAP - h;
	canvas_put(o->c, o->seal, right ? LEFT + BODY_W - w - SEAL_IN :
	    LEFT + SEAL_IN, y, w);
}

static void
draw_seals(struct layout *o, size_t from, int page)
{
	size_t i;

	for (i = from; o->seal != NULL && i < o->n &&
	    o->pieces[i].page == page; i++)
		if (o->pieces[i].block->style == LETTER_SEAL)
			draw_seal(o, &o->pieces[i]);
}

static int
draw_foot(struct layout *o, int page, int pages)
{
	const struct style *st = &styles[LETTER_SMALL];
	struct canvas_text *t;
	char *s;

	if (o->l->foot != NULL) {
		if (set(o, o->l->foot, st, false, BODY_W * 0.78, &t) < 0)
			return -1;
		canvas_draw(o->c, t, 0, 2, LEFT, FOOT);
		canvas_text_free(t);
	}
	s = mem_fmt(o->c, strcmp(o->language, "zh-CN") == 0 ?
	    "第%d页，共%d页" : "Page %d of %d", page, pages);
	if (set(o, s, st, true, BODY_W * 0.2, &t) < 0)
		return -1;
	canvas_draw(o->c, t, 0, 1, LEFT + BODY_W * 0.8, FOOT);
	canvas_text_free(t);
	return 0;
}

static int
draw_pages(struct layout *o)
{
	size_t i = 0;
	int page;

	for (page = 0; page <= o->page; page++) {
		draw_seals(o, i, page);
		if (page > 0 && i < o->n && is_row(&o->pieces[i]) &&
		    o->heads[o->pieces[i].block->table] != NULL)
			draw_row(o, o->heads[o->pieces[i].block->table], TOP);
		for (; i < o->n && o->pieces[i].page == page; i++)
			draw(o, &o->pieces[i]);
		if (draw_foot(o, page + 1, o->page + 1) < 0)
			return -1;
		canvas_page(o->c);
	}
	return 0;
}

int
letter_pages(void *owner, const struct letter *l,
    const struct canvas_info *info, const struct letter_seal *seal,
    char **ret_bytes, size_t *ret_len, int *ret_pages, struct err *err)
{
	struct layout o = { .l = l, .language = info->language, .err = err };
	int r;

	o.c = canvas_pdf(NULL, PAGE_W, PAGE_H, info);
	if (seal != NULL) {
		o.seal_width = seal->width * MM;
		if (canvas_picture(o.c, seal->png, seal->len, &o.seal,
		    err) < 0) {
			talloc_free(o.c);
			return err_add(err, "seal %s", seal->file);
		}
	}
	r = make_pieces(&o) < 0 || place(&o) < 0 || draw_pages(&o) < 0 ||
	    canvas_finish(owner, o.c, ret_bytes, ret_len, err) < 0 ? -1 : 0;
	if (r == 0)
		*ret_pages = o.page + 1;
	talloc_free(o.c);
	return r;
}
