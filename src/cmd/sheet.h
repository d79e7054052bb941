/* sheet.h - a command fills rows of cells; how they look (table, CSV, JSON)
 * is the same for all. */
#ifndef DUNLIN_CMD_SHEET_H
#define DUNLIN_CMD_SHEET_H

#include "cmd/cmd.h"
#include "cmd/table.h"

struct sheet_column {
	const char *key;	/* in CSV and JSON; NULL ends the list */
	const char *en, *zh;	/* heads of the table */
	enum table_align align;
	bool number;		/* JSON: without quotes */
};

struct sheet_job {
	void *owner;		/* of all that is filled */
	struct cmd *c;
	const struct config_company *company;
	int64_t company_id, account_id;	/* account 0: of all */
	int32_t today;		/* in the company's zone */
	struct sheet_out *out;
};

/* The next cell, row after row; NULL: nothing. */
void sheet_cell(struct sheet_job *r, const char *text);
void sheet_cellf(struct sheet_job *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Runs "dunlin WORD [ACCOUNT] [--csv]": the head, fill, and the end. */
int sheet_run(struct cmd *c, int argc, char **argv,
    const struct sheet_column *columns,
    int (*fill)(struct sheet_job *r, struct err *err), struct err *err);

#endif
