/* refs.h - invoice, order, payment and account numbers, and contacts
 * (names, telephone numbers, addresses) in a text.  Tables: refs.def. */
#ifndef DUNLIN_UNDERSTAND_REFS_H
#define DUNLIN_UNDERSTAND_REFS_H

#include "understand/meaning.h"
#include "understand/normalise.h"

/* Fill refs and contacts of m. */
void refs_find(struct meaning *m, const struct norm *t);

#endif
