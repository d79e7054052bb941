/* evidence.h - the bundle of evidence about one account (its files are told
 * in contrib/evidence/README.txt).  A meeting place of report and store. */
#ifndef DUNLIN_REPORT_EVIDENCE_H
#define DUNLIN_REPORT_EVIDENCE_H

#include "base/hash.h"
#include "config/config.h"
#include "store/roots.h"

#include <stdbool.h>
#include <stdint.h>

struct evidence {
	struct db *db;
	const struct config_company *company;
	int64_t company_id, account_id;
	const char *code;
	int64_t now;
	const char *actor;		/* who asks for it */
	const struct root *outside;	/* kept elsewhere; NULL: none */
	const char *to;			/* folder, or FILE.zip */
	bool personal;			/* what a person may ask for: no chain,
					 * no roots */
	void (*progress)(int64_t done, int64_t all, void *arg);
	void *arg;			/* progress may be NULL */
};

struct evidence_report {
	int64_t events, sent, received, roots;
	char root[HASH_HEX_MAX];	/* of now: covers all of it */
	char sums[HASH_HEX_MAX];	/* of SHA256SUMS */
};

/* Inside a snapshot. */
int evidence_write(const struct evidence *e,
    struct evidence_report *ret_report, struct err *err);

#endif
