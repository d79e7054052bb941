/* answer.h - what a debtor's reply changes in a rehearsal (answers.def). */
#ifndef DUNLIN_REHEARSE_ANSWER_H
#define DUNLIN_REHEARSE_ANSWER_H

#include "rehearse/engine.h"
#include "understand/understand.h"

/* Reads text, written at an instant as a reply to m, and changes what is
 * known of the account from then on. */
struct answer {
	enum mean_intent intent;
	int32_t promised;	/* DATE_NONE: no day */
	const char *en, *zh;	/* what follows */
};
void answer_text(struct understander *u, struct re_account *a,
    const struct re_message *m, int64_t at, const char *text,
    struct answer *ret);

/* The same effects without words. */
void answer_promise(struct re_account *a, int64_t at, int32_t day);
void answer_dispute(struct re_account *a, int64_t at, size_t item);
/* Money received on a day for the items of m, or all of them, the oldest
 * first; amount 0: everything. */
void answer_pay(struct re_account *a, const struct re_message *m, int32_t day,
    int64_t amount);

#endif
