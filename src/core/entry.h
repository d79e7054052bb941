/* entry.h - what is known of a thing that people see in their calendars:
 * filled by store/entries.c, written out by followup/. */
#ifndef DUNLIN_CORE_ENTRY_H
#define DUNLIN_CORE_ENTRY_H

#include "core/kinds.h"
#include "core/money.h"

#include <stdint.h>

struct entry_facts {
	int64_t id;			/* of the entry */
	int64_t company_id, account_id;	/* account 0: the company's */
	enum entry_kind kind;
	int64_t ref;			/* number of the promise, task ...; of
					 * the account: limitation */
	const char *uid, *account, *name, *owner;	/* owner: a login */
	int sequence;
	int64_t created, changed, ended;	/* ended CLOCK_NONE: not */
	int32_t day;			/* DATE_NONE: tasks */
	int64_t due;			/* CLOCK_NONE: all but tasks */
	const char *state;		/* tasks: its word */
	int severity;			/* tasks: 1 to 3 */
	struct money amount;		/* minor 0: not said */
	const char *document;		/* the first; NULL */
	int n_documents;
	const char *title, *note;	/* tasks; the debtor's words */
};

#endif
