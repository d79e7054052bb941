/* policy_sources.h - where policies come from (dunlin.yaml, the folder
 * policies/, the embedded default) and what they extend. */
#ifndef DUNLIN_CONFIG_POLICY_SOURCES_H
#define DUNLIN_CONFIG_POLICY_SOURCES_H

#include "config/config.h"
#include "config/settings.h"

/* For reader.context while a configuration is read. */
struct policy_sources;
struct policy_sources *policy_sources_new(void *owner);

/* When dunlin.yaml has been read: reads the folder, then every policy after
 * what it extends, and gives each company its own. */
void policy_sources_resolve(struct reader *r, struct config *c);

#endif
