/* progress.h - one line on a terminal for what takes longer than a second;
 * nothing anywhere else. */
#ifndef DUNLIN_CMD_PROGRESS_H
#define DUNLIN_CMD_PROGRESS_H

#include <stdint.h>

struct progress;

/* what: "verify: events".  talloc_free takes the line off the screen. */
struct progress *progress_new(void *owner, const char *what);
void progress_at(struct progress *p, int64_t done, int64_t all);

#endif
