/* behaviours.h - what is known of how a customer pays (policy/behave.h): of
 * all accounts of its party. */
#ifndef DUNLIN_STORE_BEHAVIOURS_H
#define DUNLIN_STORE_BEHAVIOURS_H

#include "policy/behave.h"
#include "store/db.h"

#define BEHAVIOURS_ITEMS_MAX 1000	/* the last ones */

struct behaviour {
	int64_t party_id;
	enum tier tier;
	bool fixed;		/* a person chose it */
	struct behave_seen seen;
};

/* Of the party of an account, from day today - p->days on. */
int behaviours_load(void *owner, struct db *db, const struct policy *p,
    int64_t account_id, int32_t today, struct behaviour *ret,
    struct err *err);

/* Dunlin changes the tier, which nobody has chosen; all accounts of the party
 * are planned anew.  The event has its reason in both languages.  Inside
 * store_tx. */
struct behaviour_change {
	int64_t company_id, account_id, party_id;
	enum tier was, is;
	const char *reason, *why, *zh;	/* word, sentence, Chinese one */
};
int behaviours_change(struct db *db, const struct behaviour_change *c,
    int64_t now, const char *actor, struct err *err);

#endif
