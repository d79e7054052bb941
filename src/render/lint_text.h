/* lint_text.h - a text as the linter's patterns read it: tags out, character
 * references read, compatibility forms folded (NFKC), invisible characters
 * gone, white space single, folded lines joined, lower case. */
#ifndef DUNLIN_RENDER_LINT_TEXT_H
#define DUNLIN_RENDER_LINT_TEXT_H

#include "render/lint.h"

struct lint_text {
	char *s;
	size_t len;
	const char *source;	/* without tags */
	bool whole;		/* source is folded */
};

/* masks as in lint_check: their words become '#'. */
void lint_text_make(void *owner, const char *text, enum lint_form form,
    const char *const *masks, struct lint_text *ret_t);

/* The line of the text in which the byte at s[at] stood; writes over s. */
int lint_text_line(struct lint_text *t, size_t at);

#endif
