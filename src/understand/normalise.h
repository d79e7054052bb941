/* normalise.h - one plain form of a text for reading, with the way back.
 *
 * Full-width forms become ASCII, Traditional characters Simplified ones
 * (simplified.def), typographic quotes and dashes plain ones; zero-width and
 * variation characters go, CR LF becomes LF, malformed bytes become spaces.
 * Every byte of the result knows the byte of the original it came from, so a
 * reading can quote the writer's own words. */
#ifndef DUNLIN_UNDERSTAND_NORMALISE_H
#define DUNLIN_UNDERSTAND_NORMALISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Only so much of a text is read; a longer one is cut (UNDERSTAND_CUT). */
#define NORM_MAX 65536

struct norm {
	const char *orig;	/* what was given; must outlive this */
	char *text;		/* normalised, letters as written */
	char *low;		/* the same with ASCII letters lower case */
	size_t len;
	uint32_t *at;		/* [len + 1]: offset in orig */
	bool han;		/* has Chinese characters */
	bool cut;		/* longer than NORM_MAX */
};

struct norm *norm_new(void *owner, const char *s, size_t n);

/* The writer's own bytes that stand behind text[from..to). */
char *norm_quote(void *owner, const struct norm *t, size_t from, size_t to);

#endif
