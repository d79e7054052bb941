/* envelope.h - what the headers of a mail say about who wrote it, to whom
 * and in answer to what: as JSON for the reader, which never looks at the
 * bytes of a mail itself.
 *
 *   {"from": "a@example.com", "path": "", "subject": ..., "message_id": ...,
 *    "to": [addresses of Delivered-To, X-Original-To, Envelope-To, To, Cc],
 *    "thread": [Message-IDs of In-Reply-To and References, newest first],
 *    "auth": [values of Authentication-Results, topmost first],
 *    "auto": value of Auto-Submitted, "report_id": ..., "report_to": ...,
 *    "envid": ...}
 *
 * Addresses are in lower case.  "from" is missing unless there is exactly one
 * From header with exactly one address.  report_* are of the message that a
 * delivery report brings back. */
#ifndef DUNLIN_UNDERSTAND_ENVELOPE_H
#define DUNLIN_UNDERSTAND_ENVELOPE_H

#include "base/text.h"
#include "understand/mime.h"

#define ENVELOPE_LIST 50	/* entries of a list that are looked at */

void envelope_json(void *tmp, const struct mail *mail, struct text *out);

/* Addresses in a header's value, in lower case, at most max; returns how
 * many there are.  Where there are <...>, only those. */
size_t envelope_addresses(void *owner, const char *value, char **ret,
    size_t max);

#endif
