/* profile.h - a source of dunlin.yaml as options of an import. */
#ifndef DUNLIN_IMPORT_PROFILE_H
#define DUNLIN_IMPORT_PROFILE_H

#include "config/config.h"
#include "import/import.h"

/* Sets what the profile says and leaves the rest.  ERR_CONFIG with its place
 * when it names a column that there is not. */
int profile_options(void *owner, const struct config *c,
    const struct config_source *s, struct import_options *o, struct err *err);

#endif
