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

struct facts_stream;
/* Accounts of the company in the order of their ids, from..to inclusive;
 * run it inside a snapshot. */
int facts_stream_open(void *owner, struct db *db,
    const struct fact_company *company, int64_t from, int64_t to,
    int64_t now, struct facts_stream **ret_stream, struct err *err);
/* 1 with *ret_facts valid until the next call, 0 at the end, -1. */
int facts_stream_next(struct facts_stream *s, const struct facts **ret_facts,
    struct err *err);

#endif
