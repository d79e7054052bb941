/* reading.h - what the dates, amounts and rules of a text add up to: roles,
 * promises, leading intent, reason. */
#ifndef DUNLIN_UNDERSTAND_READING_H
#define DUNLIN_UNDERSTAND_READING_H

#include "understand/chart.h"
#include "understand/meaning.h"
#include "understand/understand.h"

/* Fill in m from its dates and amounts and the text. */
void reading_make(const struct chart *c, struct meaning *m,
    const struct norm *t);

/* A bare yes under our quoted question takes the date that was quoted. */
void reading_yes(struct understander *u, const struct understand_in *in,
    struct meaning *m, const char *quoted);

/* Headers say that a program answered: nothing in it is a promise. */
void reading_machine(struct meaning *m);

struct meaning *meaning_new(void *owner);

#endif
