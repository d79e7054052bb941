/* reason.h - why a person is asked: the table reasons.def.  Pure.
 *
 * A task names one reason by its word; what the table says holds unless the
 * task says more (a policy may make a reply graver). */
#ifndef DUNLIN_ESCALATE_REASON_H
#define DUNLIN_ESCALATE_REASON_H

#include "core/kinds.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum meanwhile {
#define MEANWHILE(NAME, en, zh) MEANWHILE_##NAME,
#include "escalate/meanwhile.def"
#undef MEANWHILE
	MEANWHILE_COUNT
};

/* In language ("zh-CN", else English). */
const char *meanwhile_text(enum meanwhile m, const char *language);

enum reason_again {
	AGAIN_ADD,	/* what comes again is added to what was said */
	AGAIN_LAST,	/* it stands for it */
	AGAIN_ONCE	/* no news; asked once in an episode */
};

struct reason {
	const char *word;
	int severity;		/* 1 routine, 2 soon, 3 at once */
	enum user_role role;	/* who has it first */
	int hours;		/* working hours until it is due */
	enum meanwhile meanwhile;
	enum reason_again again;
	const char *en, *zh;
};

#define SEVERITY_AT_ONCE 3

/* NULL: there is no such reason. */
const struct reason *reason_find(const char *word);
size_t reason_count(void);
const struct reason *reason_get(size_t i);
/* What is to be done, in language. */
const char *reason_text(const struct reason *r, const char *language);

/* The title of a task as it is stored (English, or a person's own words), in
 * language; what is not known is given back as it is. */
const char *reason_title(const char *title, const char *language);

/* "routine", "soon", "at once", in language. */
const char *severity_text(int severity, const char *language);

#endif
