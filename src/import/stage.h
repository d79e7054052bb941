/* stage.h - the rows of an import, checked, in compact memory, before any
 * of them touches the database (about 100 bytes a row). */
#ifndef DUNLIN_IMPORT_STAGE_H
#define DUNLIN_IMPORT_STAGE_H

#include "core/kinds.h"
#include "core/money.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STAGE_NONE UINT32_MAX
#define STAGE_ROWS_MAX 20000000
#define STAGE_CURRENCIES_MAX 64

enum stage_attr { ATTR_NAME, ATTR_EMAIL, ATTR_PHONE, ATTR_LANGUAGE,
	ATTR_COUNTRY, ATTR_ZONE, ATTR_CREDIT, ATTR_COUNT };

/* What the files say about a customer; NULL: nothing.  ATTR_CREDIT is
 * "CNY 50000.00"; "": that there is no limit. */
struct stage_account {
	const char *code;
	const char *attr[ATTR_COUNT];
	uint32_t line, file;	/* where it was first seen */
	uint32_t first, last;	/* its rows; STAGE_NONE: none is staged */
	bool changed;		/* set by import_diff.c */
};

enum stage_mark {		/* set by import_diff.c */
	ROW_SAME = 0, ROW_NEW, ROW_CHANGED, ROW_DATED
};

struct stage_row {
	int64_t amount;
	int64_t balance;	/* open as of the import's date */
	const char *document;
	const char *blocked;	/* why the ledger stops reminders; "": it does
				 * not; NULL: the file does not say */
	uint32_t account;	/* index */
	uint32_t next;		/* of the same account; STAGE_NONE: last */
	uint32_t at, file;	/* line and file, for messages */
	int32_t year, line;
	int32_t issued, due, paid;	/* DATE_NONE: not said or not yet */
	char cur[MONEY_CUR_MAX];
	uint8_t kind;		/* enum item_kind */
	int8_t disputed;	/* -1: the file does not say */
	bool amount_unknown;	/* the file has balances only */
	uint8_t mark;		/* enum stage_mark */
};

struct staging;

struct staging *stage_new(void *owner);
const char *stage_text(struct staging *s, const char *text);	/* a copy */

size_t stage_files(const struct staging *s);
uint32_t stage_add_file(struct staging *s, const char *path);
const char *stage_file(const struct staging *s, uint32_t file);

/* The account of that code, made when it is new.  The pointer lives until
 * the next one is made. */
struct stage_account *stage_account(struct staging *s, const char *code,
    uint32_t *ret_index);
struct stage_account *stage_account_at(struct staging *s, uint32_t index);
size_t stage_accounts(const struct staging *s);

/* Adds the row (its document is copied) unless one of the same identity is
 * there: then that one is given back, and NULL otherwise. */
const struct stage_row *stage_add(struct staging *s,
    const struct stage_row *row);
/* A receipt of nobody known: its amount is negative, its account unused. */
void stage_add_receipt(struct staging *s, const struct stage_row *row);
size_t stage_receipts(const struct staging *s);
const struct stage_row *stage_receipt_at(const struct staging *s, size_t i);
struct stage_row *stage_row_at(struct staging *s, uint32_t index);
size_t stage_rows(const struct staging *s);
struct stage_row *stage_find(struct staging *s, const char *document,
    int32_t year, int32_t line);

#endif
