/* subset.h - of a font only the letters that a document has.
 *
 * Cairo (1.16 to 1.18) does so too, but for CFF fonts, as those for Chinese
 * are, it keeps an entry for each of some 30,000 subroutines, and all of them
 * where it cannot tell which are used: subroutines that it has read once it
 * does not read again, so it miscounts the hints of a later letter.  That made
 * half a megabyte for a page, and may in theory leave out one that is used.
 * HarfBuzz writes a font without subroutines instead, and Cairo embeds that.
 * Fonts of other kinds are left to Cairo.  Used by canvas.c alone. */
#ifndef DUNLIN_RENDER_SUBSET_H
#define DUNLIN_RENDER_SUBSET_H

#include <pango/pangocairo.h>

struct subset;

struct subset *subset_new(void *owner);
/* The letters of a line will be drawn. */
void subset_add(struct subset *s, const PangoLayoutLine *line);
/* Draws a line whose letters were added, its base at x and y.  After the first
 * call nothing may be added.  Of attributes those that change fonts hold. */
void subset_draw(struct subset *s, cairo_t *cr, const char *text,
    const PangoLayoutLine *line, double x, double y);

#endif
