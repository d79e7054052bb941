/* reports.h - what mail of machines does: delivery reports, complaints,
 * receipts.  Inside store_tx. */
#ifndef DUNLIN_RECEIVE_REPORTS_H
#define DUNLIN_RECEIVE_REPORTS_H

#include "receive/effects.h"
#include "receive/match.h"

/* r->meaning has the kind; m->has_sent.  ret_what says what it did, in a few
 * words, static. */
int reports_apply(struct db *db, const struct reply *r,
    const struct match *m, enum mean_kind kind, const char **ret_what,
    struct err *err);

#endif
