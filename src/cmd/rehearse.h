/* rehearse.h - the parts of "dunlin rehearse". */
#ifndef DUNLIN_CMD_REHEARSE_H
#define DUNLIN_CMD_REHEARSE_H

#include "cmd/cmd.h"
#include "rehearse/rehearse.h"

/* n is 1, or 2 to compare. */
void rehearse_print(const struct cmd *c, struct report *const *r, size_t n);
void rehearse_json(const struct cmd *c, struct report *const *r, size_t n);

/* A person is the debtor. */
int rehearse_play(struct cmd *c, const struct rehearsal *x,
    const struct policy *policy, struct err *err);

#endif
