/* hooks.h - what gateways of SMS called us with: receipts and messages.
 *
 * The role web has checked who called and stored the call as it came: a row
 * of channel sms whose intake is "hook/ROUTE/KIND".  A receipt moves what is
 * known of its message; a message becomes a row "sms/ROUTE" of its own, in
 * the form of a mail from NUMBER@sms.invalid, and takes the road of mail from
 * there.  Words that stop or reopen a number take effect here. */
#ifndef DUNLIN_RECEIVE_HOOKS_H
#define DUNLIN_RECEIVE_HOOKS_H

#include "config/config.h"
#include "receive/child.h"
#include "store/db.h"
#include "store/inbox.h"

#include <stdbool.h>

bool hooks_is_call(const struct inbox_row *row);

/* Has the child read it; errors as child_ask_call, ERR_CONFIG: no gateway. */
int hooks_ask(struct child *child, const struct config *config,
    const struct config_company *company, const struct inbox_row *row,
    json_t **ret_answer, struct err *err);
/* Does what the answer says, in one transaction.  ERR_PERM: it cannot be
 * understood, and why. */
int hooks_apply(struct db *db, const struct config_company *company,
    const struct inbox_row *row, const json_t *answer, struct err *err);

#endif
