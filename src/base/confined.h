/* confined.h - a child of this process that reads hostile bytes (DESIGN §2).
 *
 * It inherits nothing but two pipes, has limits on CPU, memory, files and
 * time, and is expected to enter base/sandbox.h before it reads the first
 * byte.  It is asked in frames: a line, and bytes of a length that the line
 * tells; one line comes back.  A child that died is started anew by the next
 * question. */
#ifndef DUNLIN_BASE_CONFINED_H
#define DUNLIN_BASE_CONFINED_H

#include "base/err.h"

#include <stddef.h>

#define CONFINED_CPU_SECONDS 60
#define CONFINED_MEMORY (1024L * 1024 * 1024)
#define CONFINED_ANSWER_MAX (8 * 1024 * 1024)
#define CONFINED_ARGS_MAX 6

struct confined;

/* program: NULL for this one; args behind its name, ended by NULL, are kept
 * by the caller.  talloc_free ends it. */
struct confined *confined_new(void *owner, const char *program,
    const char *const args[]);

/* Before questions that belong together: a child that has answered most of
 * them makes room for a new one. */
void confined_begin(struct confined *c, int most);

/* ret_line: of owner.  ERR_PERM: these bytes killed it, or kept it for more
 * than wait_ms, and why; ERR_TEMP: it could not be started. */
int confined_ask(struct confined *c, void *owner, const char *head,
    const char *raw, size_t len, int wait_ms, char **ret_line,
    struct err *err);

/* It answered what makes no sense: the next question has another. */
void confined_stop(struct confined *c);

#endif
