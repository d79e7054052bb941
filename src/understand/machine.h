/* machine.h - mail that a program wrote: what kind it is, before anything
 * else of it is read.  Tables: machine.def. */
#ifndef DUNLIN_UNDERSTAND_MACHINE_H
#define DUNLIN_UNDERSTAND_MACHINE_H

#include "understand/meaning.h"
#include "understand/mime.h"

/* MEAN_HUMAN when a person wrote it. */
enum mean_kind machine_kind(struct meaning *m, const struct mail *mail);

#endif
