/* imports.h - sources of a company and what was imported from them.
 * Functions that write are for inside store_tx; events are the caller's. */
#ifndef DUNLIN_STORE_IMPORTS_H
#define DUNLIN_STORE_IMPORTS_H

#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

struct source_row {
	int64_t id;
	int32_t as_of;		/* of the last applied; DATE_NONE: none yet */
	int64_t last;		/* id of its last import row; 0: none */
};

/* 1, 0 when the company has no source of that name, -1. */
int sources_find(struct db *db, int64_t company_id, const char *name,
    struct source_row *ret_source, struct err *err);
int sources_add(struct db *db, int64_t company_id, const char *name,
    struct source_row *ret_source, struct err *err);
/* A file was applied. */
int sources_date(struct db *db, int64_t source_id, int32_t as_of, bool full,
    struct err *err);

struct import_row {
	int64_t source_id;
	bool full;
	int32_t as_of;
	const char *file, *hash;
	const char *state;	/* applied, waiting, running, refused */
	int64_t rows;
	const char *summary;	/* JSON */
	const char *actor;
};

int imports_add(struct db *db, const struct import_row *row, int64_t now,
    int64_t *ret_id, struct err *err);
/* An import in several transactions: a row of state running until it is
 * applied, and its last sign of life.  Without one for IMPORTS_DEAD seconds
 * it holds the company: a crash left it half done.  It is ended by the same
 * files again or by a full list. */
#define IMPORTS_DEAD 300
int imports_alive(struct db *db, int64_t id, int64_t now, struct err *err);
int imports_end(struct db *db, int64_t id, const struct import_row *row,
    int64_t now, struct err *err);

/* The last applied import of the source has this hash, mode and date: 1, or
 * 0. */
int imports_is_last(struct db *db, const struct import_row *row,
    struct err *err);
/* The last import row of the source is waiting and has this hash: 1 or 0. */
int imports_is_waiting(struct db *db, const struct import_row *row,
    struct err *err);
/* How many imports of the company wait; -1. */
int imports_waiting(struct db *db, int64_t company_id, struct err *err);
/* Waiting imports of a source are overtaken by a new one; how many. */
int imports_overtake(struct db *db, int64_t source_id, struct err *err);

#endif
