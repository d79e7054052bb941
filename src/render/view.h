/* view.h - from facts to the values that templates name (names.def). */
#ifndef DUNLIN_RENDER_VIEW_H
#define DUNLIN_RENDER_VIEW_H

#include "policy/rulepack.h"
#include "render/locale.h"
#include "render/mustache.h"
#include "render/render.h"

/* Every required name of names.def has a value in what is returned. */
int view_make(void *owner, const struct render_input *in,
    const struct locale *l, const struct rulepack *pack,
    struct mst_value **ret_view, struct err *err);

/* view_offer.c: what this message offers for paying by a day, or what was
 * offered before and holds on day today, as "offer" of root. */
void view_offer(const struct render_input *in, const struct locale *l,
    int32_t today, struct mst_value *root);

/* Who signs; NULL: nobody. */
const struct config_sender *view_sender(const struct render_input *in,
    const struct locale *l);

/* A string of the ledger as one harmless line: control characters and
 * direction overrides become spaces, the ends are trimmed. */
char *view_clean(void *owner, const char *s);

#endif
