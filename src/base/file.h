/* file.h - whole files in and out. */
#ifndef DUNLIN_BASE_FILE_H
#define DUNLIN_BASE_FILE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* The content of path, at most max bytes (longer: ERR_PERM), ended by a NUL
 * that is not counted.  "-" is standard input. */
int file_read(void *owner, const char *path, size_t max, char **ret_data,
    size_t *ret_len, struct err *err);

/* Write a file so that after a crash it is there whole or not at all:
 * temporary name beside it, fsync, rename, fsync of the folder. */
int file_write(const char *path, const void *data, size_t n, unsigned mode,
    struct err *err);

/* One secret: the first line of a file that only its owner can read.
 * Readable or writable by group or others: ERR_CONFIG (RULES E3). */
int file_secret(void *owner, const char *path, char **ret_secret,
    struct err *err);

int file_mkdirs(const char *path, unsigned mode, struct err *err);
bool file_exists(const char *path);
/* dir/name, or name where it is absolute. */
char *file_join(void *owner, const char *dir, const char *name);

#endif
