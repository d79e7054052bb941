/* fold.h - what ICU does for texts of this room. */
#ifndef DUNLIN_RENDER_FOLD_H
#define DUNLIN_RENDER_FOLD_H

#include <stddef.h>
#include <stdint.h>

/* NFKC: full-width and other compatibility forms become plain ones.  The
 * text itself where it cannot be normalised. */
char *fold_nfkc(void *owner, const char *s);

/* NFKC of one character, not ended by NUL and valid until the next call; of
 * none bytes when it depends on what stands before it: such a text is folded
 * as a whole. */
const char *fold_char(uint32_t cp, size_t *ret_n);

/* A domain as A-labels (UTS 46, nontransitional); NULL when it is none. */
char *fold_domain(void *owner, const char *domain);

#endif
