#include "render/subset.h"

#include "base/mem.h"

#include <cairo-ft.h>
#include <hb-ot.h>
#include <hb-subset.h>
#include <pango/pangofc-font.h>

#include <stdbool.h>

/* One font file; its sizes are one. */
struct face {
	hb_face_t *source;
	hb_set_t *glyphs;
	bool made;
	cairo_font_face_t *font;	/* NULL: Cairo's own way */
	hb_map_t *ids;			/* of letters, in it */
};

struct subset {
	struct face *faces;
	size_t n;
};

/* What a font is drawn from: freed when Cairo has let go of it. */
struct memory {
	FT_Face face;
	hb_blob_t *blob;
};

static int
subset_destroy(struct subset *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		hb_set_destroy(s->faces[i].glyphs);
		hb_map_destroy(s->faces[i].ids);
		cairo_font_face_destroy(s->faces[i].font);
		hb_face_destroy(s->faces[i].source);
	}
	return 0;
}

struct subset *
subset_new(void *owner)
{
	struct subset *s = mem_new(owner, struct subset);

	talloc_set_destructor(s, subset_destroy);
	return s;
}

/* Bold or slanted letters that are made from others are left to Pango. */
static bool
is_plain(PangoFont *font)
{
	FcPattern *p = PANGO_IS_FC_FONT(font) ?
	    pango_fc_font_get_pattern(PANGO_FC_FONT(font)) : NULL;
	FcBool bold = FcFalse;
	FcMatrix *matrix;

	return p != NULL && (FcPatternGetBool(p, FC_EMBOLDEN, 0, &bold) !=
	    FcResultMatch || !bold) && FcPatternGetMatrix(p, FC_MATRIX, 0,
	    &matrix) != FcResultMatch;
}

static bool
is_cff(hb_face_t *face)
{
	hb_blob_t *table = hb_face_reference_table(face,
	    HB_TAG('C', 'F', 'F', ' '));
	bool yes = hb_blob_get_length(table) > 0;

	hb_blob_destroy(table);
	return yes && !hb_ot_var_has_data(face);
}

static struct face *
find(const struct subset *s, PangoFont *font)
{
	hb_face_t *source;
	size_t i;

	if (!is_plain(font))
		return NULL;
	source = hb_font_get_face(pango_font_get_hb_font(font));
	for (i = 0; i < s->n; i++)
		if (s->faces[i].source == source)
			return &s->faces[i];
	return NULL;
}

static struct face *
face_of(struct subset *s, PangoFont *font)
{
	struct face *f = find(s, font);
	hb_face_t *source;

	if (f != NULL || !is_plain(font))
		return f;
	source = hb_font_get_face(pango_font_get_hb_font(font));
	if (!is_cff(source))
		return NULL;
	s->faces = mem_grow(s, s->faces, struct face, s->n + 1);
	f = &s->faces[s->n++];
	*f = (struct face){ .source = hb_face_reference(source),
	    .glyphs = hb_set_create(), .ids = hb_map_create() };
	return f;
}

void
subset_add(struct subset *s, const PangoLayoutLine *line)
{
	const PangoGlyphItem *run;
	const GSList *at;
	struct face *f;
	int i;

	for (at = line->runs; at != NULL; at = at->next) {
		run = at->data;
		f = face_of(s, run->item->analysis.font);
		for (i = 0; f != NULL && i < run->glyphs->num_glyphs; i++)
			if (run->glyphs->glyphs[i].glyph < 0x10000)
				hb_set_add(f->glyphs,
				    run->glyphs->glyphs[i].glyph);
	}
}

/* --- the font --- */

static void
forget(void *arg)
{
	struct memory *m = arg;

	FT_Done_Face(m->face);
	hb_blob_destroy(m->blob);
	talloc_free(m);
}

/* Lives as long as the process: Cairo keeps fonts that were used lately. */
static FT_Library
library(void)
{
	static FT_Library lib;

	if (lib == NULL && FT_Init_FreeType(&lib) != 0)
		return NULL;
	return lib;
}

static cairo_font_face_t *
font_from(hb_blob_t *blob)
{
	static const cairo_user_data_key_t key;
	cairo_font_face_t *font;
	struct memory *m;
	unsigned int n;
	const char *data = hb_blob_get_data(blob, &n);
	FT_Face face;

	if (library() == NULL || FT_New_Memory_Face(library(),
	    (const FT_Byte *)data, (FT_Long)n, 0, &face) != 0)
		return NULL;
	m = mem_new(NULL, struct memory);
	m->face = face;
	m->blob = hb_blob_reference(blob);
	font = cairo_ft_font_face_create_for_ft_face(face, 0);
	if (cairo_font_face_set_user_data(font, &key, m, forget) !=
	    CAIRO_STATUS_SUCCESS) {
		cairo_font_face_destroy(font);
		forget(m);
		return NULL;
	}
	return font;
}

/* Outlines, widths and names; how letters are chosen is done. */
static hb_subset_input_t *
wanted(const struct face *f)
{
	static const hb_tag_t drop[] = { HB_TAG('G', 'S', 'U', 'B'),
	    HB_TAG('G', 'P', 'O', 'S'), HB_TAG('G', 'D', 'E', 'F'),
	    HB_TAG('B', 'A', 'S', 'E'), HB_TAG('V', 'O', 'R', 'G'),
	    HB_TAG('v', 'h', 'e', 'a'), HB_TAG('v', 'm', 't', 'x') };
	hb_subset_input_t *in = hb_subset_input_create_or_fail();
	size_t i;

	if (in == NULL)
		return NULL;
	hb_set_union(hb_subset_input_glyph_set(in), f->glyphs);
	for (i = 0; i < sizeof(drop) / sizeof(drop[0]); i++)
		hb_set_add(hb_subset_input_set(in,
		    HB_SUBSET_SETS_DROP_TABLE_TAG), drop[i]);
	hb_subset_input_set_flags(in, HB_SUBSET_FLAGS_DESUBROUTINIZE |
	    HB_SUBSET_FLAGS_NOTDEF_OUTLINE);
	return in;
}

static void
make(struct face *f)
{
	hb_subset_input_t *in = wanted(f);
	hb_subset_plan_t *plan = in == NULL ? NULL :
	    hb_subset_plan_create_or_fail(f->source, in);
	hb_face_t *made = plan == NULL ? NULL :
	    hb_subset_plan_execute_or_fail(plan);
	const hb_map_t *ids;
	hb_blob_t *blob;
	hb_codepoint_t g = HB_SET_VALUE_INVALID;

	f->made = true;
	if (made != NULL) {
		blob = hb_face_reference_blob(made);
		f->font = font_from(blob);
		hb_blob_destroy(blob);
		ids = hb_subset_plan_old_to_new_glyph_mapping(plan);
		while (hb_set_next(f->glyphs, &g))
			hb_map_set(f->ids, g, hb_map_get(ids, g));
	}
	hb_face_destroy(made);
	hb_subset_plan_destroy(plan);
	hb_subset_input_destroy(in);
}

/* --- drawing --- */

struct glyphs {
	cairo_glyph_t *list;
	cairo_text_cluster_t *clusters;
	int n, n_clusters;
};

static void
place(const struct face *f, const PangoGlyphItem *run, double x, double y,
    struct glyphs *g)
{
	const PangoGlyphInfo *one;
	int i, at = 0;

	for (i = 0; i < run->glyphs->num_glyphs; i++) {
		one = &run->glyphs->glyphs[i];
		if (one->glyph != PANGO_GLYPH_EMPTY)
			g->list[g->n++] = (cairo_glyph_t){
			    hb_map_get(f->ids, one->glyph),
			    x + (double)(at + one->geometry.x_offset) /
			    PANGO_SCALE, y + (double)one->geometry.y_offset /
			    PANGO_SCALE };
		at += one->geometry.width;
	}
}

/* Which letters of the text stand for which of the font: text can be copied
 * out of the page by it. */
static void
join(PangoGlyphItem *run, const char *text, struct glyphs *g)
{
	cairo_text_cluster_t *c;
	PangoGlyphItemIter i;
	gboolean more;
	int k;

	for (more = pango_glyph_item_iter_init_start(&i, run, text); more;
	    more = pango_glyph_item_iter_next_cluster(&i)) {
		c = &g->clusters[g->n_clusters++];
		c->num_bytes = i.end_index - i.start_index;
		c->num_glyphs = 0;
		for (k = i.start_glyph; k < i.end_glyph; k++)
			c->num_glyphs += run->glyphs->glyphs[k].glyph !=
			    PANGO_GLYPH_EMPTY;
	}
}

static void
draw_run(const struct face *f, cairo_t *cr, const char *text,
    PangoGlyphItem *run, double x, double y)
{
	void *tmp MEM_AUTO = talloc_new(NULL);
	size_t n = (size_t)run->glyphs->num_glyphs + 1;
	struct glyphs g = { mem_array(tmp, cairo_glyph_t, n),
	    mem_array(tmp, cairo_text_cluster_t, n), 0, 0 };
	cairo_scaled_font_t *like = pango_cairo_font_get_scaled_font(
	    PANGO_CAIRO_FONT(run->item->analysis.font));
	cairo_font_options_t *o = cairo_font_options_create();
	cairo_matrix_t m;

	place(f, run, x, y, &g);
	join(run, text, &g);
	cairo_scaled_font_get_font_matrix(like, &m);
	cairo_scaled_font_get_font_options(like, o);
	cairo_set_font_face(cr, f->font);
	cairo_set_font_matrix(cr, &m);
	cairo_set_font_options(cr, o);
	cairo_show_text_glyphs(cr, text + run->item->offset,
	    run->item->length, g.list, g.n, g.clusters, g.n_clusters, 0);
	cairo_font_options_destroy(o);
}

/* Right to left, and what the font of letters lacks, are Pango's. */
static bool
is_ours(struct face *f, const PangoGlyphItem *run)
{
	int i;

	if (f == NULL || run->item->analysis.level % 2 != 0)
		return false;
	if (!f->made)
		make(f);
	for (i = 0; i < run->glyphs->num_glyphs; i++)
		if (run->glyphs->glyphs[i].glyph != PANGO_GLYPH_EMPTY &&
		    !hb_map_has(f->ids, run->glyphs->glyphs[i].glyph))
			return false;
	return f->font != NULL;
}

void
subset_draw(struct subset *s, cairo_t *cr, const char *text,
    const PangoLayoutLine *line, double x, double y)
{
	PangoGlyphItem *run;
	const GSList *at;
	struct face *f;
	double up;

	for (at = line->runs; at != NULL; at = at->next) {
		run = at->data;
		f = find(s, run->item->analysis.font);
		x += (double)run->start_x_offset / PANGO_SCALE;
		up = (double)run->y_offset / PANGO_SCALE;
		if (is_ours(f, run)) {
			draw_run(f, cr, text, run, x, y - up);
		} else {
			cairo_move_to(cr, x, y - up);
			pango_cairo_show_glyph_item(cr, text, run);
		}
		x += (double)(pango_glyph_string_get_width(run->glyphs) +
		    run->end_x_offset) / PANGO_SCALE;
	}
}
