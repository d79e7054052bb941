/* template.h - the templates of a workspace as the room uses them.
 *
 * A file templates/LANGUAGE/NAME.mail is a header of "Name: value" lines
 * and parts that start with "--- text" and "--- html" (see
 * dunlin-templates(5)).  A NAME that starts with "_" is a part that others
 * include: {{>items}} means _items.mail, its text in texts and its HTML in
 * HTML.  SMS and letters have files and parts of their own: NAME.sms, one
 * text, and NAME.letter, a title and one text (letter_markup.h). */
#ifndef DUNLIN_RENDER_TEMPLATE_H
#define DUNLIN_RENDER_TEMPLATE_H

#include "render/mustache.h"
#include "render/render.h"

enum template_kind {
	KIND_REMINDER = 1,
	KIND_COURTESY = 2,
	KIND_THANKS = 4,
	KIND_APOLOGY = 8,
	KIND_NEUTRAL = 16,	/* of a neutral subject */
	KIND_LAYOUT = 32,
	KIND_ANSWER = 64,
	KIND_OUTCOME = 128,
	KIND_SMS = 256,		/* what only SMS say */
	KIND_LETTER = 512	/* what only letters say */
};

enum template_form { FORM_MAIL, FORM_SMS, FORM_LETTER, FORM_COUNT };

extern const struct mst_decl template_names[];
extern const size_t template_names_count;

/* What a header or a body is in a file. */
enum template_part {
	PART_SUBJECT,
	PART_NEUTRAL,		/* Neutral-Subject */
	PART_PREHEADER,
	PART_FROM,		/* From-Name */
	PART_TEXT,
	PART_HTML,
	PART_COUNT
};

struct template {
	const char *name;	/* "m1-first", "_items" */
	uint32_t hash;		/* of the name */
	const char *language;
	const char *file;
	bool built_in;
	unsigned kind;
	bool statement;		/* "Attach: statement" */
	bool calendar;		/* "Attach: calendar" */
	bool letter;		/* "Attach: letter": NAME.letter */
	enum template_form form;	/* FORM_SMS: one text, no headers;
				 * FORM_LETTER: PART_SUBJECT is the title,
				 * PART_TEXT the markup */
	struct mst *parts[PART_COUNT];
	char *sources[PART_COUNT];	/* for the linter */
	int lines[PART_COUNT];		/* where each starts */
};

/* Where partials are looked for while one template is rendered. */
struct template_scope {
	const struct templates *all;
	const struct template *body;	/* what {{>body}} means */
	enum template_part part;	/* PART_TEXT or PART_HTML */
};

const struct template *template_find(const struct templates *t,
    const char *language, const char *name);
/* NAME.ATTITUDE where there is one, else NAME. */
const struct template *template_find_for(const struct templates *t,
    const char *language, const char *name, const char *attitude);
/* The same of SMS: templates/LANGUAGE/NAME.sms; of letters: NAME.letter. */
const struct template *template_find_sms(const struct templates *t,
    const char *language, const char *name);
const struct template *template_find_letter(const struct templates *t,
    const char *language, const char *name);
mst_find_fn template_partial;	/* arg: struct template_scope */

/* Parses one file; mistakes go to problem ("FILE:LINE: ..."). */
struct template *template_parse(void *owner, const char *file,
    const char *language, const char *name, const char *text,
    void (*problem)(void *arg, const char *line), void *arg);

/* An SMS is the file's text, lines that begin with # left out, its lines
 * joined. */
struct template *template_parse_sms(void *owner, const char *file,
    const char *language, const char *name, const char *text,
    void (*problem)(void *arg, const char *line), void *arg);

/* A letter is "Title: ..." and the markup after "--- letter". */
struct template *template_parse_letter(void *owner, const char *file,
    const char *language, const char *name, const char *text,
    void (*problem)(void *arg, const char *line), void *arg);

/* What a template of that name is about. */
unsigned template_kind_of(const char *name);

/* HTML from plain text with tags: blank lines end paragraphs, other line
 * ends are line breaks, lines that are one tag stay.  Lines keep their
 * numbers. */
char *template_html(void *owner, const char *text);

#endif
