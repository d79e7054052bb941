/* zip.h - files of a folder as one ZIP archive.  The only file that knows
 * libzip.  The same files, names and instant give the same bytes. */
#ifndef DUNLIN_REPORT_ZIP_H
#define DUNLIN_REPORT_ZIP_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* names are within the folder, with slashes; at: the time that they are
 * given, UTC.  An archive that is there already is ERR_PERM. */
int zip_write(const char *path, const char *folder, const char *const *names,
    size_t n, int64_t at, struct err *err);

#endif
