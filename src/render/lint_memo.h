/* lint_memo.h - paragraphs that were found clean, so that what a template
 * says in every mail is linted once.  Digits are alike: no rule reads one, so
 * a line of a table is known whatever its amount.  The texts themselves are
 * compared, not only their hashes.  In memory only, of a fixed size. */
#ifndef DUNLIN_RENDER_LINT_MEMO_H
#define DUNLIN_RENDER_LINT_MEMO_H

#include "render/lint.h"

#include <stdint.h>

#define LINT_MEMO_BYTES 1024	/* a longer paragraph is never known */

struct lint_key {
	uint64_t hash;
	size_t n;		/* 0: cannot be known */
	char bytes[LINT_MEMO_BYTES];
};

void lint_key_make(enum lint_form form, const char *s, size_t n,
    struct lint_key *ret_key);
bool lint_memo_has(const struct lint_key *key);
void lint_memo_add(const struct lint_key *key);

#endif
