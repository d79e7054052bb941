/* unquote.h - the writer's own words of a mail body: without quotes,
 * forwarded blocks, signatures and disclaimers, in Chinese and English and
 * the header lines of a dozen other languages.  Tables: unquote.def. */
#ifndef DUNLIN_UNDERSTAND_UNQUOTE_H
#define DUNLIN_UNDERSTAND_UNQUOTE_H

#include <stdbool.h>
#include <stddef.h>

/* Only so much of a body is looked at. */
#define UNQUOTE_MAX (256 * 1024)

struct unquoted {
	char *own;	/* the writer's words; never empty if there were any */
	char *above;	/* the quoted text that was cut or answered, or NULL */
};

/* ">", "|" or "Name>" at the start of a line of n bytes. */
bool unquote_marked(const char *s, size_t n);

void unquote(void *owner, const char *text, size_t n,
    struct unquoted *ret_out);

#endif
