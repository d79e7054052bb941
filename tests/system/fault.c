/* fault - a library for LD_PRELOAD that makes writing to some files fail, as
 * a full or broken disk does.
 *
 *   DUNLIN_FAULT_PATH   part of the paths concerned
 *   DUNLIN_FAULT_AT     the number of the call that fails first, from 1;
 *                       0: none, calls are counted only
 *   DUNLIN_FAULT_ERROR  its errno (28 ENOSPC, 5 EIO)
 *   DUNLIN_FAULT_ONCE   if set, the calls after it work again
 *   DUNLIN_FAULT_COUNT  file that gets the number of calls at exit
 *
 * Calls are write, pwrite, ftruncate, fallocate, fsync and fdatasync. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int calls;

static int
concerns(int fd)
{
	const char *part = getenv("DUNLIN_FAULT_PATH");
	char link[64], path[4096];
	ssize_t n;

	if (part == NULL)
		return 0;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n < 0)
		return 0;
	path[n] = '\0';
	return strstr(path, part) != NULL;
}

static int
number(const char *name)
{
	const char *v = getenv(name);

	return v == NULL ? 0 : atoi(v);
}

/* True: this call has to fail, errno is set. */
static int
fails(int fd)
{
	int at, saved = errno;

	if (!concerns(fd)) {
		errno = saved;
		return 0;
	}
	calls++;
	at = number("DUNLIN_FAULT_AT");
	errno = saved;
	if (at == 0 || calls < at ||
	    (calls > at && getenv("DUNLIN_FAULT_ONCE") != NULL))
		return 0;
	errno = number("DUNLIN_FAULT_ERROR");
	return 1;
}

__attribute__((destructor)) static void
tell(void)
{
	const char *path = getenv("DUNLIN_FAULT_COUNT");
	FILE *f = path == NULL ? NULL : fopen(path, "w");

	if (f == NULL)
		return;
	fprintf(f, "%d\n", calls);
	fclose(f);
}

#define NEXT(type, name, args) \
	type (*next) args = (type (*) args)dlsym(RTLD_NEXT, name)

ssize_t
write(int fd, const void *p, size_t n)
{
	NEXT(ssize_t, "write", (int, const void *, size_t));

	return fails(fd) ? -1 : next(fd, p, n);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	NEXT(ssize_t, "pwrite", (int, const void *, size_t, off_t));

	return fails(fd) ? -1 : next(fd, p, n, at);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	NEXT(ssize_t, "pwrite64", (int, const void *, size_t, off64_t));

	return fails(fd) ? -1 : next(fd, p, n, at);
}

int
ftruncate(int fd, off_t n)
{
	NEXT(int, "ftruncate", (int, off_t));

	return fails(fd) ? -1 : next(fd, n);
}

int
ftruncate64(int fd, off64_t n)
{
	NEXT(int, "ftruncate64", (int, off64_t));

	return fails(fd) ? -1 : next(fd, n);
}

int
fallocate(int fd, int mode, off_t at, off_t n)
{
	NEXT(int, "fallocate", (int, int, off_t, off_t));

	return fails(fd) ? -1 : next(fd, mode, at, n);
}

int
fsync(int fd)
{
	NEXT(int, "fsync", (int));

	return fails(fd) ? -1 : next(fd);
}

int
fdatasync(int fd)
{
	NEXT(int, "fdatasync", (int));

	return fails(fd) ? -1 : next(fd);
}
