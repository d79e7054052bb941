/* bench_rows.h - what the loops of the benches of sending commit.
 *
 * The messages that the workspace database FROM has sent are read there and
 * stored in TO, one FULL commit for each, before they go out: "bare" writes
 * the bytes into one table of the new database TO; "rows" does in TO, a copy
 * of the workspace from before, the least that must be durable for a message
 * there: its row is sending, the attempt, its bytes, and the outcome of the
 * last one of this loop. */
#ifndef DUNLIN_BENCH_ROWS_H
#define DUNLIN_BENCH_ROWS_H

#include <sqlite3.h>
#include <stdbool.h>

#define ROWS_STORE_MOST 8

struct rows {
	sqlite3 *from, *to;
	sqlite3_stmt *next, *store[ROWS_STORE_MOST];
	int n_store;
	bool more;		/* next has a row */
};

/* how: "bare" or "rows"; share of shares loops that run at once (0 of 1). */
void rows_open(struct rows *r, const char *from, const char *to,
    const char *how, int share, int shares);
void rows_step(struct rows *r);
void rows_store(struct rows *r);

/* Of the row in hand. */
const char *rows_recipient(const struct rows *r);
const void *rows_bytes(const struct rows *r, int *ret_len);

void die(const char *what, const char *why);

#endif
