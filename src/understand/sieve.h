/* sieve.h - which patterns of a table can match a text at all.
 *
 * Of each pattern the words are worked out of which one must be there; one
 * pass over a text finds the words of all of them, and only patterns that
 * have one there need be tried.  A pattern without such words always may
 * match.  Understood of PCRE2: what the tables use; what is not understood
 * yields no word.  Texts are compared byte by byte; with fold, letters of
 * ASCII in either case are one, and others are no part of a word. */
#ifndef DUNLIN_UNDERSTAND_SIEVE_H
#define DUNLIN_UNDERSTAND_SIEVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIEVE_MAX 4096		/* patterns in one */

struct sieve;

struct sieved {
	uint64_t bits[SIEVE_MAX / 64];
};

struct sieve *sieve_new(void *owner, bool fold);
/* The number of the pattern, from 0. */
int sieve_add(struct sieve *v, const char *pattern);
void sieve_run(struct sieve *v, const char *s, size_t n,
    struct sieved *ret);

/* The first pattern of from..to that may match, or to. */
static inline int
sieve_next(const struct sieved *x, int from, int to)
{
	uint64_t w;
	int i = from / 64;

	if (from >= to)
		return to;
	w = x->bits[i] & ~UINT64_C(0) << (from % 64);
	while (w == 0) {
		if (++i * 64 >= to)
			return to;
		w = x->bits[i];
	}
	i = i * 64 + __builtin_ctzll(w);
	return i < to ? i : to;
}

static inline bool
sieve_may(const struct sieved *x, int pattern)
{
	return (x->bits[pattern / 64] >> (pattern % 64) & 1) != 0;
}

#endif
