/* evidence_int.h - what the files of evidence*.c share: the bundle in hand. */
#ifndef DUNLIN_REPORT_EVIDENCE_INT_H
#define DUNLIN_REPORT_EVIDENCE_INT_H

#include "report/bundle.h"
#include "report/evidence.h"
#include "store/events.h"
#include "store/export.h"

#include <jansson.h>

#define EVIDENCE_NAME_MAX 64
#define EVIDENCE_LANGUAGES 2

struct evidence_job {
	const struct evidence *e;
	struct evidence_report *report;
	struct bundle *bundle;
	struct err *err;
	bool failed;
	json_t *files;		/* "sent/7-1": its file name */
	json_t *roots, *proofs;
	/* The log. */
	struct text *chain, *csv, *html[EVIDENCE_LANGUAGES];
	json_t *log;
	const char *account;	/* code of the stream in hand */
	int64_t account_id;
	/* The table in hand. */
	json_t *rows;
	struct text *table;
	struct export_column columns[EXPORT_COLUMNS_MAX + 1];
	char name[EVIDENCE_NAME_MAX];	/* of the message in hand */
	char *said;
	void *tmp;
};

int evidence_add_json(struct evidence_job *j, const char *name,
    json_t *value);
int evidence_add_text(struct evidence_job *j, const char *name,
    const struct text *t);

/* data/ with the messages that its tables name, and calendar.ics. */
int evidence_tables(struct evidence_job *j);
int evidence_calendar(struct evidence_job *j);
/* Once; it may come after the tables. */
int evidence_received(struct evidence_job *j, int64_t mail,
    const char *channel);

/* The log of one stream after the other: arg is the job. */
void evidence_log_begin(struct evidence_job *j);
int evidence_log_one(const struct event *e, void *arg);
int evidence_log_end(struct evidence_job *j);

#endif
