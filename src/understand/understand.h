/* understand.h - from a text or a raw message to its meaning.
 *
 * Pure: no network, no database, no clock.  The first call builds the tables
 * (some milliseconds); after that an understander may be used for any number
 * of texts, by one thread. */
#ifndef DUNLIN_UNDERSTAND_UNDERSTAND_H
#define DUNLIN_UNDERSTAND_UNDERSTAND_H

#include "understand/meaning.h"

struct mail;
struct zone;

/* What is known about a text besides its words. */
struct understand_in {
	int32_t ref;		/* the civil day on which it was written */
	const char *lang;	/* "en", "zh", or NULL: look at the text */
	const char *country;	/* ISO 3166-1 alpha-2, or NULL */
	const char *tz;		/* IANA zone of the writer, or NULL */
	bool mail;		/* strip quotes and signatures */
};

struct understander;
struct understander *understander_new(void *owner);

/* The result belongs to owner.  text need not be valid UTF-8. */
struct meaning *understand_text(struct understander *u, void *owner,
    const struct understand_in *in, const char *text, size_t n);

/* A raw message.  received is the instant it came in (CLOCK_NONE: unknown);
 * the earlier of it and the Date header says when it was written, in zone
 * tz (NULL: as the Date header has it). */
struct meaning *understand_mail(struct understander *u, void *owner,
    const struct understand_in *in, const char *raw, size_t n,
    int64_t received);
/* The same of one that mime_parse has read; mail lives as long as owner. */
struct meaning *understand_parsed(struct understander *u, void *owner,
    const struct understand_in *in, const struct mail *mail,
    int64_t received);

#endif
