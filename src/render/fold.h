/* fold.h - what ICU does for texts of this room. */
#ifndef DUNLIN_RENDER_FOLD_H
#define DUNLIN_RENDER_FOLD_H

/* NFKC: full-width and other compatibility forms become plain ones.  The
 * text itself where it cannot be normalised. */
char *fold_nfkc(void *owner, const char *s);

/* A domain as A-labels (UTS 46, nontransitional); NULL when it is none. */
char *fold_domain(void *owner, const char *domain);

#endif
