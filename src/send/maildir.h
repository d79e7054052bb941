/* maildir.h - the embedded transport: messages into a Maildir.
 *
 * The file is TOKEN.dunlin, from the attempt: written under tmp/ with fsync,
 * renamed into new/, the folder synced.  Lines end in LF as Maildir readers
 * expect; otherwise the bytes are those of the attempt. */
#ifndef DUNLIN_SEND_MAILDIR_H
#define DUNLIN_SEND_MAILDIR_H

#include "send/channel.h"

#include <stdbool.h>

/* Hands over until the feed has no more.  Makes the folders. */
int maildir_run(const char *path, const struct channel_feed *feed,
    struct err *err);

/* Is the message of an attempt there (new/ or cur/)?  What settles an
 * uncertain row; a left-over of it in tmp/ is removed when it is not. */
int maildir_look(const char *path, const char *token, bool *ret_there,
    struct err *err);

#endif
