/* letter_page.h - a letter on pages of A4, as the bytes of a PDF. */
#ifndef DUNLIN_RENDER_LETTER_PAGE_H
#define DUNLIN_RENDER_LETTER_PAGE_H

#include "render/canvas.h"
#include "render/letter_markup.h"

#define LETTER_PAGES_MAX 60

/* What stands for <seal/>. */
struct letter_seal {
	const char *file;		/* of the picture, for mistakes */
	const void *png;
	size_t len;
	int width;			/* mm */
};

/* seal: NULL, none.  ret_bytes belongs to owner.  Too long, a character that
 * no font has, no picture: ERR_CONFIG. */
int letter_pages(void *owner, const struct letter *l,
    const struct canvas_info *info, const struct letter_seal *seal,
    char **ret_bytes, size_t *ret_len, int *ret_pages, struct err *err);

#endif
