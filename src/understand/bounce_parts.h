/* bounce_parts.h - what the files of the delivery reports share. */
#ifndef DUNLIN_UNDERSTAND_BOUNCE_PARTS_H
#define DUNLIN_UNDERSTAND_BOUNCE_PARTS_H

#include "understand/meaning.h"
#include "understand/mime.h"
#include "understand/pattern.h"

/* Rows that are looked for together; compiled when first asked for. */
struct bounce_table {
	const struct pattern_row *rows;
	size_t n;
	struct pattern *re;
};

bool bounce_match(struct bounce_table *table, const char *s, size_t n,
    struct pattern_hit *hit);

/* The entry of an address (NULL: of nobody known), made where there is none;
 * NULL when there are too many. */
struct mean_bounced *bounce_recipient(struct meaning *m,
    const char *address);

/* The first address in a header's value, or NULL. */
char *bounce_address(void *owner, const char *value);

/* Recipients, with what is said of each, from the lines of a report. */
void bounce_read_lines(struct meaning *m, const struct mail *mail,
    const char *text);

/* The report without the message that came back below it. */
char *bounce_own_part(struct meaning *m, const char *text);

#endif
