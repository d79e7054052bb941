/* entries.h - what people see in their calendars, kept in step with the
 * promises, disputes and tasks it stands for. */
#ifndef DUNLIN_STORE_ENTRIES_H
#define DUNLIN_STORE_ENTRIES_H

#include "core/entry.h"
#include "store/db.h"

#include <stdbool.h>
#include <stddef.h>

/* Which entries belong to a calendar: those of owner; or, owner NULL, the
 * team's: all of them, or (others, logins between spaces, not NULL) those
 * whose owner is not among others. */
struct entries_of {
	int64_t company_id;
	const char *owner;
	const char *others;
};

/* Adds, changes and ends entries until they say what is so, in transactions
 * of its own.  Accounts and tasks that were not touched since it was called
 * last are not looked at, but once a day.  ret_changed may be NULL. */
int entries_refresh(struct db *db, int64_t company_id, int64_t now,
    size_t *ret_changed, struct err *err);
/* When the last change of one was; 0: there are none. */
int entries_changed_at(struct db *db, int64_t company_id, int64_t *ret_at,
    struct err *err);

/* The live ones by day, at most max; the struct is valid during the call
 * only.  fn returns 0 to go on. */
int entries_each(struct db *db, const struct entries_of *of, size_t max,
    int (*fn)(const struct entry_facts *f, void *arg), void *arg,
    struct err *err);

/* All of an account, also the ended ones, in their order. */
int entries_of_account(struct db *db, int64_t account_id,
    int (*fn)(const struct entry_facts *f, void *arg), void *arg,
    struct err *err);

/* 1 with it (also an ended one), 0. */
int entries_get(void *owner, struct db *db, int64_t id,
    struct entry_facts **ret_entry, struct err *err);

/* For store/entry_copies.c: the columns of a row, from col on. */
struct db_query;
void entries_row(void *owner, struct db_query *q, int col,
    struct entry_facts *ret);
#define ENTRY_COLUMNS "e.id, e.company_id, e.account_id, e.kind, e.ref, " \
	"e.uid, e.owner, e.account, e.name, e.day, e.due_at, e.state, " \
	"e.severity, e.amount, e.currency, e.document, e.n_documents, " \
	"e.title, e.note, e.sequence, e.created_at, e.changed_at, e.ended_at"
#define ENTRY_N_COLUMNS 23
/* Parameters $1 company, $2 owner, $3 others. */
#define ENTRY_IN_CALENDAR "e.company_id = $1 AND " \
	"CASE WHEN CAST($2 AS TEXT) IS NOT NULL THEN e.owner IS NOT DISTINCT FROM $2 " \
	"WHEN CAST($3 AS TEXT) IS NULL OR e.owner IS NULL THEN 1 = 1 " \
	"ELSE replace($3, ' ' || e.owner || ' ', '') = $3 END"

#endif
