/* apply.h - what one understood mail does, in one transaction with marking
 * it as read. */
#ifndef DUNLIN_RECEIVE_APPLY_H
#define DUNLIN_RECEIVE_APPLY_H

#include "config/config.h"
#include "store/db.h"
#include "store/inbox.h"

#include <jansson.h>

/* answer: of child_ask.  0 also when another reader had read it first. */
int apply_mail(struct db *db, const struct config *config,
    const struct config_company *company, const struct inbox_row *row,
    const json_t *answer, int64_t now, struct err *err);

#endif
