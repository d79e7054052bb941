/* debtors.h - simulated debtors: instead of the ledger, characters decide
 * when an invoice is paid, and some answer in words, which the real reader
 * reads.  Seeded by the customer number: the same debtors in every run and
 * under every policy.  Modest: six characters with fixed habits, no model of
 * how tone changes who pays. */
#ifndef DUNLIN_REHEARSE_DEBTORS_H
#define DUNLIN_REHEARSE_DEBTORS_H

#include "rehearse/engine.h"

enum debtor {
#define DEBTOR(NAME, word, share) DEBTOR_##NAME,
#define SAY(NAME, intent, en, zh)
#include "rehearse/debtors.def"
#undef DEBTOR
#undef SAY
	DEBTOR_COUNT
};

const char *debtor_name(enum debtor d);

struct debtors;
struct debtors *debtors_new(void *owner, uint64_t seed);

/* Forget what the ledger knows of payments and disputes; choose a character.
 */
void debtors_begin(struct debtors *d, struct re_account *a);
/* A message has come (the last of log). */
void debtors_read(struct debtors *d, struct re_account *a,
    const struct re_message *log, size_t n);

/* Replies, and how many the reader took for what they were. */
long debtors_replies(const struct debtors *d, long *ret_understood);

/* Only the first of the two above. */
void debtors_forget_ledger(struct re_account *a);

#endif
