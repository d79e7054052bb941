/* digest_view.h - what digests say, as values of their templates. */
#ifndef DUNLIN_ESCALATE_DIGEST_VIEW_H
#define DUNLIN_ESCALATE_DIGEST_VIEW_H

#include "escalate/digest.h"
#include "render/mustache.h"
#include "store/digest.h"

/* Into text go the pictures alone.  scopes: their own, and where n is 2 what nobody owns.  *ret_worth: there is
 * something to do or to know. */
int digest_view_daily(void *owner, struct db *db, const struct digest_ask *a,
    const struct digest_scope *scopes, size_t n,
    struct staff_text *text, struct mst_value **ret_view, bool *ret_worth,
    struct err *err);
int digest_view_weekly(void *owner, struct db *db,
    const struct digest_ask *a, const struct digest_scope *s,
    struct staff_text *text, struct mst_value **ret_view, struct err *err);

#endif
