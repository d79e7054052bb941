/* canvas.h - pages of a PDF or one picture, drawn by Pango and Cairo.
 *
 * The only user of those libraries, with subset.h behind it.  Lengths are points (PDF) or pixels
 * (PNG) from the upper left corner.  The same calls give the same bytes on a
 * machine with the same fonts: nothing reads a clock, and fonts are embedded.
 * Text is Pango's markup in UTF-8: whoever calls has escaped what is not
 * markup (canvas_escape, or MST_PANGO).  In a PDF only what changes the font
 * holds: no lines under or through text. */
#ifndef DUNLIN_RENDER_CANVAS_H
#define DUNLIN_RENDER_CANVAS_H

#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CANVAS_BYTES_MAX (8 * 1024 * 1024)

struct canvas;

struct canvas_info {
	const char *title, *author;
	const char *language;	/* "zh-CN" or "en" */
	int64_t made_at;	/* UTC; a day, not the clock */
};

/* A PDF of pages of that size, or a picture of width x height pixels at
 * scale (2: twice as many of each).  Freed with owner. */
struct canvas *canvas_pdf(void *owner, double width, double height,
    const struct canvas_info *info);
struct canvas *canvas_png(void *owner, int width, int height, int scale,
    const char *language);

enum canvas_align { CANVAS_LEFT, CANVAS_RIGHT, CANVAS_CENTRE };
struct canvas_style {
	double size;
	bool bold, sans;
	enum canvas_align align;
	double width;		/* lines are broken at it; 0: they are not */
	double indent;		/* of all lines but the first */
	double leading;		/* line height by size; 0: 1.35 */
};

/* Text set in lines; belongs to the canvas.  ERR_CONFIG: the markup is wrong,
 * or no font here has one of its characters. */
struct canvas_text;
int canvas_text(struct canvas *c, const char *markup,
    const struct canvas_style *s, struct canvas_text **ret_t,
    struct err *err);
void canvas_text_free(struct canvas_text *t);
size_t canvas_lines(const struct canvas_text *t);
double canvas_line_height(const struct canvas_text *t);
double canvas_text_width(const struct canvas_text *t);	/* the longest line */

/* Lines from..to-1, the first one's top at y. */
void canvas_draw(struct canvas *c, struct canvas_text *t, size_t from,
    size_t to, double x, double y);
/* colour: "#rrggbb" */
void canvas_box(struct canvas *c, double x, double y, double w, double h,
    const char *colour);
/* A picture for a PDF, from PNG.  ERR_CONFIG: it is none, or too large. */
#define CANVAS_PICTURE_BYTES (512 * 1024)
#define CANVAS_PICTURE_SIDE 2000	/* pixels */
struct canvas_picture;
int canvas_picture(struct canvas *c, const void *png, size_t n,
    struct canvas_picture **ret_p, struct err *err);
double canvas_picture_height(const struct canvas_picture *p, double width);
void canvas_put(struct canvas *c, const struct canvas_picture *p, double x,
    double y, double width);
void canvas_page(struct canvas *c);	/* ends a page; the next is empty */

/* Ends it; ret_bytes belongs to owner. */
int canvas_finish(void *owner, struct canvas *c, char **ret_bytes,
    size_t *ret_len, struct err *err);

void canvas_escape(struct text *t, const char *s);

/* Is there a font here for Chinese? */
bool canvas_has_chinese(void);
/* What the fonts are that it uses, for people. */
const char *canvas_families(bool sans);

#endif
