/* reader.h - the role "reader": fetches raw mail into the inbox, has it
 * understood by the confined child, and applies it. */
#ifndef DUNLIN_RECEIVE_READER_H
#define DUNLIN_RECEIVE_READER_H

#include "config/config.h"
#include "store/db.h"

#include <signal.h>

struct reader_role;

/* program: of the child; NULL: this one. */
int reader_new(void *owner, struct db *db, const struct config *config,
    const volatile sig_atomic_t *stop, const char *program,
    struct reader_role **ret_reader, struct err *err);

/* 1: worked; 0: nothing to do; -1: an intake failed, or the database. */
int reader_step(struct reader_role *r, struct err *err);

/* When a mailbox is to be looked at next; CLOCK_NONE: never. */
int reader_due(struct db *db, int64_t *ret_at, struct err *err);

#endif
