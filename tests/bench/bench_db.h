/* bench_db.h - the databases of the programs that measure: made with plain SQL,
 * which is not timed. */
#ifndef DUNLIN_BENCH_DB_H
#define DUNLIN_BENCH_DB_H

#include <sqlite3.h>
#include <stddef.h>

#define BENCH_NOW INT64_C(1795420800)	/* 2026-11-23T08:00:00Z, a Monday */

/* Ends the program; `what` is named with it. */
void bench_die(const char *what, const char *why)
    __attribute__((noreturn));
sqlite3 *bench_open(const char *path);
void bench_sql(sqlite3 *h, const char *sql);

/* A source and `n` organisations, each with an account, an address and a
 * contact, in a database that has one company; then `more` (NULL-ended), in
 * which the tables n and m have a column "value" from 1 to n and to n * items.
 * All of it is in the database proper afterwards. */
void bench_fill(const char *path, long n, int items, const char *const *more);

double bench_peak_mib(void);

#endif
