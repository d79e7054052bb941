/* import_apply.h - staged rows into the database: the stage is compared with
 * it outside any transaction (import_diff.c), and what differs is written in
 * one transaction (import_write.c), all or nothing over all files.  A long
 * list goes in slices (import_slices.c), so that others can write and send
 * meanwhile; one that ends half way holds the company after a while
 * (imports.h), until the same files or a full list come again. */
#ifndef DUNLIN_STORE_IMPORT_APPLY_H
#define DUNLIN_STORE_IMPORT_APPLY_H

#include "import/import.h"
#include "store/db.h"

/* A full list with so much fewer items or value than before waits. */
#define IMPORT_SHRINK_PERCENT 20

/* What would change, or did. */
struct import_counts {
	size_t accounts_new, accounts_changed;
	size_t items_new, items_changed, items_cleared, items_reopened;
	size_t payments_superseded;
	size_t receipts_new, receipts_gone;	/* without a customer */
	size_t items_gone;	/* full: cleared because not in the list */
	size_t without_mail, without_zone;	/* accounts in the files */
	size_t open_absent;	/* delta: open items that it does not name */
};

enum import_state { IMPORT_APPLIED, IMPORT_UNCHANGED, IMPORT_WAITING,
	IMPORT_DRY_RUN };
const char *import_state_name(enum import_state s);

struct import_result {
	enum import_state state;
	struct import_counts counts;
	char why[256];		/* IMPORT_WAITING: what shrank */
	char **lines;		/* dry run: the first changes, a line each */
	size_t n_lines, total_lines;
};

/* Compares and applies.  ERR_PERM when the file is older than the last. */
int import_apply(void *owner, struct db *db, int64_t company_id,
    struct staging *s, const struct import_options *o,
    const struct import_summary *summary, int64_t now, const char *actor,
    struct import_result *ret_result, struct err *err);

#endif
