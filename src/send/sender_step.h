/* sender_step.h - one step of the role `sender`: DESIGN §5, the contract.
 *
 * A step is one session of one company: claim due rows, render each outside
 * any transaction, then in one short transaction check it again and store
 * the attempt, hand it over, store the outcome together with the begin of
 * the next.  Nothing is ever handed over whose attempt is not durable. */
#ifndef DUNLIN_SEND_SENDER_STEP_H
#define DUNLIN_SEND_SENDER_STEP_H

#include "base/err.h"
#include "config/config.h"
#include "render/render.h"
#include "store/db.h"

#include <signal.h>

struct sender;

/* stop may be NULL; when it becomes true the message in flight is finished
 * and nothing more is begun.  The sender belongs to owner; freeing it gives
 * claimed rows back. */
int sender_new(void *owner, struct db *db, const struct config *config,
    const struct templates *templates, const volatile sig_atomic_t *stop,
    struct sender **ret_sender, struct err *err);

/* 1: worked, call again; 0: nothing due now; -1: an error that the loop
 * logs (ERR_TEMP: try again later). */
int sender_step(struct sender *s, struct err *err);

#endif
