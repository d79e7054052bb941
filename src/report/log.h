/* log.h - the ledger of events as a contact log that people read: JSON, CSV,
 * HTML in both languages; and as the lines that its chain is checked with. */
#ifndef DUNLIN_REPORT_LOG_H
#define DUNLIN_REPORT_LOG_H

#include "base/text.h"
#include "core/zone.h"

#include <jansson.h>
#include <stdint.h>

struct log_event {
	const char *company, *account;
	int64_t seq, at;
	const char *kind, *actor;
	const char *salt, *payload;	/* NULL: erased */
	const char *payload_hash, *prev, *hash;
};

/* What a kind is called; the kind itself where it has no name. */
const char *log_kind(const char *kind, const char *language);
/* What the payload of an event says to a reader, "key: value; ...", in words of
 * the language; "" for nothing.  payload NULL: erased; zone NULL: UTC. */
char *log_details(void *owner, const char *kind, const char *payload,
    const struct zone *zone, const char *language);
/* Who did it: a login, or a part of Dunlin. */
const char *log_actor(void *owner, const char *actor, const char *language);

/* One line of events.jsonl, without its end. */
char *log_chain_line(void *owner, const struct log_event *e);
/* One row of the log for programs. */
json_t *log_row(const struct log_event *e);

/* CSV: head, then rows; times in zone and in UTC. */
void log_csv_head(struct text *t);
void log_csv_row(struct text *t, const struct log_event *e,
    const struct zone *zone);

/* HTML: head with a title, rows, end.  file and said: of the message that
 * the event tells of; NULL: none. */
void log_html_head(struct text *t, const char *language, const char *title,
    const char *under);
void log_html_row(struct text *t, const struct log_event *e,
    const struct zone *zone, const char *language, const char *file,
    const char *said);
void log_html_end(struct text *t);

#endif
