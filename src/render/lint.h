/* lint.h - words that no message of Dunlin may have, in any language.
 *
 * Threats, false authority, shame, disclosure to third parties, invented
 * consequences, changed bank details, remote content (RULES A18, A2, A41;
 * DOMAIN §5).  The table is lint.def.  Templates are checked when they are
 * loaded and every rendered text again before it is composed: a template
 * cannot switch it off. */
#ifndef DUNLIN_RENDER_LINT_H
#define DUNLIN_RENDER_LINT_H

#include <stdbool.h>
#include <stddef.h>

enum lint_form { LINT_PLAIN, LINT_HTML };

struct lint_hit {
	const char *rule;	/* "threat-legal" */
	const char *why;	/* in English, for the error text */
	int line;		/* from 1 */
	char words[96];		/* what was found */
};

/* The first hit in text; false when there is none.  Of HTML, tags are left
 * out and character references are read.  masks (NULL-ended, or NULL): names
 * from the ledger ("Court Road Ltd") that are not the writer's words.  A
 * phrase ends with its paragraph. */
bool lint_check(const char *text, enum lint_form form,
    const char *const *masks, struct lint_hit *ret_hit);

#endif
