/* verify_messages.h - the bytes sent and received against the events that
 * tell of them: each such event names the SHA-256 of the bytes ("content"),
 * once for each attempt and each thing received.  What was erased is neither
 * there nor told of. */
#ifndef DUNLIN_STORE_VERIFY_MESSAGES_H
#define DUNLIN_STORE_VERIFY_MESSAGES_H

#include "store/db.h"

struct verify_messages;

struct verify_messages *verify_messages_new(void *owner, struct db *db);

/* *ret_what stays NULL where the message is as the event says. */
int verify_messages_event(struct verify_messages *m, const char *kind,
    const char *payload, const char **ret_what, struct err *err);

/* After all events: bytes that are not what their own row says, and messages
 * that no event tells of. */
int verify_messages_rest(struct verify_messages *m,
    void (*problem)(const char *what, void *arg), void *arg,
    struct err *err);

int64_t verify_messages_count(const struct verify_messages *m);

#endif
