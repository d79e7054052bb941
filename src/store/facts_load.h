/* facts_load.h - struct facts from the database: for one account, or for all
 * of a company as a stream in flat memory.  Both ways run the same code: the
 * statements are ordered by account and merged. */
#ifndef DUNLIN_STORE_FACTS_LOAD_H
#define DUNLIN_STORE_FACTS_LOAD_H

#include "config/config.h"
#include "core/facts.h"
#include "store/db.h"

/* Company-wide facts as of now. */
int facts_company(void *owner, struct db *db,
    const struct config_company *company, int64_t now,
    struct fact_company **ret_company, struct err *err);

int facts_load(void *owner, struct db *db,
    const struct fact_company *company, int64_t account_id, int64_t now,
    struct facts **ret_facts, struct err *err);

/* What the planner wrote about the account last (not a fact). */
struct facts_written {
	int64_t planned_rev, plan_at;
	const char *verdict, *why;	/* NULL: never planned */
};

struct facts_stream;
/* Accounts of the company in the order of their ids, from..to inclusive;
 * run it inside a snapshot.  One stream at a time on a connection.  Where
 * more than one account is asked for, only what a plan depends on is read of
 * an item: document is NULL, issued DATE_NONE and amount 0. */
int facts_stream_open(void *owner, struct db *db,
    const struct fact_company *company, int64_t from, int64_t to,
    int64_t now, struct facts_stream **ret_stream, struct err *err);
/* 1 with *ret_facts valid until the next call, 0 at the end, -1. */
int facts_stream_next(struct facts_stream *s, const struct facts **ret_facts,
    struct err *err);
const struct facts_written *facts_stream_written(const struct facts_stream *s);
/* Ends the stream's queries; a stream that was not read to its end must be
 * closed before another one is opened. */
void facts_stream_close(struct facts_stream *s);

#endif
