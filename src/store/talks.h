/* talks.h - what a message that is no reminder is about, by its cause:
 * "promise/ID", "plan/ID", "dispute/ID", "claim/ID" and, of how a claim ended,
 * "claim/ID/STATE"; "reply/ID" of a mail that came in, and "invoice/ID" of the
 * items that it names; "thanks/ID" of the first reminder of an episode that is
 * paid, "apology/ID" of a wrong reminder; "ask/ID" and others are about nothing that is
 * stored. */
#ifndef DUNLIN_STORE_TALKS_H
#define DUNLIN_STORE_TALKS_H

#include "core/talk.h"
#include "policy/policy.h"
#include "store/db.h"

int talks_load(void *owner, struct db *db, const struct policy *p,
    const char *cause, struct talk **ret_talk, struct err *err);

#endif
