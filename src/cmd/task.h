/* task.h - what people do with tasks on the command line beside the commands
 * that mails know too (escalate/verb.h): "dunlin tasks add", "dunlin tasks
 * move".  argv begins with the verb. */
#ifndef DUNLIN_CMD_TASK_H
#define DUNLIN_CMD_TASK_H

#include "cmd/cmd.h"

cmd_fn cmd_task_add, cmd_task_move;

int cmd_task_number(const char *word, int64_t *ret_id, struct err *err);

#endif
