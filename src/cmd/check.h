/* check.h - dunlin check --replies; c->config has been read. */
#ifndef DUNLIN_CMD_CHECK_H
#define DUNLIN_CMD_CHECK_H

#include "cmd/cmd.h"

int check_replies(struct cmd *c, struct err *err);

#endif
