/* letter.h - the letter that goes with a formal mail, as a PDF.
 *
 * templates/LANGUAGE/NAME.letter, filled with the same values as the mail
 * and those of letters, put on pages.  Whatever a template says: the linter
 * reads it, and what a demand must tell is in it (RULES A43): both names,
 * every item and sum, where to pay, by when, and where to object. */
#ifndef DUNLIN_RENDER_LETTER_H
#define DUNLIN_RENDER_LETTER_H

#include "render/locale.h"
#include "render/mustache.h"
#include "render/render.h"

struct template;

struct letter_job {
	const struct templates *all;
	const struct template *template;
	const struct render_input *in;
	const struct locale *locale;
	struct mst_value *view;		/* of the mail: gets what is a letter's */
	int32_t today;			/* that the letter speaks of */
};

/* ret_text: what it says, a line for each line or row; for people and the
 * linter.  Both belong to owner.  ERR_CONFIG: this letter cannot be made. */
int letter_make(void *owner, const struct letter_job *j,
    struct mail_file *ret_file, char **ret_text, int *ret_pages,
    struct err *err);

#endif
