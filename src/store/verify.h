/* verify.h - is the ledger of events what was written?
 *
 * Recomputes every chain: hashes, order, gaps, heads, payloads, erased
 * payloads; what a root (roots.h) says about its instant; and the bytes of
 * the messages that events tell of.  Reading only, in a snapshot; memory does
 * not grow with the ledger. */
#ifndef DUNLIN_STORE_VERIFY_H
#define DUNLIN_STORE_VERIFY_H

#include "store/roots.h"

struct verify_report {
	int64_t streams, events, erased, problems;
	int64_t messages;	/* whose bytes were compared */
};

struct verify_hooks {
	/* One line each, the first VERIFY_PROBLEMS_MAX of them. */
	void (*problem)(const char *text, void *arg);
	/* Events done and in all, now and then; may be NULL. */
	void (*progress)(int64_t done, int64_t all, void *arg);
	void *arg;
};

#define VERIFY_PROBLEMS_MAX 1000

/* -1 only when it could not be done. */
int verify_events(struct db *db, const struct root *roots, size_t n_roots,
    const struct verify_hooks *hooks, struct verify_report *ret_report,
    struct err *err);

#endif
