/* load.h - the accounts of a database as worlds to rehearse in.
 *
 * A cleared item was open until the day on which the ledger says it was paid,
 * else until the date of the list that cleared it; a stated balance is undone
 * by the payments before its date; an item without issue date is known 30
 * days before it is due.  A dispute that is only a flag begins so many days
 * after issue.  Holds that people placed count from the day on which they
 * did, until released. */
#ifndef DUNLIN_REHEARSE_LOAD_H
#define DUNLIN_REHEARSE_LOAD_H

#include "rehearse/world.h"
#include "store/db.h"

struct load_options {
	int dispute_after;	/* days after issue */
	bool real_contacts;	/* else an account without any contact is
				 * given one */
	bool approve;		/* people approve what waits for them, and
				 * lift the caps of new accounts */
	int32_t from;		/* contacts before this day count */
};

struct loader;
int loader_open(void *owner, struct db *db,
    const struct fact_company *company, const struct load_options *o,
    int64_t from_id, int64_t to_id, struct loader **ret_loader,
    struct err *err);
/* 1 with *ret_account valid until the next call, 0 at the end, -1. */
int loader_next(struct loader *l, struct re_account **ret_account,
    struct err *err);
void loader_close(struct loader *l);

#endif
