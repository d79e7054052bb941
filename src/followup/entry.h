/* entry.h - one calendar object, before it has a format: a day (promise,
 * instalment, dispute, limitation) or a to-do (a collector's task).
 *
 * RULES D: titles are neutral and say nothing of money or names; who may see
 * them gets the details.  The texts are in the language of the reader. */
#ifndef DUNLIN_FOLLOWUP_ENTRY_H
#define DUNLIN_FOLLOWUP_ENTRY_H

#include "core/entry.h"
#include "core/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum entry_form { ENTRY_DAY, ENTRY_TODO };

enum entry_status {
	ENTRY_CONFIRMED,	/* days */
	ENTRY_NEEDS_ACTION, ENTRY_IN_PROCESS, ENTRY_COMPLETED,
	ENTRY_CANCELLED
};

#define ENTRY_ALARMS_MAX 2

struct entry {
	enum entry_form form;
	enum entry_status status;
	const char *uid;		/* opaque, stable */
	const char *rev;		/* names this version of it among
					 * ours; NULL: none */
	int sequence;
	int64_t created, modified;
	int32_t day;			/* ENTRY_DAY: all of it */
	int64_t due;			/* ENTRY_TODO */
	int64_t completed;		/* CLOCK_NONE: not */
	const struct zone *zone;	/* of due */
	const char *summary, *description;
	const char *category;		/* besides "Dunlin"; NULL: no
					 * category at all */
	int priority;			/* 1 to 9 */
	int alarms[ENTRY_ALARMS_MAX];	/* minutes before */
	size_t n_alarms;
	bool confidential;
};

/* language: "en" or "zh-CN"; details: for those who may see them.  zone: the
 * reader's.  Strings belong to owner. */
void entry_make(void *owner, const struct entry_facts *f,
    const char *language, bool details, const struct zone *zone,
    struct entry *ret);

/* For the debtor: the day promised, and how to pay. */
struct entry_pay {
	const char *company;		/* legal name */
	const char *reference;		/* "INV-1, INV-2" */
	int32_t day;
	struct money amount;		/* minor 0: all of it */
	const char *uid;
	const char *bank;		/* lines of how to pay; NULL */
	int64_t now;
};
void entry_make_pay(void *owner, const struct entry_pay *p,
    const char *language, struct entry *ret);

#endif
