/* batch.h - raw rows of the inbox, some at a time: counted as tried in one
 * transaction, understood by the child one after the other, and applied in
 * one transaction.
 *
 * Commits are what a durable reader spends its time on, so rows share them.
 * What goes wrong is never shared: a row that killed a reader comes alone
 * the next time, and when a batch cannot be applied, each row of it is
 * applied alone. */
#ifndef DUNLIN_RECEIVE_BATCH_H
#define DUNLIN_RECEIVE_BATCH_H

#include "config/config.h"
#include "receive/child.h"
#include "store/db.h"
#include "store/inbox.h"

#include <jansson.h>

#define BATCH_ROWS 32
#define BATCH_BYTES (4 * 1024 * 1024)
#define BATCH_DEATHS 2	/* what kills the child that often is for a person */
#define BATCH_TRIES 3	/* and the reader: once in company, twice alone */

struct batch {
	struct db *db;
	const struct config *config;
	struct child *child;
	const struct config_company *company;
	int64_t company_id;
	int64_t after;		/* goes on behind this row; set to the last */
};

/* What the child makes of a row; errors as child_ask. */
int batch_hear(struct batch *b, const struct inbox_row *row,
    json_t **ret_answer, struct err *err);

/* 1: some were read or held; 0: there is none. */
int batch_read(struct batch *b, struct err *err);

#endif
