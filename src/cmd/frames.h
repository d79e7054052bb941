/* frames.h - the other end of base/confined.h: questions on standard input,
 * each a line of JSON with "size": N and N bytes; for each one line of JSON
 * goes back. */
#ifndef DUNLIN_CMD_FRAMES_H
#define DUNLIN_CMD_FRAMES_H

#include "base/err.h"
#include "base/text.h"

#include <jansson.h>

/* Gives up the rights of this process (base/sandbox.h), then calls fn for
 * each question until they end.  fn adds the members of an object to out,
 * without the "}"; "unconfined": why, is added where the system does not
 * take the rights away.  EX_OK. */
int frames_serve(void *owner, void (*fn)(void *arg, void *owner,
    const json_t *head, const char *raw, size_t n, struct text *out),
    void *arg, struct err *err);

/* A text of the head; NULL: none. */
const char *frames_member(const json_t *head, const char *name);

#endif
