/* bounce.h - delivery reports: RFC 3464, and the plain texts of qmail, Exim,
 * Exchange, Postfix, Sendmail, Chinese providers and others (bounce.def).
 *
 * permanent is the class of the status (5), address_dead the reason: the
 * address is no good, whatever the class. */
#ifndef DUNLIN_UNDERSTAND_BOUNCE_H
#define DUNLIN_UNDERSTAND_BOUNCE_H

#include "understand/meaning.h"
#include "understand/mime.h"

/* Fills kind and recipients of m and returns true when mail is a report:
 * MEAN_BOUNCE, MEAN_DELAY or, for mail that arrived, MEAN_RECEIPT. */
bool bounce_find(struct meaning *m, const struct mail *mail);

/* What one diagnostic line says; returns the reason's word or NULL, and the
 * status to assume where none is written. */
const char *bounce_reason(const char *diagnostic, const char **ret_status,
    bool *ret_dead);

#endif
