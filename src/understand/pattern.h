/* pattern.h - PCRE2 patterns of the tables: compiled once, just in time,
 * with limits, so that no text can make one run away (RULES: everything from
 * outside has a limit).  A search that hits a limit finds nothing. */
#ifndef DUNLIN_UNDERSTAND_PATTERN_H
#define DUNLIN_UNDERSTAND_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

struct pattern;

#define PATTERN_GROUPS 8

struct pattern_hit {
	size_t at[PATTERN_GROUPS], end[PATTERN_GROUPS];	/* [0]: all */
	int n;		/* groups set, counting [0]; unset: at > end */
};

/* A defect in a table ends the process and names the pattern.  Lives until
 * the process ends.  Matching is by UTF-8 character, as written in case;
 * the flavour with _nocase ignores the case of letters. */
struct pattern *pattern_new(const char *text);
struct pattern *pattern_new_nocase(const char *text);

/* Rows of a table that are looked for together: one of them, after what
 * before matches ("": anywhere). */
struct pattern_row {
	const char *pattern, *example;
};

struct pattern *pattern_any_nocase(const char *before,
    const struct pattern_row *rows, size_t n);

/* The first hit in s[0..n); ret_hit may be NULL.  s must be valid UTF-8. */
bool pattern_find(const struct pattern *p, const char *s, size_t n,
    struct pattern_hit *ret_hit);
/* The same from offset start on, with what is before it as context. */
bool pattern_next(const struct pattern *p, const char *s, size_t n,
    size_t start, struct pattern_hit *ret_hit);

#endif
