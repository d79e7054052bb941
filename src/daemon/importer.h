/* importer.h - the role that imports what is dropped into import.dir of
 * dunlin.yaml: DIR/SOURCE/FILE, for each source that has a profile.
 *
 * A file is read when it has not changed for import.settle seconds; names
 * that begin with a point or end in .part or .tmp are left alone, so that a
 * file can be written under such a name and renamed.  Its day is a date in
 * its name (2026-11-21 or 20261121), else today.  It is moved to done/ or
 * failed/ beside it with a report FILE.txt; a failure is a task.  A crash
 * between import and move does no harm: the same file changes nothing. */
#ifndef DUNLIN_DAEMON_IMPORTER_H
#define DUNLIN_DAEMON_IMPORTER_H

#include "config/config.h"
#include "store/db.h"

struct importer;

int importer_new(void *owner, struct db *db, const struct config *config,
    struct importer **ret_importer, struct err *err);
/* One file at most: 1 worked, 0 nothing to do now, -1 (tried again). */
int importer_step(struct importer *im, struct err *err);
int importer_due(struct db *db, int64_t *ret_at, struct err *err);

#endif
