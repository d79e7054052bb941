/* bench_rows.h - what the loops of the benches of sending commit.
 *
 * The messages that the workspace database FROM has sent are read there and
 * stored in TO before they go out, one FULL commit for each (or for each wave
 * of them): "bare" writes the bytes into one table of the new database TO.
 * The others write into a copy of the workspace from before: "rows" the least
 * that must be durable for a message there: its row is sending, the attempt,
 * its bytes, and the outcome of the last one of this loop; "same" all that the
 * sending contract wants in the same commits: its claim, that its
 * communication counts, the account's rev, and the event of the last outcome
 * in the account's chain.  (Frames of the log in a commit of one
 * SMS, 400 messages: rows 9.7, same 17.2, the sender 17.3.) */
#ifndef DUNLIN_BENCH_ROWS_H
#define DUNLIN_BENCH_ROWS_H

#include <sqlite3.h>
#include <stdbool.h>

#define ROWS_STORE_MOST 16

struct rows {
	sqlite3 *from, *to;
	sqlite3_stmt *next, *store[ROWS_STORE_MOST];
	sqlite3_stmt *claimed_next, *claim;
	int n_store;
	bool claims;
	long n;			/* stored */
	bool more;		/* next has a row */
};

/* how: "bare", "rows" or "same"; share of shares loops that run at once (0 of
 * 1); wave: messages of a commit. */
void rows_open(struct rows *r, const char *from, const char *to,
    const char *how, int share, int shares, int wave);
void rows_step(struct rows *r);
/* Around the stores of one commit. */
void rows_begin(struct rows *r);
void rows_commit(struct rows *r);
void rows_store(struct rows *r);

/* Of the row in hand. */
const char *rows_recipient(const struct rows *r);
const void *rows_bytes(const struct rows *r, int *ret_len);

void die(const char *what, const char *why);

#endif
