/* policy_file.h - a policy by name or from a file of its own, for trying out
 * one that no company has yet. */
#ifndef DUNLIN_CONFIG_POLICY_FILE_H
#define DUNLIN_CONFIG_POLICY_FILE_H

#include "config/config.h"

/* which: the name of a policy of the configuration, or a file like those of
 * the folder policies/, which may extend one of the configuration.  Mistakes
 * of the file: ERR_CONFIG. */
int policy_by_name(void *owner, const struct config *c, const char *which,
    const struct policy **ret_policy, struct err *err);

#endif
