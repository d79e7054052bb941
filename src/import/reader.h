/* reader.h - one file while its rows are checked.  Internal to read.c,
 * entry.c and customer.c. */
#ifndef DUNLIN_IMPORT_READER_H
#define DUNLIN_IMPORT_READER_H

#include "import/csv.h"
#include "import/import.h"

#define CODE_MAX 200		/* bytes of an account or item number */

struct reader {
	struct staging *stage;
	const struct import_options *o;
	struct mistakes *p;
	struct import_summary *sum;
	const struct header *header;
	const char *path;
	uint32_t file;
	const struct csv_row *row;
	uint64_t bad;		/* columns with a mistake in this row, as bits */
	bool made_up;		/* its item number is ours, in document */
	char document[128];
	char style;		/* decimal sign seen in this file, and where */
	size_t style_line;
	char company[64];	/* company code seen in this file */
};

/* A mistake in this row. */
void row_wrong(struct reader *r, enum column c, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether one of these columns has one: what follows from them is not told
 * as another. */
#define COLUMN_BIT(c) (UINT64_C(1) << (c))
_Static_assert(COL_COUNT <= 64, "columns fit into the bits");
#define ROW_MONEY (COLUMN_BIT(COL_AMOUNT) | COLUMN_BIT(COL_BALANCE) | \
	COLUMN_BIT(COL_RECEIVED) | COLUMN_BIT(COL_SIGN) | \
	COLUMN_BIT(COL_CURRENCY))

/* The field of a column without white space around it; "" where the file
 * has none or says nothing. */
const char *row_value(struct reader *r, enum column c);

/* The same for field number at; c: for messages. */
const char *row_field(struct reader *r, enum column c, int at);

/* entry.c, in this order: issued and paid are there, and the currency. */
int32_t row_day(struct reader *r, enum column c);
void row_money(struct reader *r, struct stage_row *row);
void row_kind(struct reader *r, struct stage_row *row);
void row_due(struct reader *r, struct stage_row *row);
void row_flags(struct reader *r, struct stage_row *row);

/* An amount of a column; false when it is none. */
bool row_amount(struct reader *r, enum column c, const char *s,
    const char *cur, int64_t *ret);

/* The customer of the row; false when it has none.  Then, with the currency
 * of the row, the credit limit of the customer. */
bool row_account(struct reader *r, struct stage_row *row);
void row_credit(struct reader *r, struct stage_row *row);

#endif
