/* reports.h - what reports ask the database (reports.def). */
#ifndef DUNLIN_STORE_REPORTS_H
#define DUNLIN_STORE_REPORTS_H

#include "store/db.h"

#include <stdint.h>

enum question {
#define QUESTION(name, texts, numbers, sql) ASK_##name,
#include "store/reports.def"
#undef QUESTION
	ASK_COUNT
};

#define ANSWER_TEXTS 3
#define ANSWER_NUMBERS 6

/* What was not known is NULL, or CLOCK_NONE.  Texts last for the call. */
struct answer {
	const char *text[ANSWER_TEXTS];
	int64_t n[ANSWER_NUMBERS];
};

struct ask {
	int64_t company_id;
	int32_t from, to, today;
	int32_t offset;		/* of the company's zone, seconds */
};
/* fn returns 0 to go on. */
int reports_ask(struct db *db, enum question question, const struct ask *a,
    int (*fn)(const struct answer *answer, void *arg), void *arg,
    struct err *err);

#endif
