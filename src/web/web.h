/* web.h - the role "web": webhooks of gateways, feeds.
 *
 * Listens where dunlin.yaml says (web.listen, a loopback address unless told
 * otherwise).  Each request is one row of routes.def: its body is read whole,
 * up to the row's limit, then its handler answers.  What a handler has to
 * keep is committed before the answer leaves: who was answered 200 is not
 * lost.  No threads: one step serves for at most a second. */
#ifndef DUNLIN_WEB_WEB_H
#define DUNLIN_WEB_WEB_H

#include "base/err.h"
#include "config/config.h"
#include "store/db.h"

#include <signal.h>

#define WEB_CONNECTIONS 256
#define WEB_SECONDS 10		/* a connection that does nothing */

struct web;

/* ERR_CONFIG when nothing is configured, ERR_TEMP when the port is taken. */
int web_open(void *owner, struct db *db, const struct config *config,
    const volatile sig_atomic_t *stop, struct web **ret_web,
    struct err *err);

/* 1: requests were answered; 0: none came; -1 never, for now. */
int web_step(struct web *w, struct err *err);

/* The loop comes back at once: a web role that listens is always due. */
int web_due(struct db *db, int64_t *ret_at, struct err *err);

#endif
