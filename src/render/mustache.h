/* mustache.h - the Mustache template language.
 *
 * Lenient mode follows the official specification (variables, sections,
 * inverted sections, partials, comments, delimiters; no lambdas).  Strict
 * mode is for products: mst_check compares a template with the names that
 * its kind declares, so that a mistake is found when it is loaded and not in
 * a customer's mail.  Values are never expanded again.
 *
 * A template is parsed once, never changes, and may be used by many renders.
 * Everything has a limit: a template or a value from outside can make a
 * render fail, never run away. */
#ifndef DUNLIN_RENDER_MUSTACHE_H
#define DUNLIN_RENDER_MUSTACHE_H

#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

#define MST_SOURCE_MAX (256 * 1024)	/* bytes of one template */
#define MST_DEPTH_MAX 32		/* sections in sections */
#define MST_PARTIAL_MAX 32		/* partials in partials */
#define MST_OUT_MAX (4 * 1024 * 1024)	/* bytes of one result */
#define MST_STEP_MAX 1000000		/* tags and texts in one render */
#define MST_NAME_MAX 128		/* bytes of a name */

/* Values.  What is put or pushed is stolen by the map or list.  Names must
 * live as long as the map: they are literals of the program. */
struct mst_value;
struct mst_value *mst_text(void *owner, const char *s);	/* NULL: null */
struct mst_value *mst_bool(void *owner, bool v);
struct mst_value *mst_list(void *owner);
struct mst_value *mst_map(void *owner);
void mst_put(struct mst_value *map, const char *name, struct mst_value *v);
void mst_put_text(struct mst_value *map, const char *name, const char *s);
void mst_put_bool(struct mst_value *map, const char *name, bool v);
void mst_push(struct mst_value *list, struct mst_value *v);
/* NULL when the map has no such name. */
const struct mst_value *mst_get(const struct mst_value *map,
    const char *name);
const char *mst_get_text(const struct mst_value *map, const char *name);
/* Of a list. */
size_t mst_count(const struct mst_value *list);
const struct mst_value *mst_at(const struct mst_value *list, size_t i);

/* A parsed template.  file and line say where the source starts, for errors
 * ("FILE:LINE: ...", ERR_CONFIG). */
struct mst;
int mst_parse(void *owner, const char *file, int line, const char *source,
    size_t len, struct mst **ret_t, struct err *err);

/* The template a partial tag means; NULL: there is none. */
typedef const struct mst *mst_find_fn(void *arg, const char *name);

enum mst_escape { MST_NONE, MST_HTML, MST_PANGO };

struct mst_render {
	const struct mst_value *data;
	enum mst_escape escape;
	bool strict;		/* a missing value or partial is an error */
	mst_find_fn *find;	/* NULL: no partials */
	void *arg;
};
/* Appends to out; on an error out has what was made until then. */
int mst_render(const struct mst *t, const struct mst_render *r,
    struct text *out, struct err *err);

/* Declared names of a kind of template.  "items" a list and "items.due" a
 * text in it: {{#items}}{{due}}{{/items}}.  An optional name may be printed
 * only inside a section over it: {{#phone}}Tel. {{phone}}{{/phone}}. */
enum mst_type { MST_TEXT, MST_FLAG, MST_LIST, MST_MAP };
struct mst_decl {
	const char *path;
	enum mst_type type;
	bool optional;
	unsigned kinds;		/* bit set of template kinds that have it */
	const char *help;
};

struct mst_check {
	const struct mst_decl *decls;
	size_t n_decls;
	unsigned kind;		/* one bit */
	mst_find_fn *find;
	void *arg;
	/* One mistake: "FILE:LINE: what is wrong, and what to do". */
	void (*problem)(void *problem_arg, const char *line);
	void *problem_arg;
};
void mst_check(const struct mst *t, const struct mst_check *c);

/* Does it, or a partial of it, name this, or a part of it? */
bool mst_names(const struct mst *t, const char *name, mst_find_fn *find,
    void *arg);

#endif
